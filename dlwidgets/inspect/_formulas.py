"""The number of parameters of a layer, as a calculation."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets._keras_types import AnyLayer


@dataclass(frozen=True)
class Formula:
    """A number of parameters with the calculation that gives it.

    Attributes:
        value: Parameters, trainable or not.
        terms: The calculation in numbers, such as "(4×4×3+1)×10"; "" if there are none.
        words: What the numbers are, such as "(kernel × input channels + bias) × filters".
    """

    value: int
    terms: str = ""
    words: str = ""

    def __str__(self) -> str:
        return f"{self.terms} = {self.value:,}" if self.terms else f"{self.value:,}"


def formula(layer: AnyLayer) -> Formula:
    """Return the number of parameters of a layer, as a calculation from its configuration.

    For a layer that no known calculation fits, such as a custom one, it is the sum of the sizes of
    its weights.

    Args:
        layer: A built Keras layer or model.

    Returns:
        The number, the calculation, and its meaning in words.

    Example:
        >>> import keras
        >>> layer = keras.layers.Conv2D(10, 4)
        >>> layer.build((None, 32, 32, 3))
        >>> str(formula(layer))
        '(4×4×3+1)×10 = 490'
    """
    total = sum(math.prod(w.shape) for w in layer.weights)
    if not layer.weights:
        return Formula(0, "", tr("no parameters"))
    known = next((rule for types, rule in _rules() if isinstance(layer, types)), None)
    try:
        found = None if known is None else known(layer)
    except (AttributeError, TypeError, IndexError, ValueError):
        found = None  # a layer of the same class that was changed: its weights still count
    if found is not None and found.value == total:
        return found
    return _sum_of_weights(layer, total)


def times(sizes: Sequence[int | None]) -> str:
    """Return sizes joined by a multiplication sign, "?" for one that isn't fixed."""
    return "×".join("?" if size is None else str(size) for size in sizes)


def _sum_of_weights(layer: AnyLayer, total: int) -> Formula:
    keras = load_keras()
    if isinstance(layer, keras.Model):
        parts = [one.count_params() for one in layer.layers if one.built and one.weights]
        if sum(parts) == total and 1 < len(parts) <= 8:
            return Formula(total, "+".join(map(str, parts)), tr("the sum of its layers"))
        return Formula(
            total,
            "",
            trn("the sum of its {n} layer", "the sum of its {n} layers", len(layer.layers)),
        )
    weights = layer.weights
    if len(weights) > 12:
        return Formula(total, "", tr("the sum of its {n} weights", n=len(weights)))
    terms = "+".join(times(w.shape) or "1" for w in weights)
    return Formula(total, terms, " + ".join(weight_name(w) for w in weights))


def weight_name(weight: Any) -> str:
    """Return the name of a weight in words: the last part of its path, such as "moving mean"."""
    return str(weight.path).rpartition("/")[2].replace("_", " ")


def _dense(layer: AnyLayer) -> Formula:
    inputs, units = layer.kernel.shape
    bias = int(layer.use_bias)
    terms = f"({inputs}+1)×{units}" if bias else f"{inputs}×{units}"
    words = tr("(inputs + bias) × units") if bias else tr("inputs × units")
    return Formula((inputs + bias) * units, terms, words)


def _conv(layer: AnyLayer) -> Formula:
    *kernel, channels, filters = layer.kernel.shape
    return _kernel_formula(layer, [*kernel, channels], filters)


def _conv_transpose(layer: AnyLayer) -> Formula:
    *kernel, filters, channels = layer.kernel.shape
    return _kernel_formula(layer, [*kernel, channels], filters)


def _kernel_formula(layer: AnyLayer, sizes: list[int], filters: int) -> Formula:
    inner = times(sizes)
    terms = f"({inner}+1)×{filters}" if layer.use_bias else f"{inner}×{filters}"
    value = (math.prod(sizes) + int(layer.use_bias)) * filters
    if getattr(layer, "groups", 1) > 1:
        with_bias = tr("(kernel × input channels per group + bias) × filters")
        without = tr("kernel × input channels per group × filters")
    else:
        with_bias = tr("(kernel × input channels + bias) × filters")
        without = tr("kernel × input channels × filters")
    return Formula(value, terms, with_bias if layer.use_bias else without)


def _depthwise(layer: AnyLayer) -> Formula:
    *kernel, channels, multiplier = layer.kernel.shape
    one = f"({times(kernel)}+1)" if layer.use_bias else times(kernel)
    value = (math.prod(kernel) + int(layer.use_bias)) * channels * multiplier
    if multiplier == 1:
        with_bias = tr("(kernel + bias) × channels")
        without = tr("kernel × channels")
        return Formula(value, f"{one}×{channels}", with_bias if layer.use_bias else without)
    with_bias = tr("(kernel + bias) × channels × depth multiplier")
    without = tr("kernel × channels × depth multiplier")
    words = with_bias if layer.use_bias else without
    return Formula(value, f"{one}×{channels}×{multiplier}", words)


def _separable(layer: AnyLayer) -> Formula:
    *kernel, channels, multiplier = layer.depthwise_kernel.shape
    filters = layer.pointwise_kernel.shape[-1]
    middle = channels * multiplier
    deep = times([*kernel, channels, *([multiplier] if multiplier > 1 else [])])
    point = f"({middle}+1)×{filters}" if layer.use_bias else f"{middle}×{filters}"
    value = math.prod(kernel) * middle + (middle + int(layer.use_bias)) * filters
    first = (
        tr("kernel × input channels × depth multiplier")
        if multiplier > 1
        else tr("kernel × input channels")
    )
    then = (
        tr("{first}, then 1×1: (channels + bias) × filters", first=first)
        if layer.use_bias
        else tr("{first}, then 1×1: channels × filters", first=first)
    )
    return Formula(value, f"{deep}+{point}", then)


