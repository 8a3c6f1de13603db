"""All recorded runs of a folder: a table, their curves and parameters, and what can be done."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.pinned import PINNED
from dlwidgets.widgets.primitives.run_table import RunTable
from dlwidgets.widgets.training._run_acts import RunActs
from dlwidgets.widgets.training._run_curves import Drawn, RunCurves
from dlwidgets.widgets.training._run_parameters import RunParameters
from dlwidgets.widgets.training._run_rows import GROWING, growing, row_of, told_apart
from dlwidgets.widgets.training._run_shelf import RunShelf

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets.recording import RunSummary
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.training._run_data import Given

_LEFT = ("step/loss",)
_RIGHT = ("epoch/val_accuracy", "epoch/val_loss", "epoch/accuracy", "epoch/loss")


def _empty_text(folder: Path, given: str) -> str:
    if folder.exists():
        return tr(
            "No runs yet. Record one: `dl.fit(model, x, y, record={folder})`. It appears here as "
            "soon as it starts.",
            folder=repr(given),
        )
    return tr(
        "The folder {folder} doesn't exist yet. Record a run in it: `dl.fit(model, x, y, "
        "record={folder})`. It appears here as soon as it starts.",
        folder=repr(given),
    )


class Runs(ClosesChildren, ipywidgets.VBox):
    """All recorded runs of a folder, also those that other processes record now.

    A table of the runs, the curves of those with an open eye, and their parameters side by side.
    Runs can be renamed, tagged, opened, resumed, continued with more epochs, forked, pinned as
    reference for every `TrainingPanel`, and deleted, which can be undone.

    Args:
        folder: The folder of the runs, or several folders. They need not exist yet.
        data: What runs are resumed with: arrays `(x, y)`, a dict of arguments of `dl.resume`, a
            `Dataset`, or a function of the `RecordedRun` that returns one of these. `None` for the
            data set whose name was recorded; for other runs, a line of code is shown.

    Attributes:
        table: The table.
        steps: The curves of steps.
        epochs: The curves of epochs.
        parameters: The parameters side by side.
        opened: What was opened or resumed, below the table.
        run: The Run that was resumed here last, `None` before the first.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> dl.recording.RunWriter.create(dl.record(folder, name="first"), {}).close("finished")
        >>> runs = dl.Runs(folder)
        >>> [row["name"] for row in runs.table.runs]
        ['first']
    """

    def __init__(
        self,
        folder: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] = "runs",
        *,
        data: Given = None,
    ) -> None:
        given = [folder] if isinstance(folder, (str, os.PathLike)) else list(folder)
        folders = [Path(one).expanduser() for one in given]
        self._lock = threading.RLock()
        self.run: Run | None = None
        self._rows: dict[str, dict[str, Any]] = {}
        self._given = str(given[0])
        self._if_empty = ""
        self.table = RunTable(title=tr("Runs"), empty_text=_empty_text(folders[0], self._given))
        self.steps, self.epochs = RunCurves(_LEFT), RunCurves(_RIGHT)
        self.parameters = RunParameters()
        self.opened = ipywidgets.VBox([])
        self.opened.add_class("dlw-runs-opened")
        self._curves = ipywidgets.Box([self.steps, self.epochs])
        self._curves.add_class("dlw-runs-curves")
        super().__init__([self.table, self.opened, self._curves, self.parameters])
        self.add_class("dlw-runs")
        self.shelf = RunShelf(folders, self._show_runs, self._show_curves)
        self.acts = RunActs(self, data)
        for chart in (self.steps.chart, self.epochs.chart):
            for trait in ("x_axis", "smoothing"):
                chart.observe(self._share_setting, trait)
        self.table.observe(self._on_drawn, ["drawn", "pinned"])
        self.table.observe(lambda _: self.acts.offer(), ["selected", "pinned"])
        self._show_runs()
        self._recall()
        self.table.when_seen(self.shelf.follow)

    # -- what it shows -------------------------------------------------------------------------

    def refresh(self) -> None:
        """Look for runs at once. By itself it does so every second while it is shown."""
        self.shelf.refresh()
        self._show_runs()
        self._show_curves()

    def on_opened(self, listener: Callable[[], None]) -> None:
        """Call a function once another run is shown in `opened`."""
        self.opened.observe(lambda _: listener(), "children")

    def say_when_empty(self, text: str) -> None:
        """Show a text while there are no runs, in place of how to record one.

        Args:
            text: Whole sentences.
        """
        self._if_empty = self.table.empty_text = text

    def _recall(self) -> None:
        """Pin the reference that the folders remember."""
        found = PINNED.recall([folder.path for folder in self.shelf.folders])
        if found is not None:
            name = found.path.name
            self.table.pinned = name if name in self.shelf.runs() else ""

    def _show_runs(self) -> None:
        """Show the table as the folders are now. On any thread."""
        with self._lock:
            runs = self.shelf.runs()
            rows = {key: row_of(key, run) for key, run in runs.items()}
            before, self._rows = self._rows, rows
            if self._only_grown(before, rows):
                changed = [key for key, row in rows.items() if row != before[key]]
                if changed:
                    self.table.grow({key: growing(runs[key]) for key in changed})
            else:
                self.table.live = {}
                self.table.show(list(rows.values()))
            self.table.empty_text = self._if_empty or _empty_text(
                self.shelf.folders[0].path, self._given
            )
            self.acts.offer()
            self.acts.follow(runs.values())
            for part in (self._curves, self.parameters):
                part.layout.display = None if rows else "none"
        self.shelf.wake()

    @staticmethod
    def _only_grown(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
        """Whether there are the same runs with the same names as before."""

        def fixed(row: Mapping[str, Any]) -> dict[str, Any]:
            return {name: value for name, value in row.items() if name not in GROWING}

        return bool(before) and [(key, fixed(row)) for key, row in before.items()] == [
            (key, fixed(row)) for key, row in now.items()
        ]

    def _show_curves(self) -> None:
        """Show curves and parameters of what is drawn. On any thread."""
        with self._lock:
            drawn, pinned = list(self.table.drawn), str(self.table.pinned)
            slots = self.table.slots
            keys = [*drawn, *([pinned] if pinned and pinned not in drawn else [])]
            opened = self.shelf.open(keys)
            keys = [key for key in keys if key in opened]
            names = told_apart([self.shelf.find(key) or opened[key] for key in keys])
            shown = [
                Drawn(key, name, opened[key], int(slots.get(key, 0)), key not in drawn)
                for key, name in zip(keys, names, strict=True)
            ]
            self.steps.show(shown)
            self.epochs.show(shown)
            self.parameters.show([(one.name, one.run.info) for one in shown])

    def _on_drawn(self, _change: Change[Any]) -> None:
        # On the shelf's thread: opening a long run takes a second.
        if self.shelf.following:
            self.shelf.wake()
        else:
            self._show_curves()

    def _share_setting(self, change: Change[object]) -> None:
        for curves in (self.steps, self.epochs):
            setattr(curves.chart, change["name"], change["new"])

    def selected(self) -> dict[str, RunSummary]:
        """Return the selected runs by id, in the order in which they were selected."""
        found = {key: self.shelf.find(key) for key in self.table.selected}
        return {key: run for key, run in found.items() if run is not None}

    def _release(self) -> None:
        self.shelf.close()
        self.acts.close()
