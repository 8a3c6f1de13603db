"""The distribution of a layer's weights, and its dead units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.activations import activation_layers, activations
from dlwidgets.inspect.layers import SEPARATOR, layers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel

NEAR_ZERO = 0.01
"""Weights smaller than this part of their root mean square count as near zero."""


@dataclass(frozen=True, eq=False)
class WeightStats:
    """The distribution of weights.

    Attributes:
        counts: Weights per bin, int64, shape (bins,).
        edges: Of the bins, shape (bins + 1,).
        size: How many weights, those that are not finite included.
        mean: Of the finite ones; NaN if there are none, as the four that follow.
        std: Their standard deviation.
        minimum: The smallest.
        maximum: The largest.
        near_zero: The share of them that is near zero (see `NEAR_ZERO`), 0 to 1.
        not_finite: How many are NaN or infinite.
    """

    counts: NDArray[np.int64]
    edges: NDArray[np.float64]
    size: int
    mean: float
    std: float
    minimum: float
    maximum: float
    near_zero: float
    not_finite: int


def weight_stats(
    weights: Any, *, bins: int = 40, limits: tuple[float, float] | None = None
) -> WeightStats:
    """Return the histogram of weights, their moments, and how many are near zero.

    Args:
        weights: An array of any shape, or several of them, as ``layer.get_weights()`` gives.
        bins: Of the histogram, at least 1.
        limits: Smallest and largest value of the histogram; by default those of the weights.

    Returns:
        Counts, moments, and the share near zero. NaN and infinite values are counted by themselves.

    Raises:
        ValueError: No bins, or limits of which the first is not below the second.

    Example:
        >>> stats = dl.inspect.weight_stats(np.array([-1.0, 0.0, 0.0, 1.0]), bins=2)
        >>> stats.counts.tolist(), stats.near_zero
        ([1, 3], 0.5)
    """
    if bins < 1:
        message = tr(
            "Expected `bins` of at least 1. Received: {bins}",
            bins=repr(bins),
        )
        raise ValueError(message)
    if limits is not None and not limits[0] < limits[1]:
        message = tr(
            "Expected `limits` with the smaller value first. Received: {limits}",
            limits=repr(limits),
        )
        raise ValueError(message)
    arrays = weights if isinstance(weights, (list, tuple)) else [weights]
    flat = [np.asarray(a).astype(np.float64).ravel() for a in arrays]
    values = np.concatenate(flat) if flat else np.zeros(0)
    finite = values[np.isfinite(values)]
    if not finite.size:
        empty = np.linspace(*(limits or (0.0, 1.0)), bins + 1)
        nan = float("nan")
        counts = np.zeros(bins, np.int64)
        return WeightStats(counts, empty, values.size, nan, nan, nan, nan, nan, values.size)
    low, high = float(finite.min()), float(finite.max())
    counts, edges = np.histogram(finite, bins=bins, range=limits or _apart(low, high))
    size = float(np.sqrt((finite**2).mean()))
    return WeightStats(
        counts=counts.astype(np.int64),
        edges=edges.astype(np.float64),
        size=int(values.size),
        mean=float(finite.mean()),
        std=float(finite.std()),
        minimum=low,
        maximum=high,
        near_zero=float((np.abs(finite) <= NEAR_ZERO * size).mean()),
        not_finite=int(values.size - finite.size),
    )


def _apart(low: float, high: float) -> tuple[float, float]:
    """Limits that differ, also for weights that are all the same."""
    room = 1e-6 * max(abs(low), abs(high), 1e-6)
    return (low, high) if high - low > room else (low - 0.5, high + 0.5)


@dataclass(frozen=True, eq=False)
class DeadUnits:
    """Which units of a layer with ReLU were 0 for every sample.

    Attributes:
        dead: bool, shape (units,); of a convolution a unit is a filter, at all positions.
    """

    dead: NDArray[np.bool_]

    @property
    def count(self) -> int:
        """The number of dead units."""
        return int(self.dead.sum())

    @property
    def share(self) -> float:
        """The fraction of all units, 0 to 1."""
        return float(self.dead.mean()) if self.dead.size else 0.0


def dead_units(
    model: KerasModel, x: Any, layers: Sequence[str] | None = None
) -> dict[str, DeadUnits]:
    """Return the units with ReLU whose output is 0 for every sample of a batch.

    The gradient through such a unit is 0, so training on these samples doesn't change it.

    Args:
        model: A built Keras model that can be traced (see `trace`).
        x: A batch of probe samples, as the model takes it; a few hundred tell more than a few.
        layers: Path names of the layers; `None` for all. Those without ReLU have no dead units and
            are left out.

    Returns:
        For each layer with ReLU, by path name. A shared layer's unit is dead if it is in all uses.

    Raises:
        ValueError: The model can't be traced, or the batch doesn't fit it.

    Source:
        Glorot, Bordes and Bengio, "Deep Sparse Rectifier Neural Networks", AISTATS 2011, on what
        hard zeros cost; He et al., "Delving Deep into Rectifiers", ICCV 2015.

    Example:
        >>> x = np.ones((3, 4), "float32")
        >>> model = dl.models.mlp((4,), 2, hidden=(5,))
        >>> list(dl.inspect.dead_units(model, x))[0].startswith("dense")
        True
    """
    wanted = {path for path, layer in layers_of(model) if _cuts_off(layer)}
    if layers is not None:
        wanted &= set(layers)
    if not wanted:
        return {}
    uses: dict[str, list[str]] = {}
    for name in activation_layers(model):
        # Each part of a path may be a second use: "tower:2/dense".
        path = SEPARATOR.join(part.partition(":")[0] for part in name.split(SEPARATOR))
        if path in wanted:
            uses.setdefault(path, []).append(name)
    outputs = activations(model, x, [name for names in uses.values() for name in names])
    return {
        path: DeadUnits(np.all([_silent(outputs[name]) for name in names], axis=0))
        for path, names in uses.items()
    }


def _cuts_off(layer: AnyLayer) -> bool:
    """Return whether a layer gives 0 for everything below 0."""
    keras = load_keras()
    if isinstance(layer, keras.layers.ReLU):
        return not float(layer.negative_slope or 0) and not float(layer.threshold or 0)
    cutting = (keras.activations.relu, keras.activations.relu6)
    return getattr(layer, "activation", None) in cutting and not isinstance(layer, keras.layers.RNN)


def _silent(output: NDArray[Any]) -> NDArray[np.bool_]:
    silent: NDArray[np.bool_] = (output.reshape(-1, output.shape[-1]) == 0).all(axis=0)
    return silent
