"""Reading and checking learning rates."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel


def parse_learning_rate(value: float | str) -> float:
    """Return a learning rate as a number.

    Args:
        value: A positive number, or its text.

    Raises:
        ValueError: Not a positive, finite number; the message names what was received.
    """
    try:
        rate = float(value)
    except (TypeError, ValueError, OverflowError):
        rate = math.nan
    # Optimizers keep it in 32 bits, where a number can become 0 or infinite that is neither here.
    with np.errstate(over="ignore"):
        kept = float(np.float32(rate))
    if not math.isfinite(kept) or kept <= 0 or isinstance(value, bool):
        raise ValueError(
            tr(
                "The learning rate must be a number above 0, such as 0.001. Received: {value}",
                value=repr(value),
            )
        )
    return rate


def current_learning_rate(model: KerasModel) -> float | None:
    """Return the optimizer's learning rate; None without an optimizer that has one."""
    rate = getattr(getattr(model, "optimizer", None), "learning_rate", None)
    return None if rate is None else float(rate)


def learning_rate_lock(model: KerasModel) -> str:
    """Return why the learning rate can't be set by hand; "" if it can.

    Args:
        model: A compiled Keras model.
    """
    optimizer = getattr(model, "optimizer", None)
    if optimizer is None or not hasattr(optimizer, "learning_rate"):
        return tr("This model's optimizer has no learning rate.")
    # A schedule or a function is asked for a value; only a plain rate is kept in a variable.
    if not isinstance(optimizer.learning_rate, load_keras().Variable):
        return tr("The learning rate follows a schedule that the model was compiled with.")
    return ""
