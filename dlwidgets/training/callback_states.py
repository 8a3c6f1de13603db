"""The states of callbacks: kept with a run, and set again where it is resumed.

Keras's callbacks keep theirs in public attributes, which they reset when a training begins. One of
the user's own says what it keeps by two methods: ``get_state()`` returns what JSON can hold, and
``set_state(state)`` takes it.
"""

from __future__ import annotations

import csv
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._messages import Message

_log = logging.getLogger("dlwidgets")

_BATCH_HOOKS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
)

_KEPT: dict[str, tuple[str, ...]] = {
    "EarlyStopping": ("wait", "stopped_epoch", "best", "best_epoch"),
    "ReduceLROnPlateau": ("wait", "best", "cooldown_counter"),
    "ModelCheckpoint": ("best", "epochs_since_last_save"),
}
"""The attributes in which Keras's callbacks keep what they have seen."""

_STATELESS = (
    "BackupAndRestore",
    "CSVLogger",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ProgbarLogger",
    "RemoteMonitor",
    "TerminateOnNaN",
)
"""Those that keep nothing which a resumed training needs."""


def states(callbacks: Sequence[Any]) -> tuple[list[dict[str, Any]], dict[str, NDArray[Any]]]:
    """Return the callbacks' states as JSON, and as arrays what doesn't fit there.

    Args:
        callbacks: The callbacks of a `fit`. One whose `get_state` raises counts as without one.
    """
    found: list[dict[str, Any]] = []
    arrays: dict[str, NDArray[Any]] = {}
    for index, callback in enumerate(callbacks):
        state: Any = None
        if _says_itself(callback):
            state = state_said_by(callback)
        elif names := _KEPT.get(_keras_name(callback)):
            state = {name: _plain(getattr(callback, name, None)) for name in names}
            best = getattr(callback, "best_weights", None)
            if best is not None:
                state["best_weights"] = len(best)
                arrays.update((f"callbacks/{index}/{i}", w) for i, w in enumerate(best))
        found.append({"class": type(callback).__name__, "state": state})
    return found, arrays


def set_states(
    callbacks: Sequence[Any],
    kept: Sequence[Mapping[str, Any]],
    arrays: Mapping[str, NDArray[Any]],
) -> None:
    """Give callbacks their states back, after `on_train_begin`, where Keras's reset themselves.

    Args:
        callbacks: The callbacks of the resumed `fit`. Each gets the state of the one of the same
            class, in order.
        kept: What `states` returned.
        arrays: The arrays by name.
    """
    for callback, index in _paired(callbacks, kept):
        state = kept[index].get("state")
        if state is None:
            continue
        if _says_itself(callback):
            callback.set_state(state)
            continue
        for name in _KEPT.get(_keras_name(callback), ()):
            if name in state:
                setattr(callback, name, state[name])
        if "best_weights" in state:
            count = int(state["best_weights"])
            callback.best_weights = [arrays[f"callbacks/{index}/{i}"] for i in range(count)]


def limits(callbacks: Sequence[Any]) -> list[Message]:
    """Return which callbacks would start anew in a resumed run, in sentences.

    Args:
        callbacks: The callbacks of a `fit`.
    """
    found = []
    for callback in callbacks:
        name = _keras_name(callback)
        every = getattr(callback, "save_freq", "epoch") == "epoch"
        every = every and getattr(callback, "update_freq", "epoch") == "epoch"
        known = name in _KEPT or name in _STATELESS or name == "TensorBoard"
        if _says_itself(callback) or (known and every):
            continue
        if known:
            text = tr(
                "{name} counts batches, and starts counting from scratch in a resumed run.",
                name=type(callback).__name__,
            )
        else:
            text = tr(
                "The callback {name} starts from scratch in a resumed run. If it keeps a state, "
                "give it `get_state()` and `set_state(state)`.",
                name=type(callback).__name__,
            )
        if text not in found:
            found.append(text)
    return found


