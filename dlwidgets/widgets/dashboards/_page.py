"""Base classes of dashboards, and what starts their runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
import traitlets

from dlwidgets import data
from dlwidgets._formatting import format_percent
from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import is_loaded, load, warm_up
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._fields.labeled import remark
from dlwidgets.widgets.dashboards._page_fields import ACTS_LATER, page_form
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.view import View
    from dlwidgets.widgets.primitives.run_bar import RunBar


class RunLauncher:
    """Prepares and starts the runs of a page on its own thread, one at a time.

    Args:
        bar: Shows progress and errors.
        name: The name of the thread.

    Attributes:
        run: The current Run, `None` before the first.
    """

    def __init__(self, bar: RunBar, name: str) -> None:
        self._bar = bar
        self._worker = Worker(f"dlwidgets-{name}", self.failed)
        self._datasets: dict[str, Dataset] = {}
        self.run: Run | None = None

    @property
    def busy(self) -> bool:
        """Whether a run is being prepared."""
        return self._worker.busy

    def submit(self, work: Callable[[], None]) -> None:
        """Call a function on the thread. The bar shows its errors."""
        self._worker.submit(work)

    def launch(self, make: Callable[[], Run], first: Callable[[], None] | None = None) -> None:
        """Call `make` on the thread, unless a run is active or being prepared.

        Args:
            make: Prepares and starts a Run, and returns it.
            first: Called before TensorFlow is loaded, which takes seconds.
        """
        if self.busy or (self.run is not None and not self.run.state.ended):
            return
        self.say(tr("Preparing…"))
        with self._bar.hold_sync():
            self._bar.can_start = self._bar.can_restart = False
        self._worker.submit(lambda: self._launch(make, first))

    def say(self, text: str) -> None:
        """Show a message in the bar."""
        self._bar.say(text, "info")

    def progress(self, fraction: float | None, text: str) -> None:
        """Show the progress of a task in the bar.

        Args:
            fraction: From 0 to 1, `None` if it isn't known.
            text: The task.
        """
        if fraction is None:
            self.say(text)
        else:
            self.say(tr("{task} ({percent})", task=text, percent=format_percent(fraction)))

    def load(self, name: str) -> Dataset:
        """Load and normalize a data set. Only the last one is kept in memory.

        Args:
            name: A name of `dlwidgets.data`.

        Raises:
            DataError: The data set was not found and can't be downloaded.
        """
        if name not in self._datasets:
            self.say(tr("Loading the data…"))
            # One at a time: a normalized CIFAR-10 takes 700 MB.
            self._datasets = {}
            self._datasets[name] = data.load(name, progress=self.progress).normalized()
        return self._datasets[name]

    def failed(self, error: Exception) -> None:
        """Show an error in the bar, and enable the Start button again."""
        bar = self._bar
        # The message of a data error is written for the user, with the folders and a remedy.
        known = isinstance(error, data.DataError)
        bar.say(error_message(error) if known else explain(error), "error")
        ended = self.run is not None and self.run.state.ended
        with bar.hold_sync():
            bar.can_start, bar.can_restart = self.run is None, ended
            bar.seq += 1

    def close(self) -> None:
        """Stop the current run, and start no other."""
        self._worker.close()
        if self.run is not None and not self.run.state.ended:
            self.run.stop()

    def _launch(self, make: Callable[[], Run], first: Callable[[], None] | None) -> None:
        if first is not None:
            first()
        if not is_loaded():
            self.say(tr("Starting TensorFlow, which takes a few seconds…"))
            load()
        self.run = make()


class Page(ClosesChildren, ipywidgets.VBox):
    """Base class of dashboards: fields, views, and the work that begins when a user looks.

    A page defines `fields`, `views` and `arrange`. The widgets that `fields` and `views` return
    become attributes of the page, under these names, and are closed with it.

    Args:
        start: Whether to start the work of the page as soon as it is visible.

    Attributes:
        opener: The view that reports when the page is visible. Each page sets it.
    """

    css_class: ClassVar[str] = "dlw-page"
    opener: View

    def __init__(self, *, start: bool = True) -> None:
        self._fields = dict(self.fields())
        self._own = list(self._fields.values())
        self._links: list[traitlets.link] = []
        self._adopt(self._fields)
        self._views = dict(self.views())
        self._own += self._views.values()
        self._adopt(self._views)
        super().__init__(list(self.arrange()))
        self.add_class(self.css_class)
        self.connect()
        warm_up()
        if start:
            self.opener.when_seen(self.start)

    def _adopt(self, widgets: Mapping[str, ipywidgets.Widget]) -> None:
        for name, widget in widgets.items():
            setattr(self, name, widget)

    # -- what a page defines -------------------------------------------------------------------

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the form, by attribute name."""
        return {}

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the views, by attribute name. Called after `fields`."""
        return {}

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the children of the page, from top to bottom."""
        return [*self._fields.values(), *self._views.values()]

    def connect(self) -> None:
        """Observe fields and link views. Called once, when all widgets exist."""

    def start(self) -> None:
        """Start the work of the page with the current settings."""

    # -- for pages -----------------------------------------------------------------------------

    def link(self, *traits: tuple[ipywidgets.Widget, str]) -> None:
        """Keep two traits equal until the page is closed."""
        self._links.append(traitlets.link(*traits))

    def close(self) -> None:
        """Close the page and all of its widgets."""
        for link in self._links:
            link.unlink()
        super().close()
        # A page may show only some of its views, or show them in another place.
        for widget in self._own:
            widget.close()


