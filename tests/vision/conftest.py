"""An ImageNet network with real features, and others that contain it."""

from __future__ import annotations

from typing import Any

import pytest

from dlwidgets.vision import load_network


@pytest.fixture(scope="session")
def lite0() -> Any:
    """EfficientNet-Lite0 with its weights; tests must not train it."""
    return load_network("efficientnet_lite0")


@pytest.fixture(scope="session")
def transfer_model(lite0: Any) -> Any:
    """A classifier of two classes as transfer learning makes it: augmentation, base, head."""
    import keras

    base = keras.Model(lite0.inputs[0], lite0.get_layer("top_relu").output, name="lite0")
    inputs = keras.Input((224, 224, 3))
    x = keras.layers.RandomFlip("horizontal", name="random_flip")(inputs)
    x = keras.layers.Rescaling(1 / 127.5, offset=-1, name="rescaling")(x)
    x = keras.layers.GlobalAveragePooling2D(name="mean")(base(x))
    return keras.Model(inputs, keras.layers.Dense(2, activation="softmax", name="classes")(x))
