"""Splits into training and validation, with traps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import Message, tr
from dlwidgets.concepts import _splits as engine
from dlwidgets.concepts._splits_data import MOST_CLASSES, Own, checked_samples
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Splits(Concept):
    """Splits into training and validation, as `dl.concepts.splits` makes them."""

    concept = "splits"
    fields = engine.FIELDS
    parts = (
        *("data", "trap", "protocol", "folds", "repeats", "share", "copies"),
        *("neighbors", "features", "seed", "splits", "careless", "swing", "notes"),
    )
    events = ("row", "pick")
    steps = ("blocks", "swing", "sorted", "copies", "time", "leak")

    _model_name = Unicode("SplitsModel").tag(sync=True)
    _view_name = Unicode("SplitsView").tag(sync=True)

    own = Dict().tag(sync=True)
    own_note = Text()


def splits(
    x: Any = None,
    y: ArrayLike | None = None,
    *,
    trap: str | None = None,
    protocol: str | None = None,
    folds: int | None = None,
    repeats: int | None = None,
    share: int | None = None,
    copies: int | None = None,
    neighbors: int | None = None,
    features: int | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Splits:
    """Show how samples are split into training and validation, and what scores that gives.

    Compare hold-out, k-fold and iterated k-fold, see the scores of 40 seeds side by side, and walk
    into traps, with the careless score beside the right one: sorted classes, the arrow of time,
    duplicates, and statistics that leak from validation to training. Each score is computed, by
    nearest neighbors in standardized features.

    Args:
        x: Your own samples of shape (n, …), at least 12. Of many samples and features some are
            chosen evenly.
        y: Their labels of any type, at most 20 classes, or numbers of a regression, of shape (n,).
            More than 20 different whole numbers are a regression.
        trap: `"none"`, `"sorted"` classes, `"duplicates"`, arrow of `"time"`, `"scaling"` with
            the statistics of all samples, or `"selection"` of features with all samples.
        protocol: `"holdout"`, `"kfold"` or `"iterated"`.
        folds: Parts of k-fold validation, from 2 to 10.
        repeats: How often it is iterated, from 2 to 5.
        share: Held out for validation, from 10 to 50 percent.
        copies: How many of the samples have a copy, where that is the trap, from 10 to 100 percent.
        neighbors: How many of the nearest training samples vote, from 1 to 15.
        features: How many of the 13 features of the built-in wines are used.
        seed: Of the shuffling, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["trap", "swing"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.splits(trap="duplicates", copies=100).state
        'trap=duplicates;copies=100'
    """
    values: dict[str, Any] = {
        "trap": trap,
        "protocol": protocol,
        "folds": folds,
        "repeats": repeats,
        "share": share,
        "copies": copies,
        "neighbors": neighbors,
        "features": features,
        "seed": seed,
    }
    if (x is None) != (y is None):
        message = "Expected both `x` and `y`. "
        raise ValueError(message + "Received: one of them.")
    extra: dict[str, Any] = {}
    if x is not None:
        values["data"] = "own"
        extra = _samples(checked_samples(x, y))
    return Splits(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _samples(own: Own) -> dict[str, Any]:
    """Return the user's samples as the page gets them, with what is to be said of them."""
    count, width = own.table.shape
    note: str | Message = ""
    if own.different and (own.count > count or own.features > width - 1):
        note = tr(
            "`y` has {different} different whole numbers, too many for classes, so they are "
            "treated as numbers: a regression. For classes pass strings, at most {most} "
            "different ones. "
            "Of {count} samples and {features} features, {kept} and {width} are used, evenly "
            "chosen.",
            different=own.different,
            most=MOST_CLASSES,
            count=own.count,
            features=own.features,
            kept=count,
            width=width - 1,
        )
    elif own.different:
        note = tr(
            "`y` has {different} different whole numbers, too many for classes, so they are "
            "treated as numbers: a regression. For classes pass strings, at most {most} "
            "different ones.",
            different=own.different,
            most=MOST_CLASSES,
        )
    elif own.count > count or own.features > width - 1:
        note = tr(
            "There are {count} samples of {features} features. {kept} samples and {width} "
            "features are used, evenly chosen.",
            count=own.count,
            features=own.features,
            kept=count,
            width=width - 1,
        )
    data = {"features": width - 1, "names": list(own.names), "data": raw_bytes(own.table)}
    return {"own": data, "own_note": note}
