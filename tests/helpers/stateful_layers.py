"""Models whose layers hold state that is neither configuration nor weight."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable

layers = keras.layers

WORDS = np.array(["red", "green", "blue", "red", "a\nb", "green"] * 20)[:, None]
NUMBERS = np.array([7, 3, 40, 7, 3, 11] * 20, "int64")[:, None]
FLOATS = np.random.default_rng(0).normal(50, 20, (120, 3)).astype("float32")
SENTENCES = np.array(["a red car", "the blue car", "green grass", "a a red"] * 30)[:, None]
LABELS = (np.arange(120) % 3 == 0).astype("int32")


class Case(NamedTuple):
    """A model, and the samples that it takes."""

    model: Any
    x: Any


class Scaled(layers.Layer):
    """Multiplies by a TensorFlow variable that Keras doesn't know of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = tf.Variable(1.0, trainable=False)

    def call(self, x: Any) -> Any:
        return x * self.factor

    def move(self, value: float) -> None:
        self.factor.assign(value)


class Attributed(layers.Layer):
    """Multiplies by a plain attribute that isn't in the configuration."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.factor = 1.0

    def call(self, x: Any) -> Any:
        return x * self.factor

    def move(self, value: float) -> None:
        self.factor = value


class Remembering(Scaled):
    """As `Scaled`, with the methods by which Keras saves such state."""

    def save_own_variables(self, store: Any) -> None:
        store["factor"] = self.factor.numpy()

    def load_own_variables(self, store: Any) -> None:
        self.factor.assign(store["factor"])


class Block(layers.Layer):
    """A block of one's own around an adapted layer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.steps = {"scale": layers.Normalization()}
        self.dense = layers.Dense(4)

    def build(self, shape: Any) -> None:
        self.steps["scale"].build(shape)
        self.dense.build(shape)

    def call(self, x: Any) -> Any:
        return self.dense(self.steps["scale"](x))


class Sampled(layers.Layer):
    """Adds noise, in prediction as well, from Keras's generator of the thread."""

    def call(self, x: Any) -> Any:
        return x + 0.1 * keras.random.normal(keras.ops.shape(x))


