"""What a model can be asked about where it looks: its layers, its classes, its input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.model_inputs import input_names
from dlwidgets.vision._heat import found_by, per_class
from dlwidgets.vision.explaining import explainer_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EDGE = 1e-3  # of rounding


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
    return per_class(explainer, found_by(explainer, explainer.batch(x), "outputs").outputs)


def class_probabilities(model: Any, x: Any, *, output_index: int = 0) -> NDArray[Any]:
    """What a model says about samples as probabilities, also where it gives logits.

    Args:
        model: As for `saliency`.
        x: As for `grad_cam`.
        output_index: As for `grad_cam`.

    Returns:
        Shape (n, classes). Outputs of a softmax, or of a sigmoid per class, stay as they are;
        several logits get a softmax. Where the last activation is not known, outputs that all lie
        in 0 to 1, but for rounding, stay as they are. A single number that comes from no sigmoid
        stays one.

    Raises:
        ValueError: As for `grad_cam`.
        TypeError: As for `grad_cam`.

    Example:
        >>> class_probabilities(model, images[:4]).shape  # doctest: +SKIP
        (4, 10)
    """
    explainer = explainer_of(model, output_index=output_index)
    outputs = class_outputs(model, x, output_index=output_index)
    last = explainer.target.ending
    finite = outputs[np.isfinite(outputs)]
    probable = bool(((finite >= -_EDGE) & (finite <= 1 + _EDGE)).all())
    if outputs.shape[-1] == 1 or last in {"softmax", "sigmoid"} or (not last and probable):
        return outputs
    with np.errstate(invalid="ignore"):  # what is not finite is NaN in the end
        powers = np.exp(outputs - outputs.max(-1, keepdims=True))
        return np.asarray(powers / powers.sum(-1, keepdims=True))


def input_shape(model: Any, *, input_index: int | None = None) -> tuple[int | None, ...]:
    """The shape of the samples that heat maps of a model are made for, without the batch axis."""
    return explainer_of(model, input_index=input_index).target.shape


def input_place(model: Any, name: str) -> int:
    """Which of a model's inputs has a name, in the order that `input_index` counts in.

    Args:
        model: A built Keras model.
        name: The key of a dict of inputs, or an input's own name.

    Raises:
        ValueError: There is none; the message says which there are.
    """
    tapped = explainer_of(model).target.tapped
    names = [] if tapped is None else input_names(tapped.inputs)
    if name not in names:
        message = f"the model takes the inputs {names}. Received: {name!r}"
        raise ValueError(message)
    return names.index(name)


class PictureModels:
    """Models of grey pictures without a channel axis, made to take pictures that have one.

    Models that begin with ``Input((28, 28))`` are common for MNIST; the methods would take their
    pictures for series. Keeps the newest model's form, so that its graphs are built once.

    Example:
        >>> PictureModels().form(model) is model  # doctest: +SKIP
        True
    """

    def __init__(self) -> None:
        self._newest: tuple[Any, Any] | None = None

    def form(self, model: Any) -> Any:
        """The model itself, or, where it takes (height, width), one that takes a channel as well.

        Args:
            model: A built Keras model. What is made of it shares its weights.
        """
        if self._newest is not None and self._newest[0] is model:
            return self._newest[1]
        made = model
        if len(getattr(model, "inputs", None) or ()) == 1:
            shape = tuple(model.inputs[0].shape)[1:]
            if len(shape) == 2 and None not in shape:
                keras = load_keras()
                picture = keras.Input((*shape, 1), dtype=model.inputs[0].dtype)
                made = keras.Model(picture, model(keras.layers.Reshape(shape)(picture)))
        self._newest = (model, made)
        return made
