"""46 topics, and a bottleneck: newswires in "Deep Learning with Python", 3.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.stand_ins import stories
from dlwidgets.course.t08_is_this_review_positive import WORDS, multi_hot
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab
    from dlwidgets.data import Dataset

SOURCE = "Deep Learning with Python, 3.5"


def network(middle: int, classes: int) -> KerasModel:
    """Return the compiled network: 64 units, a layer in the middle, softmax."""
    keras = load_keras()
    model: KerasModel = keras.Sequential(
        [
            keras.Input((WORDS,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(middle, activation="relu"),
            keras.layers.Dense(classes, activation="softmax"),
        ]
    )
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def best(lab: Lab, news: Dataset, middle: int, batch: int, epochs: int = 20) -> float:
    """Return the best validation accuracy; the first ninth of the training part validates."""
    x, held_out = multi_hot(news.x_train), len(news.x_train) // 9
    run = lab.fit(
        network(middle, news.num_classes),
        x[held_out:],
        news.y_train[held_out:],
        epochs=epochs,
        batch_size=batch,
        validation_data=(x[:held_out], news.y_train[:held_out]),
        name=f"64-{middle}",
    )
    return max(run.history["val_accuracy"])


def reuters(lab: Lab) -> dict[str, float]:
    """9 epochs on 7,982 newswires, and the test; and answers in a random order."""
    news = lab.load("reuters")
    x, held_out = multi_hot(news.x_train), 1_000
    model = network(64, news.num_classes)
    lab.fit(model, x[held_out:], news.y_train[held_out:], epochs=9, batch_size=512, name="64-64")
    x_test = multi_hot(news.x_test)
    test = model.evaluate(x_test, news.y_test, verbose=0, return_dict=True)
    drawn = np.random.default_rng(lab.seed).permutation(news.y_test)
    return {
        "parameters": model.count_params(),
        "test_loss": test["loss"],
        "test_accuracy": test["accuracy"],
        "drawn": np.mean(drawn == news.y_test),
    }


def bottleneck(lab: Lab) -> dict[str, float]:
    """64 and 4 units in the middle with the same batches, and 4 with those of the source."""
    news = lab.load("reuters")
    return {
        "wide": best(lab, news, 64, 512),
        "narrow": best(lab, news, 4, 512),
        "narrow_128": best(lab, news, 4, 128),
        "wide_128": best(lab, news, 64, 128),
    }


def made_up(lab: Lab) -> dict[str, float]:
    """The same with made-up news."""
    news = stories()
    return {
        "wide_128": best(lab, news, 64, 128),
        "narrow_128": best(lab, news, 4, 128),
        "narrow": best(lab, news, 4, 512),
        "drawn": np.mean(np.random.default_rng(lab.seed).permutation(news.y_test) == news.y_test),
    }


def _row(system: str, figure: str, title: str, printed: str = "", why: str = "") -> Row:
    return Row(system=system, figure=figure, title=title, printed=printed, where=SOURCE, why=why)


_MADE_UP = tr("Not news but made-up words; the source has none.")

TUTORIAL = Tutorial(
    number=9,
    rows=(
        _row("reuters", "test_loss", tr("Reuters: test loss after 9 epochs"), "0.9565"),
        _row("reuters", "test_accuracy", tr("Reuters: test accuracy"), "0.7970"),
        _row("reuters", "drawn", tr("Reuters: the right answers in a random order"), "0.1866"),
        _row(
            "bottleneck",
            "narrow_128",
            tr("Reuters, 4 units in the middle: best validation accuracy"),
            "0.71",
        ),
        _row("made_up", "wide_128", tr("Made up, 64 units in the middle"), why=_MADE_UP),
        _row("made_up", "narrow_128", tr("Made up, 4 units in the middle"), why=_MADE_UP),
        _row(
            "made_up",
            "narrow",
            tr("Made up, 4 units, batches of 512"),
            why=tr("A quarter of the steps, so the network has learned less after 20 epochs."),
        ),
        _row("made_up", "drawn", tr("Made up: the right answers in a random order")),
    ),
    systems=(
        System("reuters", reuters, tr("Reuters, 64-64, 9 epochs")),
        System("bottleneck", bottleneck, tr("Reuters, 20 epochs")),
        System("made_up", made_up, tr("Made-up news, 20 epochs, batches of 128")),
    ),
)
