"""Networks that forecast the temperature: dense, recurrent and convolutional."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import Message, tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.named.building import sequential
from dlwidgets.models.named.model import PYTHON, NamedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel

QUANTITIES = 14
"""Measured quantities of the weather station in Jena."""

_STEPS = 240  # ten days, hourly
_GRU = tr("Keras 3 gives each gate of a GRU a second bias; the Keras of the source didn't.")


def _forecast(name: str, steps: int | None, *layers: Any) -> KerasModel:
    keras = load_keras()
    first = keras.Input((steps, QUANTITIES))
    return sequential([first, *layers, keras.layers.Dense(1)], name=name)


def _dense() -> KerasModel:
    layers = load_keras().layers
    hidden = layers.Dense(32, activation="relu")
    return _forecast("jena_dense", _STEPS, layers.Flatten(), hidden)


def _gru(name: str, **options: Any) -> KerasModel:
    return _forecast(name, None, load_keras().layers.GRU(32, **options))


def _stacked() -> KerasModel:
    gru, dropout = load_keras().layers.GRU, {"dropout": 0.1, "recurrent_dropout": 0.5}
    first = gru(32, return_sequences=True, **dropout)
    return _forecast("jena_gru_stacked", None, first, gru(64, activation="relu", **dropout))


def _bidirectional() -> KerasModel:
    layers = load_keras().layers
    return _forecast("jena_bidirectional", None, layers.Bidirectional(layers.GRU(32)))


def _convolutions(name: str, *last: Any) -> KerasModel:
    layers = load_keras().layers
    parts = [
        layers.Conv1D(32, 5, activation="relu"),
        layers.MaxPooling1D(3),
        layers.Conv1D(32, 5, activation="relu"),
    ]
    return _forecast(name, None, *parts, *last)


def _conv1d() -> KerasModel:
    layers = load_keras().layers
    third = layers.Conv1D(32, 5, activation="relu")
    return _convolutions("jena_conv1d", layers.MaxPooling1D(3), third, layers.GlobalMaxPooling1D())


def _conv1d_gru() -> KerasModel:
    gru = load_keras().layers.GRU(32, dropout=0.1, recurrent_dropout=0.5)
    return _convolutions("jena_conv1d_gru", gru)


def _jena(
    name: str,
    title: Message,
    section: str,
    parameters: int,
    *,
    build: Callable[[], KerasModel],
    steps: int | None = None,
    note: str = "",
) -> NamedModel:
    return NamedModel(
        name=name,
        title=title,
        source=f"{PYTHON}, {section}",
        task="regression",
        input_shape=(steps, QUANTITIES),
        parameters=parameters,
        note=note,
        build=build,
    )


MODELS = (
    _jena("jena_dense", tr("Jena: dense"), "6.3.4", 107_585, build=_dense, steps=_STEPS),
    _jena("jena_gru", tr("Jena: GRU"), "6.3.5", 4_641, build=lambda: _gru("jena_gru"), note=_GRU),
    _jena(
        "jena_gru_dropout",
        tr("Jena: GRU with recurrent dropout"),
        "6.3.6",
        4_641,
        build=lambda: _gru("jena_gru_dropout", dropout=0.2, recurrent_dropout=0.2),
        note=_GRU,
    ),
    _jena("jena_gru_stacked", tr("Jena: stacked GRU"), "6.3.7", 23_489, build=_stacked, note=_GRU),
    _jena(
        "jena_bidirectional",
        tr("Jena: bidirectional GRU"),
        "6.3.8",
        9_281,
        build=_bidirectional,
        note=_GRU,
    ),
    _jena("jena_conv1d", tr("Jena: convolution along time"), "6.4.4", 12_609, build=_conv1d),
    _jena(
        "jena_conv1d_gru",
        tr("Jena: convolution and GRU"),
        "6.4.4",
        13_793,
        build=_conv1d_gru,
        note=_GRU,
    ),
)
