"""A small convolutional network with weights of CIFAR-10 that come with the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.data.registry import SPECS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

FILE = Path(__file__).with_name("packaged") / "cifar10_cnn.npz"
"""The weights, made by `dlwidgets.models.packaged.cifar10_cnn`."""

FILTERS = (32, 64, 96, 128, 160)
"""Filters of the 3×3 convolutions "block1_conv", "block2_conv", …."""

POOLED = (1, 2, 4)
"""The blocks that end in average pooling, counted from 1."""


def pretrained_cnn(weights: Path | str | None = None) -> KerasModel:
    """Return a small CNN that was trained on CIFAR-10; its weights come with the package.

    It has five 3×3 convolutions with ReLU, "block1_conv" to "block5_conv", of which the first, the
    second and the fourth are followed by average pooling. Its batch normalization has been merged
    into the convolutions. NOTICE.md beside the weights says how accurate it is.

    Args:
        weights: Another file with weights of this network; `None` for those of the package.

    Returns:
        A functional model from RGB images of any size, shape (batch, height, width, 3), −1 to 1, to
        probabilities of the ten classes, shape (batch, 10). Not compiled.

    Raises:
        ValueError: The file doesn't hold the weights of this network.

    Example:
        >>> dl.models.pretrained_cnn().count_params()
        371594
    """
    model = architecture()
    path = FILE if weights is None else Path(weights)
    try:
        with np.load(path, allow_pickle=False) as arrays:
            for layer in model.layers:
                if layer.weights:
                    layer.set_weights(unpacked(arrays, layer.name))
    except (KeyError, ValueError) as error:
        message = tr(
            "{path} doesn't contain the weights of {network}. Delete it. ({error})",
            path=path,
            network="pretrained_cnn",
            error=error,
        )
        raise ValueError(message) from error
    return model


def architecture(*, normalized: bool = False) -> KerasModel:
    """Return the network with random weights.

    Args:
        normalized: Whether each convolution is followed by batch normalization, as in training.
    """
    keras = load_keras()
    inputs = x = keras.Input((None, None, 3), name="image")
    for number, filters in enumerate(FILTERS, 1):
        name = f"block{number}_conv"
        x = keras.layers.Conv2D(
            filters,
            3,
            padding="same",
            activation=None if normalized else "relu",
            use_bias=not normalized,
            kernel_initializer="he_normal",
            name=name,
        )(x)
        if normalized:
            x = keras.layers.BatchNormalization(name=f"{name}_bn")(x)
            x = keras.layers.ReLU(name=f"{name}_relu")(x)
        if number in POOLED:
            x = keras.layers.AveragePooling2D(2, name=f"block{number}_pool")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(x)
    classes = len(SPECS["cifar10"].class_names)
    outputs = keras.layers.Dense(classes, activation="softmax", name="probabilities")(x)
    model: KerasModel = keras.Model(inputs, outputs, name="pretrained_cnn")
    return model


def packed(name: str, kernel: NDArray[Any], bias: NDArray[Any]) -> dict[str, NDArray[Any]]:
    """Return the weights of a layer in 8 bits each, as they are stored.

    Args:
        name: The layer's name.
        kernel: Its kernel, the filters last.
        bias: Its bias, shape (filters,).
    """
    largest = np.abs(kernel).max(axis=tuple(range(kernel.ndim - 1)))
    scale = (np.maximum(largest, 1e-12) / 127).astype(np.float32)
    return {
        f"{name}.kernel": np.rint(kernel / scale).astype(np.int8),
        f"{name}.scale": scale,
        f"{name}.bias": bias.astype(np.float32),
    }


def unpacked(arrays: Any, name: str) -> list[NDArray[np.float32]]:
    """Return the kernel and the bias of a layer, the inverse of `packed`.

    Args:
        arrays: The stored arrays by name.
        name: The layer's name.
    """
    kernel = arrays[f"{name}.kernel"].astype(np.float32) * arrays[f"{name}.scale"]
    return [kernel, arrays[f"{name}.bias"]]
