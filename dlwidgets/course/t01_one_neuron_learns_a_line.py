"""Figures of tutorial 1: one neuron that learns the line y = 2x - 1 in 500 epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets.course.lab import Lab

FIRST_WEIGHT = 0.13206077
"""The only first weight that Keras can draw whose loss is 13.4237, with a bias of 0.

The losses of w are a parabola, `31/6 · (w - 2)² + 3 · (w - 2) + 1`. Of its two solutions, 3.287 is
larger than Glorot's limit for one input and one output, √3.
"""
_RATE = 0.01
_WHERE = "A brief introduction to deep neural networks, 1"


def from_a_random_weight(lab: Lab) -> dict[str, float]:
    """Train the neuron from the weight that Keras draws."""
    return _trained(lab, None)


def from_the_printed_loss(lab: Lab) -> dict[str, float]:
    """Train the neuron from the weight that has the first loss that the source prints."""
    return _trained(lab, FIRST_WEIGHT)


def _trained(lab: Lab, first: float | None) -> dict[str, float]:
    keras = load_keras()
    line = lab.load("line")
    neuron: Any = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    neuron.compile(keras.optimizers.SGD(_RATE), loss="mse")
    if first is not None:
        neuron.set_weights([np.array([[first]], np.float32), np.zeros(1, np.float32)])
    run = lab.fit(neuron, line.x_train, line.y_train, epochs=500, name="neuron")
    w, b = (float(weights.ravel()[0]) for weights in neuron.get_weights())
    losses = run.history["loss"]
    return {
        "first_loss": losses[0],
        "last_loss": losses[-1],
        "w": w,
        "b": b,
        "at_10": w * 10 + b,
        "at_5": w * 5 + b,
    }


def _row(system: str, figure: str, title: str, printed: str, digits: int, **options: str) -> Row:
    return Row(
        system=system,
        figure=figure,
        title=title,
        printed=printed,
        where=_WHERE,
        digits=digits,
        **options,
    )


_RANDOM = tr("Another random first weight, so another place on the same way.")
_FIRST = tr("Loss of the first epoch")
_LAST = tr("Loss of the last epoch")

TUTORIAL = Tutorial(
    number=1,
    rows=(
        _row("random", "first_loss", _FIRST, "13.4237", 4, why=_RANDOM),
        _row("random", "last_loss", _LAST, "3.8166e-05", 9, why=_RANDOM, metric="loss"),
        _row("random", "w", tr("Weight w"), "1.9973876", 7, why=_RANDOM),
        _row("random", "b", tr("Bias b"), "−0.99190086", 8, why=_RANDOM),
        _row(
            "random",
            "at_10",
            tr("Prediction for x = 10"),
            "8.995028",
            6,
            why=tr("The rule says 19. The source's number belongs to x = 5."),
        ),
        _row("printed", "first_loss", _FIRST, "13.4237", 4),
        _row("printed", "last_loss", _LAST, "3.8166e-05", 9),
        _row("printed", "w", tr("Weight w"), "1.9973876", 7),
        _row("printed", "b", tr("Bias b"), "−0.99190086", 8),
        _row(
            "printed",
            "at_5",
            tr("Prediction for x = 5"),
            "8.995028",
            6,
            why=tr("The printed weights give 8.995037 as well: the source has a digit slip."),
        ),
    ),
    systems=(
        System("random", from_a_random_weight, about=tr("From a random first weight")),
        System(
            "printed",
            from_the_printed_loss,
            about=tr("From the source's first weight, w = 0.13206"),
            seeds=1,
        ),
    ),
)
