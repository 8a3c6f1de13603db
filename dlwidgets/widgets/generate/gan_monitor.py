"""A GAN as it learns: who is winning, what it makes of the same latent vectors, how it changed."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.training.errors import explain
from dlwidgets.training.events import State
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.generate._gan_charts import GanCharts
from dlwidgets.widgets.generate._gan_messages import (
    cost_of,
    in_words,
    say,
    text_line,
    title_of,
    warning_of,
)
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.generate.gan_tracking import Frame, GanTracker, Verdict
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.primitives.chart import Chart

_INTERVAL = 0.5  # seconds between two pictures at least
_RETRY = 5.0  # seconds after a picture that could not be made
_COLUMNS = 9  # of the saved picture
_SOME = 12
_GENERATED = "Generated images"
_REAL = "Real images (click a generated one for those nearest to it)"


class GanMonitor(ClosesChildren, ipywidgets.VBox):
    """Losses, accuracies and diversity of a GAN, and its images through time.

    The same latent vectors are shown again and again, at most as often as the time allows that is
    set on the page. A slider goes back to earlier pictures, which are kept in bounded memory; a
    click on an image shows the real images that are nearest to it. Warns of mode collapse and of a
    discriminator that has won.

    Args:
        source: A Run of a `models.GAN`; a finished one; or any generator, from latent vectors to
            images. None for an empty view until `show`.
        real: The real images, as the generator's output is scaled.
        images: How many are shown, 1 to 400.
        seed: Of the latent vectors.

    Attributes:
        grid: The `ImageGrid` of generated images.
        neighbours: The `ImageGrid` of the nearest real ones.
        settings: What else is written into a saved picture, such as a form's settings.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> gan = dl.models.small_gan()
        >>> gan.compile()
        >>> run = dl.fit(gan, digits.x_train, epochs=100, start=False)
        >>> dl.GanMonitor(run, digits.x_train)
        GanMonitor(...)
    """

    def __init__(
        self,
        source: Any = None,
        real: NDArray[Any] | None = None,
        *,
        images: int = 36,
        seed: int = 0,
    ) -> None:
        self.settings: dict[str, Any] = {}
        self._images = images
        self._lock = threading.RLock()
        self._watch: GanTracker | None = None
        self._source: Any = None
        self._shown: Frame | None = None
        self._moving = False  # the slider is being set from here
        self._seen, self._asked, self._first = -1, False, True
        self._looked, self._cost = 0.0, 0.0  # when, and seconds
        self._near: tuple[Frame, int] | None = None
        self._worker = Worker("dlwidgets-gan", self._failed)
        self._make_widgets(seed)
        super().__init__([self._charts.above, self.warning, self._controls, self._pictures])
        self.add_class("dlw-gan-monitor")
        if source is not None:
            self.show(source, real)

    def _make_widgets(self, seed: int) -> None:
        self._charts = GanCharts()
        self.warning = text_line("dlw-warning")
        self.grid = ImageGrid(
            title=_GENERATED,
            description="images that the generator makes of the same latent vectors",
            empty_text="Images that the generator makes appear here.",
            columns=6,
            cell_size=56,
        )
        self.neighbours = ImageGrid(
            description="real images; once a generated image is selected, those nearest to it",
            empty_text="Real images appear here.",
            cell_size=72,
        )
        self.moment = ipywidgets.IntSlider(
            description="Picture",
            min=0,
            max=0,
            readout=False,
            disabled=True,
            tooltip="Earlier pictures of the same latent vectors",
            layout={"flex": "1 1 220px"},
        )
        self.when = text_line("dlw-message")
        self.hold = ipywidgets.ToggleButton(
            description="Hold",
            tooltip="Keep this picture while the training goes on",
            layout={"width": "auto"},
        )
        self.budget = ipywidgets.Dropdown(
            description="Time for pictures",
            value=0.01,
            style={"description_width": "initial"},
            options=[("1 %", 0.01), ("2 %", 0.02), ("5 %", 0.05), ("20 %", 0.2)],
            tooltip="Share of the time that may go into making pictures",
            layout={"width": "190px"},
        )
        self.seed = ipywidgets.BoundedIntText(
            description="Latent seed",
            value=seed,
            min=0,
            max=2**31 - 1,
            style={"description_width": "initial"},
            layout={"width": "160px"},
            tooltip="Another seed takes other latent vectors; the pictures begin anew",
        )
        self.save = DownloadButton(
            self._file,
            label="Save (PNG)",
            hint="These images, with their settings in the file",
            disabled=True,
        )
        self.cost = text_line("dlw-message")
        self.moment.observe(self._slide, "value")
        self.hold.observe(self._hold, "value")
        self.seed.observe(self._reseed, "value")
        self.budget.observe(self._budget_chosen, "value")
        self.grid.observe(self._select, "selected")
        row = {"flex_flow": "row wrap", "align_items": "center"}
        self._controls = ipywidgets.VBox(
            [
                ipywidgets.Box([self.moment, self.hold, self.save], layout=row),
                ipywidgets.Box([self.seed, self.budget, self.cost], layout=row),
            ]
        )
        for box in self._controls.children:
            box.add_class("dlw-actions")
        left = ipywidgets.VBox([self.grid, self.when], layout={"flex": "3 1 400px"})
        right = ipywidgets.VBox(
            [self._charts.all[2], self.neighbours], layout={"flex": "2 1 300px"}
        )
        self._pictures = ipywidgets.Box(
            [left, right],
            layout={"flex_flow": "row wrap", "grid_gap": "16px", "overflow": "visible"},
        )

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Losses, accuracies, diversity."""
        return self._charts.all

    # -- what it shows -------------------------------------------------------------------------

    def show_real(self, images: NDArray[Any]) -> None:
        """Show some real images while there are no others yet.

        Args:
            images: Shape (n, height, width, channels).
        """
        from dlwidgets.generate.gan import spread

        with self._lock:
            self.neighbours.title = _REAL
            self.neighbours.show(spread(images, _SOME))
            self._near = None

    def show(self, source: Any, real: NDArray[Any] | None) -> None:
        """Follow another Run, or show another finished model, from now on.

        Args:
            source: As for the class.
            real: The real images.

        Raises:
            ValueError: They do not fit, or there are no real images.
        """
        from dlwidgets.generate.gan_tracking import GanTracker

        if real is None:
            message = "real images are needed to compare with. Received: None"
            raise ValueError(message)
        watch = GanTracker(source, real, n=self._images, seed=int(self.seed.value))
        with self._lock:
            self._source = source
            self._charts.begin(watch.run)
            self._begin(watch)
        TICKER.add(self)

    def _begin(self, watch: GanTracker) -> None:
        """Show what `watch` sees, from its first picture on."""
        self._watch, self._shown, self._near = watch, None, None
        self._seen, self._asked, self._first = -1, True, True
        self._looked, self._cost = 0.0, 0.0
        self.hold.value = False
        self.save.disabled = True
        self._set_slider(0, 0)
        self.grid.clear()
        self.grid.title = _GENERATED
        self.show_real(watch.real)
        for text in (self.warning, self.when, self.cost):
            say(text, "")

    def close(self) -> None:
        """Take the view off the page."""
        TICKER.remove(self)
        self._worker.close()
        self._charts.close()
        super().close()

    # -- keeping up ----------------------------------------------------------------------------

    def tick(self) -> bool:
        """Send what is new, and ask for a picture when there is reason to; called by the pump."""
        with self._lock:
            watch = self._watch
            if watch is None:
                return False
            run = watch.run
            ended = run is None or run.state.ended
            self._charts.tick()
            news = watch.step != self._seen
            # A run that rests is not held up by a look at it, and single steps are to be seen.
            rests = run is None or run.state is not State.RUNNING
            due = rests or time.monotonic() >= self._looked + self._pause
            if (self._asked or (news and due)) and not self._worker.busy:
                self._worker.submit(self._refresh)
            more = not ended or news or self._asked or self._worker.busy
            if not more:
                self._charts.finish()
            return more

    @property
    def _pause(self) -> float:
        """Seconds between two pictures, by the share of the time that is chosen now."""
        return max(_INTERVAL, self._cost / float(self.budget.value))

    def _budget_chosen(self, _change: Change[object]) -> None:
        with self._lock:
            if self._watch is not None and self._shown is not None:
                self._say_cost(self._watch, self._shown)

    def _say_cost(self, watch: GanTracker, frame: Frame) -> None:
        say(self.cost, cost_of(watch, len(frame.pixels), float(self.budget.value)))

    def _refresh(self) -> None:
        """Take a new picture where one is due; on the worker's thread."""
        with self._lock:
            watch = self._watch
            if watch is None:
                return
            self._asked = False
            wanted = watch.step != self._seen
        if wanted:
            frame = watch.look()
            began = time.perf_counter()
            verdict = watch.verdict()
            with self._lock:
                if watch is not self._watch:  # another one was shown meanwhile
                    self._asked = True
                    return
                self._seen = frame.step
                self._take_in(watch, frame, verdict)
                cost = watch.seconds + time.perf_counter() - began
                if self._first:  # it has built the graph: its time says nothing of the others'
                    self._first, cost = False, 0.0
                self._looked, self._cost = time.monotonic(), cost
        self._show_neighbours(watch)

    def _take_in(self, watch: GanTracker, frame: Frame, verdict: Verdict | None) -> None:
        if verdict is not None:
            self._charts.add_diversity(frame, verdict)
        say(self.warning, warning_of(verdict, len(frame.pixels)))
        self._say_cost(watch, frame)
        self._show(frame if self._shown is None or not self.hold.value else None)
        self.save.disabled = False

    # -- pictures ------------------------------------------------------------------------------

    def _show(self, frame: Frame | None = None) -> None:
        """Show a frame, and put the slider where the shown one is; under the lock."""
        watch = self._watch
        if watch is None:
            return
        frames = watch.film.frames
        if frame is not None:
            self._shown = frame
            self.grid.show(frame.pixels)
            self.grid.title = title_of(frame, watch)
            say(self.when, f"Settings: {in_words(self._all_settings(frame, watch))}")
        shown = self._shown
        if shown is None:
            return
        # A frame may have been dropped from the film: then the one nearest to it.
        place = min(range(len(frames)), key=lambda i: abs(frames[i].step - shown.step))
        self._set_slider(place, len(frames) - 1)

    def _set_slider(self, value: int, most: int) -> None:
        self._moving = True
        try:
            # One by one: ipywidgets can hold back what it sends for one thread only.
            self.moment.max = most
            self.moment.value = value
            self.moment.disabled = most == 0
        finally:
            self._moving = False

    def _slide(self, change: Change[int]) -> None:
        with self._lock:
            if self._moving or self._watch is None:
                return
            frames = self._watch.film.frames
            place = int(change["new"])
            if not 0 <= place < len(frames):
                return
            newest = place == len(frames) - 1
            if self.hold.value == newest:
                self._moving = True  # `_hold` has nothing to do
                self.hold.value = not newest
                self._moving = False
            self._show(frames[place])
        self._ask()

    def _hold(self, change: Change[bool]) -> None:
        with self._lock:
            if self._moving or change["new"] or self._watch is None:
                return
            frames = self._watch.film.frames
            if frames:
                self._show(frames[-1])
        self._ask()

    def _reseed(self, change: Change[int]) -> None:
        from dlwidgets.generate.gan_tracking import GanTracker

        with self._lock:
            old = self._watch
            if old is None:
                return
            watch = GanTracker(self._source, old.real, n=self._images, seed=int(change["new"]))
            self._begin(watch)
        TICKER.add(self)

    def _select(self, _change: Change[object]) -> None:
        self._ask()

    def _ask(self) -> None:
        """Let the worker bring the neighbours up to date."""
        if self._watch is not None:
            self._asked = True
            TICKER.add(self)

    def _show_neighbours(self, watch: GanTracker) -> None:
        with self._lock:
            frame, index = self._shown, int(self.grid.selected)
            if frame is None or watch is not self._watch:
                return
            if index < 0 or index >= len(frame.pixels):
                if self._near is not None:
                    self.show_real(watch.real)
                return
            if self._near == (frame, index):
                return
        beside = watch.nearest(frame, index)
        with self._lock:
            if watch is not self._watch or frame is not self._shown:
                self._asked = True
                return
            self._near = (frame, index)
            self.neighbours.title = "Nearest real images"
            self.neighbours.show(
                beside.pixels,
                labels=["generated", *(f"differs {d:.0%}" for d in beside.distance)],
                tooltips=[
                    "The generated image.",
                    *(
                        f"Real image {i}: root mean squared difference of the pixels {d:.1%}."
                        for i, d in zip(beside.index, beside.distance, strict=True)
                    ),
                ],
                border_colors=["good", *[""] * len(beside.index)],
            )

    # -- saving and failing --------------------------------------------------------------------

    def _all_settings(self, frame: Frame, watch: GanTracker) -> dict[str, Any]:
        return {
            **self.settings,
            "latent_seed": watch.seed,
            "images": len(frame.pixels),
            "step": frame.step,
            "epoch": round(frame.epoch, 3),
        }

    def _file(self) -> tuple[str, bytes]:
        from dlwidgets.generate.gan_tracking import contact_sheet
        from dlwidgets.vision.images import encode_png

        with self._lock:
            frame, watch = self._shown, self._watch
        assert frame is not None, "the button is disabled until there is a picture"
        assert watch is not None
        sheet = contact_sheet(frame.pixels, columns=_COLUMNS)
        return f"gan-step-{frame.step}.png", encode_png(sheet, self._all_settings(frame, watch))

    def _failed(self, error: Exception) -> None:
        with self._lock:
            self._seen = self._watch.step if self._watch is not None else -1
            self._asked = False
            self._looked, self._cost = time.monotonic() + _RETRY, 0.0
            say(self.warning, f"No picture: {explain(error)}"[:400])
