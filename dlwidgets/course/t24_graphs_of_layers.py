"""Graphs of layers: the functional models of "Deep Learning with Python", 7.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 7.1"
BALANCED = 0.005
"""The weight of the ink's loss that makes it as large as the others at the start."""


def twins(_lab: Lab) -> dict[str, float]:
    """The same three layers as a chain and as a graph."""
    keras = load_keras()
    layers = keras.layers
    stack = [layers.Dense(32), layers.Dense(32), layers.Dense(10)]
    chain = keras.Sequential([keras.Input((64,)), *stack])
    x = image = keras.Input((64,))
    for units in (32, 32, 10):
        x = layers.Dense(units)(x)
    graph = keras.Model(image, x)
    return {"chain": chain.count_params(), "graph": graph.count_params()}


def pairs(
    images: NDArray[Any], labels: NDArray[Any], count: int, seed: int
) -> tuple[list[NDArray[Any]], NDArray[Any]]:
    """Return pairs of images, half of them of the same class, and whether they are."""
    rng = np.random.default_rng(seed)
    first = rng.integers(len(images), size=count)
    same = rng.random(count) < 0.5
    others = [
        rng.choice(np.flatnonzero((labels == labels[i]) == s))
        for i, s in zip(first, same, strict=True)
    ]
    return [images[first], images[others]], same.astype(np.float32)


def siamese(lab: Lab) -> dict[str, float]:
    """One encoder for two digits: are they the same?"""
    keras = load_keras()
    layers = keras.layers
    digits = lab.load("digits").normalized()
    encoder = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(16),
        ]
    )
    left, right = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    difference = layers.Subtract()([encoder(left), encoder(right)])
    distance = layers.Multiply()([difference, difference])
    model = keras.Model([left, right], layers.Dense(1, activation="sigmoid")(distance))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    x, y = pairs(digits.x_train, digits.y_train, 20_000, lab.seed)
    test = pairs(digits.x_test, digits.y_test, 2_000, 100 + lab.seed)
    run = lab.fit(model, x, y, epochs=20, batch_size=32, validation_data=test, name="Siamese")
    return {"parameters": model.count_params(), "accuracy": run.history["val_accuracy"][-1]}


def heads(weight: float) -> Any:
    """Return what measures three heads with this weight of the ink's loss."""

    def measure(lab: Lab) -> dict[str, float]:
        digits = lab.load("digits").normalized()
        model = _three_heads(weight)
        run = lab.fit(
            model,
            digits.x_train,
            _answers(digits.x_train, digits.y_train),
            epochs=10,
            batch_size=32,
            validation_data=(digits.x_test, _answers(digits.x_test, digits.y_test)),
            name=f"Three heads, weight {weight:g}",
        )
        return {"digit": run.history["val_digit_accuracy"][-1]}

    return measure


def _answers(images: NDArray[Any], labels: NDArray[Any]) -> dict[str, NDArray[Any]]:
    return {"digit": labels, "odd": labels % 2, "ink": images.sum(axis=(1, 2, 3))}


def _three_heads(weight: float) -> KerasModel:
    keras = load_keras()
    layers = keras.layers
    image = keras.Input((8, 8, 1))
    x = layers.Dense(64, activation="relu")(layers.Flatten()(image))
    model: KerasModel = keras.Model(
        image,
        {
            "digit": layers.Dense(10, activation="softmax", name="digit")(x),
            "odd": layers.Dense(1, activation="sigmoid", name="odd")(x),
            "ink": layers.Dense(1, name="ink")(x),
        },
    )
    model.compile(
        "adam",
        {"digit": "sparse_categorical_crossentropy", "odd": "binary_crossentropy", "ink": "mse"},
        loss_weights={"digit": 1.0, "odd": 1.0, "ink": weight},
        metrics={"digit": ["accuracy"], "odd": ["accuracy"]},
    )
    return model


_OURS = tr("The source has no data for such a model, and prints no figure.")

TUTORIAL = Tutorial(
    number=24,
    rows=(
        Row(
            system="twins",
            figure="chain",
            title=tr("Parameters of the chain"),
            printed="3,466",
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="twins",
            figure="graph",
            title=tr("Parameters of the graph"),
            printed="3,466",
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="siamese",
            figure="accuracy",
            title=tr("Same digit or not, accuracy"),
            where=SOURCE,
            why=_OURS,
        ),
        Row(
            system="equal",
            figure="digit",
            title=tr("Three heads with equal weights, accuracy of the digit"),
            where=SOURCE,
            why=_OURS,
        ),
        Row(
            system="balanced",
            figure="digit",
            title=tr("Three heads with balanced weights, accuracy of the digit"),
            where=SOURCE,
            why=_OURS,
        ),
    ),
    systems=(
        System("twins", twins, tr("64 → 32 → 32 → 10"), seeds=1),
        System("siamese", siamese, tr("20,000 pairs of 8×8 digits, 20 epochs")),
        System("equal", heads(1.0), tr("8×8 digits, 10 epochs")),
        System("balanced", heads(BALANCED), tr("8×8 digits, 10 epochs")),
    ),
)
