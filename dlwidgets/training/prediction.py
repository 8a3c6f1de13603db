"""A model's output for one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.inspect.tracing import final_activation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect import FinalActivation


def predict_batch(model: KerasModel, x: NDArray[Any]) -> tuple[NDArray[Any], FinalActivation]:
    """Return a model's output for a batch, and its last activation.

    For a model that trains, call it through a `ModelSource`:
    `source.use(lambda model: predict_batch(model, x))`.

    Args:
        model: A built Keras model.
        x: A batch that fits into memory at once.

    Returns:
        The output array, of a model with several outputs the first; and the last activation on the
        way to it, "" where it isn't known.

    Example:
        >>> from dlwidgets.training.prediction import predict_batch
        >>> output, activation = predict_batch(dl.models.mlp((4,), 3), np.zeros((5, 4)))
        >>> output.shape, activation
        ((5, 3), 'softmax')
    """
    tf, keras = load()
    found = model(tf.convert_to_tensor(x), training=False)
    first = found
    if isinstance(found, dict):
        first = next(iter(found.values()))
    elif isinstance(found, (list, tuple)):
        first = found[0]
    # Keras counts the outputs in a dict in the order of their names.
    which = next(i for i, one in enumerate(keras.tree.flatten(found)) if one is first)
    return np.asarray(first), final_activation(model, which)
