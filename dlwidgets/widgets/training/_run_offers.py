"""What can be done with selected runs, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr, trn
from dlwidgets.training.events import State
from dlwidgets.widgets.training._run_rows import about_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets.recording import RunSummary

MORE_EPOCHS = 10
"""Epochs that are offered to go on with."""

_MOST_EPOCHS = 10_000
_RESUMED = (State.INTERRUPTED, State.STOPPED, State.FAILED)


def offers(
    runs: Sequence[RunSummary],
    *,
    pinned: bool,
    keeps: bool,
    pages: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Return what can be done with selected runs, as `RunTable.actions` has it.

    Args:
        runs: The selected runs.
        pinned: Whether the only selected run is the reference.
        keeps: Whether they can be moved to the user's folder.
        pages: The pages that can show the model of the only selected run, each with its title.
    """
    if not runs:
        return []
    made = _for_one(runs[0], pinned=pinned, pages=pages or {}) if len(runs) == 1 else _for_several()
    active = any(not run.state.ended for run in runs)
    still = tr("It is still being recorded.") if active else ""
    if keeps:
        made.append(
            {
                "name": "keep",
                "title": tr("Keep"),
                "hint": tr("Move to your folder, where runs aren't deleted to free space."),
                "problem": still,
            }
        )
    made.append({"name": "delete", "title": tr("Delete"), "danger": True, "problem": still})
    return made


def _for_several() -> list[dict[str, Any]]:
    return [
        {
            "name": "compare",
            "title": tr("Compare"),
            "hint": tr("Draw only the curves of these runs, and show how their parameters differ."),
            "primary": True,
        }
    ]


def _for_one(run: RunSummary, *, pinned: bool, pages: Mapping[str, str]) -> list[dict[str, Any]]:
    state, ended, info = run.state, run.state.ended, run.info
    of_page = bool(about_of(info).get("page"))
    still = "" if ended else tr("It is still being recorded.")
    step = info.get("step")
    done = step if type(step) is int and step > 0 else 0
    first = "" if done else tr("The run has no steps yet.")
    made: list[dict[str, Any]] = [
        {
            "name": "open",
            "title": tr("Open"),
            "hint": tr("Show its curves, its timeline, and its samples."),
            "primary": True,
        }
    ]
    if state in _RESUMED:
        made.append(
            {
                "name": "resume",
                "title": tr("Resume"),
                "hint": tr("Continue from the last saved state, as if nothing had happened."),
                "problem": first,
                "leaves": of_page,
            }
        )
    made.append(
        {
            "name": "more",
            "title": tr("More epochs…"),
            "hint": tr("Train for more epochs than planned."),
            "problem": still or first,
            "leaves": of_page,
            "label": tr("More epochs"),
            "value": MORE_EPOCHS,
            "low": 1,
            "high": _MOST_EPOCHS,
        }
    )
    made.append(
        {
            "name": "fork",
            "title": tr("Fork…"),
            "hint": tr("Start a new run with the weights of the snapshot nearest to a step."),
            "problem": first,
            "leaves": of_page,
            "label": tr("From step"),
            "value": done,
            "low": 0,
            "high": max(1, done),
        }
    )
    if pages:
        made.append(
            {
                "name": "look",
                "title": tr("Open in…"),
                "hint": tr("Show its model on another page."),
                "problem": first,
                "leaves": True,
                "served": True,
                "label": tr("Page"),
                "choices": [{"value": page, "title": title} for page, title in pages.items()],
            }
        )
    made.append(
        {
            "name": "unpin" if pinned else "pin",
            "title": tr("Unpin") if pinned else tr("Pin as reference"),
            "hint": tr("Its curves are drawn pale in every panel of runs on the same data."),
        }
    )
    return made


def deleted_text(names: Sequence[str]) -> str:
    """Return what was deleted, as a sentence."""
    if len(names) == 1:
        return tr("{run} was deleted.", run=names[0])
    return trn("{n} run was deleted.", "{n} runs were deleted.", len(names))
