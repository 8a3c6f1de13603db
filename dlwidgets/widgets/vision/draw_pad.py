"""Draw a digit, and see what a network makes of it while you draw."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Unicode

from dlwidgets._tensorflow import warm_up
from dlwidgets.inspect.layers import LayerError
from dlwidgets.training.errors import explain
from dlwidgets.vision.activations import activations, channel_images
from dlwidgets.vision.drawing import place_drawing
from dlwidgets.vision.explainer import explainer_of, with_channel_axis
from dlwidgets.vision.heatmaps import METHODS, HeatMaps
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._fields.layer import LayerField
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.draw_surface import DrawSurface
from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.vision._heatmap_samples import default_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.vision.drawing import Placement
    from dlwidgets.vision.explainer import Explainer

_MOST_BARS = 12
_MOST_CHANNELS = 64


@dataclass(frozen=True)
class _Seen:
    """What came of a drawing."""

    asked: int
    image: NDArray[Any]
    outputs: NDArray[Any]
    layers: list[str]
    layer: str
    channels: NDArray[np.uint8] | None
    heat: HeatMaps | None
    note: str


class DrawPad(ClosesChildren, ipywidgets.VBox):
    """A drawing, the probabilities of its classes, what a layer finds in it, and a heat map.

    The drawing is scaled down and centred as the images of the data set are: as scikit-learn's
    digits for a model that takes 8×8 pixels, else as MNIST. Everything follows the pen, and the
    newest drawing counts. On a Run it changes as the model learns.

    Args:
        source: A built Keras model that takes pictures, or a `Run`; None until `show`.
        class_names: One name per class; their numbers by default.
        placement: Where the ink goes; None for that of the data set with images of this size.
        value_range: The values that the model takes for paper and for ink.
        method: The heat map's method to begin with, as for `HeatmapViewer`.

    Attributes:
        layer: Whose channels are shown and which Grad-CAM looks at; "" for the last convolution.
        surface: The `DrawSurface`.
        bars: The probabilities.
        maps: The channels of the layer.
        overlay: The heat map.
        busy: Whether something is being computed.
        follower: Follows a Run; `hold` freezes the view.

    Raises:
        ValueError: An unknown method.

    Example:
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> dl.DrawPad(model)
        DrawPad(...)
    """

    layer = Unicode("")

    def __init__(
        self,
        source: Any = None,
        class_names: Sequence[str] = (),
        *,
        placement: Placement | None = None,
        value_range: tuple[float, float] = (0.0, 1.0),
        method: str = "grad_cam",
    ) -> None:
        self._names: Sequence[str] = tuple(class_names)
        self._placement, self._range = placement, value_range
        self.surface = DrawSurface()
        self.bars = ClassBars(title="Probabilities", empty_text="They appear as soon as you draw.")
        self.overlay = HeatOverlay(image_title="", empty_text="A heat map appears here.")
        self.maps = ImageGrid(
            description="channels of a layer",
            empty_text="What a layer finds appears here.",
            max_height=270,
            colormap="viridis",
            cell_size=32,
        )
        self.method_field = ipywidgets.Dropdown(
            description="Heat map",
            options=[(method.label, name) for name, method in METHODS.items()],
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.layer_field = LayerField()
        fields = ipywidgets.Box([self.method_field, self.layer_field])
        fields.add_class("dlw-row")
        self._remark = ipywidgets.Label()
        self._remark.add_class("dlw-message")
        self._remark.layout.display = "none"
        self.follower: Follower[_Seen] = Follower(
            self._compute, self._draw, self._failed, name="draw-pad"
        )
        top = ipywidgets.Box([self.surface, self.bars])
        top.add_class("dlw-draw-top")
        below = ipywidgets.Box([self.overlay, self.maps])
        below.add_class("dlw-draw-top")
        super().__init__([top, fields, self._remark, below, self.follower.controls])
        self.add_class("dlw-draw-pad")
        if method not in METHODS:
            self.close()
            message = f"method must be one of {', '.join(METHODS)}. Received: {method!r}"
            raise ValueError(message)
        self.method_field.value = method
        self.surface.on_ink(self.follower.ask)
        self.method_field.observe(lambda _: self.follower.ask(), "value")
        self.layer_field.join(self)
        self.observe(lambda _: self.follower.ask(), "layer")
        warm_up()
        if source is not None:
            self.show(source)

    def show(self, source: Any, class_names: Sequence[str] | None = None) -> None:
        """Ask another model or Run from now on; the drawing stays.

        Args:
            source: A built Keras model, or a Run.
            class_names: One name per class; None keeps those there are.
        """
        self.follower.leave()
        if class_names is not None:
            self._names = tuple(class_names)
        self._say("")
        self.follower.show(source)

    @property
    def busy(self) -> bool:
        """Whether something is being computed or waits to be."""
        return self.follower.busy

    def clear(self) -> None:
        """Take the drawing away."""
        self.surface.clear()
        self.follower.ask()

    def close(self) -> None:
        """Take the pad off the page."""
        self.follower.close()
        super().close()

    # -- on the worker's thread ----------------------------------------------------------------

    def _compute(self, model: Any) -> _Seen:
        asked, ink = self.surface.asked, self.surface.ink
        model = with_channel_axis(model)
        explainer = explainer_of(model)
        shape = explainer.shape
        if len(shape) != 3 or shape[-1] not in (1, 3):
            message = f"the model takes no pictures to draw, but samples of shape {shape}"
            raise ValueError(message)
        size = shape[0] or 28, shape[1] or 28
        low, high = self._range
        placed = low + place_drawing(ink, size, self._placement) * (high - low)
        batch = np.repeat(placed[np.newaxis, ..., np.newaxis], shape[-1] or 1, -1).astype(
            np.float32
        )
        outputs = explainer.probabilities(batch)[0]
        layers, note = explainer.layers, ""
        if not ink.any():
            return _Seen(asked, placed, outputs, layers, "", None, None, note)
        layer = ""
        try:
            layer = explainer.layer(self.layer)
        except LayerError as error:
            if layers and self.layer:
                note = f"{error} The last convolution is shown."
                with contextlib.suppress(LayerError):  # it may have none: then there is no map
                    layer = explainer.layer()
        maps = activations(model, batch, [layer])[layer][0] if layer else None
        channels = (
            channel_images(maps[..., :_MOST_CHANNELS], "raw")
            if maps is not None and maps.ndim == 3
            else None
        )
        heat, words = self._heat(explainer, batch, layer)
        return _Seen(asked, placed, outputs, layers, layer, channels, heat, note or words)

    def _heat(
        self, explainer: Explainer, batch: NDArray[Any], layer: str
    ) -> tuple[HeatMaps | None, str]:
        method, note = METHODS[self.method_field.value], ""
        if method.needs_layer and not layer:
            note = f"{method.label} needs a convolution, and this model has none: saliency."
            method = METHODS["saliency"]
        options = {"layer": layer} if method.needs_layer else {}
        return method.function(explainer, batch, **options), note

    def _draw(self, seen: _Seen) -> None:
        low, high = self._range
        drawn = bool(self.surface.ink.any())
        self.surface.show_seen(seen.image if drawn else None, seen.asked, low, high)
        names = default_names(len(seen.outputs), self._names)
        if seen.heat is None:
            self.bars.clear()
            self.overlay.clear()
            self.maps.clear()
        else:
            self.bars.show(
                seen.outputs, names, top=None if len(names) <= _MOST_BARS else _MOST_BARS
            )
            self._show_heat(seen, names)
            if seen.channels is None:
                self.maps.clear()
            else:
                self.maps.title = f"{len(seen.channels)} channels of {seen.layer}"
                self.maps.show(seen.channels)
        self.layer_field.offer(seen.layers)
        self._say(seen.note)

    def _show_heat(self, seen: _Seen, names: Sequence[str]) -> None:
        heat = seen.heat
        assert heat is not None
        self.overlay.show(
            seen.image,
            heat.normalized(),
            [f"{METHODS[heat.method].label} for {names[int(heat.class_index[0])]}"],
            signed=[heat.signed],
            low=self._range[0],
            high=self._range[1],
        )

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, (ValueError, TypeError))
        text = str(error) if known else explain(error)
        self._say(text[:1].upper() + text[1:400], bad=True)
        self.surface.show_seen(None, self.surface.asked)

    def _say(self, text: str, *, bad: bool = False) -> None:
        self._remark.value = text[:1].upper() + text[1:]
        (self._remark.add_class if bad else self._remark.remove_class)("dlw-error")
        self._remark.layout.display = None if text else "none"
