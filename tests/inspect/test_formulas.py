"""Formulas and settings in words, for every kind of layer."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.inspect._formulas import formula
from dlwidgets.inspect._layer_description import describe_layer

L = keras.layers
IMAGE, SERIES, VECTOR, VOLUME = (None, 8, 8, 6), (None, 9, 6), (None, 6), (None, 4, 4, 4, 6)
FILM = (None, 5, 8, 8, 6)
BARE: Any = {"use_bias": False}

LAYERS = [
    (L.Dense(4), SERIES, "(6+1)×4", "(inputs + bias) × units"),
    (L.Dense(4, **BARE), VECTOR, "6×4", "inputs × units"),
    (L.Conv1D(4, 3), SERIES, "(3×6+1)×4", "(kernel × input channels + bias) × filters"),
    (L.Conv2D(4, (3, 5)), IMAGE, "(3×5×6+1)×4", None),
    (L.Conv2D(4, 3, groups=2, **BARE), IMAGE, "3×3×3×4", "kernel × input channels per group × f"),
    (L.Conv3D(4, 2), VOLUME, "(2×2×2×6+1)×4", None),
    (L.Conv1DTranspose(4, 3), SERIES, "(3×6+1)×4", None),
    (L.Conv2DTranspose(4, 3, strides=2), IMAGE, "(3×3×6+1)×4", None),
    (L.Conv3DTranspose(4, 2), VOLUME, "(2×2×2×6+1)×4", None),
    (L.DepthwiseConv1D(3), SERIES, "(3+1)×6", "(kernel + bias) × channels"),
    (L.DepthwiseConv2D(3, depth_multiplier=2), IMAGE, "(3×3+1)×6×2", None),
    (L.DepthwiseConv2D(3, **BARE), IMAGE, "3×3×6", "kernel × channels"),
    (L.SeparableConv1D(4, 3), SERIES, "3×6+(6+1)×4", None),
    (L.SeparableConv2D(4, 3), IMAGE, "3×3×6+(6+1)×4", None),
    (L.SeparableConv2D(4, 3, depth_multiplier=2, **BARE), IMAGE, "3×3×6×2+12×4", None),
    (L.BatchNormalization(), IMAGE, "4×6", "(gamma + beta + moving mean + moving variance) per "),
    (L.BatchNormalization(scale=False), IMAGE, "3×6", None),
    (L.LayerNormalization(), SERIES, "2×6", "(gamma + beta) per channel"),
    (L.GroupNormalization(groups=2), IMAGE, "2×6", None),
    (L.PReLU(), VECTOR, "6", "one slope per value"),
    (L.Embedding(10, 4), (None, 9), "10×4", "entries × dimensions of a vector"),
    (L.SimpleRNN(4), SERIES, "(6+4+1)×4", "(inputs + units + bias) × units"),
    (L.SimpleRNN(4, **BARE), SERIES, "(6+4)×4", None),
    (L.LSTM(4), SERIES, "4×(6+4+1)×4", "4 gates × (inputs + units + bias) × units"),
    (L.GRU(4), SERIES, "3×(6+4+2)×4", "3 gates × (inputs + units + 2 biases) × units"),
    (L.GRU(4, reset_after=False), SERIES, "3×(6+4+1)×4", None),
    (L.ConvLSTM2D(4, 3), FILM, "4×(3×3×(6+4)+1)×4", None),
    (L.Bidirectional(L.LSTM(4)), SERIES, "2×4×(6+4+1)×4", "2 directions × 4 gates × ("),
    (L.TimeDistributed(L.Dense(4)), SERIES, "(6+1)×4", None),
    (L.MultiHeadAttention(2, 3), None, "(6+1)×2×3+(6+1)×2×3+(6+1)×2×3+(2×3+1)×6", "query + key"),
    (L.MultiHeadAttention(2, 3, value_dim=5, **BARE), None, "6×2×3+6×2×3+6×2×5+2×5×6", None),
    (L.RNN(L.LSTMCell(4)), SERIES, "6×16+4×16+16", "kernel + recurrent kernel + bias"),
    (L.EinsumDense("ab,bc->ac", 4, bias_axes="c"), VECTOR, "6×4+4", "kernel + bias"),
    (L.Dropout(0.5), VECTOR, "", "no parameters"),
]


@pytest.mark.parametrize(
    ("layer", "shape", "terms", "words"), LAYERS, ids=lambda v: getattr(v, "name", None)
)
def test_the_terms_give_the_number_of_weights(
    layer: Any, shape: Any, terms: str, words: str | None
) -> None:
    layer(keras.KerasTensor(SERIES), keras.KerasTensor(SERIES)) if shape is None else layer(
        keras.KerasTensor(shape)
    )
    found = formula(layer)
    assert found.terms == terms
    assert found.value == layer.count_params()
    if terms:
        assert eval(terms.replace("×", "*")) == layer.count_params()
    if words is not None:
        assert found.words.startswith(words)


class Own(L.Layer):
    def build(self, shape: Any) -> None:
        self.table = self.add_weight(shape=(shape[-1], 7), name="table")
        self.scale = self.add_weight(shape=(), name="scale")

    def call(self, x: Any) -> Any:
        return x @ self.table * self.scale


def test_a_layer_of_one_s_own_is_the_sum_of_its_weights() -> None:
    layer = Own()
    layer(np.ones((2, 3), "float32"))
    found = formula(layer)
    assert (str(found), found.words) == ("3×7+1 = 22", "table + scale")


def test_a_changed_layer_of_keras_is_the_sum_of_its_weights() -> None:
    class Scaled(L.Dense):
        def build(self, shape: Any) -> None:
            super().build(shape)
            self.factor = self.add_weight(shape=(4,), name="factor")

    layer = Scaled(4)
    layer.build((None, 3))
    assert str(formula(layer)) == "3×4+4+4 = 20"


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (L.Conv2D(32, 3, activation="relu"), "32 filters of 3×3, valid padding, ReLU"),
        (
            L.Conv2D(8, (1, 3), strides=(1, 2), dilation_rate=1, groups=2, use_bias=False),
            "8 filters of 1×3, stride 1×2, valid padding, 2 groups, no bias",
        ),
        (L.DepthwiseConv2D(3), "1 kernel of 3×3 per channel, valid padding"),
        (L.MaxPooling2D(), "window of 2×2, stride 2"),
        (L.AveragePooling2D(3, strides=1, padding="same"), "window of 3×3, stride 1, same padding"),
        (L.Dense(1), "1 unit"),
        (L.Dense(10000, activation="softmax"), "10,000 units, softmax"),
        (L.Dropout(0.15), "rate 0.15"),
        (L.LSTM(32, return_sequences=True), "32 units, tanh, returns every step"),
        (L.GRU(32, dropout=0.1, recurrent_dropout=0.5), "32 units, tanh, dropout 0.1, recurrent "),
        (L.Bidirectional(L.LSTM(32)), "LSTM in both directions, 32 units, tanh, merged by concat"),
        (L.TimeDistributed(L.Dense(3)), "Dense at every step, 3 units"),
        (L.Embedding(10000, 32, mask_zero=True), "10,000 entries of 32 dimensions, 0 is masked"),
        (L.MultiHeadAttention(8, 64), "8 heads of size 64"),
        (L.BatchNormalization(), "momentum 0.99, epsilon 0.001"),
        (L.LeakyReLU(negative_slope=0.2), "slope 0.2 below 0"),
        (L.Reshape((-1, 4)), "to ?×4"),
        (L.Concatenate(), "the last axis"),
        (L.UpSampling2D(2), "2×2 times as large, nearest"),
        (L.Activation("silu"), "SiLU"),
        (L.ZeroPadding1D((1, 2)), "padding 1×2"),
        (L.Flatten(), ""),
        (L.Rescaling(0.5, offset=-1), "scale 0.5, offset -1"),
    ],
)
def test_settings_in_words(layer: Any, words: str) -> None:
    assert describe_layer(layer).startswith(words)
    assert words or describe_layer(layer) == ""
