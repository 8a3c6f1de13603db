"""What chosen layers of a network say about a picture of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import LayerError as LayerError  # noqa: PLC0414 - told by its old place too
from dlwidgets.inspect.layers import functional, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Scaling = Literal["signed", "unit", "pixels", "caffe", "torch"]
"""What a network expects of its pixels: −1 to 1 (InceptionV3, the networks made here), 0 to 1,
0 to 255, or what `keras.applications` calls caffe (VGG16, VGG19, ResNet50) and torch."""

_CAFFE_BGR = (103.939, 116.779, 123.68)
_TORCH_MEAN, _TORCH_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class Features:
    """The feature maps of chosen layers, for pictures of any size, from one graph.

    Holds a copy of the part of the network that leads to the layers, so that the network itself may
    be trained meanwhile; `update` takes its weights over again.

    Args:
        model: A built Keras model that takes one picture: Sequential, functional, or subclassed
            where its `call` can be followed.
        layers: Names of layers whose output has the shape (batch, height, width, channels).
        scaling: What the network expects of its pixels.

    Attributes:
        layers: The names.
        compiled: Graphs built on these features, kept so that each is traced once.

    Raises:
        LayerError: A layer that is not there, or whose output is no feature map.
        ValueError: A model that takes no pictures, or another scaling.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> photo = np.random.default_rng(0).integers(0, 256, (32, 32, 3), "uint8")
        >>> features = dl.vision.Features(model, [model.layers[0].name])
        >>> features(photo.astype("float32"))[0].shape
        TensorShape([32, 32, 32])
    """

    def __init__(self, model: Any, layers: Sequence[str], *, scaling: Scaling = "signed") -> None:
        if scaling not in get_args(Scaling):
            known = ", ".join(get_args(Scaling))
            message = f"scaling must be one of {known}. Received: {scaling!r}"
            raise ValueError(message)
        if not layers:
            message = "at least one layer is needed. Received: none"
            raise ValueError(message)
        keras = load_keras()
        graph = _functional(model)
        self.layers, self.scaling = tuple(layers), scaling
        self.compiled: dict[str, Any] = {}
        maps = {layer.name: layer for layer in _with_maps(graph)}
        outputs = [_pick(name, graph, maps).output for name in self.layers]
        picture = graph.inputs[0]
        self._source = keras.Model(picture, outputs)
        self.channels = int(picture.shape[-1])
        self.dtype = "float64" if picture.dtype == "float64" else "float32"
        any_size = keras.Input((None, None, self.channels), dtype=picture.dtype)
        self._copy = keras.models.clone_model(self._source, input_tensors=any_size)
        self.update()

    def update(self) -> None:
        """Take the network's present weights over."""
        self._copy.set_weights(self._source.get_weights())

    def __call__(self, x: Any) -> list[Any]:
        """The feature maps of a picture.

        Args:
            x: A tensor of shape (height, width, 3), RGB, −1 to 1, of dtype `Features.dtype`.

        Returns:
            One tensor of shape (height, width, channels) per layer.
        """
        tf, _ = load()
        batch = self._input(tf, x)[tf.newaxis]
        maps = self._copy(batch, training=False)
        return [m[0] for m in (maps if isinstance(maps, (list, tuple)) else [maps])]

    def sizes(self, height: int, width: int) -> list[tuple[int, int]]:
        """Height and width of each layer's feature map for a picture of this size.

        A side of 0 or less, or an error of Keras, means that the picture is too small.
        """
        shapes = self._copy.compute_output_shape((1, height, width, self.channels))
        shapes = shapes if isinstance(shapes, list) else [shapes]
        return [(int(shape[1]), int(shape[2])) for shape in shapes]

    def require_size(self, height: int, width: int, what: str) -> None:
        """Raise a ValueError if a picture of this size leaves some layer without a feature map."""
        try:
            small = min(min(size) for size in self.sizes(height, width)) < 1
        except ValueError:  # how Keras says that a window does not fit
            small = True
        if small:
            message = f"{what} is {width}×{height} pixels, too small for the layers of the network"
            raise ValueError(message)

    def _input(self, tf: Any, x: Any) -> Any:
        if self.scaling == "caffe":
            y = (x[..., ::-1] + 1) * 127.5 - tf.constant(_CAFFE_BGR, x.dtype)
        elif self.scaling == "torch":
            mean, std = (tf.constant(v, x.dtype) for v in (_TORCH_MEAN, _TORCH_STD))
            y = ((x + 1) / 2 - mean) / std
        else:
            y = {"signed": x, "unit": (x + 1) / 2, "pixels": (x + 1) * 127.5}[self.scaling]
        return tf.reduce_mean(y, -1, keepdims=True) if self.channels == 1 else y


def feature_layers(model: Any) -> list[str]:
    """The names of a model's layers that have feature maps, from input to output.

    Args:
        model: A built Keras model.

    Returns:
        Names of layers with an output of shape (batch, height, width, channels).
    """
    return [layer.name for layer in _with_maps(_functional(model))]


def to_signed(pixels: NDArray[np.uint8], dtype: str = "float32") -> NDArray[Any]:
    """uint8 pixels as floats from −1 to 1."""
    return (pixels.astype(np.float64) / 127.5 - 1).astype(np.dtype(dtype))


def to_uint8(x: NDArray[Any]) -> NDArray[np.uint8]:
    """Floats from −1 to 1 as uint8 pixels; what lies beyond is cut off."""
    pixels: NDArray[np.uint8] = np.rint((np.clip(x, -1, 1) + 1) * 127.5).astype(np.uint8)
    return pixels


def _functional(model: Any) -> Any:
    """The model as a graph of its layers."""
    keras = load_keras()
    if not getattr(model, "built", False):
        message = "the model is not built: call it once, or give it an Input"
        raise ValueError(message)
    if not isinstance(model, keras.Sequential) and not hasattr(model, "get_layer"):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    inputs = getattr(model, "inputs", None)
    shape = tuple(inputs[0].shape) if inputs else tuple(getattr(model, "input_shape", ()) or ())
    if not inputs:
        shape = tuple((model.get_build_config() or {}).get("input_shape") or shape)
    if (inputs and len(inputs) != 1) or len(shape) != 4 or shape[-1] not in (1, 3):
        message = (
            "the model must take one picture of shape (height, width, channels) with 1 or 3 "
            f"channels. Received: input shape {shape[1:] if len(shape) > 1 else 'unknown'}"
        )
        raise ValueError(message)
    return functional(model)


def _with_maps(graph: Any) -> list[Any]:
    keras = load_keras()
    found = []
    for layer in graph.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        output = layer.output
        if not isinstance(output, (list, tuple, dict)) and len(output.shape) == 4:
            found.append(layer)
    return found


def _pick(name: str, graph: Any, maps: dict[str, Any]) -> Any:
    if name in maps:
        return maps[name]
    near = nearest(str(name), list(maps)) if maps else ""
    hint = f" The nearest is {near!r}." if near else " It has no layer with feature maps."
    if any(layer.name == name for layer in graph.layers):
        message = f"the layer {name!r} gives no feature maps (height, width, channels).{hint}"
    else:
        message = f"there is no layer {name!r}.{hint}"
    raise LayerError(message)
