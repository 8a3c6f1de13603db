"""Words as vectors: reviews in "Deep Learning with Python", 6.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets import data
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.course.lab import Lab

WORDS = 10_000
FEW, HELD_OUT = 200, 10_000
"""Reviews with which the source learns on top of GloVe, and with which it validates."""

LEARNED = "Deep Learning with Python, 6.1.2"
GIVEN = "Deep Learning with Python, 6.1.3"


def sequences(reviews: Iterable[Sequence[int]], length: int) -> NDArray[np.int32]:
    """Return reviews of one length: their last words, after zeros where they are shorter.

    As in Keras's data set, a word of rank r is the number r + 3, 1 is the start, and 2 stands for
    words that are too rare.

    Args:
        reviews: Lists of word ranks.
        length: Words of each review.

    Returns:
        Shape (reviews, length).
    """
    listed = [[1, *(rank + 3 if rank + 3 < WORDS else 2 for rank in one)] for one in reviews]
    padded: NDArray[np.int32] = load_keras().utils.pad_sequences(listed, maxlen=length)
    return padded


def embedding(lab: Lab) -> dict[str, float]:
    """Vectors of 8 numbers, learned from the last 20 words of 20,000 reviews."""
    keras = load_keras()
    reviews = lab.load("imdb")
    x, y = sequences(reviews.x_train, 20), reviews.y_train[:, None]
    model = keras.Sequential(
        [
            keras.Input((20,)),
            keras.layers.Embedding(WORDS, 8),
            keras.layers.Flatten(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    cut = 20_000
    run = lab.fit(
        model,
        x[:cut],
        y[:cut],
        epochs=10,
        batch_size=32,
        validation_data=(x[cut:], y[cut:]),
        name="Embedding 8",
    )
    return {
        "parameters": model.count_params(),
        "accuracy": run.history["val_accuracy"][-1],
        "best_accuracy": max(run.history["val_accuracy"]),
    }


def _few(lab: Lab, *, given: bool) -> dict[str, float]:
    """Train on 200 reviews of 100 words, with vectors of GloVe or with ones of its own."""
    keras = load_keras()
    reviews = lab.load("imdb")
    glove = data.load("glove", download_missing=False)
    ranks = data.word_index("imdb", download_missing=False)
    x, y = sequences(reviews.x_train, 100), reviews.y_train[:, None]
    order = np.random.default_rng(lab.seed).permutation(len(x))
    some, others = order[:FEW], order[FEW : FEW + HELD_OUT]
    vectors: Any = keras.layers.Embedding(WORDS, glove.dimensions, trainable=not given)
    model = keras.Sequential(
        [
            keras.Input((100,)),
            vectors,
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    if given:
        matrix, _ = glove.matrix({word: rank + 3 for word, rank in ranks.items()}, WORDS)
        vectors.set_weights([matrix])
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    run = lab.fit(
        model,
        x[some],
        y[some],
        epochs=10,
        batch_size=32,
        validation_data=(x[others], y[others]),
        name="GloVe" if given else "Learned from 200",
    )
    x_test, y_test = sequences(reviews.x_test, 100), reviews.y_test[:, None]
    test = model.evaluate(x_test, y_test, batch_size=512, verbose=0, return_dict=True)
    return {
        "accuracy": run.history["val_accuracy"][-1],
        "best_accuracy": max(run.history["val_accuracy"]),
        "test_accuracy": test["accuracy"],
    }


def with_glove(lab: Lab) -> dict[str, float]:
    """Vectors of GloVe, which stay as they are."""
    return _few(lab, given=True)


def without(lab: Lab) -> dict[str, float]:
    """The same network with vectors that it learns itself."""
    return _few(lab, given=False)


_FIFTY = tr("Vectors of 50 numbers where the source has 100, other reviews, and few of them.")

TUTORIAL = Tutorial(
    number=20,
    rows=(
        Row(
            system="embedding",
            figure="parameters",
            title=tr("Parameters"),
            where=LEARNED,
            digits=0,
        ),
        Row(
            system="embedding",
            figure="accuracy",
            title=tr("Vectors learned from 20 words: validation accuracy"),
            printed="≈ 0.76",
            where=LEARNED,
            metric="val_accuracy",
        ),
        Row(
            system="with_glove",
            figure="accuracy",
            title=tr("GloVe and 200 reviews: validation accuracy"),
            printed="≈ 0.60",
            where=GIVEN,
            why=_FIFTY,
        ),
        Row(
            system="with_glove",
            figure="test_accuracy",
            title=tr("GloVe and 200 reviews: test accuracy"),
            printed="0.56",
            where=GIVEN,
            why=_FIFTY,
        ),
        Row(
            system="without",
            figure="accuracy",
            title=tr("200 reviews alone: validation accuracy"),
            printed="> 0.50",
            where=GIVEN,
            why=_FIFTY,
        ),
    ),
    systems=(
        System("embedding", embedding, tr("Embedding 8, last 20 words, 10 epochs")),
        System("with_glove", with_glove, tr("GloVe, frozen, 200 reviews")),
        System("without", without, tr("Embedding learned from 200 reviews")),
    ),
)
