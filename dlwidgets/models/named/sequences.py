"""Networks that read words: embeddings, recurrent layers, convolutions along the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import Message, tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.named.building import sequential
from dlwidgets.models.named.model import PYTHON, NamedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel, Shape

WORDS = 10_000
"""Words of the vocabulary."""

_LOGIT = tr(
    "The source gives the last layer no sigmoid: compile it with binary cross-entropy "
    "and `from_logits=True`."
)


def _read(
    model: str, length: int | None, size: int, *layers: Any, words: int = WORDS, **options: Any
) -> KerasModel:
    """Return a network over the words of a text: an embedding, and what follows it."""
    keras = load_keras()
    embedding = keras.layers.Embedding(words, size, **options)
    first = keras.Input((length,), dtype="int32")
    return sequential([first, embedding, *layers], name=model)


def _sigmoid() -> Any:
    return load_keras().layers.Dense(1, activation="sigmoid")


def _embedding() -> KerasModel:
    return _read("imdb_embedding", 20, 8, load_keras().layers.Flatten(), _sigmoid())


def _dense_on_embedding(name: str, *, trainable: bool) -> KerasModel:
    layers = load_keras().layers
    hidden = layers.Dense(32, activation="relu")
    return _read(name, 100, 100, layers.Flatten(), hidden, _sigmoid(), trainable=trainable)


def _simple_rnn(name: str, count: int = 1, *, sequences: bool = False) -> KerasModel:
    layers = load_keras().layers
    inner = [layers.SimpleRNN(32, return_sequences=True) for _ in range(count - 1)]
    return _read(name, None, 32, *inner, layers.SimpleRNN(32, return_sequences=sequences))


def _imdb_simple_rnn() -> KerasModel:
    return _read("imdb_simple_rnn", None, 32, load_keras().layers.SimpleRNN(32), _sigmoid())


def _imdb_lstm() -> KerasModel:
    return _read("imdb_lstm", None, 32, load_keras().layers.LSTM(32), _sigmoid())


def _imdb_lstm_reversed() -> KerasModel:
    return _read("imdb_lstm_reversed", None, 128, load_keras().layers.LSTM(32), _sigmoid())


def _imdb_bidirectional() -> KerasModel:
    layers = load_keras().layers
    both = layers.Bidirectional(layers.LSTM(32))
    return _read("imdb_bidirectional", None, 32, both, _sigmoid())


def _convolutional(model: str, words: int = WORDS, **options: Any) -> KerasModel:
    layers = load_keras().layers
    parts = [
        layers.Conv1D(32, 7, activation="relu"),
        layers.MaxPooling1D(5),
        layers.Conv1D(32, 7, activation="relu"),
        layers.GlobalMaxPooling1D(),
        layers.Dense(1),
    ]
    return _read(model, 500, 128, *parts, words=words, **options)


def _demo(name: str, title: Message, parameters: int, **options: Any) -> NamedModel:
    return NamedModel(
        name=name,
        title=title,
        source=f"{PYTHON}, 6.2.1",
        task="features",
        input_shape=(None,),
        parameters=parameters,
        printed=True,
        build=lambda: _simple_rnn(name, **options),
    )


def _review(
    name: str,
    title: Message,
    section: str,
    parameters: int,
    *,
    build: Callable[[], KerasModel],
    length: int | None = None,
    note: str = "",
    non_trainable: int = 0,
) -> NamedModel:
    shape: Shape = (length,)
    return NamedModel(
        name=name,
        title=title,
        source=f"{PYTHON}, {section}",
        task="binary",
        input_shape=shape,
        parameters=parameters,
        non_trainable=non_trainable,
        note=note,
        build=build,
    )


MODELS = (
    _review(
        "imdb_embedding",
        tr("IMDB: embedding"),
        "6.1.2",
        80_161,
        build=_embedding,
        length=20,
    ),
    _review(
        "imdb_glove",
        tr("IMDB: frozen embedding for GloVe"),
        "6.1.3",
        1_320_065,
        build=lambda: _dense_on_embedding("imdb_glove", trainable=False),
        length=100,
        note=tr("The embedding has random weights: set it to the vectors of GloVe."),
        non_trainable=1_000_000,
    ),
    _review(
        "imdb_without_glove",
        tr("IMDB: the same embedding, learned"),
        "6.1.3",
        1_320_065,
        build=lambda: _dense_on_embedding("imdb_without_glove", trainable=True),
        length=100,
    ),
    _demo("rnn_last_output", tr("SimpleRNN, last output"), 322_080),
    _demo("rnn_all_outputs", tr("SimpleRNN, all outputs"), 322_080, sequences=True),
    _demo("rnn_stacked", tr("Four stacked SimpleRNN layers"), 328_320, count=4),
    _review("imdb_simple_rnn", tr("IMDB: SimpleRNN"), "6.2.1", 322_113, build=_imdb_simple_rnn),
    _review("imdb_lstm", tr("IMDB: LSTM"), "6.2.3", 328_353, build=_imdb_lstm),
    _review(
        "imdb_lstm_reversed",
        tr("IMDB: LSTM for reversed reviews"),
        "6.3.8",
        1_300_641,
        build=_imdb_lstm_reversed,
        note=tr("The source also changes the embedding, from 32 to 128 numbers a word."),
    ),
    _review(
        "imdb_bidirectional",
        tr("IMDB: bidirectional LSTM"),
        "6.3.8",
        336_705,
        build=_imdb_bidirectional,
    ),
    _review(
        "imdb_conv1d",
        tr("IMDB: convolution along the text"),
        "6.4.3",
        1_315_937,
        build=lambda: _convolutional("imdb_conv1d"),
        length=500,
        note=_LOGIT,
    ),
    _review(
        "imdb_tensorboard",
        tr("IMDB: convolution with 2,000 words, for TensorBoard"),
        "7.2.2",
        291_937,
        build=lambda: _convolutional("imdb_tensorboard", 2_000, name="embed"),
        length=500,
        note=_LOGIT,
    ),
)
