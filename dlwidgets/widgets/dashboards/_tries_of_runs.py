"""Things to try on the Runs page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.widgets.dashboards._tries import Try

if TYPE_CHECKING:
    from dlwidgets.widgets.dashboards.runs import RunsDashboard

_TWO = 2
_MISSING = tr("Two runs are needed. Train another one on the Train page.")


def _compare(page: RunsDashboard) -> str:
    table = page.runs.table
    newest = [row["id"] for row in table.runs[:_TWO]]
    if len(newest) < _TWO:
        return _MISSING
    table.selected = table.drawn = newest
    return tr("The two newest runs are drawn, and the table below shows what differs.")


def _by_time(page: RunsDashboard) -> str:
    chart = page.runs.steps.chart
    chart.x_axis = "step" if chart.x_axis == "time" else "time"
    if chart.x_axis == "time":
        return tr("The curves are drawn over the seconds of training.")
    return tr("The curves are drawn over the steps.")


def _interrupted(page: RunsDashboard) -> None:
    table = page.runs.table
    table.search, table.sort = "", "state"


def _best_first(page: RunsDashboard) -> None:
    table = page.runs.table
    table.search, table.sort = "", "best"


def _everything(page: RunsDashboard) -> None:
    differing = page.runs.parameters.differing
    differing.value = not differing.value


RUNS = (
    Try(
        text=tr(
            "**What differs.** Compare the two newest runs. Which of their settings differ, and "
            "which of the two learns faster? *Challenge:* train two runs that differ in one "
            "setting alone, and predict before which one wins."
        ),
        act=_compare,
        watch=lambda page: page.runs.parameters,
    ),
    Try(
        text=tr(
            "**Steps or seconds.** The run that needs fewer steps isn't always the one that is "
            "done first. Draw the same curves over time. *Challenge:* find a batch size that wins "
            "by steps and loses by seconds."
        ),
        act=_by_time,
        watch=lambda page: page.runs.steps,
    ),
    Try(
        text=tr(
            "**Resume after a crash.** Start a run on the Train page, and close its tab in the "
            "middle. Here it is listed as stopped, or as interrupted if its process died. Select "
            "it, and click Resume. The run continues as if nothing had happened."
        ),
        act=_interrupted,
        watch=lambda page: page.runs.table,
    ),
    Try(
        text=tr(
            "**The best first.** Sort the runs by the value of their best epoch. Is the best run "
            "also the one that trained longest? *Challenge:* find a run that was best early and "
            "became worse: it overfits."
        ),
        act=_best_first,
        watch=lambda page: page.runs.table,
    ),
    Try(
        text=tr(
            "**What stayed the same.** Show all parameters of the runs in the table, not only "
            "those that differ. Which of them would you have to note down to repeat a run?"
        ),
        act=_everything,
        watch=lambda page: page.runs.parameters,
    ),
)
