"""Which models are being trained, so that no two trainings share one."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

from dlwidgets.training.errors import RunInProgressError

if TYPE_CHECKING:
    from dlwidgets.training.run import Run

_lock = threading.Lock()
# Weak on both sides: a Run holds its model, and a registry must keep neither alive.
_holders: weakref.WeakKeyDictionary[Any, weakref.ref[Run]] = weakref.WeakKeyDictionary()


def holder(model: Any) -> Run | None:
    """The run that trains `model` now, None if nobody does."""
    with _lock:
        reference = _holders.get(model)
    run = reference() if reference is not None else None
    return None if run is None or run.state.ended else run


def check_free(model: Any) -> None:
    """Raise unless no other run trains `model`.

    A blocking `fit` that an exception ended says so to nobody. That the thread it ran on asks for
    the model again is the sign that it is over; its run is ended here.

    Args:
        model: A Keras model.

    Raises:
        RunInProgressError: A run trains it; the message says how to go on.
    """
    run = holder(model)
    if run is None:
        return
    if run.blocking and run.steering.on_training_thread():
        run.abandon()
        return
    raise RunInProgressError(busy(model))


def claim(model: Any, run: Run) -> None:
    """Hold `model` for `run` until `release`.

    Args:
        model: A Keras model.
        run: The run that is about to train it.

    Raises:
        RunInProgressError: Another run trains it.
    """
    check_free(model)
    with _lock:
        reference = _holders.get(model)
        other = reference() if reference is not None else None
        if other is not None and other is not run and not other.state.ended:
            raise RunInProgressError(busy(model))
        _holders[model] = weakref.ref(run)


def release(model: Any, run: Run) -> None:
    """Let go of `model` if `run` holds it."""
    with _lock:
        reference = _holders.get(model)
        if reference is not None and reference() is run:
            del _holders[model]


def busy(model: Any) -> str:
    """The message for a model that is being trained."""
    return (
        f"model {model.name!r} is being trained by another run: wait for it with run.wait(), end "
        "it with run.stop(), or use the model between two steps with run.at_boundary(function)"
    )
