"""Where what a convolution computes is complete: after normalization, activation and residual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from dlwidgets._keras_types import Module
    from dlwidgets.inspect.traced_model import LayerCall, TracedModel


def block_end(traced: TracedModel, call: LayerCall) -> LayerCall:
    """Return the last call of the block that a convolution begins.

    From the convolution it goes on through layers that keep its height and width and have no
    kernel: normalization, activation, dropout, and sums and concatenations with what comes from
    elsewhere. It ends before a layer that isn't the only one to take what is computed.

    Args:
        traced: The graph of a model.
        call: A call in it, of a convolution.

    Returns:
        A call of a layer; the convolution's own if nothing follows.
    """
    return chain_from(traced, call)[-1]


def chain_from(traced: TracedModel, call: LayerCall) -> list[LayerCall]:
    """Return the calls from a convolution to the end of its block; arguments as `block_end`."""
    keras = load_keras()
    chain, seen = [call], traced.inputs_of(call)
    while True:
        after = traced.calls_after(chain[-1])
        if len(after) != 1 or not _goes_on(keras, chain[-1], after[0]):
            return chain
        if traced.inputs_of(after[0]) != seen:  # what comes from another input isn't of this one
            return chain
        chain.append(after[0])


def complete_calls(traced: TracedModel) -> list[LayerCall]:
    """Return the calls at which the block of a convolution of images is complete.

    Args:
        traced: The graph of a model.

    Returns:
        Calls after normalization and activation, from input to output; without an activation only
        if the model has none. Depthwise convolutions are left out: each of their channels sees only
        one.
    """
    keras = load_keras()
    found: dict[int, tuple[LayerCall, bool]] = {}
    for call in traced.layers.values():
        if not has_kernel(call) or isinstance(call.layer, keras.layers.DepthwiseConv2D):
            continue
        chain = chain_from(traced, call)
        own = getattr(call.layer, "activation", keras.activations.linear)
        active = own is not keras.activations.linear or any(map(is_activation, chain))
        found[id(chain[-1])] = chain[-1], active or found.get(id(chain[-1]), (call, False))[1]
    complete = [call for call, active in found.values() if active]
    return complete or [call for call, _ in found.values()]


def has_kernel(call: LayerCall) -> bool:
    """Return whether a layer is a convolution of images, or contains one."""
    return len(call.output.shape) == 4 and any(len(w.shape) == 4 for w in call.layer.weights)


def is_activation(call: LayerCall) -> bool:
    """Return whether a layer is nothing but an activation function."""
    layers = load_keras().layers
    kinds = (
        layers.Activation,
        layers.ELU,
        layers.LeakyReLU,
        layers.PReLU,
        layers.ReLU,
        layers.Softmax,
    )
    return isinstance(call.layer, kinds)


def _goes_on(keras: Module, before: LayerCall, call: LayerCall) -> bool:
    if not call.is_layer or call.output is None or before.output is None:
        return False
    old, new = (tuple(c.output.shape) for c in (before, call))
    if len(old) != len(new) or old[:-1] != new[:-1]:
        return False
    layers = keras.layers
    if call.merges:
        merging: tuple[Any, ...] = (layers.Add, layers.Average, layers.Concatenate, layers.Maximum)
        return isinstance(call.layer, merging)
    keeping = (
        layers.BatchNormalization,
        layers.Dropout,
        layers.GroupNormalization,
        layers.LayerNormalization,
        layers.SpatialDropout1D,
        layers.SpatialDropout2D,
        layers.UnitNormalization,
    )
    return is_activation(call) or isinstance(call.layer, keeping)
