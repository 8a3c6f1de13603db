"""Which of the user's callbacks need the model after every batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Iterable

_TRAIN_HOOKS = ("on_batch_begin", "on_batch_end", "on_train_batch_begin", "on_train_batch_end")
_TEST_HOOKS = ("on_test_batch_begin", "on_test_batch_end")


def flatten(callbacks: Any) -> list[Any]:
    """Return the callbacks of the ``callbacks`` argument of `fit` as a flat list.

    Args:
        callbacks: None, a callback, a (nested) list of them, or a `keras.callbacks.CallbackList`.

    Raises:
        TypeError: An entry isn't a Keras callback.
    """
    keras = load_keras()
    if callbacks is None:
        return []
    if isinstance(callbacks, keras.callbacks.CallbackList):
        return list(callbacks.callbacks)
    found = keras.tree.flatten(callbacks)
    for callback in found:
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                tr(
                    "`callbacks` must be `keras.callbacks.Callback` objects. Received: {callback}",
                    callback=repr(callback),
                )
            )
    return list(found)


def need_each_train_batch(callbacks: Iterable[Any]) -> bool:
    """Whether a callback must run between every two training steps, so that k stays 1."""
    return any(_overrides(c, _TRAIN_HOOKS) and not _waits_for_epochs(c) for c in callbacks)


def need_each_test_batch(callbacks: Iterable[Any]) -> bool:
    """Whether a callback must run between every two validation batches."""
    return any(_overrides(c, _TEST_HOOKS) and not _waits_for_epochs(c) for c in callbacks)


def ends_on_nan(callbacks: Iterable[Any]) -> bool:
    """Whether a callback ends training where the loss isn't finite."""
    kind = load_keras().callbacks.TerminateOnNaN
    return any(isinstance(callback, kind) for callback in callbacks)


def _overrides(callback: Any, hooks: tuple[str, ...]) -> bool:
    base = load_keras().callbacks.Callback
    # LambdaCallback sets its hooks on the object, not on the class.
    return any(
        name in vars(callback) or getattr(type(callback), name) is not getattr(base, name)
        for name in hooks
    )


def _waits_for_epochs(callback: Any) -> bool:
    """Whether it is one of Keras's callbacks that don't use the model after each batch."""
    keras = load_keras().callbacks
    kind = type(callback)
    if kind in (keras.ModelCheckpoint, keras.BackupAndRestore):
        return bool(callback.save_freq == "epoch")
    if kind is keras.TensorBoard:
        return bool(callback.update_freq == "epoch")
    # Counts batches for its bar, or looks at losses that a Run watches anyway.
    return kind in (keras.ProgbarLogger, keras.TerminateOnNaN)
