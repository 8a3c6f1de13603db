"""The figures of a tutorial: printed in the source, measured here, and in the reader's run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from dlwidgets._messages import tr
from dlwidgets.course import results as files
from dlwidgets.course.places import results_file
from dlwidgets.course.tutorial import tutorial
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets.course.results import Measured, Results
    from dlwidgets.course.tutorial import Row, Tutorial
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.course.trial import Trial


class ResultsTable(View):
    """A tutorial's figures: printed in the source, measured here, in this run, and why they differ.

    What was measured here comes from `notebooks/results/NN.json`, which `make course` writes.

    Args:
        number: The tutorial's number.
        trial: The `Trial` whose run is shown beside. `None` for none.
        system: The system that the trial trains, if the tutorial has several.

    Attributes:
        rows: One dict per figure: `title`, `printed`, `where`, `measured`, `how` (seeds, seconds,
            hardware), `here` and `why`.
        run_title: The heading of the column of the reader's run; "" for no such column.

    Raises:
        ValueError: No tutorial with this number has figures, or its file is damaged.

    Example:
        >>> table = dl.ResultsTable(2)
        >>> table.rows[-1]["printed"]
        '0.9785'
    """

    _model_name = Unicode("ResultsTableModel").tag(sync=True)
    _view_name = Unicode("ResultsTableView").tag(sync=True)

    rows = Records()
    run_title = Text()

    def __init__(
        self, number: int = 0, trial: Trial | None = None, system: str = "", **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._run: Run | None = None
        self._system = system
        self._tutorial: Tutorial | None = tutorial(number) if number else None
        self._measured = files.read(results_file(number)) if number else files.Results()
        if trial is not None:
            self.run_title = tr("This run")
            trial.on_run(self.follow)
        self._show()

    def follow(self, run: Run) -> None:
        """Show the figures of another run beside the others.

        Args:
            run: The run.
        """
        self._run, self.run_title = run, tr("This run")
        TICKER.add(self)

    def tick(self) -> bool:
        """Show the run's values after its epochs; called by the ticker."""
        run = self._run
        self._show()
        return run is not None and not run.state.ended

    def _release(self) -> None:
        TICKER.remove(self)
        self._run = None

    def _show(self) -> None:
        if self._tutorial is None:
            return
        history: Mapping[str, list[float]] = {} if self._run is None else self._run.history
        rows = _without_repeats([self._row(row, history) for row in self._tutorial.rows])
        if rows != self.rows:
            self.rows = rows

    def _row(self, row: Row, history: Mapping[str, list[float]]) -> dict[str, Any]:
        assert self._tutorial is not None
        mine = history.get(row.metric) if row.system == (self._system or row.system) else None
        measured, how = _measured(row, self._measured, self._tutorial)
        return {
            "title": row.title,
            "printed": row.printed,
            "where": row.where,
            "measured": measured,
            "how": how,
            "here": _number(mine[-1], row.digits) if mine else "",
            "why": row.why,
        }


def _without_repeats(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out of each row the small print that is also in the row above."""
    above = [{}, *rows]
    return [
        {**row, **{key: "" for key in ("where", "how") if row[key] == before.get(key)}}
        for before, row in zip(above, rows, strict=False)
    ]


def _measured(row: Row, known: Results, of: Tutorial) -> tuple[str, str]:
    """Return the measured figure and how it was measured."""
    values = known.values(row.system, row.figure)
    if not values:
        system = of.system(row.system)
        why = system.why_not or known.not_run.get(row.system, "")
        return tr("not run"), why or tr("It hasn't been measured yet: `make course`.")
    mean = _number(math.fsum(values) / len(values), row.digits)
    runs = known.measured[row.system]
    shown = mean
    if _number(min(values), row.digits) != _number(max(values), row.digits):
        low, high = _number(min(values), row.digits), _number(max(values), row.digits)
        shown = tr("{mean} ({low} to {high})", mean=mean, low=low, high=high)
    return shown, _how(runs, of.system(row.system).about)


def _how(runs: list[Measured], about: str) -> str:
    last = runs[-1]
    seconds = round(sum(run.seconds for run in runs) / len(runs))
    return tr(
        "{about}. {seeds} trainings of {steps} steps, {seconds} s each. {hardware}, "
        "TensorFlow {tensorflow}, {date}.",
        about=about,
        seeds=len(runs),
        steps=f"{last.steps:,}",
        seconds=seconds,
        hardware=last.hardware,
        tensorflow=last.versions.get("tensorflow", "?"),
        date=last.date,
    )


def _number(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}" if math.isfinite(value) else "NaN"
