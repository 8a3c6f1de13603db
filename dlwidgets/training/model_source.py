"""A model to look at: a finished one, or the copy that all views of a Run share."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets.training.cloning import clone
from dlwidgets.training.run import Run

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_BOUNDARY_TIMEOUT = 60.0  # seconds; one step of a large model can take long


class NotBuiltError(ValueError):
    """A model that has no weights yet."""


class ModelSource:
    """A model as it is now, safe to use while it trains.

    The model of a Run is seen through a copy that takes over the weights of a snapshot at each
    `refresh`; all sources of one Run share it. A model that cannot be copied is used between two
    executions instead, which holds its training up for that time.

    Args:
        source: A built Keras model, or a Run.

    Attributes:
        run: The Run; None for a model.

    Example:
        >>> source = ModelSource(run)  # doctest: +SKIP
        >>> source.refresh()  # doctest: +SKIP
        >>> source.use(lambda model: model.count_params())  # doctest: +SKIP
        109386
    """

    def __init__(self, source: Any) -> None:
        self.run: Run | None = source if isinstance(source, Run) else None
        self._model: Any = None if self.run is not None else source
        self._copy = _Copy() if self.run is None else _copy_of(self.run)
        self.seconds = 0.0
        """What the last `refresh` cost, without the wait for a boundary."""

    @property
    def step(self) -> int:
        """Steps done by the weights in use; -1 for a model, and before the first look."""
        return self._copy.step

    @property
    def cloned(self) -> bool | None:
        """Whether a Run's model is seen through a copy; None before the first look."""
        return self._copy.model is not None if self._copy.tried else None

    @property
    def ready(self) -> bool:
        """Whether there are weights to look at; some models get theirs with their first step."""
        model = self._model if self.run is None else self.run.model
        return bool(getattr(model, "built", False))

    def refresh(self) -> None:
        """Take over a Run's weights as they are at its next boundary.

        Raises:
            TypeError: It is neither a model nor a Run.
            NotBuiltError: The model has no weights yet.
            TimeoutError: The run reached no boundary within a minute.
        """
        if self.run is None:
            _require_built(self._model)
            return
        self.seconds = self._copy.refresh(self.run)

    def use(self, look: Callable[[Any], T]) -> T:
        """Call `look` with the model as of the last `refresh`, and return what it returns.

        Args:
            look: Takes the model; it must not change it.

        Raises:
            TypeError: It is neither a model nor a Run.
            NotBuiltError: The model has no weights yet.
            TimeoutError: The run reached no boundary within a minute.
        """
        run, copy = self.run, self._copy
        if run is None:
            _require_built(self._model)
            return look(self._model)
        if copy.step < 0:
            copy.refresh(run)
        with copy.lock:
            if copy.model is not None:
                return look(copy.model)
        # The lock is not held here: on the training thread another view may want it.
        return run.at_boundary(lambda: look(run.model)).result(_BOUNDARY_TIMEOUT)


class OwnCopy:
    """A model for work that takes seconds, for which all views of a Run cannot wait.

    Example:
        >>> own = OwnCopy()
        >>> model = source.use(own.of)  # doctest: +SKIP
        >>> occlusion(model, x)  # no other view waits, and no weights change  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self._model: Any = None
        self._copy: Any = None

    def of(self, model: Any) -> Any:
        """A second model with the weights that `model` has now; the same one each time.

        Args:
            model: A model that a `ModelSource` hands out, and while it does.
        """
        if self._model is not model:
            self._model, self._copy = model, clone(model)
        assert self._copy is not None, "it is a copy itself, so that it can be copied"
        self._copy.set_weights(model.get_weights())
        return self._copy


class _Copy:
    """A Run's model in a second instance, and the step that its weights are from."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.making = threading.Lock()
        self.model: Any | None = None
        self.tried = False
        self.step = -1

    def refresh(self, run: Run) -> float:
        with self.making:
            if not self.tried:
                # What failed once is not tried at each look; weights may come later.
                self.tried = True
                try:
                    self.model = run.at_boundary(lambda: _clone_of(run)).result(_BOUNDARY_TIMEOUT)
                except NotBuiltError:
                    self.tried = False
                    raise
        if self.model is None:
            self.step = run.step_count
            return 0.0
        if self.step == run.step_count > 0 and not run.state.ended:  # an end may set weights back
            return 0.0
        # Waited for without the lock: whoever draws meanwhile does so with the weights at hand.
        snapshot = run.snapshot(_BOUNDARY_TIMEOUT)
        started = time.perf_counter()
        with self.lock:
            if snapshot.step >= self.step:
                snapshot.load_into(self.model)
                self.step = snapshot.step
        return time.perf_counter() - started


_copies: weakref.WeakKeyDictionary[Run, _Copy] = weakref.WeakKeyDictionary()
_copies_lock = threading.Lock()


def _copy_of(run: Run) -> _Copy:
    with _copies_lock:
        return _copies.setdefault(run, _Copy())


def _clone_of(run: Run) -> Any | None:
    _require_built(run.model)
    return clone(run.model)


def _require_built(model: Any) -> None:
    if not (callable(model) and hasattr(model, "weights")):
        message = f"expected a Keras model or a dlwidgets Run. Received: {type(model).__name__}"
        raise TypeError(message)
    if not getattr(model, "built", False):
        message = (
            "the model has no weights yet: they come with its first step, or with an Input of "
            "known shape"
        )
        raise NotBuiltError(message)
