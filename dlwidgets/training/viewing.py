"""Looking at a model while it trains, without touching the one that trains."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load, load_keras

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.run import Run

_BOUNDARY_TIMEOUT = 60.0  # seconds; one step of a large model can take long


def clone(model: Any) -> Any | None:
    """A model of the same architecture with weights of its own, None if there is no way to one.

    Args:
        model: A built Keras model. It can be cloned where its ``get_config`` and ``from_config``,
            and those of its layers, describe it whole.

    Returns:
        A model whose weights have the same shapes, uncompiled.
    """
    keras = load_keras()
    try:
        if isinstance(model, keras.Sequential) or hasattr(model, "inputs"):
            copy = keras.models.clone_model(model)
        else:
            copy = _from_config(model)
    except (TypeError, ValueError, NotImplementedError, AttributeError):
        # Each is how a model, or a layer of it, says that it cannot be described.
        return None
    same = [w.shape for w in copy.weights] == [w.shape for w in model.weights]
    return copy if same else None


def _from_config(model: Any) -> Any:
    copy = type(model).from_config(model.get_config())
    shapes = model.get_build_config()
    if shapes:
        copy.build_from_config(shapes)
    return copy


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
        self._lock = threading.Lock()
        self._copy: Any | None = None
        self._tried = False
        self.step = -1
        """Steps done by the weights that the last prediction was made with; -1 before the first."""
        self.seconds = 0.0
        """What the last prediction cost, without the wait for a boundary."""

    @property
    def cloned(self) -> bool | None:
        """Whether predictions come from a copy; None before the first."""
        return self._copy is not None if self._tried else None

    def predict(self, x: NDArray[Any]) -> NDArray[Any]:
        """The model's output for a batch, as of the newest boundary.

        Args:
            x: A batch that fits into memory at once.

        Returns:
            The output array; of a model with several outputs the first.

        Raises:
            TimeoutError: The run reached no boundary within a minute.
        """
        with self._lock:
            if not self._tried:
                # A model that is not built yet has its weights after its first step.
                try:
                    self._copy = self.run.at_boundary(self._clone).result(_BOUNDARY_TIMEOUT)
                finally:
                    self._tried = True  # what failed once is not tried at each look
            if self._copy is None:
                started = time.perf_counter()
                call = self.run.at_boundary(lambda: self._look(x))
                output = call.result(_BOUNDARY_TIMEOUT)
                self.seconds = time.perf_counter() - started
                return output
            if self.step != self.run.step_count or self.step < 0:
                snapshot = self.run.snapshot(_BOUNDARY_TIMEOUT)
                snapshot.load_into(self._copy)
                self.step = snapshot.step
            started = time.perf_counter()
            output = _forward(self._copy, x)
            self.seconds = time.perf_counter() - started
            return output

    def _look(self, x: NDArray[Any]) -> NDArray[Any]:
        self.step = self.run.step_count
        return _forward(self.run.model, x)

    def _clone(self) -> Any | None:
        return clone(self.run.model)


def _forward(model: Any, x: NDArray[Any]) -> NDArray[Any]:
    output = model(load()[0].convert_to_tensor(x), training=False)
    if isinstance(output, dict):
        output = next(iter(output.values()))
    elif isinstance(output, (list, tuple)):
        output = output[0]
    return np.asarray(output)
