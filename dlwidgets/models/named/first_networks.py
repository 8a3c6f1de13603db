"""The first networks of the sources: one neuron, and dense layers over images and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.builders import line_neuron, mlp
from dlwidgets.models.named.building import functional, sequential
from dlwidgets.models.named.model import INTRODUCTION, MAKER, PYTHON, NamedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel


def _line() -> KerasModel:
    model: KerasModel = line_neuron()
    return model


def _sigmoid_4_3_2() -> KerasModel:
    keras = load_keras()
    dense = keras.layers.Dense
    layers = [dense(units, activation="sigmoid") for units in (4, 3, 2)]
    return sequential([keras.Input((3,)), *layers], name="sigmoid_4_3_2")


def _mnist_dense() -> KerasModel:
    keras = load_keras()
    dense = keras.layers.Dense
    layers = [keras.Input((784,)), dense(512, activation="relu"), dense(10, activation="softmax")]
    return sequential(layers, name="mnist_dense")


def _two_layers_sequential() -> KerasModel:
    keras = load_keras()
    dense = keras.layers.Dense
    layers = [keras.Input((784,)), dense(32, activation="relu"), dense(10, activation="softmax")]
    return sequential(layers, name="two_layers_sequential")


def _two_layers_functional() -> KerasModel:
    keras = load_keras()
    inputs = keras.Input((784,))
    x = keras.layers.Dense(32, activation="relu")(inputs)
    outputs = keras.layers.Dense(10, activation="softmax")(x)
    return functional(inputs, outputs, name="two_layers_functional")


def _boston_dense() -> KerasModel:
    keras = load_keras()
    dense = keras.layers.Dense
    layers = [dense(64, activation="relu"), dense(64, activation="relu"), dense(1)]
    return sequential([keras.Input((13,)), *layers], name="boston_dense")


def _fashion_dense() -> KerasModel:
    keras = load_keras()
    dense = keras.layers.Dense
    layers = [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        dense(500, activation="sigmoid"),
        dense(200, activation="sigmoid"),
        dense(10, activation="softmax"),
    ]
    return sequential(layers, name="fashion_dense")


def _cifar10_dense() -> KerasModel:
    model: KerasModel = mlp((32, 32, 3), 10)
    return model


MODELS = (
    NamedModel(
        name="one_neuron",
        title=tr("One neuron: a line"),
        source=f"{INTRODUCTION}, 1",
        task="regression",
        input_shape=(1,),
        parameters=2,
        printed=True,
        build=_line,
    ),
    NamedModel(
        name="sigmoid_4_3_2",
        title=tr("Backpropagation by hand: sigmoid 4-3-2"),
        source=f"{MAKER}, 2.1",
        task="classification",
        input_shape=(3,),
        parameters=39,
        note=tr("The source draws it, without code."),
        build=_sigmoid_4_3_2,
    ),
    NamedModel(
        name="mnist_dense",
        title=tr("MNIST: Dense 512"),
        source=f"{PYTHON}, 2.1",
        task="classification",
        input_shape=(784,),
        parameters=407_050,
        build=_mnist_dense,
    ),
    NamedModel(
        name="two_layers_sequential",
        title=tr("Two layers, Sequential"),
        source=f"{PYTHON}, 3.2.2",
        task="classification",
        input_shape=(784,),
        parameters=25_450,
        note=tr("The source compiles it with mean squared error; softmax goes with cross-entropy."),
        build=_two_layers_sequential,
    ),
    NamedModel(
        name="two_layers_functional",
        title=tr("Two layers, functional"),
        source=f"{PYTHON}, 3.2.2",
        task="classification",
        input_shape=(784,),
        parameters=25_450,
        note=tr("The source compiles it with mean squared error; softmax goes with cross-entropy."),
        build=_two_layers_functional,
    ),
    NamedModel(
        name="boston_dense",
        title=tr("Boston house prices: Dense 64-64-1"),
        source=f"{PYTHON}, 3.6",
        task="regression",
        input_shape=(13,),
        parameters=5_121,
        build=_boston_dense,
    ),
    NamedModel(
        name="fashion_dense",
        title=tr("Fashion-MNIST: sigmoid 500-200"),
        source=f"{MAKER}, 2.4",
        task="classification",
        input_shape=(28, 28),
        parameters=494_710,
        note=tr(
            "The source trains it with `from_logits=True`, although softmax gives probabilities."
        ),
        build=_fashion_dense,
    ),
    NamedModel(
        name="cifar10_dense",
        title=tr("CIFAR-10: Dense 200-150"),
        source=f"{INTRODUCTION}, 2",
        task="classification",
        input_shape=(32, 32, 3),
        parameters=646_260,
        printed=True,
        build=_cifar10_dense,
    ),
)
