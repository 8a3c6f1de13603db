"""Capacity, overfitting and regularization."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import Message, tr
from dlwidgets.concepts import _capacity as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Capacity(Concept):
    """Capacity, overfitting and regularization, as `dl.concepts.capacity` makes them."""

    concept = "capacity"
    fields = engine.FIELDS
    parts = (
        *("data", "model", "degree", "units", "size", "noise", "penalty", "strength", "dropout"),
        *("stopping", "patience", "seed", "plane", "weights", "epochs", "errors", "notes"),
    )
    events = ("capacity", "point")
    steps = ("curve", "zero", "point", "size", "penalty", "stopping")

    _model_name = Unicode("CapacityModel").tag(sync=True)
    _view_name = Unicode("CapacityView").tag(sync=True)

    own = Dict().tag(sync=True)
    own_note = Text()


def capacity(
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    data: str | None = None,
    model: str | None = None,
    size: int | None = None,
    noise: float | None = None,
    degree: int | None = None,
    units: int | None = None,
    penalty: str | None = None,
    strength: float | None = None,
    dropout: float | None = None,
    stopping: bool | None = None,
    patience: int | None = None,
    epochs: int | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Capacity:
    """Show how a polynomial or a network of growing size underfits and overfits noisy points.

    Drag the points, and see training and validation error over the capacity, with the point where
    you are. Hold a large model back by L1, L2, dropout, early stopping, or more training points.

    Args:
        x: Your own points, shape (n,), at least 6. Of more than 200 some are chosen evenly.
        y: Their values, shape (n,).
        data: `"sine"`, `"line"` or `"step"`: the function behind the noisy points.
        model: `"polynomial"` or `"network"`.
        size: Training points, from 4 to 60. Of your own points at most 70% are for training.
        noise: The standard deviation of the noise, from 0 to 1.
        degree: Of the polynomial, from 0 to 20.
        units: Of each of the network's two hidden layers, from 1 to 32.
        penalty: `"none"`, `"l1"` or `"l2"`.
        strength: How much the penalty counts (λ), from 0.00001 to 10.
        dropout: The share of units that are dropped in training, from 0 to 0.6.
        stopping: Whether the network's training stops early, and goes back to its best epoch.
        patience: After how many epochs without a better one it stops, from 10 to 500.
        epochs: Of the network's training, from 100 to 3000.
        seed: Of points, first weights and dropout, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["penalty", "errors"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.capacity(degree=14, penalty="l2").state
        'degree=14;penalty=l2'
    """
    values: dict[str, Any] = {
        "data": data,
        "model": model,
        "size": size,
        "noise": noise,
        "degree": degree,
        "units": units,
        "penalty": penalty,
        "strength": strength,
        "dropout": dropout,
        "stopping": stopping,
        "patience": patience,
        "epochs": epochs,
        "seed": seed,
    }
    if (x is None) != (y is None):
        message = "Expected both `x` and `y`. "
        raise ValueError(message + "Received: one of them.")
    extra: dict[str, Any] = {}
    if x is not None:
        values["data"] = "own"
        extra = _points(engine.checked_points(x, y))
    return Capacity(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _points(own: engine.Own) -> dict[str, Any]:
    """Return the user's points as the page gets them, with what is to be said of them."""
    kept = len(own.table)
    note: str | Message = ""
    if own.count > kept:
        note = tr(
            "There are {count} points. {kept} of them are used, evenly chosen.",
            count=own.count,
            kept=kept,
        )
    return {"own": {"scale": list(own.scale), "data": raw_bytes(own.table)}, "own_note": note}