def _normalization(layer: AnyLayer) -> Formula:
    size = math.prod(layer.weights[0].shape)
    names = [weight_name(w) for w in layer.weights]
    fixed = [weight_name(w) for w in layer.non_trainable_weights] if layer.trainable else []
    words: str = tr("({weights}) per channel", weights=" + ".join(names))
    if fixed:
        untrained = tr("not trainable: {weights}", weights=", ".join(fixed))
        words = join_messages([words, untrained], "; ")
    return Formula(len(names) * size, f"{len(names)}×{size}", words)


def _embedding(layer: AnyLayer) -> Formula:
    entries, size = layer.embeddings.shape
    return Formula(entries * size, f"{entries}×{size}", tr("entries × dimensions of a vector"))


def _recurrent(layer: AnyLayer) -> Formula:
    cell = layer.cell
    inputs, width = cell.kernel.shape
    units = layer.units
    gates = width // units
    biases = math.prod(cell.bias.shape) // width if layer.use_bias else 0
    inner = f"{inputs}+{units}" + (f"+{biases}" if biases else "")
    value = gates * (inputs + units + biases) * units
    words = (
        tr("(inputs + units + {biases} biases) × units", biases=biases)
        if biases > 1
        else tr("(inputs + units + bias) × units")
        if biases
        else tr("(inputs + units) × units")
    )
    if gates == 1:
        return Formula(value, f"({inner})×{units}", words)
    of_gates = tr("{n} gates × {one}", n=gates, one=words)
    return Formula(value, f"{gates}×({inner})×{units}", of_gates)


def _conv_lstm(layer: AnyLayer) -> Formula:
    *kernel, channels, width = layer.cell.kernel.shape
    filters = layer.filters
    gates = width // filters
    bias = int(layer.use_bias)
    value = gates * (math.prod(kernel) * (channels + filters) + bias) * filters
    inner = f"{times(kernel)}×({channels}+{filters})"
    inner = f"({inner}+1)" if bias else inner
    one = (
        tr("(kernel × (input channels + filters) + bias) × filters")
        if bias
        else tr("kernel × (input channels + filters) × filters")
    )
    words = tr("{n} gates × {one}", n=gates, one=one)
    return Formula(value, f"{gates}×{inner}×{filters}", words)


def _bidirectional(layer: AnyLayer) -> Formula | None:
    one, other = formula(layer.forward_layer), formula(layer.backward_layer)
    if not one.terms or one.value != other.value:
        return None
    return Formula(2 * one.value, f"2×{one.terms}", tr("2 directions × {one}", one=one.words))


def _wrapper(layer: AnyLayer) -> Formula | None:
    inner = formula(layer.layer)
    return Formula(inner.value, inner.terms, inner.words)


def _attention(layer: AnyLayer) -> Formula:
    """Query, key, value and output: each a dense layer, the first three one per head."""
    weights = {"/".join(str(w.path).split("/")[-2:]): tuple(w.shape) for w in layer.weights}
    bias = int("query/bias" in weights)
    terms, value = [], 0
    for name in ("query", "key", "value"):
        inputs, heads, size = weights[f"{name}/kernel"]
        terms.append(f"({inputs}+1)×{heads}×{size}" if bias else f"{inputs}×{heads}×{size}")
        value += (inputs + bias) * heads * size
    heads, size, outputs = weights["attention_output/kernel"]
    terms.append(f"({heads}×{size}+1)×{outputs}" if bias else f"{heads}×{size}×{outputs}")
    value += (heads * size + bias) * outputs
    words = tr(
        "query + key + value + output: a dense layer each, the first three for {heads} heads",
        heads=heads,
    )
    return Formula(value, "+".join(terms), words)


def _prelu(layer: AnyLayer) -> Formula:
    shape = tuple(layer.alpha.shape)
    return Formula(math.prod(shape), times(shape), tr("one slope per value"))


def _rules() -> list[tuple[tuple[type, ...], Callable[[AnyLayer], Formula | None]]]:
    """The first whose classes fit is tried. A wrong one does no harm: its sum does not agree."""
    k = load_keras().layers
    return [
        ((k.SeparableConv1D, k.SeparableConv2D), _separable),
        ((k.DepthwiseConv1D, k.DepthwiseConv2D), _depthwise),
        ((k.Conv1DTranspose, k.Conv2DTranspose, k.Conv3DTranspose), _conv_transpose),
        ((k.Conv1D, k.Conv2D, k.Conv3D), _conv),
        ((k.Dense,), _dense),
        (
            (k.BatchNormalization, k.LayerNormalization, k.GroupNormalization),
            _normalization,
        ),
        ((k.Embedding,), _embedding),
        ((k.SimpleRNN, k.LSTM, k.GRU), _recurrent),
        ((k.ConvLSTM1D, k.ConvLSTM2D, k.ConvLSTM3D), _conv_lstm),
        ((k.Bidirectional,), _bidirectional),
        ((k.TimeDistributed,), _wrapper),
        ((k.MultiHeadAttention,), _attention),
        ((k.PReLU,), _prelu),
    ]
