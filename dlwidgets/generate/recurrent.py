"""A recurrent model as a function of one position and its state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load
from dlwidgets.inspect.model_cache import require_model

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasLayer, KerasModel, Module, Nested, Tensor

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
    """The model can't be run one character at a time."""


class Stepper:
    """Runs a chain of recurrent and position-wise layers one position at a time.

    It uses the model's own layers, so it always has the model's current weights.

    Args:
        model: A Keras model whose layers form a single chain: recurrent layers (LSTM, GRU,
            SimpleRNN, or an RNN of any cell), and layers that treat every position alike.

    Raises:
        CarryStateError: The model has other layers, or isn't a chain; the message names the layer.
    """

    def __init__(self, model: KerasModel) -> None:
        keras = load()[1]
        self._recurrent = keras.layers.RNN
        self._layers = _chain(keras, model)
        for layer in self._layers:
            _check_layer(layer, self._recurrent)
        if not any(isinstance(layer, self._recurrent) for layer in self._layers):
            message = tr("The model has no recurrent layer, so there is no state to carry.")
            raise CarryStateError(message)

    def initial(self, batch: int) -> tuple[Nested, ...]:
        """Return the states before the first position.

        Args:
            batch: Number of texts.
        """
        return tuple(
            layer.cell.get_initial_state(batch_size=batch)
            for layer in self._layers
            if isinstance(layer, self._recurrent)
        )

    def __call__(self, x: Any, states: tuple[Nested, ...]) -> tuple[Tensor, tuple[Nested, ...]]:
        """Process one position.

        Args:
            x: The model's input at one position, shape (batch, 1) or (batch, 1, vocabulary).
            states: The states that `initial` or the last call returned.

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


def _check_layer(layer: Any, recurrent: Any) -> None:
    """Raise a `CarryStateError` if a layer can't be run one position at a time."""
    name = repr(layer.name)
    if isinstance(layer, recurrent):
        if layer.go_backwards:
            message = tr(
                "Layer {layer} reads the text backwards, so its state can't be carried. Use the "
                "sliding window, `carry_state=False`.",
                layer=name,
            )
            raise CarryStateError(message)
    elif type(layer).__name__ not in _SAME_AT_EACH_POSITION:
        message = tr(
            "Layer {layer} ({type}) may combine several positions, so the state can't be carried. "
            "Use the sliding window, `carry_state=False`.",
            layer=name,
            type=type(layer).__name__,
        )
        raise CarryStateError(message)
    elif getattr(layer, "mask_zero", False):
        message = tr(
            "Layer {layer} masks a character, so the state can't be carried. Use the sliding "
            "window, `carry_state=False`.",
            layer=name,
        )
        raise CarryStateError(message)


def _takes_training(layer: KerasLayer) -> bool:
    return "Dropout" in type(layer).__name__ or "Norm" in type(layer).__name__


def _chain(keras: Module, model: KerasModel) -> list[Any]:
    """Return the layers of a chain, those of nested models in their place."""
    require_model(model)
    if not isinstance(model, keras.Sequential):
        _check_chain(keras, model)
    flat: list[Any] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        flat += _chain(keras, layer) if isinstance(layer, keras.Model) else [layer]
    return flat


def _check_chain(keras: Module, model: KerasModel) -> None:
    """Raise a `CarryStateError` unless each layer's input is the output of the one before it."""
    if len(getattr(model, "inputs", None) or ()) != 1 or len(model.outputs) != 1:
        message = tr(
            "Expected a model with one input and one output, to carry its state. Received: {name}",
            name=repr(model.name),
        )
        raise CarryStateError(message)
    made = model.inputs[0]
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if layer.input is not made:
            message = tr(
                "Expected a model whose layers form a single chain, to carry its state. Layer "
                "{layer} has another input.",
                layer=repr(layer.name),
            )
            raise CarryStateError(message)
        made = layer.output
