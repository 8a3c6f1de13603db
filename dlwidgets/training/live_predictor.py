"""Predictions of a model while it trains, without touching the one that trains."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.inspect.final_activation import ending
from dlwidgets.training.model_source import ModelSource

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect.final_activation import Ending
    from dlwidgets.training.run import Run


class Viewer:
    """Predictions of a Run's model as it is now, from a copy that follows its snapshots.

    A model that cannot be cloned is read between two executions instead, which holds the training
    up for the time of one prediction.

    Args:
        run: The Run to look at; its model need not be built yet.

    Example:
        >>> viewer = Viewer(run)  # doctest: +SKIP
        >>> viewer.predict(x[:24]).shape  # doctest: +SKIP
        (24, 10)
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._source = ModelSource(run)
        self._lock = threading.Lock()
        self.seconds = 0.0
        """What the last prediction cost, without the wait for a boundary of a copied model."""
        self.ending: Ending = ""
        """The last activation on the way to that prediction; "" if it is not known."""

    @property
    def step(self) -> int:
        """Steps done by the weights of the last prediction; -1 before the first."""
        return self._source.step

    @property
    def cloned(self) -> bool | None:
        """Whether predictions come from a copy; None before the first."""
        return self._source.cloned

    @property
    def ready(self) -> bool:
        """Whether the model has weights yet."""
        return self._source.ready

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """The model's output for a batch, as of the newest boundary.

        Args:
            x: A batch that fits into memory at once.

        Returns:
            The output array; of a model with several outputs the first.

        Raises:
            NotBuiltError: The model has no weights yet.
            TimeoutError: The run reached no boundary within a minute.
        """
        with self._lock:
            self._source.refresh()
            started = time.perf_counter()
            output, self.ending = self._source.use(lambda model: _forward(model, x))
            self.seconds = time.perf_counter() - started
            return output


def _forward(model: Any, x: NDArray[Any]) -> tuple[NDArray[Any], Ending]:
    """The first output, and how it ends."""
    tf, keras = load()
    found = model(tf.convert_to_tensor(x), training=False)
    first = found
    if isinstance(found, dict):
        first = next(iter(found.values()))
    elif isinstance(found, (list, tuple)):
        first = found[0]
    # Keras counts the outputs in a dict in the order of their names.
    which = next(i for i, one in enumerate(keras.tree.flatten(found)) if one is first)
    return np.asarray(first), ending(model, which)
