"""What each filter of a layer looks for: pictures that ascend before your eyes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._tensorflow import warm_up
from dlwidgets.training.errors import explain
from dlwidgets.vision.filters import preview
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.vision._filter_form import FilterForm
from dlwidgets.widgets.vision._filter_job import Job, Jobs
from dlwidgets.widgets.vision._filter_messages import (
    labels_of,
    picture_file,
    progress_in_words,
    row,
    tooltips_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.vision.filters import FilterProgress
    from dlwidgets.widgets._core.change import Change

_INTERVAL = 0.35  # seconds between two pictures
_PREVIEW, _FINAL = 250_000, 800_000  # bytes of all pictures on the way, and at the end
_LARGE = 192  # pixels of the large picture's side


class FilterViewer(ClosesChildren, ipywidgets.Box):
    """Gradient ascent for all filters of a layer at once, of a model or of a Run as it learns.

    Each picture begins as gray noise and changes step by step into what its filter responds to
    most. Click one for a large version; save all of them, with their settings, as a PNG. The
    kernels of a first layer can be shown directly.

    Args:
        source: A built Keras model that takes pictures, or a `Run` that is followed; None for
            `show` later.
        value_range: The lowest and highest value of the network's pixels.

    Attributes:
        layer: The layer's path name, "" for the first convolution. One that is not there is told
            about in words.
        selected: The filter that is shown large, -1 for none.
        result: The newest pictures and their settings, None before the first.

    Example:
        >>> import keras
        >>> model = keras.applications.VGG16(include_top=False)  # doctest: +SKIP
        >>> dl.FilterViewer(model)  # doctest: +SKIP
    """

    layer = Unicode("")
    selected = Int(-1)

    form: FilterForm
    grid: ImageGrid
    large: ImageGrid
    chart: Chart
    bar: Any
    save: DownloadButton
    save_large: DownloadButton
    kernels: Any

    def __init__(
        self, source: Any = None, *, value_range: tuple[float, float] = (0.0, 255.0)
    ) -> None:
        self.result: tuple[NDArray[np.uint8], dict[str, Any]] | None = None
        self.large_result: tuple[NDArray[np.uint8], dict[str, Any]] | None = None
        self._wanted: Any = None
        self._request, self._large_only = 0, False
        self._setting = SignalBlocker()  # while it sets its own grid
        self._jobs = Jobs(self._say)
        self._shown: list[int] = []
        self._kernels: NDArray[np.uint8] | None = None
        self._build()
        super().__init__([self._left, self._right])
        self.add_class("dlw-dashboard")
        self.add_class("dlw-filters")
        self.follower: Follower[Job] = Follower(
            self._compute, self._draw, self._failed, name="filters"
        )
        self._right.children = (*self._right.children, self.follower.controls)
        self.observe(lambda _: self._other_layer(), "layer")
        self.observe(self._selection_changed, "selected")
        self.grid.observe(self._clicked, "selected")
        warm_up()
        if source is not None:
            self.show(source, value_range=value_range)

    def show(self, source: Any, *, value_range: tuple[float, float] | None = None) -> None:
        """Look at another model or Run from now on.

        The first ascent begins when a page shows the widget.

        Args:
            source: A built Keras model, or a `Run`.
            value_range: As for the class; None to keep it.
        """
        self.follower.leave()
        self._request += 1
        self._jobs.forget()
        self.selected = -1
        if value_range is not None:
            self.form.set_range(value_range)
        self._say("Getting ready…")
        request = self._request

        def begin() -> None:
            if self._request >= request and self._wanted is source:
                self.follower.show(source)

        self._wanted = source
        self.grid.when_seen(begin)

    def close(self) -> None:
        """Take the view off the page; what is being made is left."""
        self._request += 1
        self._wanted = None
        self.follower.close()
        super().close()

    # -- work: on the follower's thread ------------------------------------------------------------

    def _compute(self, model: Any) -> Job:
        request = self._request
        large_only, self._large_only = self._large_only, False
        source = self.follower.source
        run = None if source is None else source.run
        if source is not None and source.cloned is False and run and not run.state.ended:
            message = (
                "this model cannot be copied, and an ascent would hold its training up for "
                "seconds: its filters are shown when the training has ended"
            )
            raise ValueError(message)
        return self._jobs.make(
            model,
            self.layer,
            self.form.settings(),
            step=max(0, self.follower.step),
            request=request,
            large_only=large_only,
        )

    def _draw(self, job: Job) -> None:
        if job.request != self._request:
            return
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
            while whole and self.selected not in (-1, made):  # another may be clicked meanwhile
                made = self.selected
                self._ascend_large(job)
        finally:
            if job.request == self._request:
                self.cancel.disabled = True

    def _is_old(self, job: Job) -> Callable[[], bool]:
        return lambda: job.request != self._request

    def _ascend(self, job: Job) -> bool:
        """Make the pictures of all chosen filters; False when it was stopped."""
        settings, target = job.settings, job.target
        first = min(settings["first"], target.filters - 1)
        filters = list(range(first, min(first + settings["count"], target.filters)))
        size = None if target.size is not None else tuple(settings["size"])
        self._begin_chart()
        begun, drawn, state = time.perf_counter(), 0.0, None
        for state in job.states(filters, size, self._is_old(job)):
            now = time.perf_counter()
            self.bar.value = state.share
            if int(state.taken.min()) == int(state.taken.max()):
                self._add_point(state, now - begun)
            if now >= drawn + _INTERVAL and not state.done:
                drawn = now
                self._show_pictures(job, state, _PREVIEW)
                self._say(f"{job.notes} {progress_in_words(state)}".strip(), bad=bool(job.notes))
        if state is None:
            return False
        self._show_pictures(job, state, _FINAL)
        settings = {
            **settings,
            "method": "maximize_filters",
            "filters": filters,
            "size": list(state.values.shape[1:3]),
            "steps_taken": int(state.taken.min()),
        }
        self.result = state.images, settings
        self.save.disabled = False
        took = time.perf_counter() - begun
        whole = "" if state.done else "Stopped. "
        rate = f"{len(filters) / took:.1f} filters per second."
        text = f"{job.notes} {whole}{progress_in_words(state)} {rate}"
        self._say(text.strip(), bad=bool(job.notes))
        return bool(state.done)

    def _ascend_large(self, job: Job) -> None:
        """Make the chosen filter's picture once more, with room for what repeats."""
        which, target = self.selected, job.target
        if which >= target.filters:
            return
        side = max(_LARGE, *job.settings["size"])
        size = None if target.size is not None else (side, side)
        self.large.title = f"Filter {which}: making a large one…"
        drawn, state = 0.0, None
        try:
            for state in job.states([which], size, self._is_old(job)):
                if time.perf_counter() >= drawn + _INTERVAL:
                    drawn = time.perf_counter()
                    self.large.show(state.images)
                if which != self.selected:
                    return
        finally:
            if which == self.selected:  # cancelled or failed: no large one is being made any more
                self.large.title = f"Filter {which}"
        if state is None or not state.done:
            return
        height, width = state.values.shape[1:3]
        self.large.show(state.images)
        self.large.title = f"Filter {which} of {target.layer}, {width}×{height} pixels"
        settings = {**job.settings, "method": "maximize_filters", "filters": [which]}
        self.large_result = state.images, {**settings, "size": [height, width]}
        self.save_large.disabled = False

    # -- what is shown -----------------------------------------------------------------------------

    def _show_pictures(self, job: Job, state: FilterProgress, most: int) -> None:
        self._shown = state.filters.tolist()
        with self._setting:
            self.grid.title = f"What the filters of {job.target.layer} look for"
            self.grid.show(
                preview(state.images, most),
                labels=labels_of(state),
                tooltips=tooltips_of(state),
                border_colors=[
                    "bad" if bad else "" for bad in (state.dead | state.broken).tolist()
                ],
            )
            self.grid.selected = (
                self._shown.index(self.selected) if self.selected in self._shown else -1
            )

    def _show_kernels(self, job: Job) -> None:
        assert job.kernels is not None, "the caller has looked"
        self._shown = list(range(len(job.kernels)))
        rows, columns = job.kernels.shape[1:3]
        with self._setting:
            self.grid.title = f"{job.target.layer}: its kernels, {rows}×{columns} weights each"
            self.grid.show(job.kernels, labels=[str(i) for i in self._shown])
        settings = {"method": "kernels", "layer": job.target.layer, "filters": self._shown}
        kept = {name: job.settings[name] for name in ("model", "network_steps")}
        self.result = job.kernels, {**settings, **kept}
        self.save.disabled = False
        self._show_large_kernel()
        self._say(f"{job.notes} Middle gray is a weight of 0.".strip(), bad=bool(job.notes))

    def _show_large_kernel(self) -> None:
        if self._kernels is not None and 0 <= self.selected < len(self._kernels):
            self.large.show(self._kernels[self.selected : self.selected + 1])
            self.large.title = f"Kernel {self.selected}"

    def _begin_chart(self) -> None:
        self.bar.value = 0.0
        self.chart.clear()
        self.chart.add_series("mean", name="mean activation")

    def _add_point(self, state: FilterProgress, seconds: float) -> None:
        sound = state.activations[np.isfinite(state.activations)]
        if sound.size:
            self.chart.append(
                "mean",
                step=[int(state.taken[0])],
                epoch=[0.0],
                time=[seconds],
                value=[float(sound.mean())],
            )

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, (ValueError, TypeError, ArithmeticError))
        text = str(error) if known else explain(error)
        self._say(f"{text[:1].upper()}{text[1:]}"[:500], bad=True)
        self.cancel.disabled = True

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.status.value = text
        (self.status.add_class if bad else self.status.remove_class)("dlw-error")

    # -- what the visitor does ---------------------------------------------------------------------

    def _start(self, *, large_only: bool = False) -> None:
        self._request += 1
        self._large_only = large_only
        self.follower.ask()

    def _other_layer(self) -> None:
        self.selected = -1
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
        self.follower.hold = True  # or a Run would soon begin another

    def _clicked(self, change: Change[int]) -> None:
        if self._setting:
            return
        at = int(change["new"])
        self.selected = self._shown[at] if 0 <= at < len(self._shown) else -1

    def _selection_changed(self, change: Change[int]) -> None:
        which = int(change["new"])
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
            self.large.title = f"Filter {which}"
        if self.cancel.disabled:  # otherwise it follows what is being made
            self._start(large_only=True)

    def _toggle_kernels(self, change: Change[bool]) -> None:
        for part in (self.chart, self.bar):
            part.layout.display = "none" if change["new"] else None
        self.selected = -1
        self._start()

    def _file(self, which: str) -> tuple[str, bytes]:
        found = self.result if which == "all" else self.large_result
        if found is None:
            message = "there is no picture yet"
            raise ValueError(message)
        return picture_file(*found)

    def _build(self) -> None:
        self.form = FilterForm(self._changed, lambda name: setattr(self, "layer", name))
        self.kernels = ipywidgets.Checkbox(
            value=False, description="The kernels themselves", indent=False
        )
        self.kernels.layout.display = "none"
        self.kernels.observe(self._toggle_kernels, "value")
        self.follow = ipywidgets.Checkbox(
            value=True, description="Start again at each change", indent=False
        )
        self.start = ipywidgets.Button(
            description="Start", button_style="primary", tooltip="Make the pictures anew"
        )
        self.cancel = ipywidgets.Button(
            description="Cancel",
            tooltip="Stop at once and keep the pictures as they are",
            disabled=True,
        )
        self.start.on_click(lambda _: self._press_start())
        self.cancel.on_click(lambda _: self._press_cancel())
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"width": "100%"})
        self.status = ipywidgets.Label("Starting…")
        self.status.add_class("dlw-message")
        self.grid = ImageGrid(
            cell_size=80,
            smooth=True,
            max_height=620,
            description="What each filter looks for",
            empty_text="The pictures appear here.",
        )
        self.large = ImageGrid(cell_size=288, max_height=400, description="The chosen filter")
        self.large.layout.display = "none"
        self.chart = Chart(height=180, title="Mean activation", y_label="activation")
        self.save = DownloadButton(
            lambda: self._file("all"),
            label="Save all (PNG)",
            hint="All pictures as one, with the settings in the file",
        )
        self.save_large = DownloadButton(
            lambda: self._file("large"),
            label="Save the large one (PNG)",
            hint="The chosen filter's picture, with the settings in the file",
        )
        self.save.disabled = self.save_large.disabled = True
        buttons = row(self.start, self.cancel)
        form = ipywidgets.VBox([self.form, self.kernels, self.follow, buttons])
        form.add_class("dlw-form")
        self._left = ipywidgets.VBox([form])
        self._left.add_class("dlw-dashboard-form")
        self._right = ipywidgets.VBox(
            [
                self.bar,
                self.status,
                self.grid,
                self.large,
                row(self.save, self.save_large),
                self.chart,
            ]
        )
        self._right.add_class("dlw-dashboard-main")
