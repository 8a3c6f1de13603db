"""Networks whose layers form a graph: several inputs or outputs, branches, shared layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.named.building import functional, sequential
from dlwidgets.models.named.model import PYTHON, NamedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

_MAP = (28, 28, 128)
_OPEN = tr("The source leaves the size of the input open.")
_EYE = (250, 250, 3)


def _twin_layers() -> list[Any]:
    dense = load_keras().layers.Dense
    return [
        dense(32, activation="relu"),
        dense(32, activation="relu"),
        dense(10, activation="softmax"),
    ]


def _twin_sequential() -> KerasModel:
    keras = load_keras()
    return sequential([keras.Input((64,)), *_twin_layers()], name="twin_sequential")


def _twin_functional() -> KerasModel:
    keras = load_keras()
    inputs = x = keras.Input((64,))
    for layer in _twin_layers():
        x = layer(x)
    return functional(inputs, x, name="twin_functional")


def _question_answering() -> KerasModel:
    keras = load_keras()
    layers = keras.layers
    text = keras.Input((None,), dtype="int32", name="text")
    question = keras.Input((None,), dtype="int32", name="question")
    read = layers.LSTM(32)(layers.Embedding(10_000, 64)(text))
    asked = layers.LSTM(16)(layers.Embedding(10_000, 32)(question))
    answer = layers.Dense(500, activation="softmax")(layers.concatenate([read, asked], axis=-1))
    return functional([text, question], answer, name="question_answering")


def _three_heads() -> KerasModel:
    keras = load_keras()
    layers = keras.layers
    posts = keras.Input((None,), dtype="int32", name="posts")
    x = layers.Conv1D(128, 5, activation="relu")(layers.Embedding(50_000, 256)(posts))
    for _ in range(2):
        x = layers.MaxPooling1D(5)(x)
        for _ in range(2):
            x = layers.Conv1D(256, 5, activation="relu")(x)
    x = layers.Dense(128, activation="relu")(layers.GlobalMaxPooling1D()(x))
    heads = [
        layers.Dense(1, name="age")(x),
        layers.Dense(10, activation="softmax", name="income")(x),
        layers.Dense(1, activation="sigmoid", name="gender")(x),
    ]
    return functional(posts, heads, name="three_heads")


def _conv(x: Any, size: int, strides: int = 1, activation: str | None = "relu") -> Any:
    layers = load_keras().layers
    return layers.Conv2D(128, size, strides=strides, padding="same", activation=activation)(x)


def _inception_block() -> KerasModel:
    keras = load_keras()
    inputs = keras.Input(_MAP)
    pooled = keras.layers.AveragePooling2D(3, strides=2, padding="same")(inputs)
    branches = [
        _conv(inputs, 1, 2),
        _conv(_conv(inputs, 1), 3, 2),
        _conv(pooled, 3),
        _conv(_conv(_conv(inputs, 1), 3), 3, 2),
    ]
    outputs = keras.layers.concatenate(branches, axis=-1)
    return functional(inputs, outputs, name="inception_block")


def _residual_identity() -> KerasModel:
    keras = load_keras()
    inputs = x = keras.Input(_MAP)
    for _ in range(3):
        x = _conv(x, 3)
    return functional(inputs, keras.layers.add([x, inputs]), name="residual_identity")


def _residual_linear() -> KerasModel:
    keras = load_keras()
    inputs = keras.Input(_MAP)
    x = keras.layers.MaxPooling2D(2, strides=2)(_conv(_conv(inputs, 3), 3))
    shortcut = _conv(inputs, 1, 2, None)
    return functional(inputs, keras.layers.add([x, shortcut]), name="residual_linear")


def _siamese_lstm() -> KerasModel:
    keras = load_keras()
    shared = keras.layers.LSTM(32)
    left = keras.Input((None, 128), name="left")
    right = keras.Input((None, 128), name="right")
    merged = keras.layers.concatenate([shared(left), shared(right)], axis=-1)
    similar = keras.layers.Dense(1, activation="sigmoid")(merged)
    return functional([left, right], similar, name="siamese_lstm")


def _siamese_xception() -> KerasModel:
    keras = load_keras()
    base = keras.applications.Xception(weights=None, include_top=False)
    left, right = keras.Input(_EYE, name="left"), keras.Input(_EYE, name="right")
    merged = keras.layers.concatenate([base(left), base(right)], axis=-1)
    return functional([left, right], merged, name="siamese_xception")


MODELS = (
    NamedModel(
        name="twin_sequential",
        title=tr("Three dense layers, Sequential"),
        source=f"{PYTHON}, 7.1.1",
        task="classification",
        input_shape=(64,),
        parameters=3_466,
        printed=True,
        build=_twin_sequential,
    ),
    NamedModel(
        name="twin_functional",
        title=tr("Three dense layers, functional"),
        source=f"{PYTHON}, 7.1.1",
        task="classification",
        input_shape=(64,),
        parameters=3_466,
        printed=True,
        build=_twin_functional,
    ),
    NamedModel(
        name="question_answering",
        title=tr("Two inputs: a text and a question"),
        source=f"{PYTHON}, 7.1.2",
        task="classification",
        input_shape={"text": (None,), "question": (None,)},
        parameters=1_000_052,
        build=_question_answering,
    ),
    NamedModel(
        name="three_heads",
        title=tr("Three outputs: age, income, gender"),
        source=f"{PYTHON}, 7.1.3",
        task="several",
        input_shape=(None,),
        parameters=14_146_316,
        note=tr(
            "The source swaps the two numbers of its embedding. A text needs at least 269 words."
        ),
        build=_three_heads,
    ),
    NamedModel(
        name="inception_block",
        title=tr("An Inception block"),
        source=f"{PYTHON}, 7.1.4",
        task="features",
        input_shape=_MAP,
        parameters=639_872,
        note=tr(
            "The source leaves the size of the input open, and the branches fit together only "
            'with `padding="same"`.'
        ),
        build=_inception_block,
    ),
    NamedModel(
        name="residual_identity",
        title=tr("A residual block"),
        source=f"{PYTHON}, 7.1.4",
        task="features",
        input_shape=_MAP,
        parameters=442_752,
        note=_OPEN,
        build=_residual_identity,
    ),
    NamedModel(
        name="residual_linear",
        title=tr("A residual block that halves its maps"),
        source=f"{PYTHON}, 7.1.4",
        task="features",
        input_shape=_MAP,
        parameters=311_680,
        note=_OPEN,
        build=_residual_linear,
    ),
    NamedModel(
        name="siamese_lstm",
        title=tr("One LSTM for two sentences"),
        source=f"{PYTHON}, 7.1.5",
        task="binary",
        input_shape={"left": (None, 128), "right": (None, 128)},
        parameters=20_673,
        build=_siamese_lstm,
    ),
    NamedModel(
        name="siamese_xception",
        title=tr("One Xception for two cameras"),
        source=f"{PYTHON}, 7.1.6",
        task="features",
        input_shape={"left": _EYE, "right": _EYE},
        parameters=20_861_480,
        non_trainable=54_528,
        note=tr("The source overwrites the right input with its features."),
        build=_siamese_xception,
    ),
)
