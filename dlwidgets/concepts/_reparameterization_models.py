"""Decoders and encoders of users' variational autoencoders, for a page that computes with them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._keras_models import not_a_model
from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

ACTIVATIONS = ("linear", "relu", "tanh", "sigmoid")
MOST_WEIGHTS = 2_000_000
_OTHERS = "`dl.LatentExplorer(model)` takes any decoder."


def parts_of(model: Any) -> tuple[KerasModel, KerasModel | None]:
    """Return the decoder of a model, and its encoder if it has one.

    Args:
        model: A Keras model with a `decoder` (and an `encoder`) as attribute, or a decoder itself.

    Raises:
        TypeError: It isn't a Keras model.
    """
    _, keras = load()
    if not isinstance(model, keras.Model):
        raise TypeError(not_a_model(model))
    decoder = getattr(model, "decoder", None)
    return (model, None) if decoder is None else (decoder, getattr(model, "encoder", None))


def dense_layers(decoder: Any) -> list[tuple[NDArray[Any], NDArray[Any], str]]:
    """Return kernels, biases and activations of a decoder; the last one gives logits.

    Args:
        decoder: A built Keras model of Dense layers in a chain, from 2 numbers to pixels behind a
            sigmoid.

    Raises:
        ValueError: It is another one.
    """
    _, keras = load()
    kinds = keras.layers
    plain = (kinds.InputLayer, kinds.Reshape, kinds.Flatten, kinds.Dropout)
    found: list[tuple[NDArray[Any], NDArray[Any], str]] = []
    before = None
    for layer in decoder.layers if decoder.built else ():
        chained = before is None or layer.input is before
        before = layer.output
        if chained and isinstance(layer, plain):
            continue
        name = _activation(layer)
        if chained and isinstance(layer, kinds.Dense) and name in ACTIVATIONS:
            weights = layer.get_weights()
            kernel, biases = weights[0], [*weights, np.zeros(layer.units)][1]
            found.append((kernel, biases, name))
        elif chained and not layer.weights and name in ACTIVATIONS and found:
            kernel, biases, linear = found[-1]
            if linear != "linear":
                _refuse(f"layer {layer.name!r} behind another activation")
            found[-1] = kernel, biases, name
        else:
            _refuse(f"layer {layer.name!r} ({type(layer).__name__})")
    if not found or found[0][0].shape[0] != 2:
        message = "Expected a built decoder of a latent space with 2 dimensions, which a plane "
        message += f"can show. Received: input shape {getattr(decoder, 'input_shape', None)}. "
        raise ValueError(message + _OTHERS)
    if found[-1][2] != "sigmoid":
        _refuse(f"the last activation {found[-1][2]!r}, which isn't a sigmoid")
    count = sum(kernel.size for kernel, _, _ in found)
    if count > MOST_WEIGHTS:
        message = f"Expected a decoder with at most {MOST_WEIGHTS:,} weights. "
        raise ValueError(message + f"Received: {count:,}. {_OTHERS}")
    kernel, biases, _ = found[-1]
    return [*found[:-1], (kernel, biases, "linear")]


def _activation(layer: Any) -> str:
    _, keras = load()
    if isinstance(layer, keras.layers.ReLU):
        return "relu" if layer.get_config().get("max_value") is None else "other"
    function = getattr(layer, "activation", None)
    name = "other" if function is None else keras.activations.serialize(function)
    return name if isinstance(name, str) else "other"


def _refuse(what: str) -> None:
    message = "Expected a decoder of Dense layers in a chain, with linear, ReLU, tanh or sigmoid, "
    message += "because the page computes with it. "
    raise ValueError(f"{message}Received: {what}. {_OTHERS}")


def image_shape(decoder: Any) -> tuple[int, int, int]:
    """Return height, width and channels of what a decoder makes.

    Args:
        decoder: A built Keras model.

    Raises:
        ValueError: It makes no images.
    """
    shape = tuple(decoder.output_shape[1:])
    side = math.isqrt(shape[0]) if shape and shape[0] else 0
    if len(shape) == 1 and side**2 == shape[0]:
        return side, side, 1
    if len(shape) == 2:
        return shape[0], shape[1], 1
    if len(shape) == 3 and shape[2] in (1, 3):
        return shape[0], shape[1], shape[2]
    message = "Expected a decoder that gives images of shape (height, width, 1) or (height, width, "
    raise ValueError(f"{message}3). Received: shape {shape}. {_OTHERS}")


def checked_target(image: ArrayLike, shape: tuple[int, int, int]) -> NDArray[np.float32]:
    """Return an image with values from 0 to 1, of shape (height, width, channels).

    Args:
        image: uint8 from 0 to 255, or numbers from 0 to 1, of as many pixels.
        shape: Height, width and channels of the decoder's images.

    Raises:
        ValueError: The array can't be used.
    """
    array = np.asarray(image)
    if array.size != math.prod(shape) or tuple(n for n in array.shape if n != 1) not in {
        tuple(n for n in shape if n != 1),
        (math.prod(shape),),
    }:
        message = f"Expected `image` of shape {shape}, as the decoder makes them. "
        raise ValueError(message + f"Received: shape {array.shape}.")
    if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
        message = "Expected `image` to have finite numbers. "
        raise ValueError(message + f"Received: an array of type {array.dtype}.")
    values = array / 255 if array.dtype == np.uint8 else array
    if values.min() < 0 or values.max() > 1:
        message = "Expected `image` with values from 0 to 1, or uint8 from 0 to 255. "
        raise ValueError(message + f"Received: from {array.min():g} to {array.max():g}.")
    return np.ascontiguousarray(values.reshape(shape), "<f4")


def encoded(encoder: Any, image: NDArray[np.float32]) -> list[float] | None:
    """Return μ and σ of an image, two numbers each; `None` for an encoder of another kind.

    Args:
        encoder: A Keras model that gives μ and log σ² as its first two outputs.
        image: Shape (height, width, channels).

    Raises:
        ValueError: The encoder takes other images.
    """
    if not encoder.built or not isinstance(encoder.outputs, list) or len(encoder.outputs) < 2:
        return None
    wanted = tuple(encoder.input_shape[1:])
    if None in wanted or math.prod(wanted) != image.size:
        message = f"Expected an encoder of images of shape {image.shape}, as the decoder makes. "
        raise ValueError(message + f"Received: an encoder of shape {wanted}.")
    mean, log_variance = (
        np.asarray(one, float).ravel() for one in encoder(image.reshape(1, *wanted))[:2]
    )
    if mean.shape != (2,) or log_variance.shape != (2,):
        return None
    return [float(value) for value in (*mean, *np.exp(log_variance / 2))]
