"""Arrays in the structures that Keras takes them in: one, or lists and dicts of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlwidgets._keras_types import Nested


def is_structure(value: object) -> bool:
    """Return whether something holds several arrays; a list of numbers is one array.

    Args:
        value: What Keras takes as inputs or targets.
    """
    if isinstance(value, dict):
        return True
    if not isinstance(value, (list, tuple)) or not value:
        return False
    return is_structure(value[0]) or bool(len(getattr(value[0], "shape", None) or ()))


def leaves_of(value: Nested) -> list[Any]:
    """Return the arrays in a structure; none of `None`.

    Args:
        value: One array, or a list, tuple or dict of them, of any depth.
    """
    if value is None:
        return []
    if not is_structure(value):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return [leaf for one in inner for leaf in leaves_of(one)]


def map_leaves(function: Callable[[Any], Any], value: Nested) -> Nested:
    """Return the same structure with `function` applied to each array; tuples become lists.

    Args:
        function: Takes one array.
        value: One array, or a list, tuple or dict of them; `None` stays.
    """
    if value is None:
        return None
    if not is_structure(value):
        return function(value)
    if isinstance(value, dict):
        return {key: map_leaves(function, one) for key, one in value.items()}
    return [map_leaves(function, one) for one in value]


def to_array(value: Any) -> Any:
    """Return an array; ragged rows are padded with zeros at their end.

    Args:
        value: An array, a tensor, a list of numbers, a data frame, or a sparse or ragged tensor.
    """
    if hasattr(value, "to_tensor"):  # tf.RaggedTensor
        value = value.to_tensor()
    elif hasattr(value, "dense_shape"):  # tf.SparseTensor
        value = _dense(value)
    elif hasattr(value, "toarray"):  # a matrix of scipy.sparse
        value = value.toarray()
    elif hasattr(value, "detach"):  # a torch tensor may have a gradient
        value = value.detach().cpu()
    return np.asarray(value)


def _dense(value: Any) -> Any:
    from dlwidgets._tensorflow import load

    tf, _ = load()
    return tf.sparse.to_dense(value)


def shapes_in(value: Any) -> Iterator[tuple[int | None, ...]]:
    """Yield the shapes in what Keras gives as `input_shape` of a model.

    Args:
        value: One shape, or a list, tuple or dict of them; `None` for none.
    """
    if isinstance(value, dict):
        for one in value.values():
            yield from shapes_in(one)
    elif isinstance(value, (list, tuple)):
        if all(side is None or isinstance(side, int) for side in value):
            yield tuple(value)
        else:
            for one in value:
                yield from shapes_in(one)
