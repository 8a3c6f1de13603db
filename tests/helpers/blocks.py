"""Layers of one's own that consist of other layers, as people write them."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

layers = keras.layers


class Residual(layers.Layer):
    """Two convolutions, and the input added to what they give."""

    def __init__(self, filters: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.filters = filters
        self.convs = [
            layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv_{i}")
            for i in (1, 2)
        ]
        self.norm = layers.BatchNormalization(name="norm")
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, x: Any, training: bool | None = None) -> Any:
        out = self.norm(self.convs[1](self.convs[0](x)), training=training)
        return x + out * self.scale


class Tokens(layers.Layer):
    """Words and their places, as in a transformer."""

    def __init__(self, vocabulary: int, length: int, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = layers.Embedding(vocabulary, size, name="words")
        self.places = layers.Embedding(length, size, name="places")

    def call(self, x: Any) -> Any:
        return self.words(x) + self.places(keras.ops.arange(keras.ops.shape(x)[-1]))


class Attention(layers.Layer):
    """Self-attention with a feed-forward network, which keeps its scores."""

    def __init__(self, size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.attend = layers.MultiHeadAttention(2, size, name="attend")
        self.network = keras.Sequential([layers.Dense(9, "relu", name="wide"), layers.Dense(size)])
        self.norm = layers.LayerNormalization(name="norm")
        self.scores = None

    def call(self, x: Any) -> Any:
        found, self.scores = self.attend(x, x, return_attention_scores=True)
        return self.norm(x + self.network(x + found))


class ByTensorFlow(layers.Layer):
    """Calls TensorFlow itself, which takes no symbolic tensors."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dense = layers.Dense(6, name="dense")

    def call(self, x: Any) -> Any:
        return tf.nn.relu(self.dense(x))


class Noisy(ByTensorFlow):
    """Gives other numbers each time."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.generator = keras.random.SeedGenerator(3)

    def call(self, x: Any) -> Any:
        return self.dense(x) + keras.random.normal((6,), seed=self.generator)


def residual_network() -> Any:
    """An image classifier of two blocks."""
    keras.utils.set_random_seed(5)
    net = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            layers.Conv2D(4, 3, padding="same", name="stem"),
            Residual(4, name="one"),
            Residual(4, name="two"),
            layers.GlobalAveragePooling2D(name="pool"),
            layers.Dense(10, "softmax", name="answer"),
        ],
        name="residual",
    )
    net.get_layer("two").scale.assign(0.5)
    return net


def text_classifier() -> Any:
    """A small transformer that tells two kinds of texts apart."""
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            Tokens(30, 7, 8, name="tokens"),
            Attention(8, name="block"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2, "softmax"),
        ]
    )


def series_network() -> Any:
    """Layers in wrappers."""
    keras.utils.set_random_seed(5)
    return keras.Sequential(
        [
            keras.Input((6, 3)),
            layers.TimeDistributed(layers.Dense(4, "relu", name="each"), name="steps"),
            layers.Bidirectional(layers.GRU(3, name="gru"), name="both"),
            layers.Dense(2, name="answer"),
        ]
    )


def closed_network() -> Any:
    """Blocks that can't be opened."""
    return keras.Sequential(
        [keras.Input((5,)), ByTensorFlow(name="tf"), Noisy(name="noisy"), layers.Dense(2)]
    )


def words(n: int = 5) -> np.ndarray:
    """Texts of word numbers."""
    return np.random.default_rng(0).integers(0, 30, (n, 7))
