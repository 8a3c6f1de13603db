"""A model's inputs in its own order, in whichever form they are given."""

from __future__ import annotations

from typing import Any

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.layers import ARGUMENT


def input_names(inputs: Any) -> list[str]:
    """What a model's inputs are called, in its own order.

    Args:
        inputs: Symbolic inputs in the structure that the model takes.

    Returns:
        The keys of a dict of inputs, else the names of the inputs themselves.
    """
    keras = load_keras()
    if isinstance(inputs, dict):
        return [str(key) for key in sorted(inputs)]  # as Keras has them
    return [str(t.name).removesuffix(ARGUMENT) for t in keras.tree.flatten(inputs)]


def in_order(inputs: Any, x: Any) -> list[Any]:
    """The arrays that are given, one per input of a model, in the model's order.

    Args:
        inputs: Symbolic inputs in the structure that the model takes.
        x: One array, a list or tuple of arrays in that order, or a dict by the inputs' names; what
            a dict holds beyond them is left out.

    Raises:
        ValueError: Another number of arrays, or an input that a dict does not hold.
    """
    keras = load_keras()
    tensors, names = keras.tree.flatten(inputs), input_names(inputs)
    n = len(tensors)
    if isinstance(x, dict):
        missing = [name for name in names if name not in x]
        if missing:
            message = (
                f"the model takes the inputs {names}. Received: {sorted(str(key) for key in x)}"
            )
            raise ValueError(message)
        return list(keras.tree.flatten([x[name] for name in names]))
    listed = isinstance(x, (list, tuple))
    if n == 1:
        if listed and len(x) > 1 and np.ndim(x[0]) == len(tensors[0].shape):
            message = f"the model takes 1 input. Received: {len(x)}"
            raise ValueError(message)
        return [x[0]] if listed and len(x) == 1 and np.ndim(x[0]) > 0 else [x]
    given = list(x) if listed and len(x) == n else keras.tree.flatten(x) if listed else []
    if len(given) != n:
        received = f"{len(x)}" if listed else type(x).__name__
        message = (
            f"the model takes {n} inputs: give a list of {n} arrays, or a dict with the names "
            f"{names}. Received: {received}"
        )
        raise ValueError(message)
    return given
