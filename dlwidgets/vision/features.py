"""Feature maps of selected layers for images of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import LayerError, nearest, no_layer
from dlwidgets.inspect.tracing import functional

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel, Module

Scaling = Literal["signed", "unit", "pixels", "caffe", "torch"]
"""The pixel values that a network expects: −1 to 1 (InceptionV3, the demo networks), 0 to 1,
0 to 255, or what `keras.applications` calls caffe (VGG16, VGG19, ResNet50) and torch."""

_CAFFE_BGR = (103.939, 116.779, 123.68)
_TORCH_MEAN, _TORCH_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Features:
    """Feature maps of selected layers, for images of any size, from one graph.

    Holds a clone of the part of the network that leads to the layers, so that the network itself
    may be trained at the same time; `update` copies its weights again.

    Args:
        model: A built Keras model that takes one image: Sequential, functional, or subclassed
            if its `call` can be traced.
        layers: Names of layers whose output has the shape (batch, height, width, channels).
        scaling: The pixel values that the network expects.

    Attributes:
        layers: The names.
        compiled: Graphs built on these features, kept so that each is traced once.

    Raises:
        LayerError: A layer that doesn't exist, or whose output isn't a feature map.
        ValueError: A model that doesn't take images, or another scaling.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> photo = np.random.default_rng(0).integers(0, 256, (32, 32, 3), "uint8")
        >>> features = dl.vision.Features(model, [model.layers[0].name])
        >>> features(photo.astype("float32"))[0].shape
        TensorShape([32, 32, 32])
    """

    def __init__(
        self, model: KerasModel, layers: Sequence[str], *, scaling: Scaling = "signed"
    ) -> None:
        if scaling not in get_args(Scaling):
            message = tr(
                "Expected `scaling` to be one of {names}. Received: {scaling}",
                names=", ".join(map(repr, get_args(Scaling))),
                scaling=repr(scaling),
            )
            raise ValueError(message)
        if not layers:
            message = tr("Expected at least one layer. Received: none")
            raise ValueError(message)
        keras = load_keras()
        graph = _functional(model)
        self.layers, self.scaling = tuple(layers), scaling
        self.compiled: dict[str, Any] = {}
        maps = {layer.name: layer for layer in _with_maps(graph)}
        outputs = [_pick(name, graph, maps).output for name in self.layers]
        image = graph.inputs[0]
        self._source = keras.Model(image, outputs)
        self.channels = int(image.shape[-1] or 0)
        self.dtype = "float64" if image.dtype == "float64" else "float32"
        any_size = keras.Input((None, None, self.channels), dtype=image.dtype)
        self._clone = keras.models.clone_model(self._source, input_tensors=any_size)
        self.update()

    def update(self) -> None:
        """Copy the network's current weights."""
        self._clone.set_weights(self._source.get_weights())

    def __call__(self, x: Any) -> list[Any]:
        """Return the feature maps of an image.

        Args:
            x: A tensor of shape (height, width, 3), RGB, −1 to 1, of dtype `Features.dtype`.

        Returns:
            One tensor of shape (height, width, channels) per layer.
        """
        tf, _ = load()
        batch = self._input(tf, x)[tf.newaxis]
        maps = self._clone(batch, training=False)
        return [m[0] for m in (maps if isinstance(maps, (list, tuple)) else [maps])]

    def sizes(self, height: int, width: int) -> list[tuple[int, int]]:
        """Return height and width of each layer's feature map for an image of a size.

        A side of 0 or less, or an error of Keras, means that the image is too small.
        """
        shapes = self._clone.compute_output_shape((1, height, width, self.channels))
        shapes = shapes if isinstance(shapes, list) else [shapes]
        return [(int(shape[1]), int(shape[2])) for shape in shapes]

    def require_size(self, height: int, width: int, what: str) -> None:
        """Raise a ValueError if an image is too small for one of the layers.

        Args:
            height: Height in pixels.
            width: Width in pixels.
            what: The name of the image, for the message.
        """
        try:
            small = min(min(size) for size in self.sizes(height, width)) < 1
        except ValueError:  # how Keras says that a window doesn't fit
            small = True
        if small:
            message = tr(
                "{image} is {size} pixels, which is too small for the layers of the network.",
                image=what,
                size=f"{width}×{height}",
            )
            raise ValueError(message)

    def _input(self, tf: Module, x: Any) -> Any:
        if self.scaling == "caffe":
            y = (x[..., ::-1] + 1) * 127.5 - tf.constant(_CAFFE_BGR, x.dtype)
        elif self.scaling == "torch":
            mean, std = (tf.constant(v, x.dtype) for v in (_TORCH_MEAN, _TORCH_STD))
            y = ((x + 1) / 2 - mean) / std
        else:
            y = {"signed": x, "unit": (x + 1) / 2, "pixels": (x + 1) * 127.5}[self.scaling]
        return tf.reduce_mean(y, -1, keepdims=True) if self.channels == 1 else y


def feature_layers(model: KerasModel) -> list[str]:
    """Return the names of a model's layers that have feature maps, from input to output.

    Args:
        model: A built Keras model.

    Returns:
        Names of layers with an output of shape (batch, height, width, channels).
    """
    return [layer.name for layer in _with_maps(_functional(model))]


def to_signed(pixels: NDArray[np.uint8], dtype: str = "float32") -> NDArray[Any]:
    """Return uint8 pixels as floats from −1 to 1."""
    return (pixels.astype(np.float64) / 127.5 - 1).astype(np.dtype(dtype))


def to_uint8(x: NDArray[Any]) -> NDArray[np.uint8]:
    """Return floats from −1 to 1 as uint8 pixels; values beyond are clipped."""
    pixels: NDArray[np.uint8] = np.rint((np.clip(x, -1, 1) + 1) * 127.5).astype(np.uint8)
    return pixels


def _functional(model: KerasModel) -> KerasModel:
    """The model as a graph of its layers, if it takes one image."""
    graph = functional(model)
    shapes = [tuple(tensor.shape) for tensor in graph.inputs]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][-1] not in (1, 3):
        message = tr(
            "Expected an image model, with one input of shape (height, width, channels) and 1 or 3 "
            "channels. Received: a model with input shape {shape}",
            shape=shapes[0][1:] if len(shapes) == 1 else [shape[1:] for shape in shapes],
        )
        raise ValueError(message)
    return graph


def _with_maps(graph: KerasModel) -> list[AnyLayer]:
    keras = load_keras()
    found = []
    for layer in graph.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        output = layer.output
        if not isinstance(output, (list, tuple, dict)) and len(output.shape) == 4:
            found.append(layer)
    return found


def _pick(name: str, graph: KerasModel, maps: dict[str, AnyLayer]) -> AnyLayer:
    if name in maps:
        return maps[name]
    if not any(layer.name == name for layer in graph.layers):
        raise LayerError(no_layer(name, maps))
    if maps:
        message = tr(
            "Layer {name} has no feature maps, shape (height, width, channels). The nearest that "
            "has is {nearest}.",
            name=repr(name),
            nearest=repr(nearest(name, list(maps))),
        )
    else:
        message = tr(
            "Layer {name} has no feature maps, shape (height, width, channels), and no other layer "
            "of the model has.",
            name=repr(name),
        )
    raise LayerError(message)
