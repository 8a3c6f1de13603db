"""What a diagnosis looks like on the page: the line, the findings, and their marks in a chart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr, trn
from dlwidgets.inspect.histogram_history import place_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.inspect.diagnosis import Diagnosis, Finding, Remedy
    from dlwidgets.training.recorder import Recorder

MARK = "finding"
"""The id and the kind of the marker in the charts."""


def headline_of(
    diagnosis: Diagnosis, *, begun: bool, ended: bool, unchecked: str = ""
) -> tuple[str, str]:
    """Return the line and its tone.

    Args:
        diagnosis: The diagnosis.
        begun: Whether the run has steps.
        ended: Whether it has ended.
        unchecked: What can't be looked at: `"layers"`, `"data"` (and so the layers neither), or "".
    """
    found = diagnosis.findings
    if found:
        more = len(found) - 1
        title = found[0].title
        if not more:
            return tr("Doctor: {title}", title=title), "found"
        text = trn(
            "Doctor: {title}, and {n} more finding",
            "Doctor: {title}, and {n} more findings",
            more,
            title=title,
        )
        return text, "found"
    if not begun:
        return tr("Doctor: waiting for the first steps"), "waiting"
    if diagnosis.early:
        return tr("Doctor: too early to say"), "waiting"
    return _fine(unchecked, ended=ended), "fine"


def _fine(unchecked: str, *, ended: bool) -> str:
    if unchecked == "data":
        return tr("Doctor: nothing unusual in the curves. Data and layers can't be checked here.")
    if unchecked:
        return tr("Doctor: nothing unusual. The layers can't be checked here.")
    return tr("Doctor: nothing unusual") if ended else tr("Doctor: nothing unusual so far")


def records_of(
    diagnosis: Diagnosis, recorder: Recorder, problem: Callable[[Remedy], str]
) -> list[dict[str, Any]]:
    """Return the findings as `DoctorNotes.findings` has them.

    Args:
        diagnosis: The diagnosis.
        recorder: Of the run.
        problem: Returns why a remedy can't be tried; "" if it can.
    """
    return [
        {
            "id": one.kind,
            "title": one.title,
            "reason": one.reason,
            "advice": one.advice,
            "where": where_of(one, recorder, diagnosis.initial_epoch),
            "remedies": [
                {"label": remedy.label, "problem": problem(remedy)} for remedy in one.remedies
            ],
        }
        for one in diagnosis.findings
    ]


def where_of(finding: Finding, recorder: Recorder, initial_epoch: int = 0) -> str:
    """Return which part of the curves a finding is about; "" for all of them.

    Args:
        finding: The finding.
        recorder: Of the run.
        initial_epoch: The epochs before the first one of the run, as in `fit`.
    """
    if finding.steps is None:
        return ""
    first, last = finding.steps
    per_epoch = recorder.steps_per_epoch or 0
    if per_epoch and last - first >= per_epoch:
        begin, end = max(1, -(-first // per_epoch)), -(-last // per_epoch)
        return tr("Epochs {first} to {last}", first=initial_epoch + begin, last=initial_epoch + end)
    return tr("Steps {first} to {last}", first=first, last=last)


def marks_of(finding: Finding | None, recorder: Recorder) -> list[dict[str, Any]]:
    """Return the marker of a finding, as `Chart.markers` has it; none if it has no place.

    Args:
        finding: The finding; `None` for none.
        recorder: Of the run.
    """
    if finding is None or finding.steps is None:
        return []
    (first, begun), (last, ended) = ((step, place_of(recorder, step)) for step in finding.steps)
    return [
        {
            "id": MARK,
            "kind": MARK,
            "step": first,
            "epoch": begun[0],
            "time": begun[1],
            "end": {"step": last, "epoch": ended[0], "time": ended[1]},
            "text": finding.title,
        }
    ]
