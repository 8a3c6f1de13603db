"""Base class of dashboards whose runs are recorded, and can go on after a reload."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import RecordingError, places
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.dashboards import _recording as recording
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.dashboards._go_on import GoOnQuestion
from dlwidgets.widgets.dashboards._page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import ipywidgets

    from dlwidgets.recording.options import RecordOptions
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.dashboards._recording import Going
    from dlwidgets.widgets.training.run_timeline import RunTimeline


class RecordingPage(Page):
    """Base class of dashboards whose runs are recorded.

    In addition to what a page defines, it has the `run` that is shown, its `timeline`, and
    `resume`, which is called once the fields have the values that a run was trained with.

    Args:
        start: Whether to start the work of the page as soon as it is visible.

    Attributes:
        go_on_question: Asks whether the run goes on that was here before a reload.
    """

    def __init__(self, *, start: bool = True) -> None:
        self._going: Going | None = None  # what the next run goes on with
        self._keeps = False
        self._keeper = Worker(f"dlwidgets-keep-{type(self).__name__}")
        self.go_on_question = GoOnQuestion(self.go_on, self.start)
        super().__init__(start=start)

    @property
    @abstractmethod
    def run(self) -> Run | None:
        """The current Run, `None` before the first, and where nothing is trained."""

    @property
    @abstractmethod
    def timeline(self) -> RunTimeline:
        """The timeline that all views follow; hidden while nothing is recorded."""

    @abstractmethod
    def resume(self, going: Going) -> None:
        """Go on with a recorded run.

        Args:
            going: The run, and how.
        """

    @abstractmethod
    def say(self, text: str) -> None:
        """Show a message."""

    def above(self) -> Sequence[ipywidgets.Widget]:
        """Return the question whether the run goes on that was here."""
        return (self.go_on_question,)

    def foot(self) -> Sequence[ipywidgets.Widget]:
        """Return the timeline."""
        return (self.timeline,)

    # -- going on ------------------------------------------------------------------------------

    def can_go_on(self, _used: Mapping[str, Any]) -> bool:
        """Return whether the page could make the data of a run again in another kernel.

        Args:
            _used: The values of the fields by name.
        """
        return True

    def attached(self, _used: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the files that are kept with a run, by name, without which it can't go on.

        Args:
            _used: The values of the fields by name.
        """
        return {}

    def goes_on(self, query: str) -> bool:
        """Go on with the run that the address names; ask first if it was here before a reload."""
        going, ask = recording.asked_for(query, self.page_name)
        if going is None:
            return False
        if ask:
            self.say("")
            self.go_on_question.ask(going)
        else:
            self.go_on(going)
        return True

    def go_on(self, going: Going) -> None:
        """Go on with a recorded run, with the settings that it was trained with.

        Args:
            going: The run, and how.
        """
        controls, settings = self.controls(), going.settings
        for name in _settings.in_order({name: None for name in settings if name in controls}):
            _settings.put(controls[name], settings[name])
        if self.may_start():
            self.resume(going)

    # -- recording -----------------------------------------------------------------------------

    def recorded_as(
        self,
        title: str,
        used: Mapping[str, Any],
        *,
        kind: str,
        dataset: str,
        class_names: Sequence[str] = (),
    ) -> RecordOptions | None:
        """Return how a run is recorded, once there is room for it; `None` if it can't be.

        Args:
            title: The model's name, as on the page.
            used: The values of the fields by name, and what else is to be known of the model.
            kind: What it is, as in `SavedAbout`.
            dataset: The data that it is trained on.
            class_names: The names of its classes.
        """
        about = {
            "page": self.page_name if self.can_go_on(used) else "",
            "kind": kind,
            "title": title,
            "dataset": dataset,
            "class_names": [str(name) for name in class_names],
            "settings": dict(used),
        }
        return recording.options(title, about, self.attached(used))

    def keep_run(self) -> str:
        """Keep the recorded run where none is deleted to make room, and return a message.

        Raises:
            RecordingError: It can't be kept.
        """
        run = self.run
        recorded = run.recording if run is not None else None
        if run is None or recorded is None:
            raise RecordingError(tr("There is no recorded run yet. Start one first."))
        if run.state.ended:
            places.keep(recorded, places.kept_folder())
            return tr("The run is kept. You can find it on the Runs page.")
        places.mark_to_keep(recorded)
        self._keeps = True
        return tr(
            "The run is kept, including the rest of its training. You can find it on the Runs page."
        )

    def _note_state(self, *, ended: bool, changed: bool) -> None:
        """Name the run in the page's address, and keep one that has ended.

        Args:
            ended: Whether the run has ended.
            changed: Whether its state is another one than before.
        """
        if changed or not self.in_link.get("run"):
            self._name_run()
        if self._keeps and ended:
            self._keeps = False
            self._keeper.submit(recording.keep_ended)

    def _name_run(self) -> None:
        """Name the recorded run in the page's address, so that it can go on after a reload."""
        run = self.run
        recorded = run.recording if run is not None else None
        name = recorded.path.name if recorded is not None else ""
        if self.in_link.get("run", "") != name:
            self.in_link = {**dict.fromkeys(recording.PARAMETERS, ""), "run": name}
            self._show_link()
        self.tools.can_keep = bool(name)

    def close(self) -> None:
        """Close the page and all of its widgets."""
        self._keeper.close()
        super().close()
