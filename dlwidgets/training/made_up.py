"""Samples made up from what a model says of its inputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.inspect.evaluation import fixed_batch_size
from dlwidgets.inspect.sublayers import sublayers
from dlwidgets.inspect.tracing import functional

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Module, Nested, SymbolicTensor

_SIDE = 32  # of an axis that may have any length


def made_up_samples(model: KerasModel, count: int) -> Nested:
    """Return samples of the shapes and dtypes that a model takes.

    Args:
        model: A built Keras model.
        count: How many, unless the model takes batches of a fixed size.

    Returns:
        Tensors, in the structure of the model's input: words that a vocabulary has, numbers that an
        `Embedding` takes, random floats otherwise.

    Raises:
        ValueError: A subclassed model that doesn't say what it was built for.
    """
    tf, keras = load()
    inputs = _inputs_of(keras, model)
    words = _known_words(model)
    most = min((lay.input_dim for lay in _embeddings(keras, model)), default=None)
    rng = np.random.default_rng(0)
    rows = fixed_batch_size(model) or count

    def make(tensor: SymbolicTensor) -> Any:
        shape = (rows, *(_SIDE if side is None else side for side in tensor.shape[1:]))
        dtype = str(tensor.dtype)
        values: NDArray[Any]
        if dtype == "string":
            values = rng.choice(words[str] or ["a"], shape)
        elif dtype == "bool":
            values = rng.random(shape) < 0.5
        elif most is not None:
            values = rng.integers(0, most, shape)
        elif "int" in dtype:
            values = rng.choice(words[int], shape) if words[int] else rng.integers(0, 2, shape)
        else:
            values = rng.standard_normal(shape)
        return tf.cast(values, dtype) if dtype != "string" else tf.constant(values, tf.string)

    return keras.tree.map_structure(make, inputs)


def _inputs_of(keras: Module, model: KerasModel) -> Nested:
    if isinstance(model, keras.Sequential):
        return model.inputs[0]
    if getattr(model, "inputs", None):
        return model.input
    return functional(model).input


def _known_words(model: KerasModel) -> dict[type, list[Any]]:
    """The words of all vocabularies, by their type."""
    found: dict[type, list[Any]] = {str: [], int: []}
    for layer in sublayers(model):
        if hasattr(layer, "get_vocabulary"):
            for word in layer.get_vocabulary(include_special_tokens=False):
                found[str if isinstance(word, str) else int].append(word)
    return found


def _embeddings(keras: Module, model: KerasModel) -> list[Any]:
    kind = keras.layers.Embedding
    return [layer for layer in sublayers(model) if isinstance(layer, kind)]
