"""Which models are being trained, so that no two runs train one, and nothing compiles it anew."""

from __future__ import annotations

import contextlib
import threading
import weakref
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dlwidgets._messages import tr
from dlwidgets.training.errors import RunInProgressError
from dlwidgets.training.step_metrics import undisturbed_metrics
from dlwidgets.training.waiting import noted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlwidgets._keras_types import KerasModel
    from dlwidgets._messages import Message
    from dlwidgets.training.events import State
    from dlwidgets.training.steering import Steering


T = TypeVar("T")


class Holder(Protocol):
    """Whatever trains a model: the engine of a `Run`."""

    blocking: bool
    steering: Steering

    @property
    def state(self) -> State:
        """What the run is doing."""

    @property
    def left(self) -> bool:
        """Whether it is the run of a `fit` that this thread has left."""

    def abandon(self, error: BaseException | None = None) -> None:
        """End a blocking run whose `fit` is over."""


_lock = threading.Lock()
# Weak on both sides: a run holds its model, and a registry must keep neither alive.
_holders: weakref.WeakKeyDictionary[Any, weakref.ref[Holder]] = weakref.WeakKeyDictionary()
# Threads that use a model which nothing trains, each as often as it does.
_users: weakref.WeakKeyDictionary[Any, list[int]] = weakref.WeakKeyDictionary()
_users_changed = threading.Condition(_lock)
# Models that a run has claimed, and that it waits for.
_waited_for: weakref.WeakSet[Any] = weakref.WeakSet()
_SHORT_WAIT = 0.05  # seconds


def holder(model: KerasModel) -> Holder | None:
    """Return what trains `model` now, or a model that shares weights with it; None if nothing does.

    Args:
        model: A Keras model, such as one that is trained, a part of it, or the whole it is part of.
    """
    with _lock:
        return _claimed(model)[1]


def _holder(model: KerasModel) -> Holder | None:
    reference = _holders.get(model)
    found = reference() if reference is not None else None
    return None if found is None or found.state.ended else found


def _claimed(model: KerasModel) -> tuple[KerasModel, Holder | None]:
    """What trains `model` or one that shares weights with it, and which of them it trains."""
    for other in (model, *_holders):
        found = _holder(other)
        if found is not None and _share_weights(other, model):
            return other, found
    return model, None


def _share_weights(one: KerasModel, other: KerasModel) -> bool:
    """Whether two models have a weight in common: the same, one a part of the other, a trunk."""
    if one is other:
        return True
    weights = {id(weight) for weight in one.weights}
    return any(id(weight) in weights for weight in other.weights)


def _trained_with(model: KerasModel) -> tuple[KerasModel, Holder | None]:
    """What trains a model that has weights in common with `model` which both of them train."""
    weights = {id(weight) for weight in model.trainable_weights}
    for other in _holders:
        found = _holder(other) if other is not model else None
        if found is not None and any(id(weight) in weights for weight in other.trainable_weights):
            return other, found
    return model, None


def check_free(model: KerasModel) -> None:
    """Raise unless no other run trains `model`.

    A blocking `fit` that was left by an exception doesn't report its end. If the thread that it ran
    on asks for the model again, it must be over, so its run is ended here.

    Args:
        model: A Keras model.

    Raises:
        RunInProgressError: A run trains the model, or a whole that it is a part of, or one of its
            parts. The message says how to go on.
    """
    with _lock:
        found, problem = _in_the_way(model)
    if found is None:
        return
    if found.blocking and found.steering.on_training_thread():
        found.abandon()
    elif problem is not None:
        raise RunInProgressError(problem)


def _in_the_way(model: KerasModel) -> tuple[Holder | None, Message | None]:
    """What trains weights that `model` would train, and why a run can't begin beside it, if so."""
    found = _holder(model)
    if found is not None:
        return found, in_progress(model)
    other, sharing = _trained_with(model)
    if sharing is None:
        return None, None
    if sharing.steering.on_training_thread():  # it waits for a callback's end, or was left
        return (sharing if sharing.left else None), None
    return sharing, _shared_in_progress(model, other)


def claim(model: KerasModel, new: Holder) -> None:
    """Hold `model` until `released`; `wait_for_users` comes before training.

    Args:
        model: A Keras model.
        new: What is about to train the model.

    Raises:
        RunInProgressError: Another run trains the model, or weights of it.
    """
    check_free(model)
    with _lock:
        found, problem = _in_the_way(model)
        if problem is not None and found is not new:
            raise RunInProgressError(problem)
        _holders[model] = weakref.ref(new)
        _waited_for.add(model)
    _guard_compile(model)


