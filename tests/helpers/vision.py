"""Small networks with known weights, in double precision where derivatives are compared."""

from __future__ import annotations

from typing import Any

import numpy as np


def small_net(dtype: str = "float32", kind: str = "functional", side: int | None = None) -> Any:
    """Two convolutions with a pooling layer between, and a dense end: smooth everywhere."""
    import keras

    keras.utils.set_random_seed(7)
    parts = [
        keras.layers.Conv2D(4, 3, padding="same", activation="tanh", name="first", dtype=dtype),
        keras.layers.AveragePooling2D(2, name="pool", dtype=dtype),
        keras.layers.Conv2D(5, 3, padding="same", activation="tanh", name="second", dtype=dtype),
        keras.layers.GlobalAveragePooling2D(name="mean", dtype=dtype),
        keras.layers.Dense(3, activation="softmax", name="classes", dtype=dtype),
    ]
    return chained(kind, parts, (side, side, 3), dtype)


def chained(
    kind: str, parts: list[Any], shape: tuple[int | None, ...], dtype: str = "float32"
) -> Any:
    """Layers one after another, as a "sequential", "functional" or "subclassed" model."""
    import keras

    if kind == "subclassed":

        class Own(keras.Model):
            def __init__(self) -> None:
                super().__init__()
                self.parts = parts

            def call(self, x: Any) -> Any:
                for part in self.parts:
                    x = part(x)
                return x

        model = Own()
        model(np.zeros((1, *(n or 20 for n in shape)), dtype))
        return model
    inputs = keras.Input(shape, dtype=dtype)
    if kind == "sequential":
        return keras.Sequential([inputs, *parts])
    x = inputs
    for part in parts:
        x = part(x)
    return keras.Model(inputs, x)


def two_inputs(form: str) -> Any:
    """Two towers of convolutions, whose inputs are not in the order of their names."""
    import keras

    keras.utils.set_random_seed(3)
    layers = keras.layers
    first, second = keras.Input((6, 6, 1), name="zebra"), keras.Input((6, 6, 1), name="ant")
    towers = [
        layers.Flatten()(layers.Conv2D(n, 3, name=f"of_{x.name}")(x))
        for n, x in ((2, first), (3, second))
    ]
    inputs: Any = {
        "list": [first, second],
        "tuple": (first, second),
        "dict": {"zebra": first, "ant": second},
    }[form]
    return keras.Model(inputs, layers.Dense(2, name="end")(layers.Concatenate()(towers)))


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
