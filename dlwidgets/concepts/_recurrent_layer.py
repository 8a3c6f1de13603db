"""What the page needs of a recurrent Keras layer of the user's and a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlwidgets.concepts._recurrent import (
    MOST_NUMBERS,
    MOST_STEPS,
    MOST_UNITS,
    Weights,
    checked_sequence,
)

if TYPE_CHECKING:
    import keras
    from numpy.typing import ArrayLike, NDArray


class Given(NamedTuple):
    """A layer and a sequence as arrays.

    Attributes:
        cell: One of `CELLS`.
        weights: Those of the layer.
        inputs: The sequence that reaches the layer, of shape (steps, inputs).
        reset_after: Whether a GRU applies its reset gate after the product.
    """

    cell: str
    weights: Weights
    inputs: NDArray[np.float64]
    reset_after: bool


def given(source: Any, sequence: ArrayLike) -> Given:
    """Return a layer's weights and what reaches it.

    Args:
        source: A layer `SimpleRNN`, `LSTM` or `GRU` that has weights, or a model; then its first
            such layer is taken, and the sequence is what the model takes.
        sequence: Shape (steps,), (steps, inputs) or (1, steps, inputs).

    Raises:
        TypeError: It is neither a layer nor a model.
        ValueError: There is no such layer, it has no weights, or it can't be shown.
    """
    from dlwidgets._tensorflow import load_keras

    keras = load_keras()
    kinds: dict[str, Any] = {
        "simple_rnn": keras.layers.SimpleRNN,
        "lstm": keras.layers.LSTM,
        "gru": keras.layers.GRU,
    }
    if isinstance(source, keras.Model):
        found = [layer for layer in source.layers if isinstance(layer, tuple(kinds.values()))]
        if not found:
            message = "Expected a model with a layer SimpleRNN, LSTM or GRU. "
            raise ValueError(message + f"Received: {[one.name for one in source.layers]}.")
        layer, reaching = found[0], _reaching(keras, source, found[0], sequence)
    elif isinstance(source, tuple(kinds.values())):
        layer, reaching = source, np.asarray(sequence)
    else:
        message = "Expected a Keras model, or a layer SimpleRNN, LSTM or GRU. "
        raise TypeError(message + f"Received: {type(source).__name__}.")
    cell = next(name for name, kind in kinds.items() if isinstance(layer, kind))
    weights = _weights(layer)
    _check(keras, layer, cell, weights)
    inputs = checked_sequence(reaching, len(weights.kernel))
    size = sum(part.size for part in weights) + inputs.size
    if size > MOST_NUMBERS:
        message = f"Expected at most {MOST_NUMBERS:,} weights and numbers of the sequence. "
        raise ValueError(message + f"Received: {size:,}. Use fewer inputs or units.")
    return Given(cell, weights, inputs, bool(getattr(layer, "reset_after", True)))


def _reaching(
    keras: Any, model: keras.Model, layer: keras.layers.Layer, sequence: ArrayLike
) -> NDArray[Any]:
    if len(model.inputs) > 1:
        message = "Expected a model with one input. "
        raise ValueError(message + f"Received: {len(model.inputs)}. Give its layer instead.")
    batch = np.asarray(sequence)
    if batch.ndim == len(model.input_shape) - 1:
        batch = batch[None]
    elif batch.ndim == 1 and len(model.input_shape) == 3:
        batch = batch[None, :, None]
    # With a mask before it, the layer is called with that too.
    first, *others = layer.input if isinstance(layer.input, (list, tuple)) else [layer.input]
    if any(one.dtype != "bool" for one in others) or len(others) > 1:
        message = "Expected a layer that takes one sequence, and begins with a state of zeros. "
        message += f"Received: {layer.name!r} with {1 + len(others)} inputs. Give the layer itself."
        raise ValueError(message)
    found = keras.Model(model.inputs[0], [first, *others])(batch, training=False)
    reached, *masks = [np.asarray(one) for one in found]
    if masks and len(reached) == 1:
        # Keras leaves such steps out: the state stays as it is.
        reached = reached[:, masks[0][0]]
        if reached.shape[1] == 0:
            message = "Expected `sequence` to have a step that isn't masked. "
            raise ValueError(message + f"Received: {np.asarray(sequence).ravel()[:8].tolist()}.")
    return reached[:, :MOST_STEPS] if reached.ndim == 3 else reached


def _weights(layer: Any) -> Weights:
    arrays = [np.asarray(one, float) for one in layer.get_weights()]
    if len(arrays) not in (2, 3):
        message = "Expected a layer that has weights. "
        raise ValueError(message + f"Received: {layer.name!r} without. Call it on data first.")
    bias = arrays[2] if len(arrays) == 3 else np.zeros(arrays[0].shape[1])
    return Weights(arrays[0], arrays[1], bias)


def _check(keras: Any, layer: Any, cell: str, weights: Weights) -> None:
    units = len(weights.recurrent)
    if units > MOST_UNITS:
        message = f"Expected a layer of at most {MOST_UNITS} units. "
        raise ValueError(message + f"Received: {layer.name!r} with {units}.")
    if layer.go_backwards:
        message = "Expected a layer that reads forward. "
        raise ValueError(message + f"Received: {layer.name!r} with `go_backwards=True`.")
    standard = layer.activation is keras.activations.tanh and (
        cell == "simple_rnn" or layer.recurrent_activation is keras.activations.sigmoid
    )
    if not standard:
        message = "Expected a layer with Keras's default activations, tanh and sigmoid. "
        raise ValueError(message + f"Received: {layer.name!r} with others.")
