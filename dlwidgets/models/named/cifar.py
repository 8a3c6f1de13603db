"""Convolutional networks for CIFAR-10, from two layers to seven."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.builders import batch_norm_cnn
from dlwidgets.models.named.building import sequential
from dlwidgets.models.named.model import AZURE, INTRODUCTION, NamedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

_IMAGE = (32, 32, 3)
_LOGITS = tr("The last layer gives logits: compile it with `from_logits=True`.")


def _demo() -> KerasModel:
    keras = load_keras()
    conv = keras.layers.Conv2D
    layers = [
        keras.Input(_IMAGE),
        conv(10, 4, strides=2, padding="same", activation="relu"),
        conv(20, 3, strides=2, padding="same", activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(10, activation="softmax"),
    ]
    return sequential(layers, name="cifar10_demo_cnn")


def _batch_norm() -> KerasModel:
    model: KerasModel = batch_norm_cnn(_IMAGE, 10)
    return model


def _small() -> KerasModel:
    keras = load_keras()
    conv = keras.layers.Conv2D
    layers = [
        keras.Input(_IMAGE),
        conv(50, 3, padding="same", activation="relu"),
        conv(50, 3, padding="same", activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Flatten(),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(10, name="output"),
    ]
    return sequential(layers, name="cifar10_small_cnn")


def _vgg(name: str, blocks: int, dropout: float = 0.0) -> KerasModel:
    keras = load_keras()
    layers: list[Any] = [keras.Input(_IMAGE)]
    for number, (filters, count) in enumerate(((64, 2), (128, 2), (256, 3))[:blocks], 1):
        layers += [
            keras.layers.Conv2D(
                filters, 3, padding="same", activation="relu", name=f"conv{number}_{i}"
            )
            for i in range(1, count + 1)
        ]
        layers.append(keras.layers.MaxPooling2D(name=f"pool{number}_1"))
    layers.append(keras.layers.Flatten())
    for number in (1, 2):
        layers.append(keras.layers.Dense(4096, activation="relu", name=f"fc{number}"))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(10, name="output"))
    return sequential(layers, name=name)


def _named_vgg(number: int, blocks: int, parameters: int, dropout: float = 0.0) -> NamedModel:
    name = f"cifar10_vgg_{number}"
    return NamedModel(
        name=name,
        title=tr("CIFAR-10: VGG ladder, model {number}", number=number),
        source=f"{AZURE}, 6",
        task="classification",
        input_shape=_IMAGE,
        parameters=parameters,
        note=_LOGITS,
        build=lambda: _vgg(name, blocks, dropout),
    )


MODELS = (
    NamedModel(
        name="cifar10_demo_cnn",
        title=tr("CIFAR-10: convolutions 10-20"),
        source=f"{INTRODUCTION}, 3",
        task="classification",
        input_shape=_IMAGE,
        parameters=15_120,
        printed=True,
        note=tr(
            "Strides and padding follow from the printed shapes. The activations aren't printed: "
            "ReLU is ours."
        ),
        build=_demo,
    ),
    NamedModel(
        name="cifar10_batch_norm",
        title=tr("CIFAR-10: convnet with batch normalization"),
        source=f"{INTRODUCTION}, 3",
        task="classification",
        input_shape=_IMAGE,
        parameters=592_554,
        non_trainable=640,
        printed=True,
        note=tr(
            "Kernels, strides and the dense layer are reconstructed: they give both printed totals."
        ),
        build=_batch_norm,
    ),
    NamedModel(
        name="cifar10_small_cnn",
        title=tr("CIFAR-10: small CNN 50-50"),
        source=f"{AZURE}, 6",
        task="classification",
        input_shape=_IMAGE,
        parameters=6_583_192,
        note=tr(
            "The text speaks of 25 filters in the second layer, the code has 50. The last layer "
            "gives logits: compile it with `from_logits=True`."
        ),
        build=_small,
    ),
    _named_vgg(1, 1, 83_973_962),
    _named_vgg(2, 2, 50_640_970),
    _named_vgg(3, 3, 35_339_082),
    _named_vgg(4, 3, 35_339_082, 0.5),
)
