"""The models of the trainings, and how they are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
from keras import layers

from tests.helpers.doctor.case import Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

Made = tuple[Any, dict[str, Any]]


# -- models ----------------------------------------------------------------------------------------


def _end(problem: Problem) -> Any:
    if problem.classes > 2:
        return layers.Dense(problem.classes, activation="softmax")
    return layers.Dense(1, activation="sigmoid" if problem.classes else None)


def mlp(
    problem: Problem, units: Sequence[int] = (64,), activation: str = "relu", **dense: Any
) -> Any:
    hidden = [layers.Dense(n, activation=activation, **dense) for n in units]
    flat = [layers.Flatten()] if len(problem.shape) > 1 else []
    return keras.Sequential([layers.Input(problem.shape), *flat, *hidden, _end(problem)])


def cnn(problem: Problem, **conv: Any) -> Any:
    return keras.Sequential(
        [
            layers.Input(problem.shape),
            layers.Conv2D(8, 3, activation="relu", **conv),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 3, activation="relu", padding="same", **conv),
            layers.Flatten(),
            _end(problem),
        ]
    )


def normalized(problem: Problem) -> Any:
    """A functional model with batch normalization and a shortcut."""
    x = inputs = layers.Input(problem.shape)
    if len(problem.shape) > 1:
        x = layers.Flatten()(x)
    x = layers.Dense(48)(x)
    x = layers.ReLU()(layers.BatchNormalization()(x))
    x = layers.Add()([x, layers.Dense(48, activation="relu")(x)])
    return keras.Model(inputs, _end(problem)(x))


@keras.saving.register_keras_serializable("tests")
class Own(keras.Model):
    """A subclassed model."""

    def __init__(self, units: int, classes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units, self.classes = units, classes
        self.flat = layers.Flatten()
        self.hidden = layers.Dense(units, activation="relu")
        self.out = _end(Problem((np.empty(0),) * 2, (np.empty(0),) * 2, classes))

    def call(self, x: Any) -> Any:
        return self.out(self.hidden(self.flat(x)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "classes": self.classes}


def own(problem: Problem) -> Any:
    model = Own(48, problem.classes)
    model(np.zeros((1, *problem.shape), "float32"))
    return model


def words(problem: Problem, units: int = 16) -> Any:
    return keras.Sequential(
        [
            layers.Input(problem.shape, dtype="int64"),
            layers.Embedding(3000, units),
            layers.GlobalAveragePooling1D(),
            layers.Dense(16, activation="relu"),
            _end(problem),
        ]
    )


# -- runs ------------------------------------------------------------------------------------------


def fitted(
    problem: Problem, model: Any, optimizer: Any = "adam", *, loss: Any = None, **arguments: Any
) -> Made:
    """A compiled model and the arguments of `fit`."""
    usual = {0: "mse", 2: "binary_crossentropy"}
    chosen = loss or usual.get(problem.classes, "sparse_categorical_crossentropy")
    metrics = ["accuracy"] if problem.classes else ["mae"]
    model.compile(optimizer, chosen, metrics=metrics)
    x, y = problem.train
    given = {"x": x, "y": y, "validation_data": problem.held_out, "epochs": 6, "batch_size": 32}
    if "validation_split" in arguments:
        del given["validation_data"]
    return model, {**given, **arguments}


def sgd(rate: float, momentum: float = 0.0) -> Any:
    return keras.optimizers.SGD(rate, momentum=momentum)


def adam(rate: float) -> Any:
    return keras.optimizers.Adam(rate)


def rmsprop(rate: float) -> Any:
    return keras.optimizers.RMSprop(rate)


def logarithm(y: Any, predicted: Any) -> Any:
    """A loss that takes the logarithm of what may be negative."""
    return keras.ops.mean(keras.ops.square(keras.ops.log(predicted) - y))


def root(y: Any, predicted: Any) -> Any:
    """A loss whose gradient is infinite where the prediction is exact, as of zeros."""
    error = keras.ops.relu(keras.ops.reshape(y, (-1, 1)) - predicted)
    return keras.ops.mean(keras.ops.sqrt(error))


def growing(start: float) -> Any:
    """A learning rate that doubles each 15 steps."""
    return keras.optimizers.schedules.ExponentialDecay(start, 15, 2.0)
