"""The configuration of a layer in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect._formulas import times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets._keras_types import AnyLayer

_ACTIVATIONS = {
    "relu": "ReLU",
    "relu6": "ReLU6",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "softmax": "softmax",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
}

_MAX_CHARACTERS = 200


def describe_layer(layer: AnyLayer) -> str:
    """Return the configuration of a layer in words.

    Args:
        layer: A Keras layer or model.

    Returns:
        A text such as "10 filters of 4×4, stride 2, same padding, ReLU"; "" if there is nothing to
        configure.

    Example:
        >>> import keras
        >>> describe_layer(keras.layers.Dense(10, activation="softmax"))
        '10 units, softmax'
    """
    rule = next((rule for types, rule in _rules() if isinstance(layer, types)), _settings)
    parts = rule(layer)
    if not getattr(layer, "trainable", True) and getattr(layer, "weights", []):
        parts.append(tr("frozen"))
    text = join_messages(parts, ", ")
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"


def activation_name(layer: AnyLayer) -> str:
    """Return the name of a layer's activation, "" for none or the linear one."""
    name = activation_function(layer)
    return "" if name == "linear" else _ACTIVATIONS.get(name, name)


def activation_function(layer: AnyLayer) -> str:
    """Return the name of a layer's activation, of a layer in its place the type; "" for none."""
    activation = getattr(layer, "activation", None)
    if activation is None:
        return ""
    return getattr(activation, "__name__", "") or type(activation).__name__


def _bias(layer: AnyLayer) -> str:
    return "" if layer.use_bias else tr("no bias")


def _epsilon(layer: AnyLayer) -> str:
    return tr("epsilon {value}", value=f"{layer.epsilon:g}")


