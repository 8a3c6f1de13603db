"""How the runs of a page are recorded, and how a page goes on with one."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import RecordingError, layout, open_run, places, record
from dlwidgets.recording.lock import read_owner
from dlwidgets.recording.problems import check_folder
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._live.pinned import PINNED
from dlwidgets.widgets.dashboards import _settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.recording import RunSummary
    from dlwidgets.recording.options import RecordOptions
    from dlwidgets.training.run import Run

PARAMETERS = ("run", "resume", "more", "fork", "step")
"""What a page's address says of its run: which was here, or which to go on with."""

_MOST_EPOCHS = 10_000
_PATIENCE = 15.0  # seconds in which the kernel of a page that was reloaded ends
_ROUND = 0.25  # seconds


@dataclass(frozen=True)
class Going:
    """How a page goes on with a recorded run.

    Attributes:
        run: The run.
        more: Epochs beyond those that it was to have.
        fork: Whether a new run begins from its weights.
        step: The step of these weights; `None` for the newest.
    """

    run: RunSummary
    more: int = 0
    fork: bool = False
    step: int | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """The values of the page's fields that the run was trained with, by name."""
        about = self.run.info.get("about")
        found = about.get("settings") if isinstance(about, dict) else None
        return dict(found) if isinstance(found, dict) else {}


def folders() -> tuple[Path, Path]:
    """Return the folder of recent runs, and that of kept ones.

    Raises:
        RecordingError: There is no folder that can be written.
    """
    return places.recent_folder(), places.kept_folder()


def asked_for(query: str, page: str) -> tuple[Going | None, bool]:
    """Return the run that an address names, and whether the user is asked before it goes on.

    Args:
        query: The query of the page's address, from a stranger.
        page: The name of the page, which must have recorded the run.
    """
    wanted = _settings.read_query(query, dict.fromkeys(PARAMETERS))
    name = wanted.get("resume") or wanted.get("fork") or wanted.get("run") or ""
    try:
        run = places.find(name, reversed(folders())) if name else None
    except RecordingError:
        return None, False
    about = run.info.get("about") if run is not None else None
    if run is None or not isinstance(about, dict) or about.get("page") != page:
        return None, False
    if "resume" in wanted:
        return Going(run, more=_whole(wanted.get("more"), _MOST_EPOCHS)), False
    if "fork" in wanted:
        step = _whole(wanted["step"], 2**40) if "step" in wanted else None
        return Going(run, fork=True, step=step), False
    return (Going(run), True) if _has_more(run) else (None, False)


def _whole(text: str | None, high: int) -> int:
    return min(int(text), high) if text and text.isascii() and text.isdigit() else 0


def _has_more(run: RunSummary) -> bool:
    """Whether there is something to go on with, and some way to go."""
    info = run.info
    step, done, epochs = info.get("step"), info.get("epochs_done"), info.get("epochs")
    numbers = all(type(n) is int for n in (step, done, epochs))
    return numbers and bool(step) and done < epochs and str(run.state) != "finished"  # type: ignore[operator]


def options(
    name: str, about: Mapping[str, Any], attached: Mapping[str, bytes]
) -> RecordOptions | None:
    """Return how a page's run is recorded, once there is room for it; `None` if it can't be.

    Args:
        name: What the run is called.
        about: What is known about it.
        attached: Files that are kept with it, by name.
    """
    try:
        recent, kept = folders()
        check_folder(recent)
    except RecordingError:
        return None
    places.keep_marked(recent, kept)
    places.tidy(recent, spare={PINNED.remembered(recent)})
    PINNED.recall((recent, kept))
    made = record(recent, name=name, budget=places.RUN_BUDGET, about=about)
    return replace(made, attached=attached)


def keep_ended() -> None:
    """Keep the runs that are to be kept, once those that have just ended are written."""
    recent, kept = folders()
    deadline = time.monotonic() + _PATIENCE
    while places.keep_marked(recent, kept) and time.monotonic() < deadline:
        time.sleep(_ROUND)


def begin(
    model: KerasModel,
    arguments: tuple[Any, ...],
    given: dict[str, Any],
    *,
    recorded: RecordOptions | None,
    going: Going | None,
) -> Run:
    """Return the Run of a model, new or going on with a recorded one. It isn't started.

    Args:
        model: The compiled model.
        arguments: As for `dl.fit`.
        given: More, by name.
        recorded: How it is recorded; `None` for not at all.
        going: What it goes on with; `None` for a new one.

    Raises:
        RecordingError: The recorded run can't go on.
    """
    from dlwidgets.training import fit, fork, resume

    if going is None:
        run = fit(model, *arguments, **given, record=recorded or False, start=False)
        if recorded is None:
            engine_of(run).notes.append(
                tr("This run isn't recorded, because no folder for it is writable.")
            )
        return run
    data = dict(zip(("x", "y"), arguments, strict=False))
    taken = ("x", "y", "callbacks", "validation_data", "sample_weight", "device")
    data |= {name: given[name] for name in taken if name in given}
    if going.fork:
        return fork(
            going.run.path,
            **data,
            step=going.step,
            model=model,
            record=recorded or False,
            start=False,
        )
    _wait_for_end(going.run)
    epochs = open_run(going.run.path).epochs_total + going.more if going.more else None
    return resume(going.run.path, **data, model=model, epochs=epochs, start=False)


def _wait_for_end(run: RunSummary) -> None:
    """Wait for the kernel of a page that was reloaded, which ends at this moment.

    Before anything of the run is shown: what trains elsewhere has other weights than are here.
    """
    deadline = time.monotonic() + _PATIENCE
    while _is_open(run) and time.monotonic() < deadline:
        time.sleep(_ROUND)
    if _is_open(run):
        raise RecordingError(
            tr(
                "{run} is open in another tab or notebook. Go on there, or close it there and try "
                "again.",
                run=run.name,
            )
        )


def _is_open(run: RunSummary) -> bool:
    """Whether someone writes to a run, also one that had ended when it was found."""
    owner = read_owner(run.path / layout.LOCK)
    if owner is not None and owner.present:
        return True
    if not run.state.ended:
        run.refresh()
    return not run.state.ended
