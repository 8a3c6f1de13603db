"""Small networks of the user's: layer sizes, arrays or a Keras model of Dense layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._backpropagation import (
    ACTIVATIONS,
    LARGEST,
    MOST_LAYERS,
    MOST_NUMBERS,
    MOST_UNITS,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_LOSSES = {
    "mse": "mse",
    "mean_squared_error": "mse",
    "binary_crossentropy": "binary_crossentropy",
    "categorical_crossentropy": "crossentropy",
    "sparse_categorical_crossentropy": "crossentropy",
}
_SMALL = f"Expected a network of 2 to {MOST_LAYERS} layers, the inputs among them, with 1 to "
_SMALL += f"{MOST_UNITS} units each, so that every number can be seen. "


def checked_network(network: Any) -> dict[str, Any]:
    """Return the values of a state for a network of the user's.

    Args:
        network: Units by layer, such as `[2, 3, 1]`; arrays, such as `[W1, b1, W2, b2]` or
            `[W1, W2]`, with kernels of shape (inputs, units); or a built Keras model of Dense
            layers.

    Raises:
        TypeError: It is something else.
        ValueError: It is too large, its arrays don't fit each other, or it has other layers.
    """
    if hasattr(network, "layers") and hasattr(network, "get_weights"):
        return _of_keras(network)
    try:
        if isinstance(network, str):
            raise TypeError
        parts = [np.asarray(part) for part in network]
    except (TypeError, ValueError) as error:
        message = "Expected `network` to be units by layer, a list of arrays, or a Keras model. "
        raise TypeError(message + f"Received: {type(network).__name__}.") from error
    if parts and all(part.ndim == 0 and part.dtype.kind in "iu" for part in parts):
        return {"layers": _small([int(part) for part in parts])}
    return _of_arrays(parts)


def _of_arrays(parts: Sequence[NDArray[Any]]) -> dict[str, Any]:
    """Return layers and weights of kernels, each with its biases behind it or without."""
    numbers, layers = list[float](), list[int]()
    expected = "Expected `network` to be kernels of shape (inputs, units), each followed by its "
    expected += "biases of shape (units,) or by the next kernel. "
    shapes = ", ".join(str(part.shape) for part in parts)
    for index, part in enumerate(parts):
        if part.dtype.kind not in "iufb" or not np.isfinite(part).all():
            message = "Expected `network` to have finite numbers. "
            raise ValueError(message + f"Received: an array of type {part.dtype}.")
        if np.abs(part).max(initial=0) > LARGEST:
            message = f"Expected weights from -{LARGEST:g} to {LARGEST:g}. "
            raise ValueError(message + f"Received: {part.flat[np.abs(part).argmax()]:g}.")
        if part.ndim == 1 and index > 0 and parts[index - 1].ndim == 2:
            continue  # the biases, which its kernel has taken
        if part.ndim != 2 or (layers and layers[-1] != part.shape[0]):
            raise ValueError(f"{expected}Received: shapes {shapes}.")
        after = parts[index + 1] if index + 1 < len(parts) else part
        biases = after if after.ndim == 1 else np.zeros(part.shape[1])
        if biases.shape != part.shape[1:]:
            raise ValueError(f"{expected}Received: shapes {shapes}.")
        layers = layers or [part.shape[0]]
        layers.append(part.shape[1])
        numbers += [float(value) for value in (*part.ravel(), *biases)]
    return {"layers": _small(layers), "weights": numbers}


def _of_keras(model: Any) -> dict[str, Any]:
    """Return layers, weights and activations of a Keras model, and loss and rate if it has them."""
    import keras

    arrays: list[NDArray[Any]] = []
    names: list[str] = []
    known = (keras.layers.InputLayer, keras.layers.Dense, keras.layers.Activation)
    before = None
    for layer in model.layers:
        if not model.built:
            message = "Expected a Keras model that is built. Received: one without weights. "
            raise ValueError(message + "Begin it with `keras.Input((2,))`.")
        chained = before is None or layer.input is before
        if not isinstance(layer, known) or not chained or len(model.inputs) != 1:
            message = "Expected a Keras model of Dense layers that form a single chain. "
            raise ValueError(message + f"Received: layer {layer.name!r} ({type(layer).__name__}).")
        before = layer.output
        if isinstance(layer, keras.layers.InputLayer):
            continue
        name = keras.activations.serialize(layer.activation)
        if name not in ACTIVATIONS:
            message = f"Expected one of the activations {', '.join(ACTIVATIONS)}. "
            raise ValueError(message + f"Received: {name!r} in layer {layer.name!r}.")
        if isinstance(layer, keras.layers.Dense):
            arrays += layer.get_weights()
            names.append(name)
        elif name != "linear" and (not names or names[-1] != "linear"):
            message = "Expected an Activation only behind a Dense layer without one. "
            raise ValueError(message + f"Received: layer {layer.name!r}.")
        elif name != "linear":
            names[-1] = name
    return {**_of_arrays(arrays), "activations": names, **_compiled(model, names)}


def _compiled(model: Any, names: list[str]) -> dict[str, Any]:
    """Return loss and learning rate of a compiled model. Outputs that are logits get activated."""
    import keras

    found: dict[str, Any] = {}
    loss = getattr(model, "loss", None)
    if loss is None:
        return {"loss": "crossentropy"} if names[-1] == "softmax" else {}
    if isinstance(loss, str):
        loss = keras.losses.get(loss)
    name = getattr(loss, "name", None) or getattr(loss, "__name__", str(loss))
    if name not in _LOSSES:
        message = f"Expected a loss among {', '.join(_LOSSES)}. "
        raise ValueError(message + f"Received: a model compiled with {name!r}.")
    found["loss"] = _LOSSES[name]
    config = loss.get_config() if isinstance(loss, keras.losses.Loss) else {}
    if config.get("from_logits") and names[-1] == "linear":
        names[-1] = "sigmoid" if name == "binary_crossentropy" else "softmax"
    if isinstance(model.optimizer, keras.optimizers.SGD):
        found["learning_rate"] = float(model.optimizer.learning_rate)
    return found


def checked_samples(x: Any, y: Any, inputs: int, outputs: int) -> dict[str, list[float]]:
    """Return samples and targets of the user's as a state keeps them; of neither, if not given.

    Args:
        x: Shape (inputs,) for one sample, or (samples, inputs).
        y: Shape (outputs,) or (samples, outputs); or class numbers, of shape () or (samples,).
        inputs: Inputs of the network.
        outputs: Outputs of the network.

    Raises:
        ValueError: The shapes don't fit the network, or there are too many numbers.
    """
    found: dict[str, list[float]] = {}
    for name, value, units in (("x", x, inputs), ("y", y, outputs)):
        if value is None:
            continue
        array = np.asarray(value)
        if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
            message = f"Expected `{name}` to have finite numbers. "
            raise ValueError(message + f"Received: an array of type {array.dtype}.")
        whole = bool((array == np.floor(array)).all())
        column = np.ndim(x) == 2 and array.ndim == 1
        if name == "y" and units > 1 and whole and (array.ndim == 0 or column):
            if array.min(initial=0) < 0 or array.max(initial=0) >= units:
                message = f"Expected class numbers from 0 to {units - 1}. "
                raise ValueError(message + f"Received: {array.tolist()!r}.")
            array = np.eye(units)[array.astype(int)]
        if name == "y" and units == 1 and (array.ndim == 0 or column):
            array = array[..., None]
        if array.ndim not in (1, 2) or array.shape[-1] != units:
            message = f"Expected `{name}` to have shape ({units},) or (samples, {units}). "
            raise ValueError(message + f"Received: shape {np.shape(value)}.")
        if array.size > MOST_NUMBERS or np.abs(array).max(initial=0) > LARGEST:
            message = f"Expected `{name}` to have at most {MOST_NUMBERS} numbers from "
            message += f"-{LARGEST:g} to {LARGEST:g}. "
            raise ValueError(message + f"Received: {array.size} numbers.")
        found[name] = [float(number) for number in array.ravel()]
    return found


def _small(layers: list[int]) -> list[int]:
    if not 2 <= len(layers) <= MOST_LAYERS or not all(1 <= n <= MOST_UNITS for n in layers):
        raise ValueError(f"{_SMALL}Received: layers {'-'.join(map(str, layers))}.")
    return layers
