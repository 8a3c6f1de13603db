"""A model's output for one batch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load
from dlwidgets.inspect.evaluation import in_batches
from dlwidgets.inspect.model_outputs import choose_output

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.model_outputs import ModelOutput


def predict_batch(
    model: KerasModel, x: NDArray[Any], output: ModelOutput | None = None
) -> NDArray[Any]:
    """Return a model's output for a batch.

    For a model that trains, call it through a `ModelSource`:
    `source.use(lambda model: predict_batch(model, x))`.

    Args:
        model: A built Keras model.
        x: A batch that fits into memory at once.
        output: Which of several outputs, from `outputs_of`; `None` for the first that ends like a
            classifier, or the first.

    Example:
        >>> from dlwidgets.training.prediction import predict_batch
        >>> predict_batch(dl.models.mlp((4,), 3), np.zeros((5, 4))).shape
        (5, 3)
    """
    tf, keras = load()
    which = (output or choose_output(model)).index

    def call(batch: Nested) -> list[Any]:
        return list(keras.tree.flatten(model(tf.convert_to_tensor(batch), training=False)))

    return in_batches(model, call, x)[which]
