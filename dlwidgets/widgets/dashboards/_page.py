"""Base classes of dashboards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
import traitlets

from dlwidgets import data
from dlwidgets._messages import tr
from dlwidgets._tensorflow import warm_up
from dlwidgets.models.saved import SavedAbout, take_over
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._fields.labeled import remark
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.dashboards._desk import Desk, Shown
from dlwidgets.widgets.dashboards._page_fields import ACTS_LATER, page_form
from dlwidgets.widgets.dashboards._run_launcher import RunLauncher, start_prepared
from dlwidgets.widgets.dashboards._tries import TryRunner
from dlwidgets.widgets.primitives.page_tools import PageTools
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets._core.view import View
    from dlwidgets.widgets.dashboards._tries import Try

_WAITS = "dlw-waits"
"""The class of a page whose views still show the run before: they are dimmed."""


class Page(ClosesChildren, ipywidgets.VBox):
    """Base class of dashboards: fields, views, and the work that begins when a user looks.

    A page defines `fields`, `views` and `arrange`. The widgets that `fields` and `views` return
    become attributes of the page, under these names, and are closed with it.

    Args:
        start: Whether to start the work of the page as soon as it is visible.

    Attributes:
        opener: The view that reports when the page is visible. Each page sets it.
        tools: The buttons for the page's code and models.
        try_list: The list of things to try.
    """

    css_class: ClassVar[str] = "dlw-page"
    tries: ClassVar[Sequence[Try]] = ()
    """Things to try, from top to bottom."""
    page_name: ClassVar[str] = ""
    """The name of the page's notebook."""
    model_kind: ClassVar[str] = ""
    """The kind of model that the page can save, as in `dl.models.saved`. `""` for none."""
    can_open: ClassVar[bool] = False
    """Whether the page can show a saved model, with `show_model`."""
    tools_in_form: ClassVar[bool] = False
    """Whether `arrange` puts the tools into the form, so that they take no room above it."""
    opener: View

    def __init__(self, *, start: bool = True) -> None:
        self._fields = dict(self.fields())
        self._own = list(self._fields.values())
        self._links: list[traitlets.link] = []
        self._adopt(self._fields)
        self._views = dict(self.views())
        self._own += self._views.values()
        self._adopt(self._views)
        self.desk = Desk(self)
        self.tools = PageTools(self.desk, has_code=self.has_code)
        self._tries = TryRunner(self)
        self.try_list = self._tries.view
        self._own += [self.tools, self.try_list]
        above = [] if self.tools_in_form else [self.tools]
        super().__init__([*above, *self.arrange(), *self.foot(), self.try_list])
        self.add_class(self.css_class)
        self.connect()
        self._follow_settings()
        warm_up()
        self.opener.when_seen(lambda: self._visible(start=start))

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

    def foot(self) -> Sequence[ipywidgets.Widget]:
        """Return what stays at the lower edge of the window, below all views."""
        return []

    def connect(self) -> None:
        """Observe fields and link views. Called once, when all widgets exist."""

    def start(self) -> None:
        """Start the work of the page with the current settings."""

    def restart(self) -> None:
        """Start the work of the page again, in place of work in progress."""
        self.start()

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields whose values a link holds, by name."""
        return {name: field for name, field in self._fields.items() if hasattr(field, "value")}

    has_code: ClassVar[bool] = False
    """Whether the page defines `code`."""

    def code(self) -> str:
        """Return the notebook code of what the page shows."""
        return ""

    def shown_model(self) -> Shown | None:
        """Return the model that the page shows, `None` if there is none to save."""
        return None

    def link_to_model(self) -> str:
        """Return the query of a page that knows the model by name, "" if none does."""
        return ""

    def open_model(self, load: Callable[[], tuple[KerasModel, SavedAbout]]) -> None:
        """Show a model in place of what the page shows.

        Args:
            load: Loads the model. Called on another thread.
        """

    # -- settings ------------------------------------------------------------------------------

    def _follow_settings(self) -> None:
        """Keep the settings in the page's address."""
        controls = self.controls()
        self._first = _settings.values(controls)
        for control in controls.values():
            control.observe(self._show_link, "value")

    def _show_link(self, _change: Change[object]) -> None:
        self.tools.link = _settings.link(_settings.values(self.controls()), self._first)

    def _visible(self, *, start: bool) -> None:
        """Take the settings from the page's address, and begin."""
        controls, query = self.controls(), self.opener.query
        wanted = _settings.read_query(query, controls)
        bad = [
            name
            for name, value in wanted.items()
            if not (self.takes_from_link(name, value) and _settings.put(controls[name], value))
        ]
        if bad:
            text = tr("The link has values that can't be used here: {names}.", names=", ".join(bad))
            self.tools.say(text, bad=True)
        self.desk.refresh()
        token = _settings.read_query(query, {"saved": None}).get("saved")
        if token and self.can_open:
            self.open_model(lambda: take_over(token))
        elif start and self.may_start():
            self.start()

    def takes_from_link(self, _name: str, _value: str) -> bool:
        """Return whether a setting may come from a link."""
        return True

    def may_start(self) -> bool:
        """Return whether the page may start by itself, which must not download anything."""
        return True

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
        shown_name: The name of the model that is shown, or that is prepared.
    """

    tools_in_form = True
    model_title: ClassVar[str] = ""
    metrics: ClassVar[Sequence[str]] = ()
    """The metrics whose charts are there before the first step."""
    load_kept: ClassVar[str] = ""
    """How to load the weights that are kept when a loss becomes NaN; "" if the page can't."""
    make_run: Callable[..., Run]
    panel: TrainingPanel

    def __init__(self, *, start: bool = True) -> None:
        self._used: dict[str, Any] = {}
        self._opened: Shown | None = None
        self.class_names: list[str] = []
        self.panel = self.make_panel()
        self.panel.children = [c for c in self.panel.children if c is not self.panel.timeline]
        self.opener = self.panel.bar
        self.shown_name = self.panel.bar.model_name = self.model_title
        if start:
            self.panel.bar.say(tr("Training starts by itself once the page is ready."), "info")
        self._launcher = RunLauncher(
            self.panel.bar, f"start-{type(self).__name__}", lambda: self.remove_class(_WAITS)
        )
        super().__init__(start=start)
        self._own.append(self.panel)
        self.panel.bar.observe(self._follow_run, ["state", "step"])

    def make_panel(self) -> TrainingPanel:
        """Return the panel of the page."""
        text = tr("The value after each step appears here.")
        return TrainingPanel(
            on_start=self.start,
            empty_text=text,
            planned=self.metrics,
            load_kept=self.load_kept,
        )

    def messages(self) -> Sequence[ipywidgets.Widget]:
        """Return the lines of text below the fields."""
        return (remark(ACTS_LATER),)

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the form, the head of the panel, the views, and the charts of the panel."""
        form = page_form(self._fields.values(), *self.messages(), self.tools)
        _bar, *charts = self.panel.children
        return [form, self.head(), *self._views.values(), *charts]

    def foot(self) -> Sequence[ipywidgets.Widget]:
        """Return the timeline that all views follow; hidden while nothing is recorded."""
        return [self.panel.timeline]

    def head(self) -> ipywidgets.Widget:
        """Return the head of the panel, with what concerns all views."""
        return self.panel.bar

    @property
    def planned_model(self) -> str:
        """The name of the model that the next start trains, as in the menu."""
        return self.model_title

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
        self._launch(replace=False)

    def restart(self) -> None:
        """Train a new model with the current settings, in place of an active run."""
        self._launch(replace=True)

    def _launch(self, *, replace: bool) -> None:
        settings, used = self.settings, _settings.values(self.controls())
        name = self.planned_model
        if replace or not (self.busy or (self.run is not None and not self.run.state.ended)):
            self.panel.clear()
            if self.run is not None or self._opened is not None:
                self.add_class(_WAITS)
            self.shown_name = self.panel.bar.model_name = name

        def begin() -> Run:
            self.shown_name = name  # a model that was opened meanwhile has left its own
            return self._begin(settings, used)

        self._launcher.launch(begin, lambda: self.prepare(settings), replace=replace)

    def may_start(self) -> bool:
        """Return whether the data is on this machine."""
        found = data.available().get(str(_settings.values(self.controls()).get("dataset")))
        if found is None or found.local:
            return True
        self.say(tr("Press Start to download {data}.", data=found.describe()))
        return False

    def prepare(self, settings: Any) -> None:
        """Do what is possible before TensorFlow is loaded. On the thread of the launcher."""

    def started(self, run: Run, settings: Any) -> None:
        """React to the start of a run. On the thread of the launcher."""

    def _begin(self, settings: Any, used: dict[str, Any]) -> Run:
        run = self.make_run(**settings)
        self.panel.bar.can_start = False  # it starts by itself
        self.say(tr("Showing the untrained model…"))
        start_prepared(run)
        self._used, self._opened = used, None
        self.started(run, settings)
        return run

    # -- the model -----------------------------------------------------------------------------

    def _follow_run(self, _change: Change[object]) -> None:
        """Say what can be done with the model, and whether leaving the page loses it."""
        bar, tools = self.panel.bar, self.tools
        if bar.step > 0 or bar.state not in ("ready", "running"):
            self.remove_class(_WAITS)
        tools.active = bar.state in ("running", "paused")
        can_save = bool(self.model_kind) and (bar.step > 0 or self._opened is not None)
        if can_save and not tools.can_save:
            self.desk.refresh()
        else:
            tools.can_save = can_save

    @property
    def shown_settings(self) -> dict[str, Any]:
        """The settings of the run that is shown, or those of the form before the first."""
        return self._used or _settings.values(self.controls())

    def shown_model(self) -> Shown | None:
        """Return the Run with what is stored beside its model, or the model that was opened."""
        run = self.run
        if self._opened is not None:
            return self._opened
        if run is None or not run.step_count:
            return None
        about = SavedAbout(
            kind=self.model_kind,
            title=str(self.panel.bar.model_name),
            dataset=str(self._used.get("dataset", "")),
            class_names=tuple(self.class_names),
            settings=self._used,
            step=run.step_count,
            metrics={name: float(values[-1]) for name, values in run.history.items() if values},
        )
        return Shown(run, about)

    def open_model(self, load: Callable[[], tuple[KerasModel, SavedAbout]]) -> None:
        """Show a model in place of a run, which is stopped.

        Args:
            load: Loads the model. Called on the thread of the launcher.
        """

        def work() -> None:
            self._launcher.start_tensorflow()
            self.say(tr("Loading the model…"))
            model, about = load()  # it may fail, and a run must not end for that
            self._launcher.end()
            self.shown_name = about.title
            self.show_model(model, about)
            self.remove_class(_WAITS)
            self._opened, self._used = Shown(model, about), dict(about.settings)
            with self.panel.bar.hold_sync():
                self.panel.bar.model_name = about.title
                self.panel.bar.can_start = self.run is None
            self.say(
                tr(
                    "{title} after {step} steps on {dataset} is shown. Press Start to train a new "
                    "model.",
                    title=about.title,
                    step=about.step,
                    dataset=about.dataset,
                )
            )
            self.desk.refresh()

        self._launcher.submit(work)

    def show_model(self, model: KerasModel, about: SavedAbout) -> None:
        """Show a finished model in all views. Called on the thread of the launcher.

        Args:
            model: The model.
            about: What is stored beside it.
        """

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
        self.panel.bar.model_name = self.shown_name
        return run

    def close(self) -> None:
        """Close the page and all of its widgets. An active run is stopped."""
        self._launcher.close()
        super().close()
