"""Dense networks over multi-hot texts: movie reviews and news topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import Message, tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.named.building import sequential
from dlwidgets.models.named.model import PYTHON, NamedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

WORDS = 10_000
"""Words of the vocabulary, one input each."""


def _review(
    name: str,
    units: int = 16,
    *,
    regularizer: str = "",
    factor: float = 0.001,
    dropout: float = 0.0,
) -> KerasModel:
    keras = load_keras()
    penalty: dict[str, Any] = {
        "": lambda: None,
        "l1": lambda: keras.regularizers.L1(factor),
        "l2": lambda: keras.regularizers.L2(factor),
        "l1_l2": lambda: keras.regularizers.L1L2(factor, factor),
    }
    layers = [keras.Input((WORDS,))]
    for _ in range(2):
        layers.append(
            keras.layers.Dense(units, activation="relu", kernel_regularizer=penalty[regularizer]())
        )
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(1, activation="sigmoid"))
    return sequential(layers, name=name)


def _topics(name: str, middle: int) -> KerasModel:
    keras = load_keras()
    dense = keras.layers.Dense
    layers = [
        keras.Input((WORDS,)),
        dense(64, activation="relu"),
        dense(middle, activation="relu"),
        dense(46, activation="softmax"),
    ]
    return sequential(layers, name=name)


def _named_review(
    name: str, title: Message, section: str, parameters: int, **options: Any
) -> NamedModel:
    return NamedModel(
        name=name,
        title=title,
        source=f"{PYTHON}, {section}",
        task="binary",
        input_shape=(WORDS,),
        parameters=parameters,
        build=lambda: _review(name, **options),
    )


MODELS = (
    _named_review("imdb_dense", tr("IMDB: Dense 16-16-1"), "3.4", 160_305),
    _named_review("imdb_dense_4", tr("IMDB: Dense 4-4-1"), "4.4.1", 40_029, units=4),
    _named_review("imdb_dense_512", tr("IMDB: Dense 512-512-1"), "4.4.1", 5_383_681, units=512),
    _named_review(
        "imdb_dense_l2", tr("IMDB: Dense 16-16-1, L2"), "4.4.2", 160_305, regularizer="l2"
    ),
    _named_review(
        "imdb_dense_l1", tr("IMDB: Dense 16-16-1, L1"), "4.4.2", 160_305, regularizer="l1"
    ),
    _named_review(
        "imdb_dense_l1_l2",
        tr("IMDB: Dense 16-16-1, L1 and L2"),
        "4.4.2",
        160_305,
        regularizer="l1_l2",
    ),
    _named_review(
        "imdb_dense_dropout", tr("IMDB: Dense 16-16-1, dropout"), "4.4.3", 160_305, dropout=0.5
    ),
    NamedModel(
        name="reuters_dense",
        title=tr("Reuters: Dense 64-64-46"),
        source=f"{PYTHON}, 3.5",
        task="classification",
        input_shape=(WORDS,),
        parameters=647_214,
        build=lambda: _topics("reuters_dense", 64),
    ),
    NamedModel(
        name="reuters_bottleneck",
        title=tr("Reuters: bottleneck 64-4-46"),
        source=f"{PYTHON}, 3.5.7",
        task="classification",
        input_shape=(WORDS,),
        parameters=640_554,
        note=tr("The source also changes the batch size, from 512 to 128."),
        build=lambda: _topics("reuters_bottleneck", 4),
    ),
)
