"""What a layer is set to, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.formulas import times

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


def describe_layer(layer: Any) -> str:
    """A layer's configuration in words.

    Args:
        layer: A Keras layer or model.

    Returns:
        Such as "10 filters of 4×4, stride 2, same padding, ReLU"; "" if there is nothing to set.

    Example:
        >>> import keras
        >>> describe_layer(keras.layers.Dense(10, activation="softmax"))
        '10 units, softmax'
    """
    rule = next((rule for types, rule in _rules() if isinstance(layer, types)), _settings)
    parts = [part for part in rule(layer) if part]
    if not getattr(layer, "trainable", True) and getattr(layer, "weights", []):
        parts.append("frozen")
    text = ", ".join(parts)
    return text if len(text) <= _MAX_CHARACTERS else text[: _MAX_CHARACTERS - 1] + "…"


def activation_name(layer: Any) -> str:
    """The activation of a layer in words, "" for none or the linear one."""
    name = getattr(getattr(layer, "activation", None), "__name__", "")
    return "" if name == "linear" else _ACTIVATIONS.get(name, name)


def _bias(layer: Any) -> str:
    return "" if layer.use_bias else "no bias"


def _pair(sizes: Sequence[int]) -> str:
    return str(sizes[0]) if len(set(sizes)) == 1 else times(sizes)


def _window(layer: Any) -> list[str]:
    strides, dilation = tuple(layer.strides), tuple(getattr(layer, "dilation_rate", (1,)))
    return [
        f"stride {_pair(strides)}" if set(strides) != {1} else "",
        f"dilation {_pair(dilation)}" if set(dilation) != {1} else "",
        f"{layer.padding} padding",
    ]


def _conv(layer: Any) -> list[str]:
    groups = getattr(layer, "groups", 1)
    filters = f"{layer.filters} filters of {times(layer.kernel_size)}"
    return [
        filters,
        *_window(layer),
        f"{groups} groups" if groups > 1 else "",
        activation_name(layer),
        _bias(layer),
    ]


def _depthwise(layer: Any) -> list[str]:
    multiplier = layer.depth_multiplier
    times_each = f" × {multiplier}" if multiplier > 1 else ""
    kernel = f"one kernel of {times(layer.kernel_size)} per channel{times_each}"
    return [kernel, *_window(layer), activation_name(layer), _bias(layer)]


def _dense(layer: Any) -> list[str]:
    return [_count(layer.units, "unit"), activation_name(layer), _bias(layer)]


def _count(n: int, what: str) -> str:
    return f"{n:,} {what}" + ("" if n == 1 else "s")


def _pooling(layer: Any) -> list[str]:
    strides = tuple(layer.strides)
    return [
        f"window of {times(layer.pool_size)}",
        f"stride {_pair(strides)}",
        f"{layer.padding} padding" if layer.padding != "valid" else "",
    ]


def _recurrent(layer: Any) -> list[str]:
    return [
        _count(layer.units, "unit"),
        activation_name(layer),
        "returns every step" if layer.return_sequences else "",
        "returns its state" if layer.return_state else "",
        "backwards" if layer.go_backwards else "",
        "stateful" if layer.stateful else "",
        f"dropout {layer.dropout:g}" if layer.dropout else "",
        f"recurrent dropout {layer.recurrent_dropout:g}" if layer.recurrent_dropout else "",
        "" if getattr(layer, "reset_after", True) else "reset before the product",
        _bias(layer),
    ]


def _bidirectional(layer: Any) -> list[str]:
    inner = layer.forward_layer
    joined = f"joined by {layer.merge_mode}" if layer.merge_mode else "two outputs"
    return [f"{type(inner).__name__} in both directions", describe_layer(inner), joined]


def _time_distributed(layer: Any) -> list[str]:
    inner = layer.layer
    return [f"{type(inner).__name__} at every step", describe_layer(inner)]


def _attention(layer: Any) -> list[str]:
    return [
        f"{layer.num_heads} heads of {layer.key_dim}",
        f"dropout {layer.dropout:g}" if layer.dropout else "",
    ]


def _model(layer: Any) -> list[str]:
    inputs = load_keras().layers.InputLayer
    n = sum(not isinstance(one, inputs) for one in layer.layers)
    return [f"a model of {_count(n, 'layer')}"]


def _rules() -> list[tuple[tuple[type, ...], Callable[[Any], list[str]]]]:
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
            lambda x: [f"momentum {x.momentum:g}", f"epsilon {x.epsilon:g}"],
        ),
        ((k.LayerNormalization, k.GroupNormalization), lambda x: [f"epsilon {x.epsilon:g}"]),
        (
            (k.Embedding,),
            lambda x: [
                f"{x.input_dim:,} entries of {_count(x.output_dim, 'dimension')}",
                "0 is masked" if x.mask_zero else "",
            ],
        ),
        (
            (k.Dropout, k.SpatialDropout1D, k.SpatialDropout2D, k.SpatialDropout3D),
            lambda x: [f"rate {x.rate:g}"],
        ),
        ((k.Activation,), lambda x: [activation_name(x) or "linear"]),
        ((k.LeakyReLU,), lambda x: [f"slope {float(x.negative_slope):g} below 0"]),
        ((k.Reshape,), lambda x: ["to " + times([n if n >= 0 else None for n in x.target_shape])]),
        ((k.Concatenate,), lambda x: ["the last axis" if x.axis == -1 else f"axis {x.axis}"]),
        (
            (k.UpSampling2D,),
            lambda x: [f"{times(x.size)} times as large", x.interpolation],
        ),
    ]


_COMMON = {"name", "trainable", "dtype", "data_format", "batch_shape", "seed", "autocast"}


def _settings(layer: Any) -> list[str]:
    """What the configuration of any other layer holds in plain numbers and words."""
    try:
        config = layer.get_config()
    except (NotImplementedError, TypeError, AttributeError):
        return []  # a layer of the user's own that does not tell its settings
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
