"""Pictures and models that the tests of heat maps share."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.helpers.vision import noise, small_net

KINDS = ("functional", "sequential", "subclassed")


def pictures(n: int = 3, side: int = 20, dtype: str = "float64") -> np.ndarray:
    return np.stack([noise(side, side, seed) for seed in range(n)]).astype(dtype) / 255


def functions() -> list[tuple[str, Any]]:
    """Name and function of each method."""
    from dlwidgets.vision.heatmaps import METHODS

    return [(name, method.function) for name, method in METHODS.items()]


def steps(model: Any) -> list[Any]:
    """The layers that do something, in their order."""
    return [layer for layer in model.layers if "Input" not in type(layer).__name__]


def nested() -> Any:
    import keras

    base = small_net(side=20)
    base = keras.Model(base.inputs, base.get_layer("mean").output, name="base")
    return keras.Sequential(
        [keras.Input((20, 20, 3)), base, keras.layers.Dense(3, activation="softmax")]
    )


def eager_only() -> Any:
    import keras
    import tensorflow as tf

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.conv = keras.layers.Conv2D(3, 3, name="conv")
            self.end = keras.layers.Dense(3)

        def call(self, x: Any) -> Any:
            maps = tf.nn.relu(self.conv(x))
            return tf.nn.softmax(self.end(tf.reduce_mean(maps, (1, 2))))

    model = Own()
    model(np.zeros((1, 8, 8, 1), "float32"))
    return model


def logits(model: Any, x: np.ndarray) -> np.ndarray:
    """Up to a constant per sample, which no derivative of one class minus another sees."""
    return np.log(np.asarray(model(x), np.float64))