class TrainingPage(Page):
    """Base class of dashboards with a panel that starts runs.

    In addition to `fields` and `views`, a page defines `make_run`. It receives the values of the
    fields by name, on the thread of the launcher, and returns a Run that isn't started.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        panel: The `TrainingPanel`.
    """

    model_title: ClassVar[str] = ""
    make_run: Callable[..., Run]
    panel: TrainingPanel

    def __init__(self, *, start: bool = True) -> None:
        self.panel = self.make_panel()
        self.opener = self.panel.bar
        self.panel.bar.model_name = self.model_title
        self._launcher = RunLauncher(self.panel.bar, f"start-{type(self).__name__}")
        super().__init__(start=start)
        self._own.append(self.panel)

    def make_panel(self) -> TrainingPanel:
        """Return the panel of the page."""
        text = tr("The loss of each step appears here.")
        return TrainingPanel(on_start=self.start, empty_text=text)

    def messages(self) -> Sequence[ipywidgets.Widget]:
        """Return the lines of text below the fields."""
        return (remark(ACTS_LATER),)

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the form, the head of the panel, the views, and the charts of the panel."""
        form = page_form(self._fields.values(), *self.messages())
        bar, *charts = self.panel.children
        return [form, bar, *self._views.values(), *charts]

    # -- state ---------------------------------------------------------------------------------

    @property
    def run(self) -> Run | None:
        """The current Run, `None` before the first."""
        return self._launcher.run

    @property
    def busy(self) -> bool:
        """Whether a run is being prepared."""
        return self._launcher.busy

    @property
    def message(self) -> str:
        """What the page reports about the start of a run, or why it failed."""
        return str(self.panel.bar.message)

    @property
    def settings(self) -> Any:
        """The values of the fields, by attribute name."""
        return {name: field.value for name, field in self._fields.items()}

    # -- training ------------------------------------------------------------------------------

    def start(self) -> None:
        """Train a new model with the current settings, unless a run is active."""
        settings = self.settings
        self._launcher.launch(lambda: self._begin(settings), lambda: self.prepare(settings))

    def prepare(self, settings: Any) -> None:
        """Do what is possible before TensorFlow is loaded. On the thread of the launcher."""

    def started(self, run: Run, settings: Any) -> None:
        """React to the start of a run. On the thread of the launcher."""

    def _begin(self, settings: Any) -> Run:
        run = self.make_run(**settings)
        run.start()
        self.started(run, settings)
        return run

    def load(self, name: str) -> Dataset:
        """Load and normalize a data set, with the progress in the panel."""
        return self._launcher.load(name)

    def say(self, text: str) -> None:
        """Show a message in the panel."""
        self._launcher.say(text)

    def fit(self, model: KerasModel, *args: Any, **options: Any) -> Run:
        """Show a new Run of a model in the panel.

        Args:
            model: A compiled model.
            *args: As for `dl.fit`.
            **options: As for `dl.fit`.

        Returns:
            The Run. It isn't started.
        """
        from dlwidgets.training import fit

        run = fit(model, *args, **options, start=False)
        self.panel.show(run)
        return run

    def close(self) -> None:
        """Close the page and all of its widgets. An active run is stopped."""
        self._launcher.close()
        super().close()
