"""Where a network looks: heat maps over an image, for each class, by several methods."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int, Unicode

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import error_message
from dlwidgets._tensorflow import warm_up
from dlwidgets.training.errors import explain
from dlwidgets.training.model_source import OwnClone
from dlwidgets.vision.heatmaps import METHODS
from dlwidgets.vision.images import ImageError, from_bytes
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._fields.layer import LayerField
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.upload_button import image_upload
from dlwidgets.widgets.vision._heatmap_request import Callbacks, Request, Result, explain_image
from dlwidgets.widgets.vision._heatmap_samples import SampleProvider, default_names, images_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.vision.heatmaps import HeatmapMethod
    from dlwidgets.widgets._core.change import Change

PREDICTED = -1
"""The class that the model finds most probable."""

_THUMBNAILS = 60
_LATER = "This model cannot be copied: slow methods wait for the end of its training."
_PATIENCE = 0.4  # seconds of work after which a bar shows how far it is


class HeatmapViewer(ClosesChildren, ipywidgets.VBox):
    """Where a model looks in an image, and what would speak for another class.

    Opacity and colours change in the page; method, class, layer and image ask the model again, and
    the newest wish counts. On a Run the maps move while the model learns.

    Args:
        source: A built Keras model, or a `Run`; None for an empty view until `show`.
        x: Images, shape (n, height, width) or (n, height, width, channels); of a model with several
            inputs a list of arrays; None for uploads only.
        y: The class of each image, shape (n,).
        class_names: One name per class; their numbers by default.
        methods: Which methods to begin with: "grad_cam", "grad_cam_plus_plus", "saliency",
            "smooth_grad", "integrated_gradients", "occlusion".
        input_index: Which of several inputs is the image.
        value_range: The values shown as black and as white; by default told from the images.
        preprocess: Makes what the model takes of images as they are shown, such as
            ``keras.applications.vgg16.preprocess_input``.

    Attributes:
        index: Which image; may be set and observed.
        layer: The layer that Grad-CAM looks at, "" for the last convolution; may be set and
            observed. One that cannot be used is named in words, and the last convolution is shown.
        overlay: The `HeatOverlay`.
        bars: The three most probable classes.
        busy: Whether something is being computed.
        follower: Follows a Run; `hold` freezes the view.

    Raises:
        ValueError: Images of another shape, another number of labels, or an unknown method.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> dl.HeatmapViewer(model, digits.x_test, digits.y_test)
        HeatmapViewer(...)
    """

    layer = Unicode("")
    index = Int(0)

    def __init__(
        self,
        source: Any = None,
        x: NDArray[Any] | list[NDArray[Any]] | None = None,
        y: Any = None,
        class_names: Sequence[str] = (),
        *,
        methods: Sequence[str] = ("grad_cam",),
        input_index: int = 0,
        value_range: tuple[float, float] | None = None,
        preprocess: Callable[[NDArray[Any]], Any] | None = None,
    ) -> None:
        self._images: SampleProvider = images_of(None, None)
        self._names: Sequence[str] = ()
        self._request = 0
        self._own = OwnClone()
        self._quiet = SignalBlocker()  # while controls are set together
        self._running: str | None = None
        self._seen_graphs: set[tuple[int, str, str]] = set()
        self._build(methods)
        self.follower: Follower[Callable[[], Result | None]] = Follower(
            self._compute, self._draw, self._failed, name="heat-maps"
        )
        super().__init__(
            [
                self._choices,
                self._method_row,
                self._fields,
                self.about,
                self._work,
                self._main,
                self._remark,
                self.follower.controls,
            ]
        )
        self.add_class("dlw-heatmap-viewer")
        unknown = next((m for m in methods if m not in METHODS), None)
        if unknown is not None or not methods:
            message = f"methods must be some of {', '.join(METHODS)}. Received: {unknown or 'none'}"
            self.close()
            raise ValueError(message)
        self._connect()
        warm_up()
        if source is not None:
            self.show(
                source,
                x,
                y,
                class_names,
                input_index=input_index,
                value_range=value_range,
                preprocess=preprocess,
            )

    def show(
        self,
        source: Any,
        x: NDArray[Any] | list[NDArray[Any]] | None = None,
        y: Any = None,
        class_names: Sequence[str] = (),
        *,
        input_index: int = 0,
        value_range: tuple[float, float] | None = None,
        preprocess: Callable[[NDArray[Any]], Any] | None = None,
    ) -> None:
        """Look at another model or Run; arguments as those of the class.

        Without `x` the images stay what they are.

        Raises:
            ValueError: As for the class; what was shown before stays.
        """
        fresh = None
        if x is not None or not len(self._images):
            fresh = images_of(
                x, y, input_index=input_index, value_range=value_range, preprocess=preprocess
            )
        self.follower.leave()
        self._request += 1  # what is being computed ends
        if fresh is not None:
            self._images = fresh
            self._show_thumbnails()
        if class_names or x is not None:
            self._names = tuple(class_names)
        self._seen_graphs.clear()
        self._say("")
        self.follower.show(source)

    @property
    def busy(self) -> bool:
        """Whether something is being computed or waits to be."""
        return self.follower.busy

    @property
    def methods(self) -> list[str]:
        """The chosen methods; set it to choose others."""
        return [name for name, button in self._buttons.items() if button.value]

    @methods.setter
    def methods(self, wanted: Sequence[str]) -> None:
        unknown = [name for name in wanted if name not in METHODS]
        if unknown:
            message = f"methods must be some of {', '.join(METHODS)}. Received: {unknown[0]!r}"
            raise ValueError(message)
        with self._quiet:
            for name, button in self._buttons.items():
                button.value = name in wanted
        self._changed()

    def upload(self, name: str, content: bytes) -> None:
        """Look at an image of your own; what is wrong with it is said in the widget.

        Args:
            name: What to call it.
            content: A PNG, JPEG, WebP, BMP or GIF file of at most 8 MB.
        """
        try:
            picture = from_bytes(content, name=name)
        except ImageError as error:
            self._say(error_message(error), bad=True)
            return
        self._images.uploaded = picture.pixels.astype(np.float32) / 255, name[:60]
        self.grid.selected = -1
        self._changed()

    def _refuse(self, message: str) -> None:
        self._say(message, bad=True)

    def close(self) -> None:
        """Take the viewer off the page; what is being computed is left."""
        self._request += 1
        self.follower.close()
        super().close()

    # -- the page ------------------------------------------------------------------------------

    def _build(self, methods: Sequence[str]) -> None:
        self.overlay = HeatOverlay()
        self.bars = ClassBars(title="Top 3", empty_text="No prediction yet.")
        self.grid = ImageGrid(
            description="images to look at",
            cell_size=40,
            max_height=102,
            empty_text="Upload a picture to look at.",
        )
        self.index_field = ipywidgets.BoundedIntText(
            description="Image",
            min=0,
            max=0,
            value=0,
            style={"description_width": "initial"},
            layout={"width": "130px"},
        )
        self.upload_field = image_upload(self.upload, self._refuse, layout={"width": "auto"})
        pick = ipywidgets.Box([self.index_field, self.upload_field])
        pick.add_class("dlw-row")
        self._choices = ipywidgets.VBox([self.grid, pick])
        self._buttons: dict[str, Any] = {
            name: ipywidgets.ToggleButton(
                description=method.label,
                value=name in methods,
                layout={"width": "auto"},
                tooltip=method.description,
            )
            for name, method in METHODS.items()
        }
        self._method_row = ipywidgets.Box(list(self._buttons.values()))
        self._method_row.add_class("dlw-row")
        self._method_row.add_class("dlw-heat-methods")
        self.class_field = ipywidgets.Dropdown(
            description="Class",
            options=[("The predicted one", PREDICTED)],
            value=PREDICTED,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.layer_field = LayerField()
        self._fields = ipywidgets.Box([self.class_field, self.layer_field])
        self._fields.add_class("dlw-row")
        self.about = ipywidgets.Label()
        self.about.add_class("dlw-heat-about")
        self.progress = ipywidgets.FloatProgress(min=0, max=1, layout={"width": "200px"})
        self.cancel = ipywidgets.Button(description="Cancel", layout={"width": "auto"})
        self._progress_text = ipywidgets.Label()
        self._progress_text.add_class("dlw-message")
        self._work = ipywidgets.Box([self.progress, self._progress_text, self.cancel])
        self._work.add_class("dlw-row")
        self._work.add_class("dlw-actions")
        self._work.layout.display = "none"
        self._main = ipywidgets.Box([self.overlay, self.bars])
        self._main.add_class("dlw-heat-main")
        self._remark = ipywidgets.Label()
        self._remark.add_class("dlw-message")
        self._remark.layout.display = "none"

    def _connect(self) -> None:
        self.observe(self._index_set, "index")
        self.layer_field.join(self)
        self.observe(self._changed, "layer")
        self.grid.observe(self._thumbnail_chosen, "selected")
        self.index_field.observe(self._number_chosen, "value")
        for field in (self.class_field, *self._buttons.values()):
            field.observe(self._changed, "value")
        self.cancel.on_click(lambda _: self._cancel())

    def _show_thumbnails(self) -> None:
        n = len(self._images)
        with self._quiet:
            self.index = min(self.index, max(0, n - 1))
            self.index_field.max = max(0, n - 1)
            self.index_field.value = self.index
            self.index_field.layout.display = None if n else "none"
            if n:
                self.grid.show(
                    self._images.images(_THUMBNAILS),
                    low=self._images.low,
                    high=self._images.high,
                )
                self.grid.selected = self.index if self.index < self.grid.count else -1
            else:
                self.grid.clear()

    # -- what the visitor does -----------------------------------------------------------------

    def _changed(self, _change: Change[object] | None = None) -> None:
        if self._quiet:
            return
        self._request += 1  # what is being computed for an older wish ends
        self.follower.ask()

    def _index_set(self, change: Change[int]) -> None:
        if self._quiet:
            return
        self._images.uploaded = None
        with self._quiet:
            shown = min(max(change["new"], 0), max(0, len(self._images) - 1))
            self.index_field.value = shown
            self.grid.selected = shown if shown < self.grid.count else -1
        self._changed()

    def _number_chosen(self, change: Change[int]) -> None:
        if not self._quiet:
            self._go_to(int(change["new"]))

    def _thumbnail_chosen(self, change: Change[int]) -> None:
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
        if running is not None:  # it would begin again with the next look at a Run
            self._buttons[running].value = False

    # -- on the worker's thread ----------------------------------------------------------------

    def _compute(self, model: Any) -> Callable[[], Result | None]:
        """Look, or prepare what `_draw` is to do: other views wait for the model meanwhile."""
        request = self._request
        wish = Request(self.methods, int(self.class_field.value), self.layer, self.index)
        source, images = self.follower.source, self._images
        slow = any(METHODS[m].slow for m in wish.methods)
        if slow and source is not None and source.cloned:
            own = self._own.of(model)
            return lambda: self._look(own, images, wish, request)
        run = None if source is None else source.run
        if slow and run is not None and not run.state.ended:  # the training itself would wait
            wish = replace(
                wish, methods=[m for m in wish.methods if not METHODS[m].slow], note=_LATER
            )
        seen = self._look(model, images, wish, request)
        return lambda: seen

    def _look(
        self, model: Any, images: SampleProvider, wish: Request, request: int
    ) -> Result | None:
        begun = time.perf_counter()

        def stop() -> bool:
            return request != self._request

        def progress(method: HeatmapMethod, part: float) -> None:
            if time.perf_counter() - begun > _PATIENCE:
                self._running = method.name
                self.progress.value = part
                self._progress_text.value = f"{method.label}, {part:.0%}"
                self._work.layout.display = None

        def between(so_far: Result) -> None:
            if time.perf_counter() - begun > _PATIENCE and not stop():
                self._show_look(so_far)

        try:
            return explain_image(
                model, images, wish, Callbacks(stop, progress, between, self._seen_graphs)
            )
        except CanceledError:
            return None  # a newer wish waits
        finally:
            self._running = None
            self._work.layout.display = "none"

    def _draw(self, find: Callable[[], Result | None]) -> None:
        source, seen = self.follower.source, find()
        if seen is not None and source is self.follower.source:
            self._show_look(seen)

    def _show_look(self, seen: Result) -> None:
        names = default_names(len(seen.outputs), self._names)
        self._show_fields(seen, names)
        truth = self._images.truth(seen.request.index)
        known = truth is not None and 0 <= truth < len(names)
        with self.overlay.hold_sync():
            self.overlay.image_title = seen.sample.name
            self.overlay.image_caption = (
                f"True class: {names[truth]}" if known and truth is not None else ""
            )
            self.overlay.description = f"Heat map for class {names[seen.class_index]}"
            self.overlay.show(
                seen.sample.image,
                seen.maps,
                [r.label for r in seen.rows],
                captions=[r.caption for r in seen.rows],
                signed=[r.signed for r in seen.rows],
                low=self._images.low,
                high=self._images.high,
            )
        self.bars.show(seen.outputs, names, top=3)
        chosen = "the predicted class" if seen.request.class_index == PREDICTED else "class"
        subject = f"{chosen} “{names[seen.class_index]}”"
        self.about.value = (
            f"What speaks for {subject}"
            if seen.request.methods
            else f"Choose a method to see what speaks for {subject}"
        )
        self._say(" ".join([*seen.sample.notes, *seen.notes, seen.request.note]).strip())

    def _show_fields(self, seen: Result, names: Sequence[str]) -> None:
        with self._quiet:
            options = [("The predicted one", PREDICTED), *((n, i) for i, n in enumerate(names))]
            if list(self.class_field.options) != options:
                chosen = self.class_field.value
                self.class_field.options = options
                self.class_field.value = chosen if chosen in range(len(names)) else PREDICTED
        self.layer_field.offer(seen.layers, used=any(METHODS[m].needs_layer for m in self.methods))

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, (ValueError, TypeError))
        text = str(error) if known else explain(error)
        self._say(text[:1].upper() + text[1:400], bad=True)

    def _say(self, text: str, *, bad: bool = False) -> None:
        self._remark.value = text
        (self._remark.add_class if bad else self._remark.remove_class)("dlw-error")
        self._remark.layout.display = None if text else "none"
