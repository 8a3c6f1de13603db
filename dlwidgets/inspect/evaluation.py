"""Calling a model on samples: in batches of the size that it takes, and without a trace in it."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.sublayers import sublayers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel, Nested, Variable


@dataclass(frozen=True, eq=False)
class Batching:
    """How a model takes its samples; `batching_of` returns it.

    It holds no reference to the model.

    Attributes:
        size: The number of samples that the model takes at once; `None` if any number will do.
        stateful: The recurrent layers that carry a state from one batch to the next.
    """

    size: int | None
    stateful: tuple[AnyLayer, ...]
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)

    def parts(self, x: Nested, batch_size: int | None = None) -> Iterator[tuple[Nested, int]]:
        """Yield batches, filled up where the model takes only batches of one size.

        Args:
            x: Samples, shape (n, …); for several inputs a list or dict of such arrays.
            batch_size: Samples at a time; `None` for all at once.

        Yields:
            A batch, and how many of its samples count. One without samples if there are none.
        """
        tree = load_keras().tree
        count = len(tree.flatten(x)[0])
        size = self.size or batch_size or max(1, count)
        for first in range(0, max(1, count), size):
            used = min(size, count - first)
            last = first + (size if self.size else used)
            rows = np.minimum(np.arange(first, last), count - 1)
            yield tree.map_structure(lambda a, i=rows: _rows(a, i), x), used

    def run(
        self, call: Callable[[Nested], Nested], x: Nested, batch_size: int | None = None
    ) -> list[NDArray[Any]]:
        """Call something on any number of samples; arguments and result as for `in_batches`."""
        results: list[list[NDArray[Any]]] = []
        for batch, used in self.parts(x, batch_size):
            with self.without_history():
                output = call(batch)
            flat = load_keras().tree.flatten(output)
            results.append([np.asarray(part)[:used] for part in flat])
        return [
            column[0] if len(column) == 1 else np.concatenate(column)
            for column in zip(*results, strict=True)
        ]

    @contextlib.contextmanager
    def without_history(self) -> Iterator[None]:
        """Let the model answer as if it had seen nothing before; see the function."""
        states = states_of(self.stateful)
        if not states:
            yield
            return
        with self._lock:
            before = [v.numpy() for v in states]
            try:
                self.forget()
                yield
            finally:
                for variable, value in zip(states, before, strict=True):
                    variable.assign(value)

    def forget(self) -> None:
        """Set all states to zero; in a graph, each time that this place is reached."""
        for variable in states_of(self.stateful):
            variable.assign(np.zeros(variable.shape, variable.dtype))


@cached_per_model
def batching_of(model: KerasModel) -> Batching:
    """Return how a model takes its samples.

    Args:
        model: A Keras model. Its batches have a fixed size where an `Input` was given a
            `batch_shape`, and where a recurrent layer keeps a state for each sample of a batch.

    Example:
        >>> import keras
        >>> from dlwidgets.inspect.evaluation import batching_of
        >>> batching_of(keras.Sequential([keras.Input(batch_shape=(16, 4))])).size
        16
    """
    kind = load_keras().layers.RNN
    layers = [one for one in sublayers(model) if isinstance(one, kind) and one.stateful]
    for tensor in getattr(model, "inputs", None) or ():
        if tensor.shape and tensor.shape[0] is not None:
            return Batching(int(tensor.shape[0]), tuple(layers))
    states = states_of(layers)
    return Batching(int(states[0].shape[0]) if states else None, tuple(layers))


def fixed_batch_size(model: KerasModel) -> int | None:
    """Return the number of samples that a model takes at once; `None` if any number will do.

    Args:
        model: A Keras model.
    """
    return batching_of(model).size


def states_of(layers: Iterable[AnyLayer]) -> list[Variable]:
    """Return the states that some layers carry to the next batch.

    Args:
        layers: Keras layers; only recurrent ones with `stateful=True` have such states, which are
            no weights, so that neither `weights` nor `variables` of a model lists them.
    """
    tree, kind = load_keras().tree, load_keras().layers.RNN
    stateful = [one for one in layers if isinstance(one, kind) and one.stateful]
    return [state for one in stateful for state in tree.flatten(one.states or ())]


def without_history(model: KerasModel) -> contextlib.AbstractContextManager[None]:
    """Let a model answer as if it had seen nothing before, and give it back its states afterwards.

    Args:
        model: A Keras model. Only one with `stateful=True` has a history, and only such a model is
            kept from other threads meanwhile.
    """
    return batching_of(model).without_history()


def forget(model: KerasModel) -> None:
    """Set all states of a model to zero; in a graph, each time that this place is reached.

    Args:
        model: A Keras model.
    """
    batching_of(model).forget()


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
        batch_size: Samples at a time; `None` for all at once.

    Returns:
        For each output, in the order of `keras.tree.flatten`, an array of shape (n, …).

    Example:
        >>> import keras
        >>> from dlwidgets.inspect.evaluation import in_batches
        >>> net = keras.Sequential([keras.Input(batch_shape=(16, 4)), keras.layers.Dense(2)])
        >>> [output.shape for output in in_batches(net, net, np.ones((18, 4), "float32"))]
        [(18, 2)]
    """
    return batching_of(model).run(call, x, batch_size)


def _rows(array: Any, rows: NDArray[np.int64]) -> Any:
    if not len(array):
        return np.zeros((len(rows), *array.shape[1:]), array.dtype)
    whole = len(rows) == len(array) and bool((np.diff(rows) == 1).all())
    return array if whole else np.asarray(array)[rows]
