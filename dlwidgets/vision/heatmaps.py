"""Heat maps: how much each place of a sample is evidence for a class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.vision import _class_activation_maps as cams
from dlwidgets.vision._averaged_heatmaps import integrated_gradients, occlusion, smooth_grad
from dlwidgets.vision._heatmap_parts import (
    HeatMaps,
    enlarged,
    heat_maps,
    over_channels,
    prepared,
)
from dlwidgets.vision.explainer import Explainer, InputKind, WeighMaps, explainer_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets._messages import Message

__all__ = [
    "METHODS",
    "HeatMaps",
    "HeatmapMethod",
    "grad_cam",
    "grad_cam_plus_plus",
    "heat_layers",
    "integrated_gradients",
    "occlusion",
    "saliency",
    "smooth_grad",
]


def heat_layers(model: KerasModel, *, input_index: int | None = None) -> list[str]:
    """Return the names of the layers that Grad-CAM can use, from input to output.

    Args:
        model: A built Keras model.
        input_index: Which of several inputs the map is laid over.

    Returns:
        Names; an empty list for a model without such layers, or one that can't be traced.

    Example:
        >>> len(dl.vision.heat_layers(dl.models.small_cnn((28, 28, 1), 10))) > 1
        True
    """
    return explainer_of(model, input_index=input_index).layers


def grad_cam(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any = None,
    layer: str | None = None,
    *,
    input_index: int | None = None,
    output: str | int | None = None,
) -> HeatMaps:
    """Return which places of a layer's feature maps are evidence for a class.

    Each channel is weighted by the mean gradient of the class's score. The sum over the channels,
    where it is above 0, is enlarged to the size of the input.

    Args:
        model: A built Keras model: Sequential, functional (with nested models), or subclassed
            if its `call` can be traced. Or the `Explainer` of one.
        x: Samples as the model takes them, shape (n, height, width, channels), of series
            (n, length, channels), of volumes and films (n, depth or frames, height, width,
            channels); or one without the batch axis; for several inputs a list or tuple of arrays
            in the model's order, or a dict by their names. Or a data set or generator, whose first
            64 samples are explained.
        class_index: The class to explain, 0 to classes − 1: one for all or one per sample; `None`
            for the class with the highest score. One sigmoid has the classes 0 and 1, and so has
            one logit of a binary cross-entropy, or if class 1 is asked for.
        layer: The layer's name, "block/layer" in nested models, whose own names stand for their
            last layers. `None` for the last convolution, or what follows it in its block:
            normalization, activation, and the sum of a residual block.
        input_index: Which of several inputs the map is laid over; `None` for the first image.
            Ignored for an `Explainer`, which has its own.
        output: Which of several outputs, its name or index in `model.outputs`; `None` for the first
            that ends like a classifier, or the first. Ignored for an `Explainer`.

    Returns:
        Maps from 0 upward. The score is the logit, before a softmax or sigmoid, if the model
        has one; `HeatMaps.score` says so.

    Raises:
        LayerError: No such layer; one without height and width (for a text or series: a length); or
            no convolutional layer.
        ValueError: Another shape, NaN, or a class that doesn't exist.
        TypeError: Not a Keras model, or an array that doesn't hold numbers.

    Source:
        Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
        Localization, 2016, equations 1 and 2.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> dl.vision.grad_cam(model, images).maps.shape
        (4, 28, 28)
    """
    explainer, batch = prepared(model, x, class_index, input_index, output)
    return _class_activation_map("grad_cam", cams.grad_cam, explainer, batch, layer)


def grad_cam_plus_plus(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any = None,
    layer: str | None = None,
    *,
    input_index: int | None = None,
    output: str | int | None = None,
) -> HeatMaps:
    """Return Grad-CAM maps that weight each place, which finds several objects of a class better.

    Args:
        model: As for `grad_cam`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        layer: As for `grad_cam`.
        input_index: As for `grad_cam`.
        output: As for `grad_cam`.

    Returns:
        Maps from 0 upward, in another unit than those of `grad_cam`: compare them normalized.

    Raises:
        LayerError: As for `grad_cam`.
        ValueError: As for `grad_cam`.
        TypeError: As for `grad_cam`.

    Source:
        Chattopadhyay et al., Grad-CAM++, 2018, equations 5 and 19; the alphas of a channel are
        divided by their sum, as in the authors' code.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> dl.vision.grad_cam_plus_plus(model, images).coarse.shape
        (4, 14, 14)
    """
    explainer, batch = prepared(model, x, class_index, input_index, output)
    weigh = cams.grad_cam_plus_plus
    return _class_activation_map("grad_cam_plus_plus", weigh, explainer, batch, layer)


def saliency(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any = None,
    *,
    input_index: int | None = None,
    output: str | int | None = None,
) -> HeatMaps:
    """Return how strongly a class's score reacts to a small change of each pixel.

    Args:
        model: A built Keras model of any kind, also one that can't be traced. Or the `Explainer` of
            one.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        input_index: As for `grad_cam`.
        output: As for `grad_cam`.

    Returns:
        The largest absolute gradient of a pixel's channels; `attributions` is the gradient.

    Raises:
        LayerError: The input has no gradient, because it consists of whole numbers, such as word
            numbers.
        ValueError: As for `grad_cam`.
        TypeError: As for `grad_cam`.

    Source:
        Simonyan et al., Deep Inside Convolutional Networks, 2013, section 3.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> dl.vision.saliency(model, images).attributions.shape
        (4, 28, 28, 1)
    """
    explainer, batch = prepared(model, x, class_index, input_index, output)
    found = explainer.gradients(batch)
    maps = over_channels(found.maps, "largest")
    return heat_maps("saliency", explainer, batch, found, maps, attributions=found.maps)


def _class_activation_map(
    method: str, weigh: WeighMaps, explainer: Explainer, batch: Any, layer: str | None
) -> HeatMaps:
    name = explainer.layer(layer)
    found = explainer.layer_maps(weigh, name, batch)
    maps = enlarged(found.maps, explainer.sides(batch.arrays[explainer.target.input]))
    return heat_maps(method, explainer, batch, found, maps, layer=name, coarse=found.maps)


@dataclass(frozen=True)
class HeatmapMethod:
    """One way to compute heat maps; the record in `METHODS` is all that the widgets know of it.

    Attributes:
        name: The name in Python.
        label: What it is called on a page.
        description: What it shows, one sentence.
        function: Takes a model or `Explainer`, samples, and `class_index`. If `needs_layer`, it
            takes `layer`; if `slow`, `progress` and `canceled`.
        inputs: What kinds of samples it explains.
        needs_layer: Whether it uses the output of a layer.
        slow: Whether it evaluates the model many times for one sample.
    """

    name: str
    label: str
    description: Message
    function: Callable[..., HeatMaps]
    inputs: frozenset[InputKind]
    needs_layer: bool = False
    slow: bool = False


_PLACES: frozenset[InputKind] = frozenset({"image", "volume", "series", "text"})
_GRADIENTS: frozenset[InputKind] = frozenset({"image", "volume", "series", "table"})

METHODS: dict[str, HeatmapMethod] = {
    method.name: method
    for method in (
        HeatmapMethod(
            name="grad_cam",
            label="Grad-CAM",
            description=tr("Where the feature maps of a layer are evidence for the class."),
            function=grad_cam,
            inputs=_PLACES,
            needs_layer=True,
        ),
        HeatmapMethod(
            name="grad_cam_plus_plus",
            label="Grad-CAM++",
            description=tr("As Grad-CAM, but by positive gradients only, so it is rarely blank."),
            function=grad_cam_plus_plus,
            inputs=_PLACES,
            needs_layer=True,
        ),
        HeatmapMethod(
            name="saliency",
            label=tr("Saliency"),
            description=tr("How strongly the score reacts to a small change of each pixel."),
            function=saliency,
            inputs=_GRADIENTS,
        ),
        HeatmapMethod(
            name="smooth_grad",
            label="SmoothGrad",
            description=tr("Saliency, averaged over noisy copies of the image (slow)."),
            function=smooth_grad,
            inputs=_GRADIENTS,
            slow=True,
        ),
        HeatmapMethod(
            name="integrated_gradients",
            label=tr("Integrated gradients"),
            description=tr("How much each pixel adds to the score (slow)."),
            function=integrated_gradients,
            inputs=_GRADIENTS,
            slow=True,
        ),
        HeatmapMethod(
            name="occlusion",
            label=tr("Occlusion"),
            description=tr("How much the output falls when a patch is covered (slow)."),
            function=occlusion,
            inputs=_PLACES,
            slow=True,
        ),
    )
}
"""All methods by name, in the order in which pages show them."""
