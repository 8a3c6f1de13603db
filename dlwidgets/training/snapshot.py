"""Copies of a model's weights, taken when no step is running."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.training.cloning import set_weights_often
from dlwidgets.training.learning_rate import held_optimizers
from dlwidgets.training.weight_calls import WeightReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The weights of a model after a step.

    Args:
        _values: Copies of all weights, in the order of ``model.get_weights()``: arrays, or tensors
            on the CPU.
        step: Steps done when it was taken.
        epoch: The epoch as a fraction.
        time: Seconds of training, pauses left out.
        _seeds: Copies of what `seed_states` returns, None if they weren't kept.
    """

    _values: Sequence[Any] = field(repr=False)
    step: int
    epoch: float
    time: float
    _seeds: Sequence[NDArray[Any]] | None = field(default=None, repr=False)

    @property
    def weights(self) -> tuple[NDArray[Any], ...]:
        """All weights, in the order of ``model.get_weights()``; they can't be written to."""
        arrays = tuple(np.asarray(v).view() for v in self._values)
        for array in arrays:
            array.flags.writeable = False
        return arrays

    @property
    def nbytes(self) -> int:
        """Memory of the weights in bytes."""
        return sum(np.asarray(v).nbytes for v in self._values)

    @property
    def finite(self) -> bool:
        """Whether no weight is NaN or infinite."""
        return not self.non_finite

    @property
    def non_finite(self) -> frozenset[int]:
        """The indices of the weights that hold NaN or infinity."""
        return frozenset(
            i
            for i, w in enumerate(map(np.asarray, self._values))
            if w.dtype.kind in _FLOATS and _not_finite(w)
        )

    def fits(self, model: KerasModel) -> bool:
        """Whether the weights of `model` have the shapes of these."""
        return [tuple(w.shape) for w in model.weights] == [tuple(v.shape) for v in self._values]

    def load_into(self, model: KerasModel) -> None:
        """Set the weights of `model`, which has the architecture of the one it was taken from.

        Raises:
            ValueError: The model has other weights; the message names both shapes.
        """
        if not self.fits(model):
            wanted = [tuple(w.shape) for w in model.weights]
            shapes = [tuple(v.shape) for v in self._values]
            raise ValueError(
                tr(
                    "Expected a snapshot of a model with the same weights. Received: weights of "
                    "shapes {shapes} for a model with shapes {wanted}",
                    shapes=str(shapes),
                    wanted=str(wanted),
                )
            )
        set_weights_often(model, self._values)

    def give_back_seeds(self, model: KerasModel) -> None:
        """Let the model's seed generators give the numbers that followed the snapshot.

        Training that goes on from here drops the same units as it did then. Does nothing if the
        states weren't kept.

        Args:
            model: The model that it was taken from.
        """
        states = seed_states(model)
        if self._seeds is not None and len(self._seeds) == len(states):
            for variable, value in zip(states, self._seeds, strict=True):
                variable.assign(value)


def seed_states(model: KerasModel) -> list[Any]:
    """Return the variables of a model that aren't weights: the states of its seed generators.

    `Dropout` and layers that augment images draw from such generators. Keras saves the states
    neither with a model nor with its weights.

    Args:
        model: A built Keras model.

    Example:
        >>> import keras
        >>> from dlwidgets.training.snapshot import seed_states
        >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.5, seed=3)])
        >>> [state.numpy().tolist() for state in seed_states(model)]
        [[3, 0]]
    """
    weights = {id(weight) for weight in model.weights}
    return [one for one in model.variables if id(one) not in weights]


def _copies(variables: Sequence[Any]) -> tuple[NDArray[Any], ...]:
    return tuple(np.array(variable.numpy()) for variable in variables)


# NumPy knows bfloat16, which an extension package defines, only as "V", raw bytes.
_FLOATS = "fcV"

_BLOWN_UP = 10.0  # times as large as before, or as 1


def _not_finite(weights: NDArray[Any]) -> bool:
    return not np.isfinite(weights).all()


def _blown_up(before: Snapshot, after: Snapshot | None) -> bool:
    if after is None:
        return False
    pairs = zip(before.weights, after.weights, strict=True)
    return any(_largest(new) > _BLOWN_UP * max(1.0, _largest(old)) for old, new in pairs)


def _largest(weights: NDArray[Any]) -> float:
    if weights.dtype.kind not in _FLOATS or not weights.size:
        return 0.0
    found = np.abs(weights.astype(np.complex128 if weights.dtype.kind == "c" else np.float64))
    return float(found.max(where=np.isfinite(found), initial=0.0))


