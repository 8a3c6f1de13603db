"""What DeepDream and style transfer share: an image that develops, again for each setting."""

from __future__ import annotations

import threading
import time
from abc import ABCMeta, abstractmethod
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import ipywidgets
from traitlets import MetaHasTraits

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets._tensorflow import warm_up
from dlwidgets.training.errors import explain
from dlwidgets.training.events import State
from dlwidgets.vision.images import encode_png, resize
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._fields.labeled import field
from dlwidgets.widgets._fields.weights import WeightsField
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.compare import Compare
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.vision._stage import Stage
from dlwidgets.widgets.vision._studio_fields import file_stem, settings_text
from dlwidgets.widgets.vision._studio_job import Job, JobState, Progress
from dlwidgets.widgets.vision._studio_layout import action_row, form_column, image_column
from dlwidgets.widgets.vision._studio_menu import NetworkMenu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.vision._studio_network import StudioNetwork

_INTERVAL = 0.35  # seconds between two previews: a server drops more than a megabyte per second
_PREVIEW = 320  # pixels of the longer side while the image develops: 200 kB
_PAUSE = 4.0  # seconds between two images that are made because the network has learned
_NOT_STARTED = tr("Stopped before the first step.")

P = TypeVar("P", bound=Progress)


class _AbstractWidget(ABCMeta, MetaHasTraits):
    """Metaclass of widgets with abstract methods."""


