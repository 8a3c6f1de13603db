"""Images that maximize the filters of a layer, computed while you watch."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._formatting import format_number
from dlwidgets._messages import join_messages, tr
from dlwidgets._tensorflow import warm_up
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._live.film import grid_film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.vision._filter_form import FilterControls
from dlwidgets.widgets.vision._filter_job import Job, Jobs
from dlwidgets.widgets.vision._filter_large import ascend_large
from dlwidgets.widgets.vision._filter_memory import Ascent, AscentMemory, ascent_of
from dlwidgets.widgets.vision._filter_messages import image_file, progress_text
from dlwidgets.widgets.vision._filter_photos import check_images
from dlwidgets.widgets.vision._filter_views import FilterViews
from dlwidgets.widgets.vision._stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_INTERVAL = 0.35  # seconds between two images
_PREVIEW, _FINAL = 250_000, 800_000  # bytes of all images during the ascent, and at the end
_PATIENCE = 180.0  # seconds that a frame of a film may take


class FilterViewer(LiveView, ipywidgets.Box):
    """Gradient ascent for all filters of a layer at once, for a model or during training.

    Each image starts as gray noise and changes step by step into what its filter responds to most.
    Click an image for a large version, or save all of them with their settings as a PNG file. Point
    at one to see where photographs excite its filter, if there are any. The kernels of a first
    layer can be shown directly.

    Args:
        source: A built Keras model that takes images, or a Run. `None` for an empty view until
            `show`.
        value_range: Lowest and highest value of the network's pixels.
        images: Images as the model takes them, shape (n, height, width, channels), to show where
            they excite a filter. `None` for none.

    Attributes:
        layer: The layer's path; "" for the first convolution. Settable. For a layer that doesn't
            exist, a message names the most similar one.
        selected: The filter with a large image; -1 for none. Settable.
        result: The latest images and their settings; `None` before the first.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: The progress, or why there are no images.

    Raises:
        ValueError: `images` have another shape, or there are none.

    Example:
        >>> import keras
        >>> model = keras.applications.VGG16(include_top=False)  # doctest: +SKIP
        >>> dl.FilterViewer(model)  # doctest: +SKIP
    """

    layer = Unicode("")
    selected = Int(-1)

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        *,
        value_range: tuple[float, float] = (0.0, 255.0),
        images: NDArray[Any] | None = None,
    ) -> None:
        self.result: tuple[NDArray[np.uint8], dict[str, Any]] | None = None
        self.large_result: tuple[NDArray[np.uint8], dict[str, Any]] | None = None
        self._wanted: Any = None
        self._request, self._large_only = 0, False
        self._setting = SignalBlocker()  # while the view sets its own grid
        self._stage = Stage(self.say, after=0.4)
        self._jobs, self._memory = Jobs(self._stage.begin), AscentMemory()
        self._whole = False  # whether what is shown is finished
        self._shown: list[int] = []
        self._kernels: NDArray[np.uint8] | None = None
        self.follower: Follower[Job] = Follower(
            self._compute, self._draw, self._failed, name="filters", on_travel=self._cancel_job
        )
        self.message_line = MessageLine()
        super().__init__([self._make_settings(), self._make_views()])
        film = grid_film(tr("Filters"), self.grid)
        self.follower.filmed = [replace(film, whole=lambda: self._whole, patience=_PATIENCE)]
        self.add_class("dlw-dashboard")
        self.add_class("dlw-filters")
        self.observe(lambda _: self._other_layer(), "layer")
        self.observe(self._selection_changed, "selected")
        self.grid.observe(self._clicked, "selected")
        warm_up()
        if source is not None:
            self.show(source, value_range=value_range, images=images)

    def show(
        self,
        source: KerasModel | Run,
        *,
        value_range: tuple[float, float] | None = None,
        images: NDArray[Any] | None = None,
    ) -> None:
        """Show another model or Run.

        The first ascent starts when a page shows the widget.

        Args:
            source: A built Keras model that takes images, or a Run.
            value_range: As for the class; `None` keeps the current one.
            images: As for the class.

        Raises:
            ValueError: The images have another shape, or there are none.
        """
        if images is not None:
            images = check_images(images)
        self.follower.leave()
        self._request += 1
        self._jobs.forget()
        self._memory.clear()
        self.selected = -1
        if value_range is not None:
            self.form.set_range(value_range)
        self.photos.use(images, self.form.range.value)
        self._begin_images()
        self.say(tr("Preparing…"))
        request = self._request

        def begin() -> None:
            if self._request >= request and self._wanted is source:
                self.follower.show(source)

        self._wanted = source
        self.grid.when_seen(begin)

    def _release(self) -> None:
        self._request += 1
        self._wanted = None
        self._stage.close()
        super()._release()

    # -- work: on the follower's thread ------------------------------------------------------------

    def _compute(self, model: KerasModel) -> Job:
        request = self._request
        large_only, self._large_only = self._large_only, False
        source, run = self.follower.source, self.follower.run
        if source is not None and source.cloned is False and run and not run.state.ended:
            message = tr(
                "This model can't be cloned, and gradient ascent would pause the run for seconds. "
                "Its filters are shown when the run has ended."
            )
            raise ValueError(message)
        job = self._jobs.make(
            model,
            self.layer,
            self.form.settings(),
            step=max(0, self.follower.step),
            request=request,
            large_only=large_only,
        )
        if not large_only:
            self.photos.update(model, job.target.layer)
        return job

    def _draw(self, job: Job) -> None:
        self._stage.end()
        if not job.large_only:
            self.photos.draw()
        if job.request != self._request:
            return
        self._whole = False
        target = job.target
        self.form.offer(job.layers, target.layer, target.size, target.activation)
        self._kernels = job.kernels
        self.kernels.layout.display = None if job.kernels is not None else "none"
        if self.kernels.value and job.kernels is not None:
            self._show_kernels(job)
            return
        self.cancel.disabled = False
        try:
            whole = job.large_only or self._ascend(job)
            made = -1
            films = self.follower.visiting  # of all images: nobody waits for the large one
            while whole and not films and self.selected not in (-1, made):  # the user may change it
                made = self.selected
                self._ascend_large(job)
        finally:
            self._stage.end()
            if job.request == self._request:
                self.cancel.disabled = True

    def _cancel_job(self) -> None:
        """Stop the ascent of another step; its images are no longer wanted."""
        self._request += 1
        self._large_only = False

    def _is_old(self, job: Job) -> Callable[[], bool]:
        return lambda: job.request != self._request

    def _ascend(self, job: Job) -> bool:
        """Show the images of all filters, computed if need be. Return `False` if it was stopped."""
        travels = self.follower.in_past
        known = self._memory.find(job.settings) if travels else None
        if known is None:
            return self._compute_images(job, travels=travels)
        self._views.begin_chart()
        self._views.add_points(known.points)
        self.bar.value = 1.0
        self._show_all(known, job)
        self.say(join_messages([job.notes, known.text]), bad=bool(job.notes))
        return True

    def _compute_images(self, job: Job, *, travels: bool) -> bool:
        settings, target = job.settings, job.target
        first = min(settings["first"], target.filters - 1)
        filters = list(range(first, min(first + settings["count"], target.filters)))
        size = None if target.size is not None else tuple(settings["size"])
        self._views.begin_chart()
        begun, drawn, state = time.perf_counter(), 0.0, None
        points: list[tuple[int, float, float]] = []
        near = self._show_nearest(job) if travels else None
        self._stage.begin(tr("Building the graph…"))
        for state in job.states(filters, size, self._is_old(job)):
            self._stage.end()
            now = time.perf_counter()
            self.bar.value = state.share
            sound = state.activations[np.isfinite(state.activations)]
            if int(state.taken.min()) == int(state.taken.max()) and sound.size:
                points.append((int(state.taken[0]), now - begun, float(sound.mean())))
                self._views.add_points(points[-1:])
            if now >= drawn + _INTERVAL and not state.done:
                drawn = now
                if near is None:
                    self._show_images(ascent_of(state, settings, points), _PREVIEW)
                self.say(join_messages([job.notes, progress_text(state)]), bad=bool(job.notes))
        gone = travels and self.follower.at != self.follower.step  # to another step
        if state is None or (gone and not state.done):
            return False
        ascent = ascent_of(state, settings, points)
        if travels and state.done:
            self._memory.keep(ascent)
        self._show_all(ascent, job, whole=bool(state.done))
        took = time.perf_counter() - begun
        stopped = "" if state.done else tr("Stopped.")
        rate = tr("{rate} filters per second.", rate=format_number(len(filters) / took))
        text = join_messages([job.notes, stopped, ascent.text, rate])
        self.say(text, bad=bool(job.notes))
        return bool(state.done)

    def _show_nearest(self, job: Job) -> Ascent | None:
        """Show the images of the nearest step that has some, and let the timeline go on."""
        near = self._memory.nearest(job.settings)
        if near is not None:
            self._show_images(near, _PREVIEW, waits_for=job.settings["network_steps"])
        if job.request == self._request and not self.follower.visiting:
            self.follower.tell_shown()
        return near

    def _show_all(self, ascent: Ascent, job: Job, *, whole: bool = True) -> None:
        """Show the images to stay, which can be saved; `whole` where they weren't stopped."""
        self._show_images(ascent, _FINAL)
        settings = {
            **job.settings,
            "method": "maximize_filters",
            "filters": ascent.filters,
            "size": list(ascent.images.shape[1:3]),
            "steps_taken": ascent.taken,
        }
        self.result = ascent.images, settings
        self.save.disabled = False
        self._whole = whole

    def _ascend_large(self, job: Job) -> None:
        """Compute a larger image of the selected filter."""
        which = self.selected
        found = ascend_large(
            job,
            which,
            self.large,
            stop=self._is_old(job),
            wanted=lambda: which == self.selected,
            interval=_INTERVAL,
        )
        if found is not None:
            self.large_result = found
            self.save_large.disabled = False

    # -- what is shown -----------------------------------------------------------------------------

    def _show_images(self, ascent: Ascent, most: int, *, waits_for: int | None = None) -> None:
        self._shown = ascent.filters
        with self._setting:
            self._views.show_images(ascent, most, waits_for=waits_for)
            self.grid.selected = (
                self._shown.index(self.selected) if self.selected in self._shown else -1
            )

    def _show_kernels(self, job: Job) -> None:
        assert job.kernels is not None, "the caller has looked"
        self._shown = list(range(len(job.kernels)))
        with self._setting:
            self._views.show_kernels(job.kernels, job.target.layer)
        settings = {"method": "kernels", "layer": job.target.layer, "filters": self._shown}
        kept = {name: job.settings[name] for name in ("model", "network_steps")}
        self.result = job.kernels, {**settings, **kept}
        self.save.disabled = False
        self._whole = True
        self._show_large_kernel()
        scale = tr("Middle gray is a weight of 0.")
        self.say(join_messages([job.notes, scale]), bad=bool(job.notes))

    def _show_large_kernel(self) -> None:
        if self._kernels is not None and 0 <= self.selected < len(self._kernels):
            self.large.show(self._kernels[self.selected : self.selected + 1])
            self.large.title = tr("Kernel {number}", number=self.selected)

    def _begin_images(self) -> None:
        """Take away the images of another layer or model, which no title may claim for this one."""
        self._shown = []
        with self._setting:
            self.grid.title = ""
            self.grid.clear()

    def _failed(self, error: Exception) -> None:
        self._stage.end()
        self.say_error(error)
        self.cancel.disabled = True

    # -- what the user does ----------------------------------------------------------------------

    def _start(self, *, large_only: bool = False) -> None:
        self._request += 1
        self._large_only = large_only and bool(self._shown)  # else the others come first
        self.follower.ask()

    def _other_layer(self) -> None:
        self.selected = -1
        self._begin_images()
        self._start()

    def _changed(self) -> None:
        if self.follow.value:
            self._start()

    def _press_start(self) -> None:
        self.follower.hold = False
        self._start()

    def _press_cancel(self) -> None:
        self._request += 1
        self.cancel.disabled = True
        self.follower.hold = True  # or a Run would soon start another one

    def point_at(self, at: int) -> None:
        """Show where photographs excite a filter.

        Args:
            at: Its place in the grid, from 0; nothing happens where there is none.
        """
        if at < len(self._shown):
            self.photos.point_at(self._shown[at])

    def _clicked(self, change: Change[int]) -> None:
        if self._setting:
            return
        at = int(change["new"])
        self.selected = self._shown[at] if 0 <= at < len(self._shown) else -1

    def _selection_changed(self, change: Change[int]) -> None:
        which = int(change["new"])
        self.photos.point_at(which)
        self.large.layout.display = None if which >= 0 else "none"
        self.large_result = None
        self.save_large.disabled = True
        if which < 0:
            return
        if self.kernels.value and self._kernels is not None:
            self._show_large_kernel()
            return
        if self.result is not None and which in self.result[1].get("filters", ()):
            at = self.result[1]["filters"].index(which)
            self.large.show(self.result[0][at : at + 1])
            self.large.title = tr("Filter {number}", number=which)
        if self.cancel.disabled:  # otherwise it follows the ascent in progress
            self._start(large_only=True)

    def _toggle_kernels(self, change: Change[bool]) -> None:
        self.chart.layout.display = "none" if change["new"] else None
        self.bar.layout.visibility = "hidden" if change["new"] else None  # nothing below it moves
        self.form.freeze(change["new"])
        self.selected = -1
        self._start()

    def _file(self, which: str) -> tuple[str, bytes]:
        found = self.result if which == "all" else self.large_result
        if found is None:
            message = tr("There is no image yet.")
            raise ValueError(message)
        return image_file(*found)

    def _make_settings(self) -> FilterControls:
        controls = FilterControls(self._changed, lambda name: setattr(self, "layer", name))
        self.form, self.kernels, self.follow = controls.form, controls.kernels, controls.follow
        self.start, self.cancel, self.more = controls.start, controls.cancel, controls.more
        self.kernels.observe(self._toggle_kernels, "value")
        self.start.on_click(lambda _: self._press_start())
        self.cancel.on_click(lambda _: self._press_cancel())
        return controls

    def _make_views(self) -> FilterViews:
        views = FilterViews(self._file, self.message_line, self.follower.controls)
        self._views = views
        self.bar, self.grid, self.photos = views.bar, views.grid, views.photos
        self.large, self.chart = views.large, views.chart
        self.save, self.save_large = views.save, views.save_large
        self.grid.on_hover(self.point_at)
        return views