def compiled(*chain: Any, x: Any, dtype: str | None = None) -> Case:
    """A small classifier behind some layers."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input(x.shape[1:], dtype=dtype), *chain, layers.Dense(1, activation="sigmoid")]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Case(model, tf.constant(x) if dtype == "string" else x)


def _adapted(layer: Any, x: Any) -> Any:
    layer.adapt(x)
    return layer


def _lookup(kind: Any, x: Any, dtype: str, known: int = 120, **settings: Any) -> Case:
    layer = _adapted(kind(**settings), x[:known])
    if settings.get("output_mode", "int") == "int":
        return compiled(layer, layers.Embedding(30, 3), layers.Flatten(), x=x, dtype=dtype)
    return compiled(layer, x=x, dtype=dtype)


def _feature_space() -> Case:
    space = keras.utils.FeatureSpace(
        {
            "color": keras.utils.FeatureSpace.string_categorical(),
            "size": keras.utils.FeatureSpace.float_normalized(),
            "age": keras.utils.FeatureSpace.float_discretized(num_bins=4),
            "kind": keras.utils.FeatureSpace.integer_categorical(),
            "name": keras.utils.FeatureSpace.string_hashed(num_bins=8),
        },
        crosses=[keras.utils.FeatureSpace.cross(("color", "kind"), crossing_dim=16)],
    )
    x = {
        "color": WORDS[:, 0],
        "size": FLOATS[:, 0],
        "age": FLOATS[:, 1],
        "kind": NUMBERS[:, 0],
        "name": WORDS[:, 0],
    }
    space.adapt(tf.data.Dataset.from_tensor_slices(x))
    out = layers.Dense(1, activation="sigmoid")(space.get_encoded_features())
    model = keras.Model(space.get_inputs(), out)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Case(model, {k: tf.constant(v[:, None]) for k, v in x.items()})


def _block() -> Case:
    case = compiled(Block(), x=FLOATS)
    case.model.layers[0].steps["scale"].adapt(FLOATS)
    return case


def _numbers_loaded() -> Case:
    """As EfficientNet: a Normalization that was never adapted, and whose weights were loaded."""
    case = compiled(layers.Normalization(), x=FLOATS)
    case.model.layers[0].load_own_variables(
        {
            str(i): value
            for i, value in enumerate([FLOATS.mean(axis=0), FLOATS.var(axis=0), np.array(120)])
        }
    )
    return case


def _remembering() -> Case:
    case = compiled(Remembering(), x=FLOATS / 50)
    case.model.layers[0].move(3.0)
    return case


def _lora() -> Case:
    case = compiled(layers.Dense(6, activation="relu"), x=FLOATS / 50)
    case.model.layers[0].enable_lora(2)
    return case


def _tied() -> Case:
    shared = layers.Dense(3, activation="tanh")
    return compiled(shared, layers.Dropout(0.3), shared, x=FLOATS / 50)


def _stateful_rnn() -> Case:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(12, 3, 1)),
            layers.LSTM(5, stateful=True),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return Case(model, FLOATS[..., None] / 50)


CLONED: dict[str, Callable[[], Case]] = {
    "Normalization": lambda: compiled(_adapted(layers.Normalization(), FLOATS), x=FLOATS),
    "Normalization, numbers loaded": _numbers_loaded,
    "Normalization in a block": _block,
    "Normalization(mean)": lambda: compiled(
        layers.Normalization(mean=50.0, variance=400.0), x=FLOATS
    ),
    "Discretization": lambda: compiled(
        _adapted(layers.Discretization(num_bins=4, output_mode="multi_hot"), FLOATS), x=FLOATS
    ),
    "StringLookup": lambda: _lookup(layers.StringLookup, WORDS, "string"),
    "StringLookup, tf_idf": lambda: _lookup(
        layers.StringLookup, WORDS, "string", output_mode="tf_idf"
    ),
    "StringLookup, hashed unknown words": lambda: _lookup(
        layers.StringLookup, WORDS, "string", known=2, num_oov_indices=3
    ),
    "StringLookup(vocabulary)": lambda: compiled(
        layers.StringLookup(vocabulary=["red", "blue"], output_mode="one_hot"),
        x=WORDS,
        dtype="string",
    ),
    "IntegerLookup": lambda: _lookup(layers.IntegerLookup, NUMBERS, "int64", output_mode="one_hot"),
    "TextVectorization": lambda: _lookup(
        layers.TextVectorization, SENTENCES, "string", output_sequence_length=4
    ),
    "TextVectorization, tf_idf": lambda: _lookup(
        layers.TextVectorization, SENTENCES, "string", output_mode="tf_idf"
    ),
    "TextVectorization, padded": lambda: _lookup(
        layers.TextVectorization,
        SENTENCES,
        "string",
        output_mode="tf_idf",
        max_tokens=25,
        pad_to_max_tokens=True,
    ),
    "TextVectorization, characters": lambda: _lookup(
        layers.TextVectorization,
        WORDS,
        "string",
        split="character",
        standardize=None,
        output_sequence_length=5,
    ),
    "Hashing": lambda: compiled(
        layers.Hashing(6, salt=3, output_mode="one_hot"), x=WORDS, dtype="string"
    ),
    "CategoryEncoding": lambda: compiled(
        layers.CategoryEncoding(50, output_mode="one_hot"), x=NUMBERS, dtype="int64"
    ),
    "FeatureSpace": _feature_space,
    "BatchNormalization": lambda: compiled(layers.BatchNormalization(), layers.Dense(4), x=FLOATS),
    "SpectralNormalization": lambda: compiled(
        layers.SpectralNormalization(layers.Dense(4)), x=FLOATS / 50
    ),
    "Dropout": lambda: compiled(layers.Dropout(0.5), x=FLOATS / 50),
    "Lambda": lambda: compiled(layers.Lambda(lambda t: t / 50.0), x=FLOATS),
    "tied weights": _tied,
    "LoRA": _lora,
    "stateful LSTM": _stateful_rnn,
    "own layer that saves its state": _remembering,
    "noise in prediction": lambda: compiled(
        _adapted(layers.Normalization(), FLOATS), Sampled(), x=FLOATS
    ),
}
"""Models that have a clone that answers alike, by what is special about them."""
