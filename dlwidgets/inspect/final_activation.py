"""What the numbers are that a model gives out: probabilities, of which kind, or logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.tracing import NoGraphError, TracedModel, tap

if TYPE_CHECKING:
    from dlwidgets.inspect.tracing import Call

Ending = Literal["softmax", "sigmoid", "linear", ""]
"""The last activation: "softmax" gives probabilities that exclude each other, "sigmoid" one
probability per unit, "linear" logits; "" is unknown, or another."""

_UNCHANGED = frozenset({"reshape", "squeeze", "expanddims", "flatten"})  # operations of keras.ops


def ending(model: Any, output_index: int = 0) -> Ending:
    """The last activation on the way to a model's output.

    Args:
        model: A built Keras model.
        output_index: Which of several outputs.

    Returns:
        One of `Ending`; "" for a model whose way through its layers cannot be followed.

    Raises:
        TypeError: Not a Keras model.
        ValueError: The model is not built.

    Example:
        >>> dl.inspect.ending(dl.models.mlp((4,), 3)), dl.inspect.ending(dl.models.line_neuron())
        ('softmax', 'linear')
    """
    try:
        return ending_of(tap(model), output_index)
    except NoGraphError:
        return ""


def ending_of(tapped: TracedModel, output_index: int = 0) -> Ending:
    """The last activation on the way to an output of a graph; see `ending`."""
    makers = {id(call.result): call for call in tapped.calls if call.result is not None}
    call = tapped.heads[output_index]
    while call is not None and not call.merges:
        found = squashing(call.layer)
        if found or not _passes(call):
            return found or _linear(call.layer)
        call = makers.get(id(call.source))
    return ""


def squashing(layer: Any) -> Literal["softmax", "sigmoid", ""]:
    """Whether a layer, or an operation of `keras.ops`, ends in a softmax or a sigmoid."""
    layers = load_keras().layers
    if isinstance(layer, layers.Softmax):
        return "softmax"
    name = type(layer).__name__.lower()
    if not isinstance(layer, layers.Layer):
        return "softmax" if name == "softmax" else "sigmoid" if name == "sigmoid" else ""
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    # The activation of a recurrent layer is one inside its cell.
    if name not in {"softmax", "sigmoid"} or isinstance(layer, layers.RNN):
        return ""
    try:
        told = "activation" in layer.get_config()
    except NotImplementedError:  # a layer of one's own that cannot be described
        return ""
    return "" if not told else "softmax" if name == "softmax" else "sigmoid"


def _passes(call: Call) -> bool:
    """Whether what comes out are the very numbers that go in."""
    layers = load_keras().layers
    if not isinstance(call.layer, layers.Layer):
        return type(call.layer).__name__.lower() in _UNCHANGED
    same = (layers.Flatten, layers.Reshape, layers.Dropout, layers.Identity)
    if isinstance(call.layer, layers.Activation):
        return _activation(call.layer) == "linear"
    return isinstance(call.layer, same)


def _linear(layer: Any) -> Literal["linear", ""]:
    """Whether a layer gives logits: weighted sums, or logarithms of probabilities."""
    k = load_keras().layers
    sums = (k.Dense, k.EinsumDense, k.Conv1D, k.Conv2D, k.Conv3D)
    if isinstance(layer, sums) and _activation(layer) == "linear":
        return "linear"
    known = isinstance(layer, (*sums, k.Activation)) and _activation(layer) == "log_softmax"
    return "linear" if known or type(layer).__name__ == "LogSoftmax" else ""


def _activation(layer: Any) -> str:
    return str(getattr(layer.activation, "__name__", ""))
