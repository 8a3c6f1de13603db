"""What the outputs of a model are: probabilities, of which kind, or logits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import AnyLayer
    from dlwidgets.inspect.traced_model import LayerCall

FinalActivation = Literal["softmax", "sigmoid", "linear", ""]
"""The last activation of a model: "softmax" gives probabilities that exclude each other, "sigmoid"
one probability per unit, "linear" logits; "" is unknown, or another."""

_UNCHANGED = frozenset({"reshape", "squeeze", "expanddims", "flatten"})  # operations of keras.ops


def activation_before(
    head: LayerCall | None, call_before: Callable[[LayerCall], LayerCall | None]
) -> FinalActivation:
    """Return the last activation on the way to an output.

    Args:
        head: The call that the output comes from.
        call_before: Returns the call that a call's input comes from.
    """
    call = head
    while call is not None and not call.merges:
        found = probability_activation(call.layer)
        if found or not _passes_values_on(call):
            return found or _linear(call.layer)
        call = call_before(call)
    return ""


def probability_activation(layer: AnyLayer) -> Literal["softmax", "sigmoid", ""]:
    """Return whether a layer, or an operation of `keras.ops`, ends in a softmax or a sigmoid."""
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
        configured = "activation" in layer.get_config()
    except NotImplementedError:  # a custom layer without a configuration
        return ""
    return "" if not configured else "softmax" if name == "softmax" else "sigmoid"


def _passes_values_on(call: LayerCall) -> bool:
    """Return whether the numbers that come out are the very numbers that go in."""
    layers = load_keras().layers
    if not isinstance(call.layer, layers.Layer):
        return type(call.layer).__name__.lower() in _UNCHANGED
    same = (layers.Flatten, layers.Reshape, layers.Dropout, layers.Identity)
    if isinstance(call.layer, layers.Activation):
        return _activation_name(call.layer) == "linear"
    return isinstance(call.layer, same)


def _linear(layer: AnyLayer) -> Literal["linear", ""]:
    """Return whether a layer gives logits: weighted sums, or logarithms of probabilities."""
    k = load_keras().layers
    sums = (k.Dense, k.EinsumDense, k.Conv1D, k.Conv2D, k.Conv3D)
    if isinstance(layer, sums) and _activation_name(layer) == "linear":
        return "linear"
    known = isinstance(layer, (*sums, k.Activation)) and _activation_name(layer) == "log_softmax"
    return "linear" if known or type(layer).__name__ == "LogSoftmax" else ""


def _activation_name(layer: AnyLayer) -> str:
    return str(getattr(layer.activation, "__name__", ""))
