"""A canvas to draw a digit, and a network's view of the drawing."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Unicode

from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import warm_up
from dlwidgets.inspect.activations import activations
from dlwidgets.inspect.choosing import Choice, Targets
from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision.channel_axis import with_channel_axis
from dlwidgets.vision.channels import channel_images
from dlwidgets.vision.drawing import place_drawing
from dlwidgets.vision.explainer import explainer_of
from dlwidgets.vision.heatmaps import METHODS, HeatMaps
from dlwidgets.widgets._fields.layer import LayerField
from dlwidgets.widgets._fields.output import OutputField, ShowsOneOutput
from dlwidgets.widgets._live.film import Film, grid_film
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.draw_surface import DrawSurface
from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.pictures import picture_of_overlay
from dlwidgets.widgets.vision._heatmap_samples import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run
    from dlwidgets.vision.drawing import Placement
    from dlwidgets.vision.explainer import Explainer

_MAX_BARS = 12
_MAX_CHANNELS = 64


@dataclass(frozen=True)
class _Result:
    """What a model makes of a drawing."""

    asked: int
    image: NDArray[Any]
    choice: Choice
    outputs: NDArray[Any]
    layers: list[str]
    layer: str = ""
    channels: NDArray[np.uint8] | None = None
    heat: HeatMaps | None = None
    message: str = ""


class DrawPad(ShowsOneOutput, LiveView, ipywidgets.VBox):
    """A drawing with its class probabilities, the feature maps of a layer, and a heat map.

    The drawing is scaled and centered like the images of the data set: scikit-learn's digits for a
    model that takes 8×8 pixels, otherwise MNIST. Everything is updated as you draw. With a Run it
    is also updated during training.

    Args:
        source: A built Keras model that takes images, or a Run. `None` for an empty view until
            `show`.
        class_names: One name per class. Default: their numbers.
        output: Name or index of the output that is shown, for a model with several. Default: the
            one that `class_names` fit.
        placement: Size and position of the drawing in the image. Default: those of the data set
            with images of this size.
        value_range: The model's values for paper and ink.
        method: Name of the heat map's method, as for `HeatmapViewer`.

    Attributes:
        layer: The layer of the feature maps and of Grad-CAM; "" for the last convolution. Settable.
        surface: The canvas, a `DrawSurface`.
        bars: The probabilities.
        maps: The feature maps of the layer.
        overlay: The heat map.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: What you should know about the heat map, or why there is none; "" for nothing.

    Raises:
        ValueError: The method is unknown.

    Example:
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> dl.DrawPad(model)
        <DrawPad>
    """

    layer = Unicode("")

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        class_names: Sequence[str] = (),
        *,
        output: str | int | None = None,
        placement: Placement | None = None,
        value_range: tuple[float, float] = (0.0, 1.0),
        method: str = "grad_cam",
    ) -> None:
        if method not in METHODS:
            message = f"Expected `method` to be one of {', '.join(METHODS)}. Received: {method!r}"
            raise ValueError(message)
        self._names: Sequence[str] = tuple(class_names)
        self._placement, self._range = placement, value_range
        self.output_field = OutputField(self._choose)
        self.follower: Follower[_Result] = Follower(
            self._compute, self._draw, self._failed, name="draw-pad"
        )
        self.message_line = MessageLine()
        self._make_views()
        self.method_field = ipywidgets.Dropdown(
            description=tr("Heat map"),
            tooltip=tr("The method that explains the prediction."),
            options=[(record.label, name) for name, record in METHODS.items()],
            value=method,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.layer_field = LayerField()
        fields = ipywidgets.Box([self.output_field, self.method_field, self.layer_field])
        fields.add_class("dlw-row")
        top = ipywidgets.Box([self.surface, self.overlay, self.bars])
        top.add_class("dlw-draw-top")
        super().__init__([top, fields, self.message_line, self.maps, self.follower.controls])
        overlay = self.overlay
        self.follower.filmed = [
            grid_film(tr("Feature maps of the drawing"), self.maps),
            Film(
                tr("Heat map of the drawing"),
                lambda: picture_of_overlay(overlay),
                lambda: bool(overlay.image),
            ),
        ]
        self.add_class("dlw-draw-pad")
        self.surface.on_ink(self.follower.ask)
        self.method_field.observe(lambda _: self.follower.ask(), "value")
        self.layer_field.join(self)
        self.observe(lambda _: self.follower.ask(), "layer")
        warm_up()
        if source is not None:
            self.show(source, output=output)

    def _make_views(self) -> None:
        self.surface = DrawSurface()
        self.bars = ClassBars(
            title=tr("Probabilities"), empty_text=tr("Draw to see the probabilities.")
        )
        self.overlay = HeatOverlay(image_title="", empty_text=tr("A heat map appears here."))
        self.maps = ImageGrid(
            description=tr("Feature maps of a layer"),
            empty_text=tr("Feature maps appear here."),
            max_height=270,
            colormap="viridis",
            cell_size=32,
        )

    def show(
        self,
        source: KerasModel | Run,
        class_names: Sequence[str] | None = None,
        *,
        output: str | int | None = None,
    ) -> None:
        """Show another model or Run. The drawing stays.

        Args:
            source: A built Keras model that takes images, or a Run.
            class_names: One name per class; `None` keeps the current names.
            output: As for the class.
        """
        self.follower.leave()
        self._wanted = output
        if class_names is not None:
            self._names = tuple(class_names)
        self.say("")
        self.follower.show(source)

    def _output_chosen(self) -> None:
        self.follower.ask()

    def clear(self) -> None:
        """Erase the drawing."""
        self.surface.clear()
        self.follower.ask()

    # -- on the worker's thread ------------------------------------------------------------------

    def _compute(self, model: KerasModel) -> _Result:
        asked, ink = self.surface.asked, self.surface.ink
        choice = self._choice(model, Targets(class_names=self._names))
        model = with_channel_axis(model)
        explainer = explainer_of(model, output=choice.output.index, ending=choice.ending)
        image, batch = self._place(ink, explainer.shape)
        outputs = explainer.probabilities(batch)[0]
        if not ink.any():
            return _Result(asked, image, choice, outputs, explainer.layers)
        layer, message = self._usable_layer(explainer)
        maps = activations(model, batch, [layer])[layer][0] if layer else None
        channels = (
            channel_images(maps[..., :_MAX_CHANNELS], "raw")
            if maps is not None and maps.ndim == 3
            else None
        )
        heat, instead = self._explain(explainer, batch, layer)
        return _Result(
            asked,
            image,
            choice,
            outputs,
            explainer.layers,
            layer,
            channels,
            heat,
            message or instead,
        )

    def _place(
        self, ink: NDArray[np.float32], shape: tuple[int | None, ...]
    ) -> tuple[NDArray[Any], NDArray[np.float32]]:
        """Return the drawing as an image, and as a batch of one for the model."""
        if len(shape) != 3 or shape[-1] not in (1, 3):
            message = tr(
                "Expected an image model. Received: a model with input shape {shape}.", shape=shape
            )
            raise ValueError(message)
        height, width, channels = shape
        low, high = self._range
        placed = place_drawing(ink, (height or 28, width or 28), self._placement)
        image = low + placed * (high - low)
        batch = np.repeat(image[np.newaxis, ..., np.newaxis], channels or 1, -1)
        return image, batch.astype(np.float32)

    def _usable_layer(self, explainer: Explainer) -> tuple[str, str]:
        """Return the layer to show, and why it isn't the selected one; "" for no layer."""
        try:
            return explainer.layer(self.layer), ""
        except LayerError as error:
            if not explainer.layers or not self.layer:
                return "", ""
            message = tr("{reason} The last convolution is shown.", reason=error_message(error))
        with contextlib.suppress(LayerError):  # there may be none: then there are no maps
            return explainer.layer(), message
        return "", message

    def _explain(
        self, explainer: Explainer, batch: NDArray[np.float32], layer: str
    ) -> tuple[HeatMaps, str]:
        """Return the heat map, and why it isn't by the selected method."""
        method, message = METHODS[self.method_field.value], ""
        if method.needs_layer and not layer:
            message = tr(
                "This model has no convolutional layer, so saliency is shown instead of {method}.",
                method=method.label,
            )
            method = METHODS["saliency"]
        options = {"layer": layer} if method.needs_layer else {}
        return method.function(explainer, batch, **options), message

    def _draw(self, result: _Result) -> None:
        low, high = self._range
        drawn = bool(self.surface.ink.any())
        self.surface.show_seen(result.image if drawn else None, result.asked, low, high)
        names = names_of(result.choice, len(result.outputs))
        if result.heat is None:
            self.bars.clear()
            self.overlay.clear()
            self.maps.clear()
        else:
            top = None if len(names) <= _MAX_BARS else _MAX_BARS
            if result.choice.ending.kind == "regression":
                self.bars.clear()
            else:
                self.bars.show(result.outputs, names, top=top)
            self._show_heat(result, result.heat, names)
            self._show_channels(result)
        self.layer_field.offer(result.layers)
        self.say(result.message)

    def _show_heat(self, result: _Result, heat: HeatMaps, names: Sequence[str]) -> None:
        title = tr(
            "{method} for class {name}",
            method=METHODS[heat.method].label,
            name=names[int(heat.class_index[0])],
        )
        self.overlay.show(
            result.image,
            heat.normalized(),
            [title],
            abouts=[METHODS[heat.method].description],
            signed=[heat.signed],
            smooth=[METHODS[heat.method].needs_layer],
            low=self._range[0],
            high=self._range[1],
        )

    def _show_channels(self, result: _Result) -> None:
        if result.channels is None:
            self.maps.clear()
            return
        self.maps.title = tr("{n} channels of {layer}", n=len(result.channels), layer=result.layer)
        self.maps.show(result.channels)

    def _failed(self, error: Exception) -> None:
        self.say_error(error)
        self.surface.show_seen(None, self.surface.asked)
