"""Reading or setting all weights of a model, with as few instructions as TensorFlow allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.inspect.model_cache import cached_per_model

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets._keras_types import KerasModel


# A call of a graph costs as much as reading or setting about a dozen variables one by one.
_FEW = 12


class WeightReader:
    """Reads all weights of a model, again and again.

    Example:
        >>> from dlwidgets.training.weight_calls import WeightReader
        >>> reader = WeightReader()
        >>> [tuple(weight.shape) for weight in reader.read(dl.models.line_neuron())]
        [(1, 1), (1,)]
    """

    def __init__(self) -> None:
        self._variables: list[Any] = []
        self._read: Callable[[], Sequence[Any]] | None = None

    def read(self, model: KerasModel) -> tuple[Any, ...]:
        """Return the values as tensors on the CPU, in the order of ``model.get_weights()``.

        Later changes of the weights don't change them.

        Args:
            model: A built Keras model, whose weights nothing changes meanwhile.
        """
        variables = [weight.value for weight in model.weights]
        same = len(variables) == len(self._variables) and all(
            one is other for one, other in zip(variables, self._variables, strict=True)
        )
        if not same:
            self._variables, self._read = variables, None
            return _values(variables)  # a graph isn't worth it yet
        if not variables:
            return ()
        if self._read is None:
            self._read = variable_reader(variables)
        return tuple(self._read())


def variable_reader(variables: Sequence[Any]) -> Callable[[], Sequence[Any]]:
    """Return a function that reads variables, as tensors on the CPU.

    Args:
        variables: TensorFlow's own, such as `keras.Variable.value`.

    Example:
        >>> from dlwidgets.training.weight_calls import variable_reader
        >>> kernel, bias = dl.models.line_neuron().weights
        >>> variable_reader([kernel.value, bias.value])()[1].numpy().tolist()
        [0.0]
    """
    return _one_by_one(variables) if _are_few(variables) else _in_graph(variables)


def _values(variables: Sequence[Any]) -> tuple[Any, ...]:
    tf, _ = load()
    with tf.device("CPU:0"):
        return tuple(tf.identity(variable) for variable in variables)


def _are_few(variables: Sequence[Any]) -> bool:
    """Whether they are few, and plain variables in the memory of this machine."""
    tf, _ = load()
    return len(variables) <= _FEW and all(
        isinstance(v, tf.Variable)
        and not isinstance(v, tf.distribute.DistributedValues)
        and "CPU" in v.device
        for v in variables
    )


def _one_by_one(variables: Sequence[Any]) -> Callable[[], Sequence[Any]]:
    tf, _ = load()
    read = tf.raw_ops.ReadVariableOp
    known = [(variable.handle, variable.dtype) for variable in variables]
    return lambda: [read(resource=handle, dtype=dtype) for handle, dtype in known]


def _in_graph(variables: Sequence[Any]) -> Callable[[], Sequence[Any]]:
    tf, _ = load()
    graph: Callable[[], Sequence[Any]] = tf.function(
        lambda: _values(variables), autograph=False, input_signature=[]
    ).get_concrete_function()
    return graph


def assign_weights(model: KerasModel, values: Sequence[Any]) -> None:
    """Set all weights of a model; the first time a graph may be built for it.

    Args:
        model: A built Keras model.
        values: Arrays or tensors of the very shapes of its weights, in the order of
            ``model.get_weights()``; those of another dtype are converted.
    """
    tf, _ = load()
    assign, dtypes = _assignment(model)

    def fits(value: Any, dtype: Any) -> bool:
        return isinstance(value, tf.Tensor) and value.dtype == dtype

    given = zip(values, dtypes, strict=True)
    assign(*(v if fits(v, t) else tf.convert_to_tensor(np.asarray(v), t) for v, t in given))


@cached_per_model
def _assignment(model: KerasModel) -> tuple[Callable[..., None], list[Any]]:
    tf, _ = load()
    variables = [weight.value for weight in model.weights]
    dtypes = [variable.dtype for variable in variables]
    if _are_few(variables):
        handles, set_to = [v.handle for v in variables], tf.raw_ops.AssignVariableOp

        def assign_one_by_one(*values: Any) -> None:
            for handle, value in zip(handles, values, strict=True):
                set_to(resource=handle, value=value, validate_shape=True)

        return assign_one_by_one, dtypes

    def assign(*values: Any) -> None:
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    signature = [tf.TensorSpec(variable.shape, variable.dtype) for variable in variables]
    graph = tf.function(assign, autograph=False, input_signature=signature).get_concrete_function()
    return graph, dtypes