@contextlib.contextmanager
def released(model: KerasModel, old: Holder) -> Iterator[None]:
    """Let go of `model` if `old` holds it; another run trains it only after the block's end."""
    with _lock:
        reference = _holders.get(model)
        held = reference is not None and reference() is old
        if held:
            del _holders[model]
        _begin_use(model)
    if held and isinstance(vars(model).get("compile"), _CompileGuard):
        del model.compile
    try:
        yield
    finally:
        _end_use(model)


# -- using a model beside its runs -----------------------------------------------------------------


def at_boundary(model: KerasModel, function: Callable[[], T]) -> Future[T]:
    """Call `function` while nothing changes `model`.

    Args:
        model: A Keras model.
        function: Called without arguments. While a run trains the model, at its next boundary;
            otherwise at once on the calling thread, and a run that begins meanwhile waits.

    Returns:
        A Future of its result.
    """

    def with_metrics_kept() -> T:
        # An evaluation resets the metrics, which hold what the current epoch has seen so far.
        # After the run's end they are the user's, who may evaluate the model meanwhile.
        with undisturbed_metrics(model) if holder(model) else contextlib.nullcontext():
            return function()

    while True:
        with at_rest(model) as trainer:
            if trainer is None:
                return _done(function)
        future = trainer.steering.enqueue(with_metrics_kept)
        if future is not None:  # otherwise that run has ended in the meantime
            return future


@contextlib.contextmanager
def at_rest(model: KerasModel) -> Iterator[Holder | None]:
    """Let no run begin to train `model`, or one that shares weights with it, and yield None.

    Where a run trains it already, that run is yielded, and the model may be used at its boundaries
    only. A thread that uses the model may use it again in between, and may start a run, which
    doesn't wait for that thread.

    Args:
        model: A Keras model.
    """
    with _lock:
        claimed, found = _claimed(model)
        if found is not None and claimed in _waited_for:
            waits = threading.get_ident() in _threads_using(claimed) or not found.steering.at_work
            found = None if waits else found
        if found is None:
            _begin_use(model)
    try:
        yield found
    finally:
        if found is None:
            _end_use(model)


def wait_for_users(model: KerasModel, new: Holder, starter: int) -> bool:
    """Wait until no other thread uses its weights as in `at_rest`; False if a stop comes first.

    Args:
        model: A Keras model that a run has claimed.
        new: What is about to train it.
        starter: The thread that started the run, which may wait for it.
    """

    def others() -> set[int]:
        with _lock:
            return _threads_using(model) - {starter}

    with noted(others), _users_changed:
        try:
            while not _threads_using(model) <= {starter}:
                if new.steering.stop_requested:
                    return False
                # In short waits: nothing tells of a stop, nor of Ctrl-C on every platform.
                _users_changed.wait(_SHORT_WAIT)
        finally:
            _waited_for.discard(model)
    return True


def _threads_using(model: KerasModel) -> set[int]:
    """The threads that use a model, or one that shares weights with it."""
    used = [(other, threads) for other, threads in list(_users.items()) if threads]
    found = [threads for other, threads in used if _share_weights(other, model)]
    return set().union(*found)


def _begin_use(model: KerasModel) -> None:
    _users.setdefault(model, []).append(threading.get_ident())


def _end_use(model: KerasModel) -> None:
    with _users_changed:
        _users[model].remove(threading.get_ident())
        _users_changed.notify_all()


def _done(function: Callable[[], T]) -> Future[T]:
    future: Future[T] = Future()
    try:
        future.set_result(function())
    except BaseException as error:  # noqa: BLE001 - it is raised where the Future is waited for
        future.set_exception(error)
    return future


def _guard_compile(model: KerasModel) -> None:
    """Refuse `model.compile` during training, which would take the optimizer and metrics away."""
    if "compile" not in vars(model):
        model.compile = _CompileGuard(model)  # type: ignore[method-assign]


class _CompileGuard:
    """Stands in for a model's `compile` as long as a run trains the model."""

    def __init__(self, model: KerasModel) -> None:
        self._model = weakref.ref(model)
        self.calls = 0

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
        self.calls += 1
        type(model).compile(model, *args, **kwargs)


def compilations(model: KerasModel) -> int:
    """Return how often what trains a model has compiled it since it was claimed.

    Args:
        model: A Keras model.
    """
    guard = vars(model).get("compile")
    return guard.calls if isinstance(guard, _CompileGuard) else 0


def in_progress(model: KerasModel) -> Message:
    """Return the message for a model that another run trains."""
    return tr(
        "Model {name} is being trained by another run. Wait for that run with `run.wait()`, end it "
        "with `run.stop()`, or use the model between two steps with `run.at_boundary(function)`.",
        name=repr(model.name),
    )


def _shared_in_progress(model: KerasModel, other: KerasModel) -> Message:
    return tr(
        "Model {name} shares weights with {other}, which is being trained by another run. Wait for "
        "that run with `run.wait()`, or end it with `run.stop()`.",
        name=repr(model.name),
        other=repr(other.name),
    )
