"""Recurrent cells written out in NumPy: the reference for what the page computes.

Weights have the shapes and the order of gates of Keras: i, f, c, o for LSTM, and z, r, h for GRU.

Source: Chollet, *Deep Learning with Python*, sections 6.2.1 and 6.2.2; Hochreiter and Schmidhuber,
*Long Short-Term Memory*, Neural Computation 9 (1997); Cho et al., arXiv:1406.1078.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers, Text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

CELLS = ("simple_rnn", "lstm", "gru")
DATA = ("series", "text", "own")
WEIGHTS = ("trained", "random")
GATES = {"simple_rnn": 1, "lstm": 4, "gru": 3}
MOST_STEPS = 48
MOST_UNITS = 32
MOST_NUMBERS = 9000

SERIES = (0.8, -0.3, 0.5, -0.9, -0.2, 0.1, -0.6, 0.4, -0.7, 0.3, -0.1, -0.5)
SENTENCE = "beautiful is better than ugly"

FIELDS: dict[str, Field] = {
    "cell": Choice("lstm", CELLS),
    "data": Choice("series", DATA),
    "series": Numbers(SERIES, -9, 9, 2, 1, MOST_STEPS),
    "text": Text(SENTENCE, MOST_STEPS),
    "weights": Choice("trained", WEIGHTS),
    "seed": Number(0, 0, 999),
    "gain": Number(1, 0, 3, 2),
    "forget": Number(0, -5, 5, 1),
    "reset_after": Flag(True),
    "unit": Number(0, 0, MOST_UNITS - 1),
    "at": Numbers((), 0, MOST_STEPS - 1, 0, 0, 1),
}
"""The state of the widget: cell, sequence, weights and what is changed about them, and a place."""


class Weights(NamedTuple):
    """The weights of a layer.

    Attributes:
        kernel: Shape (inputs, gates * units).
        recurrent: Shape (units, gates * units).
        bias: Shape (gates * units,), or (2, gates * units) for a GRU that resets after the product.
    """

    kernel: Array
    recurrent: Array
    bias: Array


def _sigmoid(x: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-x)))


def changed(weights: Weights, cell: str, gain: float, forget: float) -> Weights:
    """Return weights with the recurrent ones multiplied, and with another forget bias.

    Args:
        weights: Those of the layer.
        cell: One of `CELLS`.
        gain: The factor of the recurrent weights.
        forget: What is added to the bias of an LSTM's forget gate.
    """
    bias = np.array(weights.bias, float)
    units = len(weights.recurrent)
    if cell == "lstm":
        bias[units : 2 * units] += forget
    return Weights(weights.kernel, np.asarray(weights.recurrent) * gain, bias)


def _biases(weights: Weights, *, reset_after: bool) -> tuple[Array, Array]:
    """Return what is added to the product with the input, and to that with the state."""
    bias = np.asarray(weights.bias, float)
    if bias.ndim == 1:
        return bias, np.zeros_like(bias)
    return (bias[0], bias[1]) if reset_after else (bias.sum(0), np.zeros_like(bias[0]))


def run(
    cell: str, weights: Weights, inputs: ArrayLike, *, reset_after: bool = True
) -> dict[str, Array]:
    """Return all that a layer computes, step by step.

    Args:
        cell: One of `CELLS`.
        weights: Those of the layer.
        inputs: Shape (steps, inputs).
        reset_after: Whether a GRU applies its reset gate after the product, as Keras does.

    Returns:
        Arrays of shape (steps, units) by name: `h`; for LSTM also `i`, `f`, `g` (the candidate),
        `o` and `c`; for GRU also `z`, `r` and `g`.

    Example:
        >>> from dlwidgets.concepts._recurrent import Weights, run
        >>> one = Weights(np.ones((1, 1)), np.ones((1, 1)), np.zeros(1))
        >>> np.round(run("simple_rnn", one, [[1], [0]])["h"].ravel(), 3).tolist()
        [0.762, 0.642]
    """
    x, u = np.asarray(inputs, float), np.asarray(weights.recurrent, float)
    units = len(u)
    h, c = np.zeros(units), np.zeros(units)
    rows: dict[str, list[Array]] = {}
    from_input, from_state = _biases(weights, reset_after=reset_after)
    parts = [slice(n * units, (n + 1) * units) for n in range(GATES[cell])]
    for step in x @ np.asarray(weights.kernel, float) + from_input:
        if cell == "simple_rnn":
            h = np.tanh(step + h @ u)
            found = {"h": h}
        elif cell == "lstm":
            i, f, g, o = ((step + h @ u)[part] for part in parts)
            i, f, g, o = _sigmoid(i), _sigmoid(f), np.tanh(g), _sigmoid(o)
            c = f * c + i * g
            h = o * np.tanh(c)
            found = {"i": i, "f": f, "g": g, "o": o, "c": c, "h": h}
        else:
            inner = h @ u + from_state
            z, r = (_sigmoid(step[part] + inner[part]) for part in parts[:2])
            last = r * inner[parts[2]] if reset_after else (r * h) @ u[:, parts[2]]
            g = np.tanh(step[parts[2]] + last)
            h = z * h + (1 - z) * g
            found = {"z": z, "r": r, "g": g, "h": h}
        for name, value in found.items():
            rows.setdefault(name, []).append(value)
    return {name: np.array(values) for name, values in rows.items()}


def reach(
    cell: str, weights: Weights, inputs: ArrayLike, *, reset_after: bool = True, at: int = -1
) -> Array:
    """Return how much the state of a step depends on each input.

    Args:
        cell: One of `CELLS`.
        weights: Those of the layer.
        inputs: Shape (steps, inputs).
        reset_after: As for `run`.
        at: The step whose state is asked for. Default: the last one.

    Returns:
        For each step until then the norm (Frobenius) of the derivatives of that state by the input.
    """
    x = np.asarray(inputs, float)
    x = x[: at % len(x) + 1]
    w, u = np.asarray(weights.kernel, float), np.asarray(weights.recurrent, float)
    units = len(u)
    every = run(cell, weights, x, reset_after=reset_after)
    parts = [slice(n * units, (n + 1) * units) for n in range(GATES[cell])]
    ws, us = [w[:, part].T for part in parts], [u[:, part].T for part in parts]
    _, from_state = _biases(weights, reset_after=reset_after)
    # By the state h, and for LSTM by the carry c: rows are units of the state that is asked for.
    by_h, by_c = np.eye(units), np.zeros((units, units))
    found = np.zeros(len(x))
    for t in range(len(x) - 1, -1, -1):
        now = {name: values[t] for name, values in every.items()}
        old = every["h"][t - 1] if t else np.zeros(units)
        if cell == "simple_rnn":
            inner = by_h * (1 - now["h"] ** 2)
            by_x, by_h = inner @ ws[0], inner @ us[0]
        elif cell == "lstm":
            tanh = np.tanh(now["c"])
            by_c = by_c + by_h * now["o"] * (1 - tanh**2)
            before = every["c"][t - 1] if t else np.zeros(units)
            slopes = [
                by_c * now["g"] * now["i"] * (1 - now["i"]),
                by_c * before * now["f"] * (1 - now["f"]),
                by_c * now["i"] * (1 - now["g"] ** 2),
                by_h * tanh * now["o"] * (1 - now["o"]),
            ]
            by_x = sum((s @ one for s, one in zip(slopes, ws, strict=True)), np.zeros_like(ws[0]))
            by_h = sum((s @ one for s, one in zip(slopes, us, strict=True)), np.zeros_like(us[0]))
            by_c = by_c * now["f"]
        else:
            z, r, g = now["z"], now["r"], now["g"]
            of_z = by_h * (old - g) * z * (1 - z)
            of_g = by_h * (1 - z) * (1 - g**2)
            if reset_after:
                inner_g = us[2] @ old + from_state[parts[2]]
                of_r = of_g * inner_g * r * (1 - r)
                through = (of_g * r) @ us[2]
            else:
                of_r = (of_g @ us[2]) * old * r * (1 - r)
                through = (of_g @ us[2]) * r
            by_x = of_z @ ws[0] + of_r @ ws[1] + of_g @ ws[2]
            by_h = by_h * z + of_z @ us[0] + of_r @ us[1] + through
        found[t] = np.sqrt((by_x**2).sum())
    return found


def checked_sequence(sequence: ArrayLike, inputs: int) -> Array:
    """Return the user's sequence as steps and inputs.

    Args:
        sequence: Shape (steps,), (steps, inputs) or (1, steps, inputs).
        inputs: How many numbers the layer takes in each step.

    Raises:
        ValueError: It is no such sequence.
    """
    array = np.asarray(sequence)
    if array.ndim == 3 and len(array) == 1:
        array = array[0]
    if array.ndim == 1 and inputs == 1:
        array = array[:, None]
    good = array.ndim == 2 and array.shape[-1] == inputs and array.dtype.kind in "biuf"
    if not good or not np.isfinite(array).all() or not 1 <= len(array) <= MOST_STEPS:
        message = f"Expected `sequence` to be finite numbers of shape (steps, {inputs}) with "
        message += f"1 to {MOST_STEPS} steps. "
        raise ValueError(
            message + f"Received: shape {np.shape(sequence)} of {np.asarray(sequence).dtype}."
        )
    return array.astype(float)
