"""Small networks in double precision, and an ascent to its end."""

from __future__ import annotations

from typing import Any

import keras

from dlwidgets.vision import Regularizers, maximize_filters

layers = keras.layers


def net(*parts: Any, side: int | None = None, channels: int = 3, dtype: str = "float64") -> Any:
    keras.utils.set_random_seed(11)
    return keras.Sequential([keras.Input((side, side, channels), dtype=dtype), *parts])


def conv(filters: int, size: Any = 3, **options: Any) -> Any:
    return layers.Conv2D(filters, size, dtype="float64", **options)


BOOK: dict[str, Any] = {
    "steps": 40,
    "step_size": 1.0,
    "size": (64, 64),
    "regularizers": Regularizers(),
    "before_activation": False,
}
"""The settings of Chollet, Deep Learning with Python, section 5.4.2."""


def last(*arguments: Any, **options: Any) -> Any:
    states = list(maximize_filters(*arguments, **(BOOK | options)))
    assert [state.done for state in states] == [False] * (len(states) - 1) + [True]
    return states[-1]
