"""Models that take (height, width) or (length, channels): which of the two, from their layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.tracing import TracingError, trace

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.inspect.traced_model import LayerCall, TracedModel


def with_channel_axis(model: KerasModel) -> KerasModel:
    """Return a model that takes images with a channel axis, sharing the weights.

    Models of gray images that begin with ``Input((28, 28))`` are common; without a channel axis,
    their images would be taken for series.

    Args:
        model: A built Keras model.

    Returns:
        The model itself, unless it takes (height, width).

    Example:
        >>> from dlwidgets.vision.channel_axis import with_channel_axis
        >>> import keras
        >>> layers = keras.layers
        >>> model = keras.Sequential([keras.Input((8, 8)), layers.Flatten(), layers.Dense(10)])
        >>> with_channel_axis(model).input_shape
        (None, 8, 8, 1)
    """
    return _reshaping(model) or model


def takes_series(model: KerasModel) -> bool:
    """Return whether a model with two axes takes a series, shape (length, channels).

    The first layer that tells decides: a recurrent layer, a convolution along the length or the
    like reads a series, Flatten or a layer of images a gray image.

    Args:
        model: A built Keras model.

    Example:
        >>> from dlwidgets.vision.channel_axis import takes_series
        >>> import keras
        >>> takes_series(keras.Sequential([keras.Input((60, 3)), keras.layers.LSTM(4)]))
        True
    """
    return bool(_takes_series(model))


@cached_per_model
def _takes_series(model: KerasModel) -> bool:
    traced = _of_two_axes(model)
    if traced is None:
        return False
    if None in tuple(traced.input_tensors[0].shape)[1:]:
        return True
    return next(
        (series for series in map(_reads_series, traced.calls) if series is not None), False
    )


def _reads_series(call: LayerCall) -> bool | None:
    """Return whether a layer reads a series; `None` if it tells nothing."""
    layers = load_keras().layers
    along = (
        layers.RNN,
        layers.Bidirectional,
        layers.TimeDistributed,
        layers.Masking,
        layers.Dense,
        layers.Conv1D,
        layers.Conv1DTranspose,
        layers.SeparableConv1D,
        layers.DepthwiseConv1D,
        layers.MaxPooling1D,
        layers.AveragePooling1D,
        layers.GlobalMaxPooling1D,
        layers.GlobalAveragePooling1D,
        layers.MultiHeadAttention,
        layers.GroupQueryAttention,
        layers.Attention,
        layers.AdditiveAttention,
        layers.ZeroPadding1D,
        layers.Cropping1D,
        layers.UpSampling1D,
        layers.SpatialDropout1D,
    )
    if call.input is not None and len(call.input.shape) == 3 and isinstance(call.layer, along):
        return True
    return False if call.output is not None and len(call.output.shape) != 3 else None


@cached_per_model
def _reshaping(model: KerasModel) -> KerasModel | None:
    traced = _of_two_axes(model)
    if traced is None or None in tuple(traced.input_tensors[0].shape)[1:]:
        return None
    keras = load_keras()
    given: Any = traced.input_tensors[0]
    shape = tuple(given.shape)[1:]
    # Of the traced graph, not of the model: what is kept must not hold the model.
    inner = keras.Model(traced.inputs, traced.outputs, name=model.name)
    image = keras.Input((*shape, 1), dtype=given.dtype)
    reshaping: KerasModel = keras.Model(image, inner(keras.layers.Reshape(shape)(image)))
    return reshaping


def _of_two_axes(model: KerasModel) -> TracedModel | None:
    """The traced model, if it has one input of two axes; `None` otherwise."""
    try:
        traced = trace(model)
    except (TracingError, ValueError):
        return None
    tensors = traced.input_tensors
    return traced if len(tensors) == 1 and len(tensors[0].shape) == 3 else None
