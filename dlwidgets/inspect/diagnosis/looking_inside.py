"""A model's insides for a few samples: dead units, gradients, and how far the weights moved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.inspect.diagnosis.facts import InsideFacts
from dlwidgets.inspect.layers import layers_of
from dlwidgets.inspect.tracking import GradientProbe, compiled_loss
from dlwidgets.inspect.weights import dead_units
from dlwidgets.training.errors import explain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested

MAX_SAMPLES = 256
"""Samples that a model is asked about."""


class InsideProbe:
    """Asks a model about the same few samples again and again.

    What can't be computed for a model is left out from then on.

    Args:
        x: A batch of samples, as the model takes it.
        y: Their targets, for gradients; `None` for none.
        loss: As `compile` takes it; `None` for no gradients.
        loss_weights: As `compile` takes it.
        initial: The weights before the first step, as ``model.get_weights()`` gives them; `None` if
            they aren't known.

    Example:
        >>> from dlwidgets.inspect.diagnosis.looking_inside import InsideProbe
        >>> x = np.ones((4, 3), "float32")
        >>> facts = InsideProbe(x, np.ones(4), "mse").ask(dl.models.mlp((3,), 1, hidden=(2,)))
        >>> len(facts.dead), len(facts.gradients)
        (1, 2)
    """

    def __init__(
        self,
        x: Nested,
        y: Any = None,
        loss: Any = None,
        loss_weights: Any = None,
        *,
        initial: Sequence[NDArray[Any]] | None = None,
    ) -> None:
        self._x, self._initial = x, initial
        self._gradients: GradientProbe | None = None
        if y is not None and loss is not None:
            self._gradients = GradientProbe(x, y, loss, loss_weights)
        self._problems: dict[str, str] = {}

    def ask(self, model: KerasModel) -> InsideFacts:
        """Return what the model looks like inside.

        Args:
            model: A built Keras model; the first call for it builds graphs.
        """
        dead = self._try(
            "dead", lambda: {n: d.share for n, d in dead_units(model, self._x).items()}
        )
        probe = self._gradients
        gradients = {} if probe is None else self._try("gradients", lambda: probe.norms(model))
        moved = self._try("moved", lambda: self._moved(model))
        return InsideFacts(dead, gradients, moved, tuple(dict.fromkeys(self._problems.values())))

    def _try(self, name: str, look: Callable[[], dict[str, float]]) -> dict[str, float]:
        if name in self._problems:
            return {}
        try:
            return look()
        except Exception as error:  # noqa: BLE001 - the user's model, loss or data
            self._problems[name] = explain(error)
            return {}

    def _moved(self, model: KerasModel) -> dict[str, float]:
        if self._initial is None or len(self._initial) != len(model.weights):
            return {}
        before = {id(w): a for w, a in zip(model.weights, self._initial, strict=True)}
        found = {}
        for path, layer in layers_of(model):
            # Those that begin with zeros, such as biases, have no size to compare with.
            pairs = [
                (before[id(w)], np.asarray(w))
                for w in layer.trainable_weights
                if id(w) in before and before[id(w)].any()
            ]
            size = math.sqrt(sum(float(np.square(a, dtype=np.float64).sum()) for a, _ in pairs))
            way = sum(float(np.square(b - a, dtype=np.float64).sum()) for a, b in pairs)
            if size > 0 and math.isfinite(way):
                found[path] = math.sqrt(way) / size
        return found


def inside_facts(
    model: KerasModel,
    x: Nested,
    y: Any = None,
    *,
    loss: Any = None,
    initial: Sequence[NDArray[Any]] | None = None,
) -> InsideFacts:
    """Look inside a model for a few samples.

    Args:
        model: A built Keras model.
        x: A batch of samples, as the model takes it; a few hundred tell more than a few.
        y: Their targets, for gradients; `None` for none.
        loss: As `compile` takes it. Default: the loss that the model is compiled with.
        initial: The weights before the first step, as ``model.get_weights()`` gives them.

    Example:
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> digits = dl.data.load("digits").normalized()
        >>> x, y = digits.x_test[:64], digits.y_test[:64]
        >>> sorted(dl.inspect.diagnosis.inside_facts(model, x, y).problems)
        []
    """
    given, weights = (loss, None) if loss is not None else compiled_loss(model)
    return InsideProbe(x, y, given, weights, initial=initial).ask(model)