def mend_optimizer(model: KerasModel) -> None:
    """Set the state of a model's optimizers to zero wherever it is NaN or infinite.

    Args:
        model: A compiled Keras model. One with a custom train step, such as a GAN, may hold
            further optimizers as attributes.
    """
    for variable in (v for one in held_optimizers(model).values() for v in one.variables):
        value = variable.numpy()
        if value.dtype.kind in _FLOATS and _not_finite(value):
            variable.assign(np.zeros_like(value))


class Keeper:
    """Keeps a recent good snapshot, and spends a bounded share of the time on copying.

    Good are weights from which training can go on. All of these hold:

    - Training made none of them NaN or infinite.
    - The loss of the step that made them is *sane*: finite, and at most ten times the size of the
      first step's loss (or of 1, where that is larger).
    - They aren't what a step blew up: if the loss of the next step isn't sane and a weight is ten
      times as large as in the snapshot before, that one is kept instead. For the time until the
      next step two snapshots are in memory.

    So nothing that is copied after a failure replaces what was kept before it.

    Args:
        share: Part of the training time that the copies may take, 0 to 1.
        interval: Seconds between two copies at least.
    """

    def __init__(self, share: float = 0.002, interval: float = 1.0) -> None:
        self._share, self._interval = share, interval
        self._next = 0.0
        self._exempt: frozenset[int] = frozenset()
        self._weights = 0
        self._reader = WeightReader()
        self._before: Snapshot | None = None  # until the step that follows `latest` has its loss
        self.latest: Snapshot | None = None
        """The newest good snapshot; None if there is none."""

    def begin(self, model: KerasModel) -> None:
        """Keep the weights from before training, whatever happens in the first step.

        Those that are not finite even then, such as a mask's, are accepted from now on.

        Args:
            model: The model. If its first step makes the weights, there are none to keep.
        """
        if not model.weights:
            return
        weights = tuple(np.array(w) for w in model.get_weights())
        first = Snapshot(weights, 0, 0.0, 0.0, _copies(seed_states(model)))
        self._exempt, self._weights, self.latest = first.non_finite, len(model.weights), first

    def knows(self, model: KerasModel) -> bool:
        """Whether the model has no other weights than at `begin`."""
        return len(model.weights) == self._weights

    def begin_late(self, model: KerasModel, *, step: int, epoch: float, seconds: float) -> None:
        """Begin with a model whose weights were made by its first step.

        Args:
            model: The model, after that step.
            step: Steps done.
            epoch: The epoch as a fraction.
            seconds: Seconds of training.
        """
        weights = tuple(np.array(w) for w in model.get_weights())
        self._weights, self.latest, self._before = len(weights), None, None
        # Their earlier values aren't known: infinity is what masks hold, NaN what a step leaves.
        self._exempt = frozenset(
            i
            for i in Snapshot(weights, step, epoch, seconds).non_finite
            if not np.isnan(weights[i]).any()
        )

    def ruined(self, snapshot: Snapshot) -> bool:
        """Whether training made weights NaN or infinite."""
        return bool(snapshot.non_finite - self._exempt)

    def due(self) -> bool:
        """Whether the next copy may be taken now."""
        return time.perf_counter() >= self._next

    def followed(self, *, sane: bool) -> None:
        """Note the loss of the step that followed the newest snapshot.

        Args:
            sane: Whether it is: see the class.
        """
        before, self._before = self._before, None
        if before is not None and not sane and _blown_up(before, self.latest):
            self.latest = before

    def keep(
        self, model: KerasModel, *, step: int, epoch: float, seconds: float, sane: bool = True
    ) -> Snapshot:
        """Copy the weights now; only good ones become `latest`.

        Args:
            model: The model, between two steps.
            step: Steps done.
            epoch: The epoch as a fraction.
            seconds: Seconds of training.
            sane: Whether the loss of the last step is: see the class.
        """
        started = time.perf_counter()
        seeds = _copies(seed_states(model))
        snapshot = Snapshot(self._reader.read(model), step, epoch, seconds, seeds)
        if sane and not self.ruined(snapshot):
            if self._before is None:  # otherwise the newest one isn't known to be good yet
                self._before = self.latest
            self.latest = snapshot
        now = time.perf_counter()
        self._next = now + max(self._interval, (now - started) / self._share)
        return snapshot
