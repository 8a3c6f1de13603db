"""Language models that predict the next character, uncompiled."""

from __future__ import annotations

from typing import Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras


def char_lstm(vocabulary: int, *, window: int | None = 60, units: int = 128) -> Any:
    """Return the model from the book: one LSTM over one-hot characters, and a softmax.

    Args:
        vocabulary: Number of different characters.
        window: Characters per input. `None` for any number.
        units: Units of the LSTM.

    Returns:
        A Sequential model, float32 (batch, window, vocabulary) in, (batch, vocabulary) out. The
        book trains it with RMSprop, learning rate 0.01, and categorical cross-entropy.

    Raises:
        ValueError: A number below 1.

    Source:
        Chollet, *Deep Learning with Python*, listings 8-4 and 8-5.

    Example:
        >>> dl.models.char_lstm(57).count_params()
        102585
    """
    _check(vocabulary=vocabulary, window=1 if window is None else window, units=units)
    keras = load_keras()
    layers = [
        keras.Input((window, vocabulary)),
        keras.layers.LSTM(units),
        keras.layers.Dense(vocabulary, activation="softmax", name="probabilities"),
    ]
    return keras.Sequential(layers, name="char_lstm")


def char_gru(
    vocabulary: int,
    *,
    window: int | None = None,
    units: tuple[int, ...] = (256, 256),
    embedding: int = 32,
    dropout: float = 0.0,
) -> Any:
    """Return a model with an embedding, GRU layers, and a softmax at each position.

    It learns to predict each character of a window, not only the one after it, so it has as many
    targets per sample as the window has characters.

    Args:
        vocabulary: Number of different characters.
        window: Characters per input. `None` for any number.
        units: Units of each GRU layer, at least one.
        embedding: Size of the embedding of a character.
        dropout: Dropout rate after each GRU layer, at least 0 and below 1. 0 omits the layers.

    Returns:
        A Sequential model, int32 (batch, window) in, (batch, window, vocabulary) out.

    Raises:
        ValueError: A number below 1, no GRU layer, or a dropout rate outside its range.

    Example:
        >>> dl.models.char_gru(57, units=(64,)).output_shape
        (None, None, 57)
    """
    if not units:
        message = tr("Expected `units` of at least one GRU layer. Received: ()")
        raise ValueError(message)
    if not 0 <= dropout < 1:
        message = tr(
            "Expected a `dropout` of at least 0 and below 1. Received: {v}", v=repr(dropout)
        )
        raise ValueError(message)
    _check(vocabulary=vocabulary, window=1 if window is None else window, embedding=embedding)
    _check(**{f"units[{i}]": n for i, n in enumerate(units)})
    keras = load_keras()
    layers = [keras.Input((window,), dtype="int32"), keras.layers.Embedding(vocabulary, embedding)]
    for n in units:
        layers.append(keras.layers.GRU(n, return_sequences=True))
        if dropout:
            layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(vocabulary, activation="softmax", name="probabilities"))
    return keras.Sequential(layers, name="char_gru")


def _check(**sizes: int) -> None:
    for name, value in sizes.items():
        if value < 1:
            message = tr(
                "Expected `{argument}` of at least 1. Received: {value}",
                argument=name,
                value=repr(value),
            )
            raise ValueError(message)
