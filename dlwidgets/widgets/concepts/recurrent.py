"""Recurrent layers, unrolled over a sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Unicode

from dlwidgets.concepts import _recurrent as engine
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Recurrent(Concept):
    """A recurrent layer, unrolled over a sequence, as `dl.concepts.recurrent` makes it."""

    concept = "recurrent"
    fields = engine.FIELDS
    parts = (
        *("cell", "data", "weights", "gain", "forget", "reset_after", "sequence"),
        *("unrolled", "reach", "notes", "seed"),
    )
    events = ("point", "vanish", "explode", "sequence")
    steps = ("point", "cell", "vanish", "explode", "own")

    _model_name = Unicode("RecurrentModel").tag(sync=True)
    _view_name = Unicode("RecurrentView").tag(sync=True)

    given = Dict().tag(sync=True)


def recurrent(
    source: object = None,
    sequence: str | ArrayLike | None = None,
    *,
    cell: str | None = None,
    weights: str | None = None,
    seed: int | None = None,
    gain: float | None = None,
    forget: float | None = None,
    reset_after: bool | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Recurrent:
    """Show a recurrent layer unrolled over a sequence, and how far its gradient reaches.

    Without a layer of your own there are three small ones with trained weights: for a series they
    have learned the sign of its first number, for a text the next letter.

    Args:
        source: Your own Keras layer `SimpleRNN`, `LSTM` or `GRU` with weights, or a model, of which
            the first such layer is shown. It has at most 32 units.
        sequence: A text, or the numbers of a series; with `source` what that takes, such as shape
            (steps, inputs). It has at most 48 steps.
        cell: `"simple_rnn"`, `"lstm"` or `"gru"`.
        weights: `"trained"`, or `"random"` as Keras initializes them.
        seed: Which random weights, from 0 to 999.
        gain: A factor of the recurrent weights, from 0 to 3.
        forget: What is added to the bias of an LSTM's forget gate, from -5 to 5.
        reset_after: Whether a GRU applies its reset gate after the product, as Keras does.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["gain"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        TypeError: `source` is neither a layer nor a model.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.recurrent(sequence="now is better than never", cell="gru").state
        'cell=gru;data=text;text=now is better than never'
        >>> dl.concepts.recurrent(sequence=[1, 0, 0, -0.5]).state
        'series=1,0,0,-0.5'
    """
    values: dict[str, Any] = {
        "cell": cell,
        "weights": weights,
        "seed": seed,
        "gain": gain,
        "forget": forget,
        "reset_after": reset_after,
    }
    extra: dict[str, Any] = {}
    if source is not None:
        extra["given"], values = _own(source, sequence, values)
    elif isinstance(sequence, str):
        values |= {"data": "text", "text": sequence}
    elif sequence is not None:
        series = engine.checked_sequence(sequence, 1)[:, 0].tolist()
        values |= {"data": "series", "series": series}
    return Recurrent(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _own(
    source: object, sequence: str | ArrayLike | None, values: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    from dlwidgets.concepts._recurrent_layer import given

    if sequence is None or isinstance(sequence, str):
        message = "Expected `sequence` to be the numbers that the layer or model takes. "
        raise ValueError(message + f"Received: {sequence!r}.")
    cell, weights, inputs, after = given(source, sequence)
    numbers = np.concatenate([part.ravel() for part in (*weights, inputs)])
    sent = {
        "cell": cell,
        "units": len(weights.recurrent),
        "inputs": len(weights.kernel),
        "steps": len(inputs),
        "biases": weights.bias.ndim,
        "reset_after": after,
        "data": raw_bytes(numbers.astype("<f4")),
    }
    return sent, {**values, "data": "own", "cell": cell, "reset_after": after}
