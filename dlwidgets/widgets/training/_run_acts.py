"""What is done with the runs of a table: open, resume, fork, pin, rename, delete."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import error_message, tr
from dlwidgets.data import DataError
from dlwidgets.recording import RecordingError, open_run
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.pinned import PINNED
from dlwidgets.widgets.training._run_data import arguments_for, code_for
from dlwidgets.widgets.training._run_offers import deleted_text, offers
from dlwidgets.widgets.training._run_rows import about_of
from dlwidgets.widgets.training.panel import TrainingPanel
from dlwidgets.widgets.training.run_viewer import RunViewer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dlwidgets.recording import RecordedRun, RunSummary
    from dlwidgets.recording.deleting import Deleted
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.primitives.run_table import Act
    from dlwidgets.widgets.training._run_data import Given
    from dlwidgets.widgets.training.runs import Runs


class RunActs:
    """Does what the user asks for in a table of runs.

    Args:
        runs: The widget.
        data: As for `Runs`.

    Attributes:
        pages: Returns the pages that can show the model of a run, each with its title.
        hand_over: Hands the model of a run to a page, and returns the query of its address.
        keep: Moves a run to the user's folder. `None` where there is no such folder.
    """

    def __init__(self, runs: Runs, data: Given) -> None:
        self._runs, self._data = runs, data
        self._worker = Worker("dlwidgets-run-acts", self._failed)
        self._deleted: list[tuple[str, Deleted]] = []
        self._before: tuple[list[str], str] = [], ""  # what was drawn and pinned
        self._request: Any = None
        self.pages: Callable[[RunSummary], Mapping[str, str]] = lambda _: {}
        self.hand_over: Callable[[RecordedRun, str], str] | None = None
        self.keep: Callable[[RunSummary], object] | None = None
        self.can_keep: Callable[[RunSummary], bool] = lambda _: False
        runs.table.on_act(self._act, rename=self._rename, tag=self._tag, undo=self._undo)

    def offer(self) -> None:
        """Show what can be done with the selected runs."""
        table, selected = self._runs.table, self._runs.selected()
        runs = list(selected.values())
        made = offers(
            runs,
            pinned=bool(table.pinned) and list(selected) == [table.pinned],
            keeps=bool(runs) and self.keep is not None and all(map(self.can_keep, runs)),
            pages=self.pages(runs[0]) if len(runs) == 1 else {},
        )
        if made != table.actions:
            table.actions = made

    def follow(self, runs: Iterable[RunSummary]) -> None:
        """Show an opened run anew where it has gone on since it ended, as on a page of its own.

        Args:
            runs: The runs as their files say now.
        """
        view = next((v for v in self._runs.opened.children if isinstance(v, RunViewer)), None)
        shown = None if view is None else view.recorded
        if view is None or shown is None or not shown.state.ended:
            return  # while a run trains, its view follows by itself
        now = next((run for run in runs if run.path == shown.path), None)
        if now is None or (now.state.ended and _extent(now) == _extent(shown)):
            return
        path = shown.path
        self._worker.submit(lambda: view.show(path))

    def close(self) -> None:
        """Do nothing more. A run that was resumed here goes on."""
        self._worker.close()

    # -- from the page -------------------------------------------------------------------------

    def _act(self, asked: Act) -> None:
        found = {key: self._runs.shelf.find(key) for key in asked.ids}
        runs = {key: run for key, run in found.items() if run is not None}
        table = self._runs.table
        if not table.undo:  # what was said of another run is read by now
            table.say("")
        with self._reported(asked.request):
            if not runs:
                raise RecordingError(tr("The run is no longer there. It was deleted or moved."))
            if asked.name == "compare":
                table.drawn = list(runs)
            elif asked.name == "keep":
                self._keep(runs)
            elif asked.name == "delete":
                self._delete(runs)
            elif len(runs) == 1:
                self._do_with_one(*next(iter(runs.items())), asked)

    def _do_with_one(self, key: str, run: RunSummary, asked: Act) -> None:
        table = self._runs.table
        if asked.name in ("pin", "unpin"):
            self._pin(key if asked.name == "pin" else "", run)
        elif asked.name == "open":
            table.say("")
            self._show(RunViewer(run.path), run.name)
        elif asked.name == "look":
            self._hand_over(run, asked)
        elif asked.name in ("resume", "more", "fork"):
            if about_of(run.info).get("page") and asked.served:
                self._go_to_its_page(run, asked)
            else:
                self._go_on(run, asked)

    def _pin(self, key: str, run: RunSummary) -> None:
        self._runs.table.pinned = key
        for one in self._runs.shelf.folders:
            there = bool(key) and one.path == run.path.parent
            PINNED.remember(one.path, run.path.name if there else "")
        PINNED.pin(open_run(run.path) if key else None)

    # -- pages ---------------------------------------------------------------------------------

    def _go_to_its_page(self, run: RunSummary, asked: Act) -> None:
        """Let the page that has recorded the run go on with it: it has the data and the views."""
        kind = "fork" if asked.name == "fork" else "resume"
        query = f"{kind}={run.path.name}"
        if asked.value is not None:
            query += f"&{'step' if kind == 'fork' else 'more'}={int(asked.value)}"
        page = str(about_of(run.info)["page"])
        self._runs.table.answer(asked.request, type="go", page=page, query=query)

    def _hand_over(self, run: RunSummary, asked: Act) -> None:
        hand_over, table = self.hand_over, self._runs.table
        if hand_over is None or asked.choice not in self.pages(run):
            raise ValueError(tr("The model of this run can't be shown on this page."))
        table.say(tr("Loading the model…"))

        def work() -> None:
            with self._reported(asked.request):
                query = hand_over(open_run(run.path), asked.choice)
                table.answer(asked.request, type="go", page=asked.choice, query=query)
                table.say("")

        self._worker.submit(work)

    # -- in place ------------------------------------------------------------------------------

    def _go_on(self, summary: RunSummary, asked: Act) -> None:
        """Resume or fork a run in this kernel, with a panel of its own."""
        table, number = self._runs.table, int(asked.value or 0)
        table.say(tr("Loading the data…"))

        def work() -> None:
            with self._reported(asked.request):
                recorded = open_run(summary.path)
                given = arguments_for(recorded, self._data)
                if given is None:
                    code = code_for(recorded, asked.name, number)
                    table.say(tr("Run this in a notebook with the run's data: `{code}`", code=code))
                    return
                table.say(tr("Starting TensorFlow, which takes a few seconds…"))
                run = _gone_on(recorded, asked.name, number, given)
                panel = TrainingPanel()
                panel.show(run)
                self._show(panel, summary.name)
                run.start()
                self._runs.run = run
                table.say("")

        self._worker.submit(work)

    def _show(self, view: ipywidgets.Widget, name: str) -> None:
        """Show a view below the table, in place of the one before."""
        before = self._runs.opened.children
        close = ipywidgets.Button(
            description=tr("Close"),
            tooltip=tr("Show only the table. A run that is training continues."),
            layout={"width": "auto"},
        )
        title = ipywidgets.Label(name)
        title.add_class("dlw-section-title")
        head = ipywidgets.Box([title, close])
        head.add_class("dlw-runs-head")
        head.add_class("dlw-actions")
        self._runs.opened.children = (head, view)
        close.on_click(lambda _: self._close_opened())
        for one in before:
            one.close()

    def _close_opened(self) -> None:
        before, self._runs.opened.children = self._runs.opened.children, ()
        for one in before:
            one.close()

    # -- labels and deleting -------------------------------------------------------------------

    def _rename(self, key: str, name: str) -> None:
        run = self._runs.shelf.find(key)
        if run is not None:
            with self._reported():
                run.rename(name)
        self._runs.refresh()

    def _tag(self, key: str, tag: str, add: bool) -> None:
        run = self._runs.shelf.find(key)
        if run is not None:
            with self._reported():
                (run.tag if add else run.untag)(tag)
        self._runs.refresh()

    def _keep(self, runs: Mapping[str, RunSummary]) -> None:
        keep = self.keep
        if keep is None:
            return
        for run in filter(self.can_keep, runs.values()):
            keep(run)
        self._runs.refresh()
        key = str(self._runs.table.pinned)
        pinned = self._runs.shelf.find(key)
        if pinned is not None and key in runs:
            self._pin(key, pinned)
        self._runs.table.say(
            tr("{run} is in your folder now.", run=next(iter(runs.values())).name)
            if len(runs) == 1
            else tr("The runs are in your folder now.")
        )

    def _delete(self, runs: Mapping[str, RunSummary]) -> None:
        table = self._runs.table
        deleted: list[tuple[str, Deleted]] = []
        before = list(table.drawn), str(table.pinned)
        try:
            for key, run in runs.items():
                # Also where it was before it was kept, or it would be back at once.
                folders = self._runs.shelf.folders_of(key)
                deleted.extend((key, folder.delete(run.path.name)) for folder in folders)
        finally:  # what was deleted before one that can't be
            if deleted:
                self._deleted, self._before = deleted, before
                names = [runs[key].name for key in dict.fromkeys(key for key, _ in deleted)]
                table.say(deleted_text(names), undo=True)
            self._runs.refresh()

    def _undo(self) -> None:
        table, deleted = self._runs.table, self._deleted
        self._deleted = []
        with self._reported():
            for _, one in deleted:
                one.undo()
            table.say("")
        self._runs.refresh()
        back = list(dict.fromkeys(key for key, _ in deleted))
        drawn, pinned = self._before
        table.drawn = [*table.drawn, *(key for key in back if key in drawn)]
        if pinned in back:
            table.pinned = pinned  # which its folder still remembers
        table.selected = back

    # -- errors --------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _reported(self, request: Any = None) -> Iterator[None]:
        """Show what goes wrong above the table, and close the tab that was opened for it."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the page shows it
            self._failed(error)
            self._runs.table.answer(request, type="failed")

    def _failed(self, error: Exception) -> None:
        known = isinstance(
            error, RecordingError | DataError | ValueError | TypeError | FileNotFoundError
        )
        self._runs.table.say(error_message(error) if known else explain(error), bad=True)


def _extent(run: RunSummary) -> tuple[Any, Any]:
    """How far a run came, and how far it was to go."""
    return run.info.get("step"), run.info.get("epochs")


def _gone_on(recorded: RecordedRun, kind: str, number: int, given: Mapping[str, Any]) -> Run:
    """Return the Run that goes on, which isn't started."""
    from dlwidgets.training import fork, resume

    if kind == "fork":
        return fork(recorded, step=number, start=False, **given)
    epochs = recorded.epochs_total + number if kind == "more" else None
    return resume(recorded, epochs=epochs, start=False, **given)
