"""Base class of dashboards of a network that may be trained here, and is recorded then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from dlwidgets.training.run_engine import engine_of
from dlwidgets.vision.demo_networks import arguments_of
from dlwidgets.widgets.dashboards import _recording as recording
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.dashboards._recording_page import RecordingPage
from dlwidgets.widgets.training.run_timeline import RunTimeline

if TYPE_CHECKING:
    from dlwidgets.training.run import Run
    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets.dashboards._recording import Going

NETWORK_KIND = "network"
"""The kind of a network that was trained for its feature maps, as in `SavedAbout`."""


class NetworkPage(RecordingPage):
    """Base class of dashboards of a network that may be trained here, and is recorded then.

    Args:
        start: Whether to start the work of the page as soon as it is visible.
    """

    timelines: ClassVar[int] = 1
    """How many timelines it has: one for each place that shows views of the run."""

    def __init__(self, *, start: bool = True) -> None:
        self._timelines = [RunTimeline(layout={"display": "none"}) for _ in range(self.timelines)]
        self._followed: Run | None = None
        self._noted: object = None  # the state of the run that was noted last
        self._settling = False  # whether the address is read, and nothing is to begin
        super().__init__(start=start)

    @property
    def timeline(self) -> RunTimeline:
        """The timeline that all views follow; hidden while nothing is recorded."""
        return self._timelines[0]

    def may_begin(self) -> bool:
        """Return whether a run may begin: not while its user is asked about the one before."""
        return self._going is not None or not (self._settling or self.go_on_question.asks)

    def begin_network(self, network: Network) -> Run:
        """Start the run of a network, or go on with a recorded one.

        Args:
            network: One of `DEMO_NETWORKS`.
        """
        going, self._going = self._going, None
        model, train, given = arguments_of(network)
        used: dict[str, Any] = _settings.values(self.controls())
        used |= {"network": network.name, "scaling": network.scaling}
        recorded = self.recorded_as(
            str(network.title), used, kind=NETWORK_KIND, dataset=network.trained_on
        )
        run = recording.begin(model, train, given, recorded=recorded, going=going)
        engine_of(run).start(run)
        return run

    def _visible(self, *, start: bool) -> None:
        # A network in the address isn't trained anew where its run may go on.
        going, _ = recording.asked_for(self.opener.query, self.page_name)
        self._settling = going is not None
        try:
            super()._visible(start=start)
        finally:
            self._settling = False

    def go_on(self, going: Going) -> None:
        """Go on with a recorded run, with the settings that it was trained with.

        Args:
            going: The run, and how.
        """
        before, self._settling = self._settling, True
        try:
            super().go_on(going)
        finally:
            self._settling = before

    def _follow_run(self, run: Run | None) -> None:
        """Show the timeline of a run, and name it in the page's address. Call it again and again.

        Args:
            run: The run; `None` where nothing is trained.
        """
        if run is not self._followed:
            self._followed, self._noted = run, None
            if run is None:
                self._name_run()
            for timeline in self._timelines:
                timeline.clear() if run is None else timeline.show(run)
        display = None if self.timeline.records else "none"
        for timeline in self._timelines:
            if timeline.layout.display != display:
                timeline.layout.display = display
        if run is not None:
            state = run.state
            changed, self._noted = state is not self._noted, state
            self._note_state(ended=state.ended, changed=changed)
