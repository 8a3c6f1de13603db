"""The number of multiply-adds of a layer for one sample."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets._keras_types import AnyLayer
    from dlwidgets.inspect.graph import Shape


def multiply_adds(
    layer: AnyLayer, input_shapes: Sequence[Shape], output_shapes: Sequence[Shape]
) -> int | None:
    """Return the multiplications, each with an addition, of one call of a layer for one sample.

    Counted are the products with weights and those of attention; not the biases, activations,
    pooling and normalization, which are few beside them.

    Args:
        layer: A Keras layer, or an operation of a functional model; not a model.
        input_shapes: Its inputs' shapes, the batch first.
        output_shapes: Its outputs' shapes.

    Returns:
        The number, or None where it is unknown: a size is not fixed, or the layer is none of
        Keras's own and has weights.

    Example:
        >>> import keras
        >>> layer = keras.layers.Dense(10)
        >>> layer.build((None, 1280))
        >>> multiply_adds(layer, [(None, 1280)], [(None, 10)])
        12800
    """
    if not getattr(layer, "weights", []):
        return 0
    rule = next((rule for types, rule in _rules() if isinstance(layer, types)), None)
    if rule is None or not input_shapes or not output_shapes:
        return None
    try:
        found: int | None = rule(layer, input_shapes, output_shapes)
    except (AttributeError, TypeError, IndexError, ValueError):
        # TypeError: a size that is not fixed. The others: a layer that only resembles Keras's own.
        return None
    return found


def _size(shape: Sequence[int | None]) -> int:
    """The number of elements; raises TypeError if a size isn't fixed."""
    sizes: list[Any] = list(shape)
    return math.prod(int(n) for n in sizes)


def _space(layer: AnyLayer, shape: Shape) -> int:
    """The number of positions in a feature map."""
    first = getattr(layer, "data_format", "channels_last") == "channels_first"
    return _size(shape[2:] if first else shape[1:-1])


def _dense(layer: AnyLayer, _inputs: Sequence[Shape], outputs: Sequence[Shape]) -> int:
    return int(layer.kernel.shape[0]) * _size(outputs[0][1:])


def _conv(layer: AnyLayer, _inputs: Sequence[Shape], outputs: Sequence[Shape]) -> int:
    return _size(layer.kernel.shape) * _space(layer, outputs[0])


def _conv_transpose(layer: AnyLayer, inputs: Sequence[Shape], _outputs: Sequence[Shape]) -> int:
    return _size(layer.kernel.shape) * _space(layer, inputs[0])


def _separable(layer: AnyLayer, _inputs: Sequence[Shape], outputs: Sequence[Shape]) -> int:
    kernels = _size(layer.depthwise_kernel.shape) + _size(layer.pointwise_kernel.shape)
    return kernels * _space(layer, outputs[0])


def _recurrent(layer: AnyLayer, inputs: Sequence[Shape], _outputs: Sequence[Shape]) -> int:
    cell = layer.cell
    steps = _size(inputs[0][1:2])
    return steps * (_size(cell.kernel.shape) + _size(cell.recurrent_kernel.shape))


def _conv_lstm(layer: AnyLayer, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> int:
    steps = _size(inputs[0][1:2])
    shape = outputs[0][2:] if layer.return_sequences else outputs[0][1:]
    kernels = _size(layer.cell.kernel.shape) + _size(layer.cell.recurrent_kernel.shape)
    return steps * kernels * _size(shape[:-1])


def _bidirectional(
    layer: AnyLayer, inputs: Sequence[Shape], outputs: Sequence[Shape]
) -> int | None:
    one = multiply_adds(layer.forward_layer, inputs, outputs)
    other = multiply_adds(layer.backward_layer, inputs, outputs)
    return None if one is None or other is None else one + other


def _every_step(layer: AnyLayer, inputs: Sequence[Shape], outputs: Sequence[Shape]) -> int | None:
    inner = [[(shape[0], *shape[2:]) for shape in shapes] for shapes in (inputs, outputs)]
    one = multiply_adds(layer.layer, *inner)
    return None if one is None else one * _size(inputs[0][1:2])


def _attention(layer: AnyLayer, inputs: Sequence[Shape], _outputs: Sequence[Shape]) -> int:
    """Projections, scores of every query with every key, and the sums of the values."""
    queries = _size(inputs[0][1:-1])
    keys = _size(inputs[1][1:-1]) if len(inputs) > 1 else queries
    kernels = {
        str(w.path).split("/")[-2]: w.shape for w in layer.weights if str(w.path).endswith("kernel")
    }
    projections = queries * (_size(kernels["query"]) + _size(kernels["attention_output"]))
    projections += keys * (_size(kernels["key"]) + _size(kernels["value"]))
    per_pair = _size(kernels["query"][1:]) + _size(kernels["value"][1:])
    return projections + queries * keys * per_pair


def _none(_layer: AnyLayer, _inputs: Sequence[Shape], _outputs: Sequence[Shape]) -> int:
    return 0


def _rules() -> list[tuple[tuple[type, ...], Any]]:
    k = load_keras().layers
    return [
        ((k.SeparableConv1D, k.SeparableConv2D), _separable),
        ((k.Conv1DTranspose, k.Conv2DTranspose, k.Conv3DTranspose), _conv_transpose),
        ((k.Conv1D, k.Conv2D, k.Conv3D, k.DepthwiseConv1D, k.DepthwiseConv2D), _conv),
        ((k.Dense,), _dense),
        ((k.SimpleRNN, k.LSTM, k.GRU), _recurrent),
        ((k.ConvLSTM1D, k.ConvLSTM2D, k.ConvLSTM3D), _conv_lstm),
        ((k.Bidirectional,), _bidirectional),
        ((k.TimeDistributed,), _every_step),
        ((k.MultiHeadAttention,), _attention),
        (
            (
                k.BatchNormalization,
                k.LayerNormalization,
                k.GroupNormalization,
                k.Normalization,
                k.Embedding,
                k.PReLU,
            ),
            _none,
        ),
    ]
