"""Base class of dashboards with a panel that starts runs, which are recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from dlwidgets import data
from dlwidgets._messages import tr
from dlwidgets.models.saved import SavedAbout
from dlwidgets.widgets._fields.labeled import remark
from dlwidgets.widgets.dashboards import _recording as recording
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.dashboards._desk import Shown
from dlwidgets.widgets.dashboards._page_fields import ACTS_LATER, page_form
from dlwidgets.widgets.dashboards._recording_page import RecordingPage
from dlwidgets.widgets.dashboards._run_launcher import RunLauncher, start_prepared
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.dashboards._recording import Going
    from dlwidgets.widgets.training.run_timeline import RunTimeline

_WAITS = "dlw-waits"
"""The class of a page whose views still show the run before: they are dimmed."""


class TrainingPage(RecordingPage):
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
        self._beginning: dict[str, Any] = {}
        self.class_names: list[str] = []
        self.panel = self.make_panel()
        self.panel.children = [c for c in self.panel.children if c is not self.panel.timeline]
        # Empty before the first run, so that nothing moves when the snapshots come.
        self.panel.timeline.layout.display = None
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

    @property
    def timeline(self) -> RunTimeline:
        """The timeline that all views follow; hidden for a run that isn't recorded."""
        return self.panel.timeline

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

    def _launch(self, *, replace: bool, going: Going | None = None) -> None:
        settings, used = self.settings, _settings.values(self.controls())
        name = self.planned_model
        self.go_on_question.hide()
        if replace or not (self.busy or (self.run is not None and not self.run.state.ended)):
            self.panel.clear()
            if self.run is not None or self._opened is not None:
                self.add_class(_WAITS)
            self.shown_name = self.panel.bar.model_name = name

        def begin() -> Run:
            self.shown_name = name  # a model that was opened meanwhile has left its own
            return self._begin(settings, used, going)

        self._launcher.launch(begin, lambda: self.prepare(settings), replace=replace)

    def resume(self, going: Going) -> None:
        """Go on with a recorded run, in place of an active one.

        Args:
            going: The run, and how.
        """
        self._launch(replace=True, going=going)

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

    def _begin(self, settings: Any, used: dict[str, Any], going: Going | None) -> Run:
        self._going, self._beginning = going, used
        run = self.make_run(**settings)
        self.panel.bar.can_start = False  # it starts by itself
        self.say(tr("Showing the untrained model…") if going is None else tr("Showing the model…"))
        start_prepared(run)
        self._used, self._opened = used, None
        self.started(run, settings)
        return run

    # -- the model -----------------------------------------------------------------------------

    def _follow_run(self, change: Change[object]) -> None:
        """Say what can be done with the model, and whether leaving the page loses it."""
        bar, tools = self.panel.bar, self.tools
        ended = bar.state in ("finished", "stopped", "failed")
        self._note_state(ended=ended, changed=change["name"] == "state")
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
        used = self._beginning
        going, self._going = self._going, None
        recorded = self.recorded_as(
            str(self.shown_name),
            used,
            kind=self.model_kind,
            dataset=str(used.get("dataset", used.get("corpus", ""))),
            class_names=self.class_names,
        )
        run = recording.begin(model, args, options, recorded=recorded, going=going)
        self.panel.show(run)
        self.panel.bar.model_name = self.shown_name
        return run

    def close(self) -> None:
        """Close the page and all of its widgets. An active run is stopped."""
        self._launcher.close()
        super().close()
