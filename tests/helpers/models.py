"""Models of every kind that the tests of `dlwidgets.inspect` look at."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

layers = keras.layers


def nested() -> Any:
    """A base of two layers, called by a model that has a layer of the same name."""
    base = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="conv"), layers.Flatten(name="flat")],
        name="base",
    )
    return keras.Sequential(
        [
            keras.Input((8, 8, 3)),
            layers.Conv2D(3, 1, name="conv"),
            base,
            layers.Dense(2, name="top"),
        ],
        name="outer",
    )


def siamese() -> Any:
    """Two inputs through one shared LSTM and one shared Dense layer."""
    left, right = keras.Input((5, 3), name="left"), keras.Input((5, 3), name="right")
    lstm, dense = layers.LSTM(4, name="lstm"), layers.Dense(3, name="dense")
    both = layers.Concatenate(name="both")([dense(lstm(left)), dense(lstm(right))])
    return keras.Model([left, right], layers.Dense(1, name="score")(both), name="siamese")


class Subclassed(keras.Model):
    """Two dense layers and a residual connection."""

    def __init__(self) -> None:
        super().__init__(name="subclassed")
        self.first = layers.Dense(4, activation="relu", name="first")
        self.second = layers.Dense(4, name="second")

    def call(self, x: Any) -> Any:
        hidden = self.first(x)
        return self.second(hidden) + hidden


class Unfollowable(Subclassed):
    """Looks at the values of its input."""

    def call(self, x: Any) -> Any:
        return super().call(x) if float(np.asarray(x).sum()) > 0 else super().call(-x)


def small_cnn() -> Any:
    """A convolutional classifier of the digits, compiled and untrained."""
    keras.utils.set_random_seed(3)
    built = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu", name="first"),
            layers.Conv2D(12, 3, activation="relu", name="second"),
            layers.Flatten(name="flat"),
            layers.Dense(10, activation="softmax", name="classes"),
        ]
    )
    built.compile(keras.optimizers.Adam(0.005), "sparse_categorical_crossentropy")
    return built
