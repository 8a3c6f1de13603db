"""Feature maps of selected layers for images of any size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import LayerError, find_path, nearest
from dlwidgets.inspect.tracing import trace
from dlwidgets.training.cloning import set_weights
from dlwidgets.vision._any_size import clone_for_any_size
from dlwidgets.vision._block_ends import complete_calls, has_kernel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Module
    from dlwidgets.inspect.traced_model import LayerCall, TracedModel

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
        layers: Names of layers whose output has the shape (batch, height, width, channels),
            "block/layer" in nested models. A nested model's name stands for its last layer.
        scaling: The pixel values that the network expects.

    Attributes:
        layers: The names, as they were given.
        size: Height and width that images must have; `None` for any.
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
        traced = _traced_image_model(model)
        maps = _with_maps(traced)
        calls = [_pick(name, traced, maps) for name in layers]
        self.layers, self.scaling = tuple(layers), scaling
        self.compiled: dict[str, Any] = {}
        image = traced.input_tensors[0]
        self._source = load_keras().Model(image, [call.output for call in calls])
        self.channels = int(image.shape[-1] or 0)
        self.dtype = "float64" if image.dtype == "float64" else "float32"
        self._clone, self.size = clone_for_any_size(self._source, image)

    def update(self) -> None:
        """Copy the network's current weights."""
        if self._clone is not self._source:
            set_weights(self._clone, self._source.get_weights())

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
        if self.size is not None and (height, width) != self.size:
            message = tr(
                "The layers of the network only take images of {expected} pixels. {image} is "
                "{size} pixels.",
                expected=f"{self.size[1]}×{self.size[0]}",
                image=what,
                size=f"{width}×{height}",
            )
            raise ValueError(message)
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
        y = from_signed(x, self.scaling)
        return tf.reduce_mean(y, -1, keepdims=True) if self.channels == 1 else y


def feature_layers(model: KerasModel) -> list[str]:
    """Return the names of a model's layers that have feature maps, from input to output.

    Args:
        model: A built Keras model.

    Returns:
        Path names of layers with an output of shape (batch, height, width, channels). Layers before
        the first with a kernel, which augment or scale the images, are left out.

    Raises:
        ValueError: The model can't be traced, or doesn't take images.
    """
    return list(_with_maps(_traced_image_model(model)))


def feature_layer(model: KerasModel, name: str) -> str:
    """Return the path name of a layer with feature maps.

    Args:
        model: A built Keras model.
        name: Its name, "block/layer" in nested models. A nested model's name stands for its last
            layer.

    Raises:
        LayerError: There is no such layer, or it has no feature maps; the message names the
            nearest.
        ValueError: As for `feature_layers`.
    """
    traced = _traced_image_model(model)
    return _pick(name, traced, _with_maps(traced)).name


def complete_layers(model: KerasModel) -> list[str]:
    """Return the layers at which the block of a convolution is complete, from input to output.

    Args:
        model: A built Keras model.

    Returns:
        Path names of layers with feature maps after normalization and activation.

    Raises:
        ValueError: As for `feature_layers`.
    """
    traced = _traced_image_model(model)
    maps = _with_maps(traced)
    return [call.name for call in complete_calls(traced) if call.name in maps]


def from_signed(x: Any, scaling: Scaling) -> Any:
    """Return pixels from −1 to 1 as a network expects them.

    Args:
        x: An array or tensor of shape (…, 3), RGB.
        scaling: The pixel values that the network expects.
    """
    dtype = getattr(x.dtype, "as_numpy_dtype", x.dtype)
    if scaling == "caffe":
        return (x[..., ::-1] + 1) * 127.5 - np.asarray(_CAFFE_BGR, dtype)
    if scaling == "torch":
        mean, deviation = (np.asarray(v, dtype) for v in (_TORCH_MEAN, _TORCH_STD))
        return ((x + 1) / 2 - mean) / deviation
    return {"signed": x, "unit": (x + 1) / 2, "pixels": (x + 1) * 127.5}[scaling]


def value_range(scaling: Scaling) -> tuple[float, float]:
    """Return the lowest and the highest value that pixels have in a scaling."""
    edges = [from_signed(np.full((1, 3), edge), scaling) for edge in (-1.0, 1.0)]
    return float(edges[0].min()), float(edges[1].max())


def to_signed(pixels: NDArray[np.uint8], dtype: str = "float32") -> NDArray[Any]:
    """Return uint8 pixels as floats from −1 to 1."""
    return (pixels.astype(np.float64) / 127.5 - 1).astype(np.dtype(dtype))


def to_uint8(x: NDArray[Any]) -> NDArray[np.uint8]:
    """Return floats from −1 to 1 as uint8 pixels; values beyond are clipped."""
    pixels: NDArray[np.uint8] = np.rint((np.clip(x, -1, 1) + 1) * 127.5).astype(np.uint8)
    return pixels


def _traced_image_model(model: KerasModel) -> TracedModel:
    """The graph of a model that takes one image."""
    traced = trace(model)
    shapes = [tuple(tensor.shape) for tensor in traced.input_tensors]
    if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][-1] not in (1, 3):
        message = tr(
            "Expected an image model, with one input of shape (height, width, channels) and 1 or 3 "
            "channels. Received: a model with input shape {shape}",
            shape=shapes[0][1:] if len(shapes) == 1 else [shape[1:] for shape in shapes],
        )
        raise ValueError(message)
    return traced


def _with_maps(traced: TracedModel) -> dict[str, LayerCall]:
    """The layers with feature maps by name, without those that only prepare the image."""
    maps = {name: c for name, c in traced.layers.items() if len(c.output.shape) == 4}
    names = list(maps)
    first = next((i for i, name in enumerate(names) if has_kernel(maps[name])), 0)
    return {name: maps[name] for name in names[first:]}


def _pick(name: str, traced: TracedModel, maps: dict[str, LayerCall]) -> LayerCall:
    try:
        return maps[find_path(name, maps)]
    except LayerError:
        call = traced.layers.get(name)
        if call is None:
            raise
    if not maps:
        message = tr(
            "Layer {name} has no feature maps, shape (height, width, channels), and no other layer "
            "of the model has.",
            name=repr(name),
        )
    elif len(call.output.shape) == 4:
        message = tr(
            "Layer {name} only prepares the images. The first layer with feature maps is {first}.",
            name=repr(name),
            first=repr(next(iter(maps))),
        )
    else:
        message = tr(
            "Layer {name} has no feature maps, shape (height, width, channels). The nearest that "
            "has is {nearest}.",
            name=repr(name),
            nearest=repr(nearest(name, list(maps))),
        )
    raise LayerError(message)
