"""What a model can be asked about where it looks: its layers, its classes, its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision._heat import chunks, joined
from dlwidgets.vision.explaining import explainer_of

if TYPE_CHECKING:
    from numpy.typing import NDArray


def heat_layers(model: Any, *, input_index: int | None = None) -> list[str]:
    """Names of the layers that Grad-CAM can look at, from input to output.

    Args:
        model: A built Keras model.
        input_index: Which of several inputs the map is laid over.

    Returns:
        Names; [] for a model without such layers, or one that cannot be followed.
    """
    return explainer_of(model, input_index=input_index).cam_layers()


def check_layer(model: Any, layer: str, *, input_index: int | None = None) -> str:
    """The full name of a layer that Grad-CAM can look at.

    Args:
        model: A built Keras model.
        layer: A name as `grad_cam` takes it.
        input_index: As for `grad_cam`.

    Raises:
        LayerError: It cannot; the message says why and names the nearest.
    """
    return explainer_of(model, input_index=input_index).layer(layer)


def class_outputs(model: Any, x: Any, *, output_index: int = 0) -> NDArray[Any]:
    """What a model says about samples, one number per class.

    Args:
        model: As for `saliency`.
        x: As for `grad_cam`.
        output_index: As for `grad_cam`.

    Returns:
        The output, shape (n, classes): probabilities where the model ends in a softmax or sigmoid.
        One sigmoid gives two columns, for the classes 0 and 1.

    Raises:
        ValueError: As for `grad_cam`.
        TypeError: As for `grad_cam`.

    Example:
        >>> class_outputs(model, images[:4]).shape  # doctest: +SKIP
        (4, 10)
    """
    explainer = explainer_of(model, output_index=output_index)
    batch = explainer.batch(x)
    parts = [explainer.run("outputs", "", batch, part) for part in chunks(explainer, batch)]
    outputs = joined(parts).outputs
    if explainer.target.classes > outputs.shape[-1]:
        outputs = np.concatenate([1 - outputs, outputs], -1)
    return outputs


def input_shape(model: Any, *, input_index: int | None = None) -> tuple[int | None, ...]:
    """The shape of the samples that heat maps of a model are made for, without the batch axis."""
    return explainer_of(model, input_index=input_index).target.shape
