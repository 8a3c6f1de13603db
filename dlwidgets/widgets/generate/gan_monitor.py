"""A GAN while it learns: losses, what it makes of fixed latent vectors, and real samples."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.feed import MAX_PREDICTED, samples_for
from dlwidgets.widgets._live.film import Film, grid_film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.generate._gan_charts import GanCharts
from dlwidgets.widgets.generate._gan_fields import frame_slider, seed_field
from dlwidgets.widgets.generate._gan_files import image_file, sheet_of
from dlwidgets.widgets.generate._gan_flow import GanFlow
from dlwidgets.widgets.generate._gan_messages import collapse_warning, discriminator_warning
from dlwidgets.widgets.generate._gan_samples import GanSamples
from dlwidgets.widgets.generate._recorded_frames import FrameRecorder
from dlwidgets.widgets.primitives.download_button import DownloadButton

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import Nested
    from dlwidgets.generate.gan_frames import Frame
    from dlwidgets.generate.gan_tracking import GanTracker
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.primitives.chart import Chart

_ROW = {"flex_flow": "row wrap", "align_items": "center"}


@dataclass(frozen=True, eq=False)
class _Images:
    """What the generator made, for which tracker, and after which step."""

    tracker: GanTracker
    made: NDArray[np.float32]
    scores: NDArray[np.float32] | None
    surface: NDArray[np.uint8] | None
    step: int
    in_past: bool


class GanMonitor(LiveView, ipywidgets.VBox):
    """Losses, accuracies and diversity of a GAN, and its images through time.

    Each update shows the images of the same latent vectors. A slider goes back to earlier frames,
    which are kept in bounded memory. A click on an image shows the real images nearest to it. Warns
    of mode collapse and of a discriminator that has won.

    Of a generator that makes points in a plane, it shows real and generated points over a map of
    what the discriminator takes for real.

    Args:
        source: A Run of a `models.GAN`; a recorded run; a finished one; or any generator, from
            latent vectors to images. None for an empty view until `show`.
        real: The real images, shape (m, height, width, channels), scaled as the generator's; or
            points, shape (m, 2). Or a data set or generator of them, of which the first 10,000 are
            used; see `dl.data.take`.
        modes: The mode that each real point belongs to, shape (m,); by default they are all of one.
        images: How many images are generated, 1 to 400.
        seed: Seed of the latent vectors.

    Attributes:
        charts: The `Chart` widgets of losses, accuracies and diversity.
        flow: How the selected image is made and judged, from noise to verdict.
        grid: The `ImageGrid` of generated images.
        neighbors: The `ImageGrid` of the nearest real images.
        plane: The `VectorPlane` of points, where the generator makes points.
        frame_slider: The slider that goes back to earlier frames.
        seed: The field with the seed of the latent vectors.
        save: The button that saves the generated images.
        caption: The line that says from which latent vectors the shown frame is generated.
        settings: What else is written into a saved image, such as a form's settings.
        tracker: The `GanTracker` with all frames, None before `show`.
        hold: Whether the shown frame stays while further frames are added; settable.
        busy: Whether an update is in progress.
        message: What went wrong; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> gan = dl.models.small_gan()
        >>> gan.compile()
        >>> run = dl.fit(gan, digits.x_train, epochs=100, start=False)
        >>> dl.GanMonitor(run, digits.x_train)
        <GanMonitor>
    """

    def __init__(
        self,
        source: Any = None,
        real: Nested = None,
        modes: ArrayLike | None = None,
        *,
        images: int = 36,
        seed: int = 0,
    ) -> None:
        self.settings: dict[str, Any] = {}
        self.tracker: GanTracker | None = None
        self._count = images
        self._lock = threading.RLock()
        self._source: Any = None
        self._shown: Frame | None = None
        self._setting = False  # whether slider and hold are being set from here
        self._near: tuple[Frame, int] | None = None
        self._recorder = FrameRecorder()
        self._search = Worker("dlwidgets-gan-neighbors", self.say_error)
        self.follower: Follower[_Images | None] = Follower(
            self._compute,
            self._draw,
            self.say_error,
            name="gan",
            parts=("generator", "discriminator"),
            update_held=True,
            on_hold=self._hold_changed,
        )
        self._make_lines()
        self.flow = GanFlow()
        self._samples = GanSamples(self.charts[2], self._selected, self._warnings)
        self.grid, self.neighbors = self._samples.grid, self._samples.neighbors
        self.plane, self.caption = self._samples.plane, self._samples.caption
        self._make_controls(seed)
        super().__init__(
            [
                self.message_line,
                self.flow,
                self._samples,
                self._controls,
                self._charts.above,
            ]
        )
        self.add_class("dlw-gan-monitor")
        self.follower.filmed = [
            grid_film(tr("Generated images"), self.grid),
            Film(tr("Generated points"), self._picture, self._has_points),
        ]
        if source is not None:
            self.show(source, real, modes)

    def _make_lines(self) -> None:
        self._charts = GanCharts()
        self.message_line = MessageLine()
        self._warnings = (MessageLine(), MessageLine())
        for line in self._warnings:
            line.add_class("dlw-warning")

    def _make_controls(self, seed: int) -> None:
        self.frame_slider, self.seed = frame_slider(), seed_field(seed)
        self.save = DownloadButton(
            self._file,
            label=tr("Save (PNG)"),
            hint=tr("These images, with their settings in the file"),
            disabled=True,
        )
        self.frame_slider.observe(self._slider_moved, "value")
        self.seed.observe(self._seed_changed, "value")
        self._controls = ipywidgets.VBox(
            [
                ipywidgets.Box([self.frame_slider, self.seed, self.save], layout=_ROW),
                self.follower.controls,
            ]
        )
        self._controls.children[0].add_class("dlw-actions")

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The `Chart` widgets of losses, accuracies and diversity."""
        return self._charts.all

    @property
    def warnings(self) -> list[str]:
        """What goes wrong with the GAN, at the step that is shown."""
        return [line.value for line in self._warnings if line.value]

    @property
    def busy(self) -> bool:
        """Whether something is being computed, or waits to be."""
        return super().busy or self._search.busy

    # -- what it shows -------------------------------------------------------------------------

    def show_real(self, real: NDArray[Any]) -> None:
        """Show some real samples while there are no others yet.

        Args:
            real: Images, shape (n, height, width, channels), or points, shape (n, 2).
        """
        with self._lock:
            self._samples.show_real(real)
            self._near = None

    def show(self, source: Any, real: Nested, modes: ArrayLike | None = None) -> None:
        """Follow another Run, or show another finished model, from now on.

        Args:
            source: As for the class.
            real: The real images or points.
            modes: As for the class.

        Raises:
            ValueError: There are no real images, or images and source don't fit.
        """
        from dlwidgets.generate.gan_points import PointTracker, tracker_of

        if real is None:
            message = tr("Expected real images to compare with. Received: None")
            raise ValueError(message)
        taken = samples_for(None, real, modes, limit=MAX_PREDICTED)
        seed = int(self.seed.value)
        tracker = tracker_of(source, taken.x, taken.y, n=self._count, seed=seed)
        self.follower.leave()
        with self._lock:
            self._source, self.note = source, taken.note
            self._charts.begin(tracker.trained, points=isinstance(tracker, PointTracker))
            self._begin(tracker)
        self.follower.show(tracker.source)
        TICKER.add(self)

    def _begin(self, tracker: GanTracker) -> None:
        """Show what `tracker` finds, from its first frame on; under the lock."""
        self.tracker, self._shown = tracker, None
        self._set(0, 0, hold=False)
        self.save.disabled = True
        self.flow.clear()
        self._samples.begin(tracker)
        self._near = None
        self.say("")
        for line in self._warnings:
            line.say("")

    def close(self) -> None:
        """Take the view off the page, and stop following."""
        TICKER.remove(self)
        self._search.close()
        self._charts.close()
        super().close()

    # -- keeping up ----------------------------------------------------------------------------

    def tick(self) -> bool:
        """Send what is new in the charts; called by the ticker."""
        with self._lock:
            run = None if self.tracker is None else self.tracker.trained
            more = (run is not None and not run.state.ended) or self.follower.busy
            self._charts.tick()
            if not more:
                self._charts.finish()
            return more

    def _compute(self, generator: Any, discriminator: Any) -> _Images | None:
        tracker = self.tracker
        if tracker is None:
            return None
        images = tracker.images(generator)
        scores = tracker.scores(discriminator, images)
        surface = tracker.surface(discriminator)
        follower = self.follower
        step = max(0, follower.step)
        return _Images(tracker, images, scores, surface, step, in_past=follower.in_past)

    def _draw(self, images: _Images | None) -> None:
        if images is None or images.tracker is not self.tracker:
            return  # another seed was chosen, which asks for images of its own
        tracker = images.tracker
        frame = tracker.add(
            images.made, images.step, images.scores, images.surface, keep=not images.in_past
        )
        if images.in_past:
            self._show_past(frame, tracker)
            return
        verdict = tracker.verdict()
        source = self.follower.source
        self._recorder.record(None if source is None else source.run, frame)
        with self._lock:
            if tracker is not self.tracker:
                return
            if verdict is not None:
                self._charts.add_diversity(frame, verdict)
            self._show(frame if self._shown is None or not self.hold else None)
            self.save.disabled = False
            self.say("")
        TICKER.add(self)  # the charts have something to send, even of a run that has ended
        self._search.submit(self._find_neighbors)

    def _show_past(self, frame: Frame, tracker: GanTracker) -> None:
        """Show the images of a recorded step; the charts and the history stay as they are."""
        with self._lock:
            if tracker is not self.tracker:
                return
            self._show_frame(frame, tracker)
            self.save.disabled = False
            self.say("")
        self._search.submit(self._find_neighbors)

    # -- frames --------------------------------------------------------------------------------

    def _show(self, frame: Frame | None = None) -> None:
        """Show a frame, and put the slider where the shown one is; under the lock."""
        tracker = self.tracker
        if tracker is None:
            return
        if frame is not None:
            self._show_frame(frame, tracker)
        shown = self._shown
        if shown is None:
            return
        frames = tracker.history.frames
        # A frame may have been dropped from the history: then the one nearest to it.
        place = min(range(len(frames)), key=lambda i: abs(frames[i].step - shown.step))
        self._set(place, len(frames) - 1)

    def _show_frame(self, frame: Frame, tracker: GanTracker) -> None:
        """Show a frame, and what goes wrong at its step; under the lock."""
        self._shown = frame
        self._samples.show(frame, tracker)
        self._show_flow()
        verdict = tracker.verdict(frame)
        texts = collapse_warning(verdict, frame), discriminator_warning(verdict)
        for line, text in zip(self._warnings, texts, strict=True):
            line.say(text)

    def _set(self, place: int, last: int, *, hold: bool | None = None) -> None:
        """Set slider and hold without their observers."""
        before, self._setting = self._setting, True
        try:
            # One by one: ipywidgets can hold back what it sends for one thread only.
            self.frame_slider.max = last
            self.frame_slider.value = place
            self.frame_slider.disabled = last == 0
            if hold is not None:
                self.hold = hold
        finally:
            self._setting = before

    def _slider_moved(self, change: Change[int]) -> None:
        with self._lock:
            if self._setting or self.tracker is None:
                return
            frames, place = self.tracker.history.frames, int(change["new"])
            if not 0 <= place < len(frames):
                return
            self._set(place, self.frame_slider.max, hold=place < len(frames) - 1)
            self._show(frames[place])
        self._search.submit(self._find_neighbors)

    def _hold_changed(self, held: bool) -> None:
        with self._lock:
            if self._setting or held or self.tracker is None:
                return
            frames = self.tracker.history.frames
            if frames:
                self._show(frames[-1])
        self._search.submit(self._find_neighbors)

    def _seed_changed(self, change: Change[int]) -> None:
        from dlwidgets.generate.gan_points import tracker_of

        with self._lock:
            old = self.tracker
            if old is None:
                return
            modes, seed = getattr(old, "modes", None), int(change["new"])
            self._begin(tracker_of(self._source, old.real, modes, n=self._count, seed=seed))
        self.follower.ask()

    # -- nearest real images -------------------------------------------------------------------

    def _show_flow(self) -> None:
        """Show how the selected image was made and judged; under the lock."""
        tracker, frame = self.tracker, self._shown
        if tracker is not None and frame is not None:
            index = max(0, self._samples.selected)
            extent = getattr(tracker, "extent", 1.0)
            self.flow.show(frame, tracker.latent, min(index, frame.count - 1), extent)

    def _selected(self) -> None:
        with self._lock:
            self._show_flow()
        self._search.submit(self._find_neighbors)

    def _find_neighbors(self) -> None:
        """Show the real images nearest to the selected one; on a thread of its own."""
        with self._lock:
            tracker, frame, index = self.tracker, self._shown, self._samples.selected
            if tracker is None or frame is None or frame.points is not None:
                return
            if index < 0 or index >= len(frame.pixels):
                if self._near is not None:
                    self.show_real(tracker.real)
                return
            if self._near == (frame, index):
                return
        nearest = tracker.nearest(frame, index)
        with self._lock:
            if frame is not self._shown:  # what has changed it asks again
                return
            self._near = (frame, index)
            self._samples.show_nearest(nearest)

    # -- pictures and files --------------------------------------------------------------------

    def _has_points(self) -> bool:
        return self._shown is not None and self._shown.points is not None

    def _picture(self) -> NDArray[np.uint8]:
        with self._lock:
            frame, tracker = self._shown, self.tracker
        return sheet_of(frame, tracker)

    def _file(self) -> tuple[str, bytes]:
        with self._lock:
            frame, tracker = self._shown, self.tracker
        return image_file(frame, tracker, self.settings)