class Studio(NetworkMenu, LiveView, ipywidgets.Box, Generic[P], metaclass=_AbstractWidget):
    """A form, an image before and after, and the job that makes one of the other.

    Args:
        network: The network.
        fields: The controls at the top of the form.
        series: The curves of the chart: name and label of each.
        folded: The other controls, by the title of the part of the form that shows them.
        gallery: The images beside the result.
        actions: What stands in a row with the button that saves, below the result.
        beneath: Below that row.
        **chart: Options of the `Chart`.

    Attributes:
        compare: The two images.
        chart: The losses of each step.
        result: The newest image and its settings; None before the first.
        job: The `Job` of the newest image; None before the first.
        settings_line: The settings of the newest image, which may differ from the form's.
        network_line: How far the network has been trained.
        start_button, stop_button: Start an image, and stop it.
        restart: Whether each change starts an image.
        network_field: The menu of networks.
        weights: The buttons to download pretrained networks.
        save_button: Downloads the image.
    """

    kind = "image"
    title = tr("Image")

    def __init__(
        self,
        network: StudioNetwork,
        fields: Sequence[Any],
        series: dict[str, str],
        *,
        folded: Mapping[str, Sequence[Any]],
        gallery: ipywidgets.Widget,
        actions: Sequence[ipywidgets.Widget],
        beneath: Sequence[ipywidgets.Widget] = (),
        **chart: Any,
    ) -> None:
        self.network, self._series = network, series
        self.result: tuple[NDArray[np.uint8], dict[str, Any]] | None = None
        self.job = None
        self._asked: dict[str, Any] | None = None
        self._listeners: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._preparing = Worker(f"dlwidgets-{self.kind}-network", self._preparation_failed)
        self.follower: Follower[bool] = Follower(
            network.note_layers, self._draw, self.say_error, name=self.kind
        )
        network.at = lambda: self.follower.at
        self.message_line = MessageLine()
        self.stage = Stage(self.say)
        self.say(tr("Starting…"))
        self.compare = Compare(after_label=self.title, max_height=520)
        self.settings_line, self.network_line = TextLine(layout={"display": "none"}), TextLine()
        self.chart = Chart(
            height=200, empty_text=tr("The loss of each step appears here."), **chart
        )
        self._make_controls()
        left = self._form(fields, folded)
        actions = action_row(*actions, self.save_button)
        below = [self.message_line, actions, *beneath, self.network_line, self.chart]
        below += [self.settings_line, self.follower.controls]
        super().__init__([left, image_column(self.compare, gallery, below)])
        self.add_class("dlw-dashboard")
        self.add_class("dlw-studio")
        self.network_field.observe(self._network_chosen, "value")
        self._asked = self.settings()
        warm_up()
        self.compare.when_seen(self.prepare)
        TICKER.add(self)

    def _make_controls(self) -> None:
        self.start_button = ipywidgets.Button(
            description=tr("Start"), button_style="primary", tooltip=tr("Make the image again.")
        )
        self.stop_button = ipywidgets.Button(
            description=tr("Stop"), tooltip=tr("Stop and keep the image as it is."), disabled=True
        )
        self.start_button.on_click(lambda _: self._start())
        self.stop_button.on_click(lambda _: self._stop())
        self.restart = ipywidgets.Checkbox(
            value=True, description=tr("Start again at each change"), indent=False
        )
        self.save_button = DownloadButton(
            self._file,
            label=tr("Save as PNG"),
            hint=tr("Download the image with its settings in the file."),
        )
        self.save_button.disabled = True
        self.network_field = field(
            ipywidgets.Dropdown, tr("Network"), options=self._network_options()
        )
        if len(self.network.choices) < 2:
            self.network_field.layout.display = "none"
        self.weights = WeightsField(self.network.missing, self._use)

    def _form(
        self, fields: Sequence[Any], folded: Mapping[str, Sequence[Any]]
    ) -> ipywidgets.Widget:
        for line in (self.settings_line, self.network_line):
            line.add_class("dlw-message")
        self.network_line.add_class("dlw-studio-network")
        return form_column(
            fields,
            [self.start_button, self.stop_button],
            [self.network_field, self.weights, self.restart],
            folded,
        )

    # -- what differs between studios ----------------------------------------------------------

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Return the settings in JSON types."""

    @abstractmethod
    def _in_words(self, settings: dict[str, Any]) -> list[tuple[str, str]]:
        """Return the form's label and the value of each setting."""

    @abstractmethod
    def _original(self) -> NDArray[np.uint8]:
        """Return the image to start with."""

    @abstractmethod
    def _steps(
        self, settings: dict[str, Any], original: NDArray[np.uint8], stop: Callable[[], bool]
    ) -> Iterator[P]:
        """Take the network's features, and return the steps of the image."""

    @abstractmethod
    def _losses(self, state: P) -> dict[str, float]:
        """Return the values for the chart."""

    def _record(self, state: P) -> None:
        """Take note of a step."""

    @abstractmethod
    def _presentable(self, state: P) -> bool:
        """Return whether an image in progress may replace a complete one."""

    @abstractmethod
    def _describe(self, state: P) -> str:
        """Return where the image is, as a sentence."""

    # -- from the form -------------------------------------------------------------------------

    @property
    def chosen(self) -> Network:
        """The network that is selected in the form; the next image uses it."""
        return self.network.choices[self.network_field.value]

    @property
    def known_layers(self) -> list[str]:
        """All layers with feature maps of the selected network; empty until it is prepared."""
        network = self.network
        return network.layers if network.chosen is self.chosen else []

    @property
    def busy(self) -> bool:
        """Whether an image or the network is in progress."""
        return self._preparing.busy or self.follower.busy

    def _awaited(self) -> bool:
        return False  # each step of an image is shown, and before the first a message

    def changed(self, _change: Change[object] | None = None) -> None:
        """Start an image, where each change starts one."""
        if self.restart.value:
            self.start()

    def start(self) -> None:
        """Start an image, if the form's settings differ from those of the last one."""
        # A page rounds its sliders as it opens, which makes no difference.
        if self.settings() != self._asked:
            self._start()

    def prepare(self) -> None:
        """Prepare the network, and make the first image."""
        self._preparing.submit(self._prepare)

    def image_changed(self) -> None:
        """Start an image of another original, which may have the same name as the last one."""
        if self.restart.value:
            self._start()

    def show_original(self) -> None:
        """Show the image to start with, and no result yet."""
        self.compare.show(before=self._original())
        self.compare.clear_after()

    def _present(self, **images: NDArray[np.uint8]) -> None:
        """Show the newest images, `before` or `after`."""
        self.compare.show(**images)

    def _in_view(self) -> tuple[NDArray[np.uint8], dict[str, Any]] | None:
        """Return the image that is shown, and its settings."""
        return self.result

    def _describe_settings(self) -> None:
        """Show the settings of the image that is shown."""
        if (shown := self._in_view()) is not None:
            settings = shown[1]
            used = self.network.describe_used(settings["network"], settings["network_steps"])
            stopped = settings.get("stopped_after", 0)
            self.settings_line.say(settings_text(self._in_words(settings), used, stopped))

    def tick(self) -> bool:
        """Show how far the network has been trained; called by the ticker."""
        text = self.network.describe()
        if self.network_line.value != text:
            self.network_line.value = text
        return True

    def say_error(self, error: Exception) -> None:
        """Show why there is no image.

        Args:
            error: What was raised.
        """
        if self.network.waits and self.network.run is not None and isinstance(error, TimeoutError):
            return  # the model comes with a later step
        self.stage.end()
        self.say(explain(error), bad=True)

    def _start(self) -> None:
        job = self._new_job()
        if self._is_prepared(job):
            self.follower.ask()
        else:
            self.prepare()

    def _stop(self) -> None:
        with self._lock:
            self._asked = None  # the form's settings haven't been made, so any change starts
            if self.job is not None:
                self.job.end(JobState.STOPPED)
        self.say(tr("Stopping…") if self.busy else _NOT_STARTED)
        self.stop_button.disabled = True

    # -- the network, on a thread of its own ---------------------------------------------------

    def _is_prepared(self, job: Job) -> bool:
        network = self.network
        return network.models is not None and job.settings["network"] == network.chosen.name

    def _prepare(self) -> None:
        """Prepare the network of the newest job, and show it to the follower."""
        if self._open():
            return  # it was selected, which has asked for an image of it
        if self.job is None:
            self.compare.show(before=self._original())
        settings = self.settings() if self.job is None else self.job.settings
        if settings["network"] != self.network.chosen.name:
            self.follower.leave()
            self.network.choose(settings["network"])
        self.stage.begin(tr("Preparing the network…"))
        try:
            self.network.prepare(self.stage.begin)
        finally:
            self.stage.end()
        models = self.network.models
        if models is None:
            return  # closed meanwhile, or a run may not begin yet
        if self.network.waits:
            self.stage.begin(tr("Waiting for the model…"))
        else:
            self._offer_layers()
            self._network_ready()
        if self.follower.source is models:
            self.follower.ask()
        else:
            self.follower.show(models)

    def _preparation_failed(self, error: Exception) -> None:
        if self.job is not None:
            self.job.end(JobState.FAILED)
        self.stop_button.disabled = True
        self.say_error(error)

    # -- images, on the follower's thread ------------------------------------------------------

    def _draw(self, described: bool) -> None:
        if described:
            self._network_described()
        job = self.job if self.job is not None and self.job.wanted else self._automatic_job()
        while job is not None and self._is_prepared(job):
            self._make(job)
            job = self._new_job() if job.state is JobState.OUTGROWN else None

    def _automatic_job(self) -> Job | None:
        """Return a job for what the network has learned since the last one, or None."""
        last, run = self.job, self.network.run
        if last is None:
            if run is not None and run.state is State.READY:
                self.say(tr("Start the run to see the first image after its first step."))
                return None
            return self._new_job()
        if last.state is JobState.STOPPED:
            if not last.steps:
                self.say(_NOT_STARTED)
            return None
        models = self.network.models
        if models is not None and models.at is not None:  # a recorded step, by the timeline
            return self._new_job() if models.at != last.network_step else None
        learned = run is not None and self.network.step > last.network_step
        return self._new_job() if learned else None

    def _new_job(self) -> Job:
        job = Job(self.settings())
        with self._lock:
            if self.job is not None:
                self.job.end(JobState.REPLACED)
            self.job, self._asked = job, job.settings
            self.stop_button.disabled = False
        return job

    def _make(self, job: Job) -> None:
        """Make an image and show it while it develops."""
        if not job.start():
            return
        started = time.perf_counter()
        try:
            last = self._develop(job)
        except Exception:
            job.network_step = self.network.step
            if job.end(JobState.FAILED):  # else it was replaced, and its error doesn't matter
                raise
            return
        finally:
            self.stage.end()
            self.follower.delay(_PAUSE)
            self.stop_button.disabled = self.job is None or not self.job.wanted
        if last is not None and job.state in (JobState.DONE, JobState.STOPPED):
            self._finish(job, last, time.perf_counter() - started)
        elif job.state is JobState.STOPPED:
            self.say(_NOT_STARTED)

    def _develop(self, job: Job) -> P | None:
        """Do the steps of a job, and return the last one."""
        self.chart.clear()
        for name, label in self._series.items():
            self.chart.add_series(name, name=label)
        original = job.original = self._original()
        self._present(before=original)
        self.stage.begin(tr("Building the graph…"))
        steps = self._steps(job.settings, original, lambda: not job.wanted)
        job.network_step = self.network.used_step
        started, shown, last = time.perf_counter(), 0.0, None
        for state in steps:
            self.stage.end()
            last = state
            job.steps += 1
            self._record(state)
            now = time.perf_counter()
            for name, value in self._losses(state).items():
                self.chart.append(
                    name, step=[job.steps], epoch=[0.0], time=[now - started], value=[value]
                )
            if now >= shown + _INTERVAL and not state.done:
                shown = now
                if self._presentable(state):
                    self._present(before=original, after=resize(state.image, _PREVIEW))
                self.say(self._describe(state))
            if self.network.outgrown:
                job.end(JobState.OUTGROWN)
            if not job.wanted:
                return last
        job.end(JobState.DONE)
        return last

    def _finish(self, job: Job, last: P, seconds: float) -> None:
        settings = {**job.settings, "network_steps": job.network_step}
        stopped = ""
        if not last.done:
            settings["stopped_after"] = job.steps
            stopped = trn("Stopped after {n} step.", "Stopped after {n} steps.", job.steps)
        assert job.original is not None, "it has been started"
        # Another original may have been chosen meanwhile.
        self._present(before=job.original, after=last.image)
        self.result = last.image, settings
        self._describe_settings()
        self.save_button.disabled = False
        self._network_ready()
        rate = tr("{rate} steps per second.", rate=f"{job.steps / seconds:.1f}")
        self.say(join_messages([stopped, self._describe(last), rate]))

    def _file(self) -> tuple[str, bytes]:
        shown = self._in_view()
        if shown is None:
            raise ValueError(tr("There is no image yet. Press Start first."))
        image, settings = shown
        return f"{self.kind}-{file_stem(settings['image'])}.png", encode_png(image, settings)

    def _release(self) -> None:
        TICKER.remove(self)
        self.stage.close()
        if self.job is not None:
            self.job.end(JobState.REPLACED)
        self._preparing.close()
        self.network.close()
        super()._release()
