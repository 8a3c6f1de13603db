"""The learning rates that a schedule gives to many steps, computed at once."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import compiled, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_CLOSE = 1e-5  # relative, of float32


class ScheduleCurve:
    """The learning rates of an optimizer that follows a schedule.

    Args:
        optimizer: The optimizer.

    Example:
        >>> import keras
        >>> from dlwidgets.training.schedules import ScheduleCurve
        >>> decay = keras.optimizers.schedules.CosineDecay(0.1, 100)
        >>> curve = ScheduleCurve(keras.optimizers.SGD(decay))
        >>> curve.at(np.array([0, 50, 100])).round(3).tolist()
        [0.1, 0.05, 0.0]
    """

    def __init__(self, optimizer: Any) -> None:
        self._tf, self._keras = load()
        self._optimizer, self._counter = optimizer, self._counter_of(optimizer)
        self._schedule = self._schedule_of(optimizer)
        self._way: Callable[[Any], Any] | None = None
        if self._schedule is None:
            return
        # One graph for stretches of any length.
        signature = [self._tf.TensorSpec([None], self._tf.int64)]
        for way in (self._schedule, compiled(self._one_by_one, input_signature=signature)):
            if self._agrees(way):
                self._way = way
                return

    @property
    def known(self) -> bool:
        """Whether the schedule can be computed without the optimizer."""
        return self._way is not None

    @property
    def iterations(self) -> int:
        """The optimizer's count of steps, from which it computes its learning rate."""
        counter = self._optimizer.iterations if self._counter is None else self._counter
        return int(counter)

    def at(self, iterations: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the learning rates of steps.

        Args:
            iterations: The optimizer's count of steps before each of them, shape (n,).
        """
        assert self._way is not None, "the caller has looked"
        return self._computed(self._way, iterations)

    def _counter_of(self, optimizer: Any) -> Any:
        """Return the variable that counts the steps where `iterations` doesn't; else None.

        An optimizer that accumulates gradients tells how often it has used them, which isn't what
        its schedule gets: see `gradient_accumulation_steps` in Keras's documentation.
        """
        if not getattr(optimizer, "gradient_accumulation_steps", None):
            return None
        return next((one for one in optimizer.variables if one.name == "iteration"), None)

    def _schedule_of(self, optimizer: Any) -> Any:
        """Return a schedule like that of an optimizer; None if there is none that can be copied."""
        try:
            with warnings.catch_warnings():  # Keras's, of a function that is to be loaded again
                warnings.simplefilter("ignore")
                config = optimizer.get_config().get("learning_rate")
            if not isinstance(config, dict):
                return None
            schedule = self._keras.optimizers.schedules.deserialize(config)
        except Exception:  # noqa: BLE001 - a schedule of the user's own may raise anything
            return None
        return schedule if callable(schedule) else None

    def _one_by_one(self, iterations: Any) -> Any:
        return self._tf.vectorized_map(self._schedule, iterations)

    def _computed(self, way: Callable[[Any], Any], iterations: NDArray[Any]) -> NDArray[np.float64]:
        with self._tf.device("CPU"):
            found = way(self._tf.constant(iterations, self._tf.int64))
        return np.broadcast_to(np.asarray(found, np.float64), iterations.shape)

    def _agrees(self, way: Callable[[Any], Any]) -> bool:
        """Whether many steps at once get what each gets alone, and the optimizer gets now."""
        now = self.iterations
        steps = np.array([now, 0, now // 2, now, now + 1, now + 7, now + 1000, now + 1_000_000])
        try:
            with self._tf.device("CPU"):
                alone = [float(self._optimizer.learning_rate)]
                alone += [
                    float(self._schedule(self._tf.constant(s, self._tf.int64))) for s in steps[1:]
                ]
            # A rate that ends near 0 is a difference of larger numbers, with their rounding.
            least = _CLOSE * np.abs(alone).max()
            return bool(np.allclose(self._computed(way, steps), alone, rtol=_CLOSE, atol=least))
        except Exception:  # noqa: BLE001 - a schedule of the user's own may raise anything
            return False