def missing(callbacks: Sequence[Any], kept: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the classes of callbacks that a run had, and that aren't given when it is resumed.

    Args:
        callbacks: The callbacks of the resumed `fit`.
        kept: What `states` returned.
    """
    given = {index for _, index in _paired(callbacks, kept)}
    return [str(one.get("class")) for i, one in enumerate(kept) if i not in given]


def go_on(callbacks: Sequence[Any], epoch: int) -> None:
    """Prepare callbacks whose `on_train_begin` would undo what the run did before.

    Args:
        callbacks: The callbacks of the resumed `fit`.
        epoch: The epoch in which it goes on, counted from 0.
    """
    for callback in callbacks:
        if _keras_name(callback) == "CSVLogger":
            callback.append = True
            _cut(Path(callback.filename), callback.sep, epoch)


def _cut(file: Path, separator: str, epoch: int) -> None:
    """Drop the rows of epochs that the resumed run does again."""
    if not file.is_file():
        return
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = lines[:1]
    for line, row in zip(lines[1:], csv.reader(lines[1:], delimiter=separator), strict=False):
        if row and row[0].isdigit() and int(row[0]) < epoch:
            kept.append(line)
    if kept != lines:
        file.write_text("".join(kept), encoding="utf-8")


class Muted:
    """Hooks of callbacks that aren't called for what they have seen before.

    Args:
        callbacks: The callbacks.
    """

    def __init__(self, callbacks: Sequence[Any]) -> None:
        self._callbacks = callbacks
        self._muted: list[tuple[Any, str, Any]] = []

    def batches(self) -> None:
        """Mute the hooks of training batches."""
        for callback in self._callbacks:
            for name in _BATCH_HOOKS:
                self._mute(callback, name)

    def backups(self) -> None:
        """Mute the beginning of a `BackupAndRestore`, which would load its own, older state."""
        for callback in self._callbacks:
            if _keras_name(callback) == "BackupAndRestore":
                self._mute(callback, "on_train_begin")

    def end(self) -> None:
        """Let all hooks be called again."""
        while self._muted:
            callback, name, before = self._muted.pop()
            if before is None:
                delattr(callback, name)
            else:
                setattr(callback, name, before)

    def _mute(self, callback: Any, name: str) -> None:
        # On the object: so is a hook of a LambdaCallback.
        self._muted.append((callback, name, vars(callback).get(name)))
        setattr(callback, name, _nothing)


def _nothing(*_: Any, **__: Any) -> None:
    """Do nothing."""


def state_said_by(one: Any) -> Any:
    """Return what a callback or data set of the user's own keeps; None if its `get_state` raises.

    Args:
        one: It has ``get_state()``.
    """
    try:
        return one.get_state()
    except Exception:  # noqa: BLE001 - what a method of the user's own raises; training goes on
        _log.warning("get_state() of %s failed.", type(one).__name__, exc_info=True)
        return None


def _says_itself(callback: Any) -> bool:
    return all(callable(getattr(callback, name, None)) for name in ("get_state", "set_state"))


def _keras_name(callback: Any) -> str:
    """The name of the class of Keras's that a callback is of; "" if it is of the user's own."""
    kind: Any = type(callback)
    name = str(kind.__name__)
    return name if kind is getattr(load_keras().callbacks, name, None) else ""


def _paired(callbacks: Sequence[Any], kept: Sequence[Mapping[str, Any]]) -> list[tuple[Any, int]]:
    """Each callback with the index of the state of its class."""
    free = list(range(len(kept)))
    pairs = []
    for callback in callbacks:
        name = type(callback).__name__
        index = next((i for i in free if kept[i].get("class") == name), None)
        if index is not None:
            free.remove(index)
            pairs.append((callback, index))
    return pairs


def _plain(value: Any) -> Any:
    """A number as Python has it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return float(np.asarray(value))
