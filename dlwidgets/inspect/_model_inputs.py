"""The inputs of a model in the model's own order, in whichever structure they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.layers import ARGUMENT

if TYPE_CHECKING:
    from dlwidgets._keras_types import Nested


def input_names(inputs: Nested) -> list[str]:
    """Return the names of a model's inputs, in the model's order.

    Args:
        inputs: Symbolic inputs in the structure that the model takes.

    Returns:
        The keys of a dict of inputs, else the names of the inputs themselves.
    """
    keras = load_keras()
    if isinstance(inputs, dict):
        return [str(key) for key in sorted(inputs)]  # as Keras has them
    return [str(t.name).removesuffix(ARGUMENT) for t in keras.tree.flatten(inputs)]


def in_order(inputs: Nested, x: Nested) -> list[Any]:
    """Return the given arrays as a list, one per input, in the model's order.

    Args:
        inputs: Symbolic inputs in the structure that the model takes.
        x: One array, a list or tuple of arrays in the model's order, or a dict by the inputs'
            names, which may hold more than these.

    Raises:
        ValueError: Another number of arrays, or a dict that lacks an input.
    """
    keras = load_keras()
    tensors, names = keras.tree.flatten(inputs), input_names(inputs)
    count = len(tensors)
    if isinstance(x, dict):
        if any(name not in x for name in names):
            message = tr(
                "Expected the inputs {names}. Received: {keys}",
                names=names,
                keys=sorted(str(key) for key in x),
            )
            raise ValueError(message)
        return list(keras.tree.flatten([x[name] for name in names]))
    listed = isinstance(x, (list, tuple))
    if count == 1:
        if listed and len(x) > 1 and np.ndim(x[0]) == len(tensors[0].shape):
            message = tr("Expected 1 input. Received: {count}", count=len(x))
            raise ValueError(message)
        return [x[0]] if listed and len(x) == 1 and np.ndim(x[0]) > 0 else [x]
    given = list(x) if listed and len(x) == count else keras.tree.flatten(x) if listed else []
    if len(given) != count:
        message = tr(
            "Expected {count} inputs: a list of {count} arrays, or a dict with the keys {names}. "
            "Received: {received}",
            count=count,
            names=names,
            received=str(len(x)) if listed else type(x).__name__,
        )
        raise ValueError(message)
    return given
