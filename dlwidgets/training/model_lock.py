"""Which models are being trained, so that no two runs train one, and nothing compiles it anew."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any, Protocol

from dlwidgets._messages import tr
from dlwidgets.training.errors import RunInProgressError

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets._messages import Message
    from dlwidgets.training.events import State
    from dlwidgets.training.steering import Steering


class Holder(Protocol):
    """Whatever trains a model: the engine of a `Run`."""

    blocking: bool
    steering: Steering

    @property
    def state(self) -> State:
        """What the run is doing."""

    def abandon(self, error: BaseException | None = None) -> None:
        """End a blocking run whose `fit` is over."""


_lock = threading.Lock()
# Weak on both sides: a run holds its model, and a registry must keep neither alive.
_holders: weakref.WeakKeyDictionary[Any, weakref.ref[Holder]] = weakref.WeakKeyDictionary()


def holder(model: KerasModel) -> Holder | None:
    """Return what trains `model` now, or None."""
    with _lock:
        reference = _holders.get(model)
    found = reference() if reference is not None else None
    return None if found is None or found.state.ended else found


def check_free(model: KerasModel) -> None:
    """Raise unless no other run trains `model`.

    A blocking `fit` that was left by an exception doesn't report its end. If the thread that it ran
    on asks for the model again, it must be over, so its run is ended here.

    Args:
        model: A Keras model.

    Raises:
        RunInProgressError: A run trains the model. The message says how to go on.
    """
    found = holder(model)
    if found is None:
        return
    if found.blocking and found.steering.on_training_thread():
        found.abandon()
        return
    raise RunInProgressError(in_progress(model))


def claim(model: KerasModel, new: Holder) -> None:
    """Hold `model` until `release`.

    Args:
        model: A Keras model.
        new: What is about to train the model.

    Raises:
        RunInProgressError: Another run trains the model.
    """
    check_free(model)
    with _lock:
        reference = _holders.get(model)
        other = reference() if reference is not None else None
        if other is not None and other is not new and not other.state.ended:
            raise RunInProgressError(in_progress(model))
        _holders[model] = weakref.ref(new)
    _guard_compile(model)


def release(model: KerasModel, old: Holder) -> None:
    """Let go of `model` if `old` holds it."""
    with _lock:
        reference = _holders.get(model)
        if reference is None or reference() is not old:
            return
        del _holders[model]
    if isinstance(vars(model).get("compile"), _CompileGuard):
        del model.compile


def _guard_compile(model: KerasModel) -> None:
    """Refuse `model.compile` during training, which would take the optimizer and metrics away."""
    if "compile" not in vars(model):
        model.compile = _CompileGuard(model)  # type: ignore[method-assign]


class _CompileGuard:
    """Stands in for a model's `compile` as long as a run trains the model."""

    def __init__(self, model: KerasModel) -> None:
        self._model = weakref.ref(model)

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        model = self._model()
        assert model is not None, "the model holds this guard"
        found = holder(model)
        # What trains the model may compile it: a callback, which `RunCallback` notices.
        if found is not None and not found.steering.on_training_thread():
            raise RunInProgressError(
                tr(
                    "Model {name} can't be compiled while a run trains it. Wait for that run with "
                    "`run.wait()`, or end it with `run.stop()`.",
                    name=repr(model.name),
                )
            )
        type(model).compile(model, *args, **kwargs)


def in_progress(model: KerasModel) -> Message:
    """Return the message for a model that another run trains."""
    return tr(
        "Model {name} is being trained by another run. Wait for that run with `run.wait()`, end it "
        "with `run.stop()`, or use the model between two steps with `run.at_boundary(function)`.",
        name=repr(model.name),
    )
