"""Is this review positive? Reviews of films in "Deep Learning with Python", 3.4 and 4.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

WORDS = 10_000
"""Columns of a review: indices from 0 to 9,999."""
HELD_OUT = 10_000
"""The first training reviews, with which the source validates."""

CLASSIFY = "Deep Learning with Python, 3.4"
OVERFIT = "Deep Learning with Python, 4.4"


def multi_hot(reviews: Iterable[Sequence[int]], words: int = WORDS) -> NDArray[np.uint8]:
    """Return a row for each review, with a 1 in the column of each word that it has.

    As in Keras's data set, column 1 is the start of a review and column 2 any word that isn't
    among those counted; a word of rank r has column r + 3.

    Args:
        reviews: Lists of word ranks; 1 is the most frequent word.
        words: The number of columns.

    Returns:
        Shape (reviews, words). One byte for each number: as float32 they would take 1 GB.
    """
    listed = list(reviews)
    rows = np.zeros((len(listed), words), np.uint8)
    for row, ranks in zip(rows, listed, strict=True):
        columns = np.asarray(ranks, np.int64) + 3
        row[np.where(columns < words, columns, 2)] = 1
        row[1] = 1
    return rows


def network(*hidden: Any) -> KerasModel:
    """Return a compiled network of the given hidden layers and one sigmoid unit.

    Args:
        *hidden: Layers.
    """
    keras = load_keras()
    layers = [keras.Input((WORDS,)), *hidden, keras.layers.Dense(1, activation="sigmoid")]
    model: KerasModel = keras.Sequential(layers)
    # The loss also has the penalties of L1 and L2, in validation too.
    crossentropy = keras.metrics.BinaryCrossentropy(name="crossentropy")
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy", crossentropy])
    return model


def dense(units: int, **options: Any) -> Any:
    """Return a dense layer with ReLU."""
    return load_keras().layers.Dense(units, activation="relu", **options)


def validated(lab: Lab, model: KerasModel, name: str) -> dict[str, float]:
    """Train on 15,000 reviews for 20 epochs, and validate with 10,000 others."""
    reviews = lab.load("imdb")
    x, y = multi_hot(reviews.x_train), reviews.y_train[:, None]
    run = lab.fit(
        model,
        x[HELD_OUT:],
        y[HELD_OUT:],
        epochs=20,
        batch_size=512,
        validation_data=(x[:HELD_OUT], y[:HELD_OUT]),
        name=name,
    )
    losses = run.history["val_crossentropy"]
    return {
        "parameters": model.count_params(),
        "best_epoch": int(np.argmin(losses)) + 1,
        "best_loss": min(losses),
        "last_loss": losses[-1],
        "best_accuracy": max(run.history["val_accuracy"]),
        "last_training_loss": run.history["crossentropy"][-1],
        "last_accuracy": run.history["val_accuracy"][-1],
        "with_penalty": run.history["val_loss"][-1],
    }


def reference(lab: Lab) -> dict[str, float]:
    """Two hidden layers of 16 units."""
    return validated(lab, network(dense(16), dense(16)), "16-16-1")


def retrained(lab: Lab) -> dict[str, float]:
    """The same network on all 25,000 reviews for 4 epochs, and its test."""
    reviews = lab.load("imdb")
    model = network(dense(16), dense(16))
    x = multi_hot(reviews.x_train)
    y, y_test = reviews.y_train[:, None], reviews.y_test[:, None]
    lab.fit(model, x, y, epochs=4, batch_size=512, name="16-16-1, 4 epochs")
    x_test = multi_hot(reviews.x_test)
    test = model.evaluate(x_test, y_test, batch_size=512, verbose=0, return_dict=True)
    return {"test_loss": test["loss"], "test_accuracy": test["accuracy"]}


def small(lab: Lab) -> dict[str, float]:
    """Two hidden layers of 4 units."""
    return validated(lab, network(dense(4), dense(4)), "4-4-1")


def large(lab: Lab) -> dict[str, float]:
    """Two hidden layers of 512 units."""
    return validated(lab, network(dense(512), dense(512)), "512-512-1")


def with_l2(lab: Lab) -> dict[str, float]:
    """The squares of the weights of both hidden layers as part of the loss."""
    penalty = load_keras().regularizers.L2(0.001)
    hidden = [dense(16, kernel_regularizer=penalty) for _ in range(2)]
    return validated(lab, network(*hidden), "16-16-1, L2 0.001")


def with_l1(lab: Lab) -> dict[str, float]:
    """The absolute values of the weights of both hidden layers as part of the loss."""
    penalty = load_keras().regularizers.L1(0.001)
    hidden = [dense(16, kernel_regularizer=penalty) for _ in range(2)]
    return validated(lab, network(*hidden), "16-16-1, L1 0.001")


def with_dropout(lab: Lab) -> dict[str, float]:
    """Half of the units dropped after each hidden layer."""
    dropout = load_keras().layers.Dropout
    return validated(
        lab, network(dense(16), dropout(0.5), dense(16), dropout(0.5)), "16-16-1, dropout 0.5"
    )


def _row(system: str, figure: str, title: str, printed: str = "", **more: Any) -> Row:
    where = CLASSIFY if system in ("reference", "retrained") else OVERFIT
    return Row(system=system, figure=figure, title=title, printed=printed, where=where, **more)


_COPY = tr("Three seeds surround the printed figure. Our copy splits words slightly differently.")
_CURVE = tr("The source shows a curve without figures.")

TUTORIAL = Tutorial(
    number=8,
    rows=(
        _row("reference", "parameters", tr("16-16-1: parameters"), digits=0),
        _row("reference", "best_epoch", tr("16-16-1: best epoch"), "4", digits=1),
        _row(
            "reference",
            "best_accuracy",
            tr("16-16-1: best validation accuracy"),
            why=_CURVE,
        ),
        _row(
            "reference",
            "last_loss",
            tr("16-16-1: validation loss after 20 epochs"),
            why=_CURVE,
            metric="val_crossentropy",
        ),
        _row("retrained", "test_loss", tr("16-16-1, 4 epochs: test loss"), "0.2930", why=_COPY),
        _row(
            "retrained",
            "test_accuracy",
            tr("16-16-1, 4 epochs: test accuracy"),
            "0.8833",
            why=_COPY,
        ),
        _row(
            "small",
            "best_epoch",
            tr("4-4-1: best epoch"),
            "6",
            why=tr("One of three small networks lost units that never became active again."),
            digits=1,
        ),
        _row(
            "large",
            "best_epoch",
            tr("512-512-1: best epoch"),
            "1",
            why=tr("Measured with one seed. As in the source, it ends far above the others."),
            digits=1,
        ),
        _row("large", "last_loss", tr("512-512-1: validation loss after 20 epochs"), why=_CURVE),
        _row("l2", "last_loss", tr("L2: validation loss after 20 epochs"), why=_CURVE),
        _row("l1", "last_loss", tr("L1: validation loss after 20 epochs"), why=_CURVE),
        _row("dropout", "last_loss", tr("Dropout: validation loss after 20 epochs"), why=_CURVE),
    ),
    systems=(
        System("reference", reference, tr("15,000 reviews, 16-16-1, 20 epochs")),
        System("retrained", retrained, tr("25,000 reviews, 16-16-1, 4 epochs")),
        System("small", small, tr("15,000 reviews, 4-4-1, 20 epochs")),
        System("large", large, tr("15,000 reviews, 512-512-1, 20 epochs"), seeds=1),
        System("l2", with_l2, tr("15,000 reviews, 16-16-1, L2 0.001, 20 epochs")),
        System("l1", with_l1, tr("15,000 reviews, 16-16-1, L1 0.001, 20 epochs")),
        System("dropout", with_dropout, tr("15,000 reviews, 16-16-1, dropout 0.5, 20 epochs")),
    ),
)
