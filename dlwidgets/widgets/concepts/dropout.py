"""Masks that fall on a layer's activations, and their average."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _dropout as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.widgets.concepts._lesson import Step


class Dropout(Concept):
    """Masks that fall on a layer's activations, as `dl.concepts.dropout` makes it."""

    concept = "dropout"
    fields = engine.FIELDS
    parts = (
        *("values", "rate", "scaling", "phase", "seed"),
        *("activations", "mask", "output", "average", "sums", "notes"),
    )
    events = ("point", "toggle")
    steps = ("mask", "many", "test", "none", "rate")

    _model_name = Unicode("DropoutModel").tag(sync=True)
    _view_name = Unicode("DropoutView").tag(sync=True)

    values_note = Text()

    def _check_values(self, values: Mapping[str, Any]) -> None:
        size = engine.values_of(values["values"]).size
        if values["mask"] and len(values["mask"]) != size:
            message = f"Expected `mask` to have {size} numbers, one for each activation. "
            raise ValueError(message + f"Received: {len(values['mask'])}.")


def dropout(
    values: str | ArrayLike | None = None,
    *,
    model: KerasModel | None = None,
    rate: float | None = None,
    scaling: str | None = None,
    phase: str | None = None,
    mask: Sequence[int] | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Dropout:
    """Show how dropout sets activations to zero at random, and what stays the same on average.

    Each step draws another mask. Click a number of the mask to drop or keep that unit.

    Args:
        values: Activations: `"matrix"` or `"vector"` of the book, `"layer"` for those of a trained
            network, or your own array of shape (units,) or (rows, columns) with at most 64 numbers
            from -99 to 99. With a `model`, one sample for it.
        model: Your own built Keras model. The masks fall on what reaches its first `Dropout` layer
            for the sample, of which 64 numbers are shown at most.
        rate: The probability of a unit to be dropped, from 0 to 0.95. By default that of the
            model's layer, otherwise 0.5.
        scaling: Where activations are scaled: `"training"` as Keras does, `"test"`, or `"none"`.
        phase: `"training"`, or `"test"`, where nothing is dropped.
        mask: A mask of your own: 1 for a unit that is kept, 0 for one that is dropped.
        seed: Which masks are drawn, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["sums"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        TypeError: `model` isn't a Keras model.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.dropout(rate=0.2, scaling="test").state
        'rate=0.2;scaling=test'
        >>> dl.concepts.dropout(np.array([0.5, 2, 0])).state
        'values=0.5,2,0'
    """
    given: dict[str, Any] = {
        "rate": rate,
        "scaling": scaling,
        "phase": phase,
        "mask": mask,
        "seed": seed,
    }
    extra: dict[str, Any] = {}
    if model is not None:
        if values is None or isinstance(values, str):
            message = (
                "Expected one sample for `model`, such as `dl.concepts.dropout(x[0], model=…)`. "
            )
            raise ValueError(message + f"Received: {values!r}.")
        found = engine.before_dropout(model, values)
        given["values"] = found.rows
        given["rate"] = found.rate if rate is None else rate
        shown = sum(map(len, found.rows))
        extra["values_note"] = tr(
            "{shown} of the {units} activations that reach the layer {layer} of your model.",
            shown=shown,
            units=found.units,
            layer=found.layer,
        )
    elif values is not None:
        given["values"] = values if isinstance(values, str) else engine.checked_values(values)
    return Dropout(state=state, hide=hide, lesson=lesson, values=given, **extra)
