"""A small network with and without batch normalization, and the numbers of one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _batch_normalization as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class BatchNormalization(Concept):
    """Batch normalization, as `dl.concepts.batch_normalization` makes it."""

    concept = "batch_normalization"
    fields = engine.FIELDS
    parts = (
        *("data", "layers", "units", "activation", "scale", "learning_rate", "batch_size"),
        *("momentum", "epsilon", "mode", "unit", "gamma", "beta", "step", "seed"),
        *("distributions", "loss", "unit_values", "moving", "notes"),
    )
    events = ()
    steps = ("watch", "unit", "inference", "momentum", "one")

    _model_name = Unicode("BatchNormalizationModel").tag(sync=True)
    _view_name = Unicode("BatchNormalizationView").tag(sync=True)

    batch = Dict().tag(sync=True)
    batch_note = Text()

    def _check_values(self, values: Mapping[str, Any]) -> None:
        if values["unit"][0] > engine.MOST_LAYERS:
            message = "Expected `unit` to be a layer and a unit of it, both from 1. "
            raise ValueError(message + f"Received: {values['unit']!r}.")


def batch_normalization(
    x: ArrayLike | None = None,
    *,
    data: str | None = None,
    layers: int | None = None,
    units: int | None = None,
    activation: str | None = None,
    scale: float | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    momentum: float | None = None,
    epsilon: float | None = None,
    mode: str | None = None,
    gamma: float | None = None,
    beta: float | None = None,
    unit: Sequence[int] | None = None,
    step: int | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> BatchNormalization:
    """Show what batch normalization does to each layer of a small network while it learns.

    Two networks with the same first weights train on the same batches, one of them normalized. The
    numbers of one unit are written out, and its moving averages converge.

    Args:
        x: A batch of your own, of shape (samples, units), such as the activations of a layer, or
            images, of which each channel is a unit. It goes through one normalization, batch by
            batch. At most 256 samples and 16 units are shown.
        data: The points that the network learns: `"rings"`, `"moons"`, `"xor"`, `"spirals"`.
        layers: Hidden layers, from 1 to 4.
        units: Units of each, from 2 to 16.
        activation: `"sigmoid"`, `"tanh"` or `"relu"`.
        scale: What Glorot's first weights are multiplied by, from 0.1 to 5.
        learning_rate: Of SGD, from 0.001 to 3.
        batch_size: From 1 to 64.
        momentum: What stays of the moving averages in each step, from 0 to 0.999. Keras's default,
            0.99, needs more steps than are shown here.
        epsilon: What is added to the variance, from 0.000001 to 1.
        mode: `"training"` to use the statistics of each batch, `"inference"` for moving averages.
        gamma: The scale of your own batch after the normalization. A network learns its own.
        beta: Its shift.
        unit: The layer and the unit that is written out, both from 1.
        step: The step that is shown at first, from 0 to 200. By default the steps are played.
        seed: Which points, weights and batches, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["epsilon", "loss"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.batch_normalization(batch_size=1, step=20).state
        'batch_size=1;step=20'
        >>> dl.concepts.batch_normalization(np.random.normal(5, 2, (100, 3))).state
        'data=own'
    """
    values: dict[str, Any] = {
        "data": data,
        "layers": layers,
        "units": units,
        "activation": activation,
        "scale": scale,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "momentum": momentum,
        "epsilon": epsilon,
        "mode": mode,
        "gamma": gamma,
        "beta": beta,
        "unit": unit,
        "seed": seed,
    }
    if step is not None:
        values["step"] = [step]
    extra: dict[str, Any] = {}
    if x is not None:
        if data not in (None, "own"):
            message = "Expected your own batch `x`, or the name of points as `data`. "
            raise ValueError(message + f"Received: both, with data {data!r}. Leave one out.")
        rows = engine.checked_batch(x)
        values["data"] = "own"
        extra["batch"] = {"units": rows.shape[1], "data": raw_bytes(rows)}
        given = np.asarray(x)
        all_units = given.shape[-1] if given.ndim > 1 else 1
        count = given.size // all_units
        if (count, all_units) != rows.shape:
            extra["batch_note"] = tr(
                "{samples} of {count} samples and {units} of {all_units} units are shown.",
                samples=rows.shape[0],
                count=count,
                units=rows.shape[1],
                all_units=all_units,
            )
    elif data == "own":
        message = "Expected your own batch `x` with data 'own'. Received: none. "
        raise ValueError(message + "Give an array of shape (samples, units).")
    return BatchNormalization(state=state, hide=hide, lesson=lesson, values=values, **extra)
