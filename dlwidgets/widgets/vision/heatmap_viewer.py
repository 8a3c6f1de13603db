"""Heat maps over an image, for each class, by several methods."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._canceled import CanceledError
from dlwidgets._formatting import format_percent
from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets._tensorflow import warm_up
from dlwidgets.inspect.choosing import Targets
from dlwidgets.training.model_source import OwnClone
from dlwidgets.training.run import Run
from dlwidgets.vision.heatmaps import METHODS
from dlwidgets.vision.images import ImageError, from_bytes
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._fields.output import ShowsOneOutput
from dlwidgets.widgets._live.feed import samples_for
from dlwidgets.widgets._live.film import Film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.pictures import picture_of_overlay
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.primitives.upload_button import image_upload
from dlwidgets.widgets.vision._heatmap_drawing import (
    SliceField,
    explained_text,
    show_maps,
    truth_text,
)
from dlwidgets.widgets.vision._heatmap_form import HeatmapForm
from dlwidgets.widgets.vision._heatmap_request import Callbacks, Request, Result, explain_image
from dlwidgets.widgets.vision._heatmap_samples import SampleProvider, images_of, names_of
from dlwidgets.widgets.vision._progress_row import ProgressRow
from dlwidgets.widgets.vision._stage import Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.choosing import Choice, ClassNames
    from dlwidgets.vision.heatmaps import HeatmapMethod
    from dlwidgets.widgets._core.change import Change

_MAX_THUMBNAILS = 60
_LATER = tr("This model can't be cloned, so slow methods are computed after the run has ended.")
_QUIET_SECONDS = 0.4  # of work before the progress is shown


class HeatmapViewer(ShowsOneOutput, LiveView, ipywidgets.VBox):
    """Heat maps that explain a model's prediction for an image, or its score for another class.

    Opacity and colors change in the page. Method, class, layer and image evaluate the model again,
    and only the latest request counts. With a Run the maps are updated during training.

    Args:
        source: A built Keras model or a Run. `None` for an empty view until `show`.
        x: Images, shape (n, height, width) or (n, height, width, channels); series, shape
            (n, length, channels), for a model that reads them; or volumes or films, shape (n, depth
            or frames, height, width, channels). A list or dict of arrays for a model with several
            inputs. Or a data set or generator, of which the first 1,000 images are used; see
            `dl.data.take`. `None` for uploads only.
        y: The class of each image, shape (n,), or one-hot rows; for several outputs a dict or list
            of them. A data set brings its own.
        class_names: One name per class, or a dict of them by output. Default: the data set's, or
            their numbers.
        output: Name or index of the output that is explained and that `y` belongs to, for a model
            with several. Default: the one that `y` and `class_names` fit.
        methods: Names of the methods that are selected at first; see
            `dlwidgets.vision.heatmaps.METHODS`.
        input_index: Which of several inputs is the image.
        value_range: The values shown as black and as white. Default: estimated from the images.
        preprocess: Turns images as they are shown into what the model takes, such as
            `keras.applications.vgg16.preprocess_input`.

    Attributes:
        index: Index of the image. Settable.
        output_field: A menu of the outputs, for a model with several.
        layer: The layer that Grad-CAM uses; "" for the last convolution. Settable. For a layer
            that can't be used, a message says why, and the last convolution is used.
        overlay: The maps, a `HeatOverlay`.
        bars: The three most probable classes; none for a regression.
        slice_field: A slider of the slices of a volume, or the frames of a film.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: What you should know about the maps, or why there are none; "" for nothing.

    Raises:
        ValueError: The images have another shape, there isn't one label per image, or a method is
            unknown.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> dl.HeatmapViewer(model, digits.x_test, digits.y_test)
        <HeatmapViewer>
    """

    layer = Unicode("")
    index = Int(0)

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: Any = None,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        methods: Sequence[str] = ("grad_cam",),
        input_index: int = 0,
        value_range: tuple[float, float] | None = None,
        preprocess: Callable[[NDArray[Any]], Any] | None = None,
    ) -> None:
        self.form = HeatmapForm(methods, self._changed, self._choose)
        self.output_field = self.form.output_field
        self._images: SampleProvider = images_of(None, None)
        self._last: Result | None = None
        self._thumbnails_of: tuple[SampleProvider, bool] | None = None
        self._request = 0
        self._own = OwnClone()
        self._quiet = SignalBlocker()  # while several controls are set
        self._running: str | None = None
        self._known_graphs: set[tuple[int, str, str]] = set()
        self.follower: Follower[Callable[[], Result | None]] = Follower(
            self._compute,
            self._draw,
            self.say_error,
            name="heat-maps",
            on_travel=self._cancel_request,
        )
        self.message_line = MessageLine()
        self._stage = Stage(self.say, after=0.4)
        self.overlay = HeatOverlay()
        self.bars = ClassBars(title=tr("Top 3"), empty_text=tr("No prediction yet."))
        self.caption = TextLine()
        self.caption.add_class("dlw-heat-about")
        self.progress = ProgressRow(self._cancel)
        self.slice_field = SliceField()
        main = ipywidgets.Box([self.overlay, self.bars])
        main.add_class("dlw-heat-main")
        super().__init__(
            [
                self._make_images(),
                self.form,
                self.caption,
                self.progress,
                self.slice_field,
                main,
                self.message_line,
                self.follower.controls,
            ]
        )
        self.add_class("dlw-heatmap-viewer")
        overlay = self.overlay
        self.follower.filmed = [
            Film(tr("Heat maps"), lambda: picture_of_overlay(overlay), lambda: bool(overlay.image))
        ]
        self._connect()
        warm_up()
        if source is not None:
            self.show(
                source,
                x,
                y,
                class_names,
                output=output,
                input_index=input_index,
                value_range=value_range,
                preprocess=preprocess,
            )

    def show(
        self,
        source: KerasModel | Run,
        x: Nested = None,
        y: Any = None,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        input_index: int = 0,
        value_range: tuple[float, float] | None = None,
        preprocess: Callable[[NDArray[Any]], Any] | None = None,
    ) -> None:
        """Show another model or Run. Without `x` the images stay.

        Args:
            source: A built Keras model or a Run.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.
            output: As for the class.
            input_index: As for the class.
            value_range: As for the class.
            preprocess: As for the class.

        Raises:
            ValueError: As for the class; the view stays as it was.
        """
        fresh, taken = None, samples_for(source, x, y)
        if x is not None or not len(self._images):
            fresh = images_of(
                taken.x,
                taken.y,
                class_names or taken.class_names,
                output=output,
                input_index=input_index,
                value_range=value_range,
                preprocess=preprocess,
            )
            if not isinstance(source, Run) and getattr(source, "built", False):
                fresh.read_for(source)
        self.follower.leave()
        self._cancel_request()
        self._wanted, self._last = None, None
        if fresh is not None:
            self._images, self.note = fresh, taken.note
            self._show_thumbnails()
        elif class_names or output is not None:
            before = self._images.targets
            self._images.targets = Targets(before.y, class_names or before.class_names, output)
        self._known_graphs.clear()
        self.say(tr("Preparing the network…"))
        self.follower.show(source)

    @property
    def methods(self) -> list[str]:
        """Names of the selected methods; settable."""
        return self.form.methods

    @methods.setter
    def methods(self, names: Sequence[str]) -> None:
        self.form.methods = list(names)

    def upload(self, name: str, content: bytes) -> None:
        """Show heat maps of your own image, or say why it can't be used.

        Args:
            name: Name of the image.
            content: A PNG, JPEG, WebP, BMP or GIF file of at most 8 MB.
        """
        try:
            image = from_bytes(content, name=name)
        except ImageError as error:
            self._refuse(error_message(error))
            return
        self._images.uploaded = image.pixels.astype(np.float32) / 255, name[:60]
        self.grid.selected = -1
        self._changed()

    def _refuse(self, message: str) -> None:
        self.say(message, bad=True)

    def _release(self) -> None:
        self._request += 1
        self._stage.close()
        super()._release()

    # -- the page --------------------------------------------------------------------------------

    def _make_images(self) -> ipywidgets.VBox:
        self.grid = ImageGrid(
            description=tr("Images to choose from"),
            cell_size=40,
            max_height=102,
            empty_text=tr("The images to choose from appear here."),
        )
        self.index_field = ipywidgets.BoundedIntText(
            description=tr("Image"),
            tooltip=tr("Number of the sample, counted from 0."),
            min=0,
            max=0,
            value=0,
            style={"description_width": "initial"},
            layout={"width": "130px"},
        )
        self.upload_field = image_upload(self.upload, self._refuse, layout={"width": "auto"})
        row = ipywidgets.Box([self.index_field, self.upload_field])
        row.add_class("dlw-row")
        return ipywidgets.VBox([self.grid, row])

    def _connect(self) -> None:
        self.observe(self._index_set, "index")
        self.form.layer_field.join(self)
        self.slice_field.on_choice(self._slice_chosen)
        self.observe(self._changed, "layer")
        self.grid.observe(self._thumbnail_selected, "selected")
        self.index_field.observe(self._number_typed, "value")

    def _show_thumbnails(self) -> None:
        n, images = len(self._images), self._images
        self._thumbnails_of = images, images.series
        with self._quiet:
            self.index = min(self.index, max(0, n - 1))
            self.index_field.max = max(0, n - 1)
            self.index_field.value = self.index
            self.index_field.layout.display = None if n else "none"
            if n:
                low, high = (0.0, 1.0) if images.series else (images.low, images.high)
                self.grid.show(images.images(_MAX_THUMBNAILS), low=low, high=high)
                self.grid.selected = self.index if self.index < self.grid.count else -1
            else:
                self.grid.clear()

    # -- what the user does ----------------------------------------------------------------------

    def _output_chosen(self) -> None:
        self._changed()

    def _changed(self, _change: Change[object] | None = None) -> None:
        if self._quiet:
            return
        self._cancel_request()
        self.follower.ask()

    def _cancel_request(self) -> None:
        """Cancel the computation in progress, which is for an older request or another step."""
        self._request += 1

    def _index_set(self, change: Change[int]) -> None:
        if self._quiet:
            return
        self._images.uploaded = None
        with self._quiet:
            shown = min(max(change["new"], 0), max(0, len(self._images) - 1))
            self.index_field.value = shown
            self.grid.selected = shown if shown < self.grid.count else -1
        self._changed()

    def _number_typed(self, change: Change[int]) -> None:
        if not self._quiet:
            self._go_to(int(change["new"]))

    def _thumbnail_selected(self, change: Change[int]) -> None:
        if not self._quiet and change["new"] >= 0:
            self._go_to(int(change["new"]))

    def _go_to(self, index: int) -> None:
        if self.index != index:
            self.index = index
        elif self._images.uploaded is not None:
            self._images.uploaded = None
            self._changed()

    def _cancel(self) -> None:
        running = self._running
        if running is not None:  # selected, it would start again with the next update of a Run
            self.form.buttons[running].value = False

    # -- on the worker's thread ------------------------------------------------------------------

    def _compute(self, model: KerasModel) -> Callable[[], Result | None]:
        """Explain, or prepare what `_draw` explains: other views wait for the model meanwhile."""
        number = self._request
        request = Request(self.methods, self.form.class_index, self.layer, self.index)
        source, images = self.follower.source, self._images
        choice = self._choice(model, images.targets)
        slow = [name for name in request.methods if METHODS[name].slow]
        if slow and source is not None and source.cloned:
            own = self._own.of(model)
            return lambda: self._explain(own, images, choice, request, number)
        run = self.follower.run
        if slow and run is not None and not run.state.ended:  # the training itself would wait
            quick = [name for name in request.methods if name not in slow]
            request = replace(request, methods=quick, note=_LATER)
        result = self._explain(model, images, choice, request, number)
        return lambda: result

    def _explain(
        self,
        model: KerasModel,
        images: SampleProvider,
        choice: Choice,
        request: Request,
        number: int,
    ) -> Result | None:
        begun = time.perf_counter()

        def canceled() -> bool:
            return number != self._request

        def progress(method: HeatmapMethod, share: float) -> None:
            if time.perf_counter() - begun > _QUIET_SECONDS:
                self._running = method.name
                percent = format_percent(share)
                self.progress.show(
                    share, tr("{method}: {percent}", method=method.label, percent=percent)
                )

        def between(so_far: Result) -> None:
            if time.perf_counter() - begun > _QUIET_SECONDS and not canceled():
                self._show_result(so_far)

        callbacks = Callbacks(canceled, progress, between, self._stage.begin, self._known_graphs)
        self._stage.begin(tr("Building the graph…"))
        try:
            return explain_image(model, images, choice, request, callbacks)
        except CanceledError:
            return None  # a newer request waits
        finally:
            self._stage.end()
            self._running = None
            self.progress.hide()

    def _draw(self, explain: Callable[[], Result | None]) -> None:
        source, result = self.follower.source, explain()
        if result is not None and source is self.follower.source:
            self._show_result(result)

    def _show_result(self, result: Result) -> None:
        images = self._images
        self._last = result
        if self._thumbnails_of != (images, images.series):
            self._show_thumbnails()
        names = names_of(result.choice, len(result.outputs))
        self.form.offer(names, result.layers)
        name = names[result.class_index]
        with self.overlay.hold_sync():
            self.overlay.image_title = result.sample.name
            truth = images.truth(result.choice, result.request.index)
            self.overlay.image_caption = truth_text(truth, names)
            self.overlay.description = tr("Heat map for class {name}", name=name)
            show_maps(self.overlay, self.slice_field, images, result)
        if result.choice.ending.kind == "regression":
            self.bars.clear()
        else:
            self.bars.show(result.outputs, names, top=3)
        self.caption.value = explained_text(result, name)
        self.say(join_messages([*result.sample.notes, *result.notes, result.request.note]))

    def _slice_chosen(self) -> None:
        result = self._last
        if result is not None:
            show_maps(self.overlay, self.slice_field, self._images, result)
