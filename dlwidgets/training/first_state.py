"""What the first step of a training would make: the optimizer's variables, and metrics.

TensorFlow builds a graph again if variables were made while it was built, and makes each of those
as a graph of its own. Made before, they cost next to nothing, and one graph is enough.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import compiled, load, load_keras

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets._keras_types import KerasModel, Nested


def make_first_state(model: KerasModel, iterator: Iterator[Nested]) -> None:
    """Make the variables that the first step makes, where Keras's own step makes them.

    Their values are those that the step would give them, and no step is run. A model that isn't
    built, or has a `train_step` of its own, is left as it is.

    Args:
        model: A compiled Keras model.
        iterator: A `tf.data` iterator over its batches, of which none is taken.

    Raises:
        Exception: What the optimizer raises.

    Example:
        >>> make_first_state(model, iter(dataset))  # doctest: +SKIP
        >>> model.optimizer.built  # doctest: +SKIP
        True
    """
    if type(model).train_step is not load_keras().Model.train_step or not model.built:
        return
    with model.distribute_strategy.scope():
        # Where metrics refuse their data, so will the step, and say so.
        with contextlib.suppress(Exception):
            _make_metrics(model, iterator)
        optimizer = model.optimizer
        if isinstance(optimizer, load_keras().Optimizer) and not optimizer.built:
            optimizer.build(model.trainable_variables)


def _make_metrics(model: Any, iterator: Any) -> None:
    """Let the metrics of `compile` see what their data are, but count none."""
    tf, keras = load()
    own = type(model).compute_metrics is not keras.Model.compute_metrics
    outputs: list[Any] = getattr(model, "outputs", None) or []
    if own or len(outputs) != 1 or all(getattr(metric, "built", True) for metric in model.metrics):
        return
    predicted = tf.TensorSpec(outputs[0].shape, outputs[0].dtype)
    _, y, weights = keras.utils.unpack_x_y_sample_weight(iterator.element_spec)

    def update(y: Any, y_pred: Any, weights: Any) -> Any:
        return model.compute_metrics(None, y, y_pred, weights)

    with keras.StatelessScope():  # what is made in it gets its value outside of the graph
        graph: Any = compiled(update, autograph=False)
        graph.get_concrete_function(y, predicted, weights)
