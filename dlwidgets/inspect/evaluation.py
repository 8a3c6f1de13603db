"""Calling a model on samples: in batches of the size that it takes, and without a trace in it."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.sublayers import sublayers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel, Nested, Variable


def fixed_batch_size(model: KerasModel) -> int | None:
    """Return the number of samples that a model takes at once; None if any number will do.

    Args:
        model: A Keras model. Its batches have a fixed size where an `Input` was given a
            `batch_shape`, and where a recurrent layer keeps a state for each sample of a batch.

    Example:
        >>> import keras
        >>> from dlwidgets.inspect.evaluation import fixed_batch_size
        >>> fixed_batch_size(keras.Sequential([keras.Input(batch_shape=(16, 4))]))
        16
    """
    for tensor in getattr(model, "inputs", None) or ():
        if tensor.shape and tensor.shape[0] is not None:
            return int(tensor.shape[0])
    states = state_variables(model)
    return int(states[0].shape[0]) if states else None


def state_variables(model: KerasModel) -> list[Variable]:
    """Return the states that the recurrent layers with `stateful=True` carry to the next batch.

    Args:
        model: A Keras model. States are no weights, so that neither `weights` nor `variables` lists
            them.
    """
    flatten = load_keras().tree.flatten
    return [v for layer in _stateful_layers(model) for v in flatten(layer.states or ())]


@contextlib.contextmanager
def without_history(model: KerasModel) -> Iterator[None]:
    """Let a model answer as if it had seen nothing before, and give it back its states afterwards.

    Args:
        model: A Keras model. Only one with `stateful=True` has a history, and only such a model is
            kept from other threads meanwhile.
    """
    states = state_variables(model)
    if not states:
        yield
        return
    with _lock_of(model):
        before = [v.numpy() for v in states]
        try:
            forget(model)
            yield
        finally:
            for variable, value in zip(states, before, strict=True):
                variable.assign(value)


def forget(model: KerasModel) -> None:
    """Set all states of a model to zero; in a graph, each time that this place is reached.

    Args:
        model: A Keras model.
    """
    for variable in state_variables(model):
        variable.assign(np.zeros(variable.shape, variable.dtype))


def in_batches(
    model: KerasModel,
    call: Callable[[Nested], Nested],
    x: Nested,
    batch_size: int | None = None,
) -> list[NDArray[Any]]:
    """Call a model, or a part of it, on any number of samples.

    Batches are filled up where the model takes only batches of one size. Each begins without a
    history, and the model's states stay what they were, so that the same samples always give the
    same.

    Args:
        model: The Keras model.
        call: Calls it, or something that shares its layers, on one batch.
        x: Samples, shape (n, …); for several inputs a list or dict of such arrays.
        batch_size: Samples at a time; None for all at once.

    Returns:
        For each output, in the order of `keras.tree.flatten`, an array of shape (n, …).

    Example:
        >>> import keras
        >>> from dlwidgets.inspect.evaluation import in_batches
        >>> net = keras.Sequential([keras.Input(batch_shape=(16, 4)), keras.layers.Dense(2)])
        >>> [output.shape for output in in_batches(net, net, np.ones((18, 4), "float32"))]
        [(18, 2)]
    """
    tree = load_keras().tree
    count = len(tree.flatten(x)[0])
    fixed = fixed_batch_size(model)
    size = fixed or batch_size or max(1, count)
    parts: list[list[NDArray[Any]]] = []
    for first in range(0, max(1, count), size):
        used = min(size, count - first)
        rows = np.minimum(np.arange(first, first + (size if fixed else used)), count - 1)
        batch = tree.map_structure(lambda a, i=rows: _rows(a, i), x)
        with without_history(model):
            output = call(batch)
        parts.append([np.asarray(part)[:used] for part in tree.flatten(output)])
    return [
        column[0] if len(column) == 1 else np.concatenate(column)
        for column in zip(*parts, strict=True)
    ]


def _rows(array: Any, rows: NDArray[np.int64]) -> Any:
    whole = len(rows) == len(array) and bool((np.diff(rows) == 1).all())
    return array if whole else np.asarray(array)[rows]


@cached_per_model
def _stateful_layers(model: KerasModel) -> list[AnyLayer]:
    kind = load_keras().layers.RNN
    return [layer for layer in sublayers(model) if isinstance(layer, kind) and layer.stateful]


@cached_per_model
def _lock_of(model: KerasModel) -> threading.RLock:
    return threading.RLock()
