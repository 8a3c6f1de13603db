"""Where a network looks: how much each place of the input speaks for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.vision._averaged_heatmaps import integrated_gradients, occlusion, smooth_grad
from dlwidgets.vision._heat import (
    LAYERED,
    METHODS,
    SLOW,
    HeatMaps,
    Method,
    asked,
    enlarged,
    found_by,
    made,
    over_channels,
)
from dlwidgets.vision.model_queries import (
    check_layer,
    class_outputs,
    class_probabilities,
    heat_layers,
    input_shape,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.vision.explaining import Batch, Explainer

__all__ = [
    "LAYERED",
    "MAKERS",
    "METHODS",
    "SLOW",
    "HeatMaps",
    "Method",
    "check_layer",
    "class_outputs",
    "class_probabilities",
    "grad_cam",
    "grad_cam_plus_plus",
    "heat_layers",
    "input_shape",
    "integrated_gradients",
    "occlusion",
    "saliency",
    "smooth_grad",
]


def grad_cam(
    model: Any,
    x: Any,
    class_index: Any = None,
    layer: str | None = None,
    *,
    input_index: int | None = None,
    output_index: int = 0,
) -> HeatMaps:
    """Which places of a layer's feature maps speak for a class.

    Each channel is weighed by the mean of the gradient of the class's score; what remains above 0
    of the sum over the channels is enlarged to the input's size.

    Args:
        model: A built Keras model: Sequential, functional (with nested models), or subclassed
            where its `call` can be followed.
        x: Samples as the model takes them, shape (n, height, width, channels), or one without the
            batch axis; of a model with several inputs a list or tuple of arrays in their order, or
            a dict by their names.
        class_index: The class to explain, 0 to classes − 1: one for all or one per sample; None for
            the class with the highest score. A model with one sigmoid has the classes 0 and 1.
        layer: The layer's name, "block/layer" in nested models; None for the last convolution.
        input_index: Which of several inputs the map is laid over; None for the first picture.
        output_index: Which of several outputs.

    Returns:
        Maps from 0 upwards. The score is the logit, before a softmax or sigmoid, where the model
        has one; `HeatMaps.score` tells.

    Raises:
        LayerError: No such layer, no output with height and width (of a text or series: a length),
            or no convolution.
        ValueError: Another shape, NaN, or a class that is not there.
        TypeError: No Keras model, or an array that holds no numbers.

    Source:
        Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
        Localization, 2016, equations 1 and 2.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> dl.vision.grad_cam(model, images).maps.shape
        (4, 28, 28)
    """
    explainer, batch = asked(model, x, class_index, input_index, output_index)
    return _cam("grad_cam", explainer, batch, layer)


def grad_cam_plus_plus(
    model: Any,
    x: Any,
    class_index: Any = None,
    layer: str | None = None,
    *,
    input_index: int | None = None,
    output_index: int = 0,
) -> HeatMaps:
    """As `grad_cam`, weighing each place: finds several things of one class better.

    Args:
        model: As for `grad_cam`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        layer: As for `grad_cam`.
        input_index: As for `grad_cam`.
        output_index: As for `grad_cam`.

    Returns:
        Maps from 0 upwards, in another unit than those of `grad_cam`: compare them normalized.

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
    explainer, batch = asked(model, x, class_index, input_index, output_index)
    return _cam("grad_cam_plus_plus", explainer, batch, layer)


def saliency(
    model: Any,
    x: Any,
    class_index: Any = None,
    *,
    input_index: int | None = None,
    output_index: int = 0,
) -> HeatMaps:
    """How strongly a class's score reacts to a small change of each pixel.

    Args:
        model: A built Keras model of any kind; one that cannot be followed is taken as a whole.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        input_index: As for `grad_cam`.
        output_index: As for `grad_cam`.

    Returns:
        The largest absolute gradient of a pixel's channels; `attributions` is the gradient.

    Raises:
        LayerError: The input has no gradient: it holds whole numbers, such as those of words.
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
    explainer, batch = asked(model, x, class_index, input_index, output_index)
    found = found_by(explainer, batch, "gradient")
    maps = over_channels(found.maps, "largest")
    return made("saliency", explainer, batch, found, maps, attributions=found.maps)


MAKERS: dict[Method, Callable[..., HeatMaps]] = {
    "grad_cam": grad_cam,
    "grad_cam_plus_plus": grad_cam_plus_plus,
    "saliency": saliency,
    "smooth_grad": smooth_grad,
    "integrated_gradients": integrated_gradients,
    "occlusion": occlusion,
}
"""The function of each method."""


def _cam(method: Method, explainer: Explainer, batch: Batch, layer: str | None) -> HeatMaps:
    name = explainer.layer(layer)
    found = found_by(explainer, batch, method, name)
    maps = enlarged(found.maps, explainer.sides(batch.arrays[explainer.target.input]))
    return made(method, explainer, batch, found, maps, layer=name, coarse=found.maps)
