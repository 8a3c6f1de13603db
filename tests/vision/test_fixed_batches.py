"""Heat maps of models that take batches of one size, or that remember the batch before."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.vision.heatmaps import METHODS


def fixed_batch(batch: int | None) -> Any:
    """A model of small films that takes so many at once; with a number its layers keep states."""
    parts = keras.layers
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input(batch_shape=(batch, 4, 6, 6, 1)),
            parts.ConvLSTM2D(
                3, 3, padding="same", return_sequences=True, stateful=batch is not None
            ),
            parts.Flatten(),
            parts.Dense(3, activation="softmax"),
        ]
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.slow
def test_models_of_a_fixed_batch(method: str) -> None:
    model, plain = fixed_batch(4), fixed_batch(None)
    plain.set_weights(model.get_weights())
    films = np.random.default_rng(0).random((6, 4, 6, 6, 1)).astype("float32")
    model.predict(films[:4], batch_size=4, verbose=0)
    states = [np.asarray(v) for v in model.layers[0].states]
    for count in (1, 4, 6):
        found, wanted = (METHODS[method].function(net, films[:count]) for net in (model, plain))
        np.testing.assert_allclose(found.maps, wanted.maps, atol=1e-5)
        np.testing.assert_allclose(found.outputs, wanted.outputs, atol=1e-6)
    for state, before in zip(model.layers[0].states, states, strict=True):
        np.testing.assert_array_equal(np.asarray(state), before)
