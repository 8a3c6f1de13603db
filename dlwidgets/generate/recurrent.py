"""A recurrent model taken apart: one character at a time, with its state in plain sight."""

from __future__ import annotations

from typing import Any

from dlwidgets._tensorflow import load

_SAME_AT_EACH_POSITION = (
    "Activation",
    "ActivityRegularization",
    "AlphaDropout",
    "BatchNormalization",
    "Dense",
    "Dropout",
    "ELU",
    "Embedding",
    "GaussianDropout",
    "GaussianNoise",
    "LayerNormalization",
    "LeakyReLU",
    "ReLU",
    "Rescaling",
    "Softmax",
    "SpatialDropout1D",
)


class CarryStateError(ValueError):
    """The model cannot be run one character at a time."""


class Stepper:
    """Runs a chain of recurrent and position-wise layers one position at a time.

    The layers are the model's own, so that it always has the model's present weights.

    Args:
        model: A Keras model of recurrent layers (LSTM, GRU, SimpleRNN or any RNN of a cell) and
            layers that treat every position alike, one after the other.

    Raises:
        CarryStateError: Another layer, or not a chain; the message names it.
    """

    def __init__(self, model: Any) -> None:
        keras = load()[1]
        self._recurrent = keras.layers.RNN
        self._layers = _chain(keras, model)
        count = 0
        for layer in self._layers:
            if isinstance(layer, keras.layers.RNN):
                count += 1
                if layer.go_backwards:
                    message = f"layer {layer.name!r} reads backwards"
                    raise CarryStateError(f"{message}: it needs the whole window at once")
            elif type(layer).__name__ not in _SAME_AT_EACH_POSITION:
                message = (
                    f"layer {layer.name!r} ({type(layer).__name__}) looks at several positions, or "
                    "is not known to treat each alike: use the sliding window, carry_state=False"
                )
                raise CarryStateError(message)
            elif getattr(layer, "mask_zero", False):
                message = f"layer {layer.name!r} masks a character, which needs the whole window"
                raise CarryStateError(message)
        if not count:
            message = "the model has no recurrent layer whose state could be carried"
            raise CarryStateError(message)

    def initial(self, batch: int) -> tuple[Any, ...]:
        """The states before the first character.

        Args:
            batch: Texts at once.
        """
        return tuple(
            layer.cell.get_initial_state(batch_size=batch)
            for layer in self._layers
            if isinstance(layer, self._recurrent)
        )

    def __call__(self, x: Any, states: tuple[Any, ...]) -> tuple[Any, tuple[Any, ...]]:
        """Take in one position.

        Args:
            x: The model's input for one position, shape (batch, 1) or (batch, 1, vocabulary).
            states: What `initial` or the last call gave.

        Returns:
            The model's output, shape (batch, vocabulary), and the new states.
        """
        tf = load()[0]
        left, after = iter(states), []
        for layer in self._layers:
            if isinstance(layer, self._recurrent):
                state = next(left)
                shape = [part.shape for part in tf.nest.flatten(state)]
                x, new = layer.cell(x[:, 0], state, training=False)
                parts = tf.nest.flatten(new)
                for part, static in zip(parts, shape, strict=True):
                    part.set_shape(static)
                after.append(tf.nest.pack_sequence_as(state, parts))
                if layer.return_sequences:
                    x = x[:, tf.newaxis]
            else:
                x = layer(x, training=False) if _takes_training(layer) else layer(x)
        return (x[:, -1] if x.shape.rank == 3 else x), tuple(after)


def _takes_training(layer: Any) -> bool:
    return "Dropout" in type(layer).__name__ or "Norm" in type(layer).__name__


def _chain(keras: Any, model: Any) -> list[Any]:
    if not hasattr(model, "layers") or not isinstance(
        model, (keras.Sequential, keras.models.Model)
    ):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise CarryStateError(message)
    if not isinstance(model, keras.Sequential):
        # A functional model is a chain if each layer reads what the one before it makes.
        if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
            message = "the model is no chain of layers from one input to one output"
            raise CarryStateError(message)
        made = model.inputs[0]
        for layer in model.layers:
            if isinstance(layer, keras.layers.InputLayer):
                continue
            if layer.input is not made:
                message = f"the model is no chain: layer {layer.name!r} reads something else"
                raise CarryStateError(message)
            made = layer.output
    flat: list[Any] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        flat += _chain(keras, layer) if isinstance(layer, keras.models.Model) else [layer]
    return flat
