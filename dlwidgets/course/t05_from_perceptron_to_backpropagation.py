"""Figures of tutorial 5: gradients by the formulas of δ, size of a network, first weights."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.course.lab import Lab

    Array = NDArray[np.float64]

_UNITS = (3, 4, 3, 2)
_EPSILON = 1e-5
_EPOCHS = 30
_WHERE = "Neural networks (a chapter on TensorFlow 2), 2.1 and 2.2"


def gradients(lab: Lab) -> dict[str, float]:
    """Compare the formulas of δ with TensorFlow and with finite differences, for 39 weights."""
    random = np.random.default_rng(lab.seed)
    kernels = [random.uniform(-1, 1, shape) for shape in itertools.pairwise(_UNITS)]
    biases = [random.uniform(-1, 1, units) for units in _UNITS[1:]]
    x = random.uniform(-1, 1, _UNITS[0])
    y = np.eye(_UNITS[-1])[0]
    ours = _backward(kernels, biases, x, y)
    theirs = _by_tensorflow(kernels, biases, x, y)
    weights = [*kernels, *biases]
    tried = [_by_differences(weights, array, x, y) for array in weights]
    return {
        "tensorflow": max(np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True)),
        "differences": max(np.abs(a - b).max() for a, b in zip(ours, tried, strict=True)),
    }


def _forward(kernels: Sequence[Array], biases: Sequence[Array], x: Array) -> list[Array]:
    outputs = [x]
    for kernel, bias in zip(kernels, biases, strict=True):
        outputs.append(1 / (1 + np.exp(-(outputs[-1] @ kernel + bias))))
    return outputs


def _backward(kernels: Sequence[Array], biases: Sequence[Array], x: Array, y: Array) -> list[Array]:
    """Return the gradients of all kernels, then of all biases."""
    outputs = _forward(kernels, biases, x)
    deltas = [outputs[-1] - y]
    for kernel, output in zip(kernels[:0:-1], outputs[-2:0:-1], strict=True):
        deltas.insert(0, kernel @ deltas[0] * output * (1 - output))
    products = [np.outer(a, delta) for a, delta in zip(outputs[:-1], deltas, strict=True)]
    return [*products, *deltas]


def _cost(weights: Sequence[Array], x: Array, y: Array) -> float:
    count = len(_UNITS) - 1
    answer = _forward(weights[:count], weights[count:], x)[-1]
    return -float(np.sum(y * np.log(answer) + (1 - y) * np.log(1 - answer)))


def _by_differences(weights: Sequence[Array], array: Array, x: Array, y: Array) -> Array:
    found = np.zeros_like(array)
    for place in np.ndindex(array.shape):
        kept = array[place]
        array[place] = kept + _EPSILON
        above = _cost(weights, x, y)
        array[place] = kept - _EPSILON
        below = _cost(weights, x, y)
        array[place] = kept
        found[place] = (above - below) / (2 * _EPSILON)
    return found


def _by_tensorflow(
    kernels: Sequence[Array], biases: Sequence[Array], x: Array, y: Array
) -> list[Array]:
    tf, keras = load()
    layers = [keras.layers.Dense(n, activation="sigmoid", dtype="float64") for n in _UNITS[1:]]
    model: Any = keras.Sequential([keras.Input((_UNITS[0],), dtype="float64"), *layers])
    for layer, kernel, bias in zip(layers, kernels, biases, strict=True):
        layer.set_weights([kernel, bias])
    variables = [layer.kernel for layer in layers] + [layer.bias for layer in layers]
    with tf.GradientTape() as tape:
        answer = model(x[np.newaxis])[0]
        cost = -tf.reduce_sum(y * tf.math.log(answer) + (1 - y) * tf.math.log(1 - answer))
    return [np.asarray(gradient) for gradient in tape.gradient(cost, variables)]


def small(lab: Lab) -> dict[str, float]:
    """Train one hidden layer of 32 sigmoid units on the digits."""
    return _digits(lab, "small", (32,), "sigmoid", rate=0.005)


def deep(lab: Lab) -> dict[str, float]:
    """Train ten hidden layers of 200 sigmoid units."""
    return _digits(lab, "deep", (200,) * 10, "sigmoid", rate=0.001)


def deep_relu(lab: Lab) -> dict[str, float]:
    """Train ten hidden layers of 200 units with relu."""
    return _digits(lab, "deep relu", (200,) * 10, "relu", rate=0.001)


def zeros(lab: Lab) -> dict[str, float]:
    """Train the small network from weights that are all 0."""
    return _digits(lab, "zeros", (32,), "sigmoid", rate=0.005, initializer="zeros")


def _digits(
    lab: Lab,
    name: str,
    units: Sequence[int],
    activation: str,
    *,
    rate: float,
    initializer: str = "glorot_uniform",
) -> dict[str, float]:
    _, keras = load()
    digits = lab.load("digits").normalized()
    dense = keras.layers.Dense
    model: Any = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            *(dense(n, activation=activation, kernel_initializer=initializer) for n in units),
            dense(10, activation="softmax", kernel_initializer=initializer),
        ]
    )
    optimizer = keras.optimizers.Adam(rate)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    lab.fit(model, digits.x_train, digits.y_train, epochs=_EPOCHS, batch_size=32, name=name)
    _, accuracy = model.evaluate(digits.x_test, digits.y_test, verbose=0)
    return {"test_accuracy": accuracy, "weights": model.count_params()}


_NONE = tr("The source prints no figure.")


def _row(system: str, figure: str, title: str, digits: int, metric: str = "") -> Row:
    return Row(
        system=system,
        figure=figure,
        title=title,
        where=_WHERE,
        why=_NONE,
        digits=digits,
        metric=metric,
    )


TUTORIAL = Tutorial(
    number=5,
    rows=(
        _row("gradients", "tensorflow", tr("Formulas minus TensorFlow, at most"), 17),
        _row("gradients", "differences", tr("Formulas minus finite differences, at most"), 12),
        _row("small", "weights", tr("Weights, 32 units"), 0),
        _row("small", "test_accuracy", tr("Test accuracy, 32 units"), 3, "val_accuracy"),
        _row("deep", "weights", tr("Weights, ten layers of 200"), 0),
        _row("deep", "test_accuracy", tr("Test accuracy, ten layers of 200"), 3),
        _row("deep_relu", "test_accuracy", tr("Test accuracy, ten layers with relu"), 3),
        _row("zeros", "test_accuracy", tr("Test accuracy, 32 units from zeros"), 3),
    ),
    systems=(
        System("gradients", gradients, about=tr("Gradients of a network with units 3, 4, 3, 2")),
        System("small", small, about=tr("Digits, 32 sigmoid units, 30 epochs")),
        System("deep", deep, about=tr("Digits, ten layers of 200 sigmoid units"), seeds=1),
        System(
            "deep_relu",
            deep_relu,
            about=tr("Digits, ten layers of 200 units with relu"),
            seeds=1,
        ),
        System("zeros", zeros, about=tr("Digits, 32 sigmoid units, all weights begin at 0")),
    ),
)