def _pair(sizes: Sequence[int]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else times(sizes)


def _window(layer: AnyLayer) -> list[str]:
    strides, dilation = tuple(layer.strides), tuple(getattr(layer, "dilation_rate", (1,)))
    return [
        tr("stride {size}", size=_pair(strides)) if set(strides) != {1} else "",
        tr("dilation {size}", size=_pair(dilation)) if set(dilation) != {1} else "",
        tr("{kind} padding", kind=layer.padding),
    ]


def _conv(layer: AnyLayer) -> list[str]:
    groups = getattr(layer, "groups", 1)
    size = times(layer.kernel_size)
    filters = trn("{n} filter of {size}", "{n} filters of {size}", layer.filters, size=size)
    return [
        filters,
        *_window(layer),
        trn("{n} group", "{n} groups", groups) if groups > 1 else "",
        activation_name(layer),
        _bias(layer),
    ]


def _depthwise(layer: AnyLayer) -> list[str]:
    multiplier = layer.depth_multiplier
    size = times(layer.kernel_size)
    kernel = trn(
        "{n} kernel of {size} per channel",
        "{n} kernels of {size} per channel",
        multiplier,
        size=size,
    )
    return [kernel, *_window(layer), activation_name(layer), _bias(layer)]


def _dense(layer: AnyLayer) -> list[str]:
    return [_units(layer), activation_name(layer), _bias(layer)]


def _units(layer: AnyLayer) -> str:
    return trn("{n} unit", "{n} units", layer.units)


def _pooling(layer: AnyLayer) -> list[str]:
    strides = tuple(layer.strides)
    return [
        tr("window of {size}", size=times(layer.pool_size)),
        tr("stride {size}", size=_pair(strides)),
        tr("{kind} padding", kind=layer.padding) if layer.padding != "valid" else "",
    ]


def _recurrent(layer: AnyLayer) -> list[str]:
    return [
        _units(layer),
        activation_name(layer),
        tr("returns every step") if layer.return_sequences else "",
        tr("returns its state") if layer.return_state else "",
        tr("backwards") if layer.go_backwards else "",
        tr("stateful") if layer.stateful else "",
        tr("dropout {rate}", rate=f"{layer.dropout:g}") if layer.dropout else "",
        tr("recurrent dropout {rate}", rate=f"{layer.recurrent_dropout:g}")
        if layer.recurrent_dropout
        else "",
        "" if getattr(layer, "reset_after", True) else tr("reset before the product"),
        _bias(layer),
    ]


def _bidirectional(layer: AnyLayer) -> list[str]:
    inner = layer.forward_layer
    joined = (
        tr("merged by {mode}", mode=layer.merge_mode) if layer.merge_mode else tr("two outputs")
    )
    return [
        tr("{type} in both directions", type=type(inner).__name__),
        describe_layer(inner),
        joined,
    ]


def _time_distributed(layer: AnyLayer) -> list[str]:
    inner = layer.layer
    return [tr("{type} at every step", type=type(inner).__name__), describe_layer(inner)]


def _attention(layer: AnyLayer) -> list[str]:
    return [
        trn(
            "{n} head of size {size}",
            "{n} heads of size {size}",
            layer.num_heads,
            size=layer.key_dim,
        ),
        tr("dropout {rate}", rate=f"{layer.dropout:g}") if layer.dropout else "",
    ]


def _model(layer: AnyLayer) -> list[str]:
    inputs = load_keras().layers.InputLayer
    n = sum(not isinstance(one, inputs) for one in layer.layers)
    return [trn("a model of {n} layer", "a model of {n} layers", n)]


def _rules() -> list[tuple[tuple[type, ...], Callable[[AnyLayer], list[str]]]]:
    keras = load_keras()
    k = keras.layers
    return [
        ((keras.Model,), _model),
        ((k.DepthwiseConv1D, k.DepthwiseConv2D), _depthwise),
        (
            (
                k.Conv1D,
                k.Conv2D,
                k.Conv3D,
                k.Conv1DTranspose,
                k.Conv2DTranspose,
                k.Conv3DTranspose,
                k.SeparableConv1D,
                k.SeparableConv2D,
            ),
            _conv,
        ),
        ((k.Dense,), _dense),
        (
            (
                k.MaxPooling1D,
                k.MaxPooling2D,
                k.MaxPooling3D,
                k.AveragePooling1D,
                k.AveragePooling2D,
                k.AveragePooling3D,
            ),
            _pooling,
        ),
        ((k.SimpleRNN, k.LSTM, k.GRU), _recurrent),
        ((k.Bidirectional,), _bidirectional),
        ((k.TimeDistributed,), _time_distributed),
        ((k.MultiHeadAttention,), _attention),
        (
            (k.BatchNormalization,),
            lambda x: [tr("momentum {value}", value=f"{x.momentum:g}"), _epsilon(x)],
        ),
        ((k.LayerNormalization, k.GroupNormalization), lambda x: [_epsilon(x)]),
        (
            (k.Embedding,),
            lambda x: [
                trn(
                    "{entries} entries of {n} dimension",
                    "{entries} entries of {n} dimensions",
                    x.output_dim,
                    entries=x.input_dim,
                ),
                tr("0 is masked") if x.mask_zero else "",
            ],
        ),
        (
            (k.Dropout, k.SpatialDropout1D, k.SpatialDropout2D, k.SpatialDropout3D),
            lambda x: [tr("rate {value}", value=f"{x.rate:g}")],
        ),
        ((k.Activation,), lambda x: [activation_name(x) or "linear"]),
        (
            (k.LeakyReLU,),
            lambda x: [tr("slope {value} below 0", value=f"{float(x.negative_slope):g}")],
        ),
        (
            (k.Reshape,),
            lambda x: [
                tr("to {shape}", shape=times([n if n >= 0 else None for n in x.target_shape]))
            ],
        ),
        (
            (k.Concatenate,),
            lambda x: [tr("the last axis") if x.axis == -1 else tr("axis {axis}", axis=x.axis)],
        ),
        (
            (k.UpSampling2D,),
            lambda x: [tr("{size} times as large", size=times(x.size)), x.interpolation],
        ),
    ]


_COMMON = {"name", "trainable", "dtype", "data_format", "batch_shape", "seed", "autocast"}


def _settings(layer: AnyLayer) -> list[str]:
    """The plain numbers and names in the configuration of any other layer, by their Keras names."""
    try:
        config = layer.get_config()
    except (NotImplementedError, TypeError, AttributeError):
        return []  # a custom layer without a configuration
    parts = []
    for key, value in config.items():
        plain = isinstance(value, (int, float, str)) or (
            isinstance(value, (list, tuple)) and all(isinstance(v, (int, float)) for v in value)
        )
        if key in _COMMON or not plain or value is False or value == "":
            continue
        name = key.replace("_", " ")
        if value is True:
            parts.append(name)
        elif isinstance(value, (list, tuple)):
            parts.append(f"{name} {times(list(value))}")
        else:
            parts.append(f"{name} {value:g}" if isinstance(value, float) else f"{name} {value}")
    return parts
