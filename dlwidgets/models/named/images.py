"""Convolutional networks for digits, cats and dogs, fruits, and ten classes of images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.named.building import sequential
from dlwidgets.models.named.model import MAKER, PYTHON, NamedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel


def _mnist_convnet() -> KerasModel:
    keras = load_keras()
    conv, pool = keras.layers.Conv2D, keras.layers.MaxPooling2D
    layers = [
        keras.Input((28, 28, 1)),
        conv(32, 3, activation="relu"),
        pool(),
        conv(64, 3, activation="relu"),
        pool(),
        conv(64, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    return sequential(layers, name="mnist_convnet")


def _mnist_unpooled() -> KerasModel:
    keras = load_keras()
    layers = [keras.layers.Conv2D(filters, 3, activation="relu") for filters in (32, 64, 64)]
    return sequential([keras.Input((28, 28, 1)), *layers], name="mnist_unpooled")


def _cats_dogs(name: str, dropout: float = 0.0) -> KerasModel:
    keras = load_keras()
    layers: list[Any] = [keras.Input((150, 150, 3))]
    for filters in (32, 64, 128, 128):
        layers += [
            keras.layers.Conv2D(filters, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
        ]
    layers.append(keras.layers.Flatten())
    if dropout:
        layers.append(keras.layers.Dropout(dropout))
    layers += [
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    return sequential(layers, name=name)


def _fruits_convnet() -> KerasModel:
    keras = load_keras()
    layers: list[Any] = [keras.Input((100, 100, 3))]
    for filters in (32, 64):
        layers += [
            keras.layers.Conv2D(filters, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
        ]
    layers.append(keras.layers.Flatten())
    for units in (100, 200):
        layers += [keras.layers.Dense(units, activation="sigmoid"), keras.layers.Dropout(0.15)]
    layers.append(keras.layers.Dense(131, activation="softmax"))
    return sequential(layers, name="fruits_convnet")


def _separable(name: str, kind: str) -> KerasModel:
    keras = load_keras()
    layers: list[Any] = [keras.Input((64, 64, 3))]
    for number, filters in enumerate((32, 64, 64, 128, 64, 128)):
        layers.append(getattr(keras.layers, kind)(filters, 3, activation="relu"))
        if number in (1, 3):
            layers.append(keras.layers.MaxPooling2D())
    layers += [
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    return sequential(layers, name=name)


MODELS = (
    NamedModel(
        name="mnist_convnet",
        title=tr("MNIST: convnet 32-64-64"),
        source=f"{PYTHON}, 5.1",
        task="classification",
        input_shape=(28, 28, 1),
        parameters=93_322,
        printed=True,
        build=_mnist_convnet,
    ),
    NamedModel(
        name="mnist_unpooled",
        title=tr("MNIST: three convolutions without pooling"),
        source=f"{PYTHON}, 5.1.2",
        task="features",
        input_shape=(28, 28, 1),
        parameters=55_744,
        printed=True,
        build=_mnist_unpooled,
    ),
    NamedModel(
        name="cats_dogs_convnet",
        title=tr("Cats and dogs: convnet"),
        source=f"{PYTHON}, 5.2.3",
        task="binary",
        input_shape=(150, 150, 3),
        parameters=3_453_121,
        printed=True,
        build=lambda: _cats_dogs("cats_dogs_convnet"),
    ),
    NamedModel(
        name="cats_dogs_dropout",
        title=tr("Cats and dogs: convnet with dropout"),
        source=f"{PYTHON}, 5.2.5",
        task="binary",
        input_shape=(150, 150, 3),
        parameters=3_453_121,
        printed=True,
        build=lambda: _cats_dogs("cats_dogs_dropout", 0.5),
    ),
    NamedModel(
        name="fruits_convnet",
        title=tr("Fruits: convnet for 131 classes"),
        source=f"{MAKER}, 2.5.4",
        task="classification",
        input_shape=(100, 100, 3),
        parameters=3_451_623,
        build=_fruits_convnet,
    ),
    NamedModel(
        name="separable_convnet",
        title=tr("Depthwise separable convnet"),
        source=f"{PYTHON}, 7.3.1",
        task="classification",
        input_shape=(64, 64, 3),
        parameters=38_949,
        build=lambda: _separable("separable_convnet", "SeparableConv2D"),
    ),
    NamedModel(
        name="unseparated_convnet",
        title=tr("The same convnet with ordinary convolutions"),
        source=f"{PYTHON}, 7.3.1",
        task="classification",
        input_shape=(64, 64, 3),
        parameters=282_282,
        note=tr("The source shows the separable one only; this is what it is compared with."),
        build=lambda: _separable("unseparated_convnet", "Conv2D"),
    ),
)
