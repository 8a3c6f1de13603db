"""Models that continue a text character by character, uncompiled."""

from __future__ import annotations

from typing import Any

from dlwidgets._tensorflow import load_keras


def char_lstm(vocabulary: int, *, window: int | None = 60, units: int = 128) -> Any:
    """The book's model: one LSTM over one-hot characters, softmax for the next one.

    Args:
        vocabulary: Number of characters.
        window: Characters per input; None for any number.
        units: Of the LSTM.

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
    """An embedding and several GRUs, with a softmax at every position.

    It learns from each character of a window, not only from the one after it, and so sees as many
    examples per step as the window is long.

    Args:
        vocabulary: Number of characters.
        window: Characters per input; None for any number.
        units: Of each GRU, one or more.
        embedding: Numbers per character that the GRUs see.
        dropout: Rate after each GRU, 0 to below 1; 0 leaves the layer out.

    Returns:
        A Sequential model, int32 (batch, window) in, (batch, window, vocabulary) out.

    Raises:
        ValueError: A number below 1, no GRU, or a rate out of its range.

    Example:
        >>> dl.models.char_gru(57, units=(64,)).output_shape
        (None, None, 57)
    """
    if not units:
        message = "units must name one GRU or more. Received: none"
        raise ValueError(message)
    if not 0 <= dropout < 1:
        message = f"dropout must be at least 0 and below 1. Received: {dropout!r}"
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
            message = f"{name} must be at least 1. Received: {value!r}"
            raise ValueError(message)
