"""What the first step of a training would make: the optimizer's variables, and metrics.

TensorFlow builds a graph again if variables were made while it was built, and makes each of those
as a graph of its own. Made before, they cost next to nothing, and one graph is enough.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import compiled, load, load_keras
from dlwidgets.training.resume_state import build_optimizer

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
        if isinstance(model.optimizer, load_keras().Optimizer):
            build_optimizer(model)


def _make_metrics(model: Any, iterator: Any) -> None:
    """Let the metrics of `compile` see what their data are, but count none.

    That is known only of a model whose outputs Keras computes and describes completely.
    """
    tf, keras = load()
    outputs: list[Any] = getattr(model, "outputs", None) or []
    if len(outputs) != 1 or None in outputs[0].shape[1:] or not _is_computed_by_keras(model):
        return
    if all(getattr(metric, "built", True) for metric in model.metrics):
        return
    predicted = tf.TensorSpec(outputs[0].shape, outputs[0].dtype)
    _, y, weights = keras.utils.unpack_x_y_sample_weight(iterator.element_spec)

    def update(y: Any, y_pred: Any, weights: Any) -> Any:
        # Targets that the loss refuses mustn't tell the metrics what to count.
        model.compute_loss(None, y, y_pred, weights)
        return model.compute_metrics(None, y, y_pred, weights)

    with keras.StatelessScope():  # what is made in it gets its value outside of the graph
        graph: Any = compiled(update, autograph=False)
        graph.get_concrete_function(y, predicted, weights)


def _is_computed_by_keras(model: Any) -> bool:
    kind, keras = type(model), load_keras()
    same = ("compute_metrics", "compute_loss")
    own = any(getattr(kind, name) is not getattr(keras.Model, name) for name in same)
    return not own and kind.call.__module__.partition(".")[0] == "keras"
