"""TensorFlow's graphs of several models in one kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import tensorflow as tf

import dlwidgets as dl
from dlwidgets._tensorflow import compiled
from dlwidgets.generate import latent_models

if TYPE_CHECKING:
    import pytest


def test_graphs_of_several_models_give_no_warning_of_retracing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    logger = tf.get_logger()
    logger.addHandler(caplog.handler)
    try:
        for units in range(2, 9):
            layers = [keras.Input((2,)), keras.layers.Dense(units), keras.layers.Dense(4)]
            model = keras.Sequential([*layers, keras.layers.Reshape((2, 2, 1))])
            assert latent_models.decode(model, np.zeros((1, 2))).shape == (1, 2, 2, 1)
            assert dl.inspect.hidden_vectors(model, np.zeros((3, 2)))[0].shape == (3, units)
    finally:
        logger.removeHandler(caplog.handler)
    assert "retracing" not in caplog.text


def test_a_compiled_function_is_called_with_its_options() -> None:
    traced = []

    def double(x: tf.Tensor) -> tf.Tensor:
        traced.append(x.shape)
        return 2 * x

    call = compiled(double, input_signature=[tf.TensorSpec((None,), tf.float32)])
    assert call(tf.constant([1.0])).numpy().tolist() == [2]
    assert call(tf.constant([1.0, 3.0])).numpy().tolist() == [2, 6]
    assert traced == [(None,)]
