"""What tests of all folders share: real data, a small trained network, runs that end."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pytest

from dlwidgets import data
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from dlwidgets.data import Dataset


@pytest.fixture(scope="module", autouse=True)
def _collected() -> None:
    """Free what the file before has left, and don't walk through what stays ever again.

    TensorFlow keeps the graph of each `fit`: with those of many files, one collection takes 20 s.
    What was imported is never garbage either.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _own_runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pages record their runs in folders of the tests, not among those of the user."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patched.setenv("DLWIDGETS_RUNS", str(tmp_path_factory.mktemp("runs")))
        yield


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """Scikit-learn's real digits, 1,797 images of 8×8, in 0 to 1."""
    return data.load("digits").normalized()


@pytest.fixture(scope="session")
def gan_digits() -> np.ndarray:
    """The training images of the digits in −1 to 1, as a generator with tanh makes them."""
    from dlwidgets.models import gan

    return gan.to_range(data.load("digits").normalized().x_train, (-1.0, 1.0))


@pytest.fixture(scope="session")
def trained_cnn(digits: Dataset) -> Any:
    """A small convolutional network that has learned the digits for four epochs.

    Tests must not train it further; `keras.models.clone_model` gives them one that they may.
    """
    from tests.helpers.models import small_cnn

    model = small_cnn()
    model.fit(digits.x_train, digits.y_train, epochs=4, batch_size=64, verbose=0)
    return model


@pytest.fixture(scope="session")
def lite0() -> Any:
    """EfficientNet-Lite0 with its weights of ImageNet; tests must not train it."""
    from dlwidgets.vision import load_network

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


@pytest.fixture
def runs() -> Iterator[list[Any]]:
    """A list for runs that must end with the test."""
    started: list[Any] = []
    yield started
    for run in started:
        run.stop()
        until(lambda run=run: run.state.ended, "the end of a run", 60)
