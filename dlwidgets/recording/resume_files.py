"""The two resume states of a run, of which one is always whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.tensor_files import TensorFile

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray


def newest_slot(path: Path) -> tuple[int, int]:
    """Return the slot of the newest readable resume state and its number.

    Args:
        path: The run's directory.

    Returns:
        (1, 0) if there is none, so that the next one is the first of slot 0.
    """
    found = [(number, slot) for slot, number, _ in _states(path)]
    return (1, 0) if not found else (max(found)[1], max(found)[0])


def read_resume(
    path: str | os.PathLike[str], step: int | None = None
) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the newest whole resume state of a run: the other one if that is damaged.

    Args:
        path: The run's directory.
        step: Only the state behind exactly this step; None for any.

    Returns:
        The tensors by name, and the state as it was given to `RunWriter.resume_state`.

    Raises:
        RecordingError: There is no whole resume state, or none of this step.
    """
    directory = Path(path)
    for _, _, file in sorted(_states(directory), key=lambda s: s[1], reverse=True):
        state = file.metadata.get("state")
        if not isinstance(state, dict) or step not in (None, state.get("step")):
            continue
        try:
            return file.load(), state
        except RecordingError:
            continue
    raise RecordingError(
        tr(
            "The run in {folder} has no state to resume from. Start a new run from its weights: "
            "`dl.fork(path, x, y)`.",
            folder=directory.name,
        )
    )


def newest_state(path: str | os.PathLike[str]) -> dict[str, Any] | None:
    """Return the newest resume state without its tensors, which aren't read; None if there is none.

    Args:
        path: The run's directory.
    """
    found = [(number, file.metadata.get("state")) for _, number, file in _states(Path(path))]
    states = [(number, state) for number, state in found if isinstance(state, dict)]
    return max(states, key=lambda one: one[0])[1] if states else None


def drop_after(path: Path, step: int) -> None:
    """Delete the resume states of later steps.

    Args:
        path: The run's directory.
        step: The last step to keep.

    Raises:
        OSError: One can't be deleted.
    """
    for _, _, file in _states(path):
        if not isinstance(at := file.metadata.get("step"), int) or at > step:
            file.path.unlink()


def _states(path: Path) -> list[tuple[int, int, TensorFile]]:
    """Slot, number and file of each whose header is whole."""
    found = []
    for slot, name in enumerate(layout.SLOTS):
        try:
            file = TensorFile(path / layout.RESUME / name)
        except RecordingError:
            continue
        number = file.metadata.get("number")
        if type(number) is int:
            found.append((slot, number, file))
    return found
