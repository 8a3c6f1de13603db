"""What a run's directory says about it at a glance: run.json, the labels and the lock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import deleting, files, layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.events_file import text_of
from dlwidgets.recording.labels import Labels, change_labels, labels_of
from dlwidgets.recording.lock import Watch
from dlwidgets.recording.problems import no_run
from dlwidgets.training.events import State

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable

_AT_WORK = (State.READY, State.RUNNING, State.PAUSED)


class RunSummary:
    """What a run's directory says about it at a glance. Listed by `RunFolder`.

    Args:
        path: The run's directory.

    Raises:
        RecordingError: It isn't the directory of a recorded run.

    Attributes:
        path: The run's directory.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        try:
            self.path = Path(path).expanduser()
        except (TypeError, RuntimeError, ValueError) as error:
            raise no_run(str(path)) from error
        if not str(path):  # else it were the current folder
            raise no_run("")
        if not layout.MARKS & set(files.names_in(self.path)):
            raise no_run(self.path)
        self._watch = Watch(self.path / layout.LOCK)
        self._info: dict[str, Any] = {}
        self._info_whole = True
        self._run_json = files.CachedJson(self.path / layout.RUN)
        self._labels_json = files.CachedJson(self.path / layout.LABELS)
        self._labels, self._labels_whole = Labels(self.path.name), True
        self._state = State.INTERRUPTED
        RunSummary.refresh(self)

    @property
    def id(self) -> str:
        """The name of its directory when it was recorded."""
        found = self._info.get("id")
        return found if isinstance(found, str) else self.path.name

    @property
    def name(self) -> str:
        """What it is called. Its directory keeps its name."""
        return self._labels.name

    @name.setter
    def name(self, name: str) -> None:
        self.rename(name)

    @property
    def tags(self) -> tuple[str, ...]:
        """Words to find it by; changed by `tag` and `untag`."""
        return self._labels.tags

    @property
    def note(self) -> str:
        """What else there is to say about it."""
        return self._labels.note

    @note.setter
    def note(self, text: str) -> None:
        self._change_labels(note=str(text))

    @property
    def color(self) -> str | None:
        """The color of its curves, such as ``#1f77b4``; None for any."""
        return self._labels.color

    @color.setter
    def color(self, color: str | None) -> None:
        self._change_labels(color=color)

    @property
    def info(self) -> dict[str, Any]:
        """What run.json says: model, arguments, data, seeds, versions, machine and more."""
        return self._info

    @property
    def state(self) -> State:
        """As of a `Run`; ``interrupted`` if its process ended before the run did."""
        return self._state

    @property
    def message(self) -> str:
        """The error in words, or notes; "" if there are none."""
        return text_of(self._info.get("message"))

    @property
    def model_name(self) -> str:
        """The name of its model; "" if it isn't known."""
        model = self._info.get("model")
        name = model.get("name") if isinstance(model, dict) else None
        return name if isinstance(name, str) else ""

    @property
    def created(self) -> str:
        """When it began, as ISO 8601; "" if that isn't known."""
        found = self._info.get("created")
        return found if isinstance(found, str) else ""

    def refresh(self) -> bool:
        """Read again.

        Returns:
            Whether anything has changed.
        """
        before = (self._info, self._labels, self._state)
        info = self._run_json.read()
        self._info_whole = info is not None
        if info is not None:
            self._info = info
        labels = self._labels_json.read()
        self._labels_whole = labels is not None or not files.exists(self.path / layout.LABELS)
        if labels is not None or not self._labels_whole:
            self._labels = labels_of(self.path, labels or {})
        self._state = self._state_now()
        return before != (self._info, self._labels, self._state)

    def _state_now(self) -> State:
        try:
            state = State(str(self._info.get("state")))
        except ValueError:
            state = State.RUNNING
        if state in _AT_WORK and not self._watch.alive():
            return State.INTERRUPTED
        return state

    def _summary_damage(self) -> list[str]:
        found: list[str] = []
        if not self._info_whole:
            found.append(
                tr(
                    "run.json is damaged or missing, so the run's settings aren't known. Its "
                    "curves and weights are intact."
                )
            )
        if not self._labels_whole:
            found.append(
                tr("labels.json is damaged, so the run's name and tags are lost. Enter them again.")
            )
        return found

    def __repr__(self) -> str:
        return f"<RunSummary {self.name!r}: {self.state}>"

    # -- changing ------------------------------------------------------------------------------

    def rename(self, name: str) -> None:
        """Change what it is called. Its directory keeps its name.

        Raises:
            RecordingError: That can't be written, or the name is empty.
        """
        if not isinstance(name, str) or not name.strip():
            raise RecordingError(tr("Expected a name. Received: {name}", name=repr(name)))
        self._change_labels(name=name.strip())

    def tag(self, *tags: str | Iterable[str]) -> None:
        """Add tags: ``rec.tag("wide", "digits")``, or a list of them.

        Raises:
            RecordingError: That can't be written.
        """
        self._change_labels(tags=tuple(dict.fromkeys((*self.tags, *_words(tags)))))

    def untag(self, *tags: str | Iterable[str]) -> None:
        """Take tags away.

        Raises:
            RecordingError: That can't be written.
        """
        gone = _words(tags)
        self._change_labels(tags=tuple(t for t in self.tags if t not in gone))

    def delete(self) -> deleting.Deleted:
        """Move the run to the trash of its folder; ``delete().undo()`` moves it back.

        Raises:
            RecordingError: The run is still being written, or it can't be moved.
        """
        if self._watch.alive():
            raise RecordingError(
                tr("{run} is still being recorded. Stop it before you delete it.", run=self.name)
            )
        return deleting.delete(self.path)

    def _change_labels(self, **changes: Any) -> None:
        self._labels = change_labels(self.path, **changes)
        self._labels_whole = True


def _words(tags: Iterable[str | Iterable[str]]) -> list[str]:
    """Tags that are given one by one, or as lists."""
    lists = [one if isinstance(one, (list, tuple, set)) else (one,) for one in tags]
    return [str(tag) for one in lists for tag in one]
