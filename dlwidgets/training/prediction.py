"""A model's output for one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load
from dlwidgets.inspect.evaluation import in_batches
from dlwidgets.inspect.tracing import final_activation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
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
    first = 0  # Keras counts the outputs in a dict in the order of their names

    def call(batch: Nested) -> list[Nested]:
        nonlocal first
        found = model(tf.convert_to_tensor(batch), training=False)
        outputs = list(keras.tree.flatten(found))
        if isinstance(found, dict):
            one = next(iter(found.values()))
            first = next(i for i, output in enumerate(outputs) if output is one)
        return outputs

    output = in_batches(model, call, x)[first]
    return output, final_activation(model, first)
