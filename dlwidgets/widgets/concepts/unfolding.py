"""A network that unfolds the plane until a line separates two classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _unfolding as engine
from dlwidgets.concepts._playground_points import MOST_OWN, checked_points
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.widgets.concepts._lesson import Step


class Unfolding(Concept):
    """A network that unfolds the plane, as `dl.concepts.unfolding` makes it."""

    concept = "unfolding"
    fields = engine.FIELDS
    parts = (
        *("data", "noise", "layers", "units", "learning_rate", "seed"),
        *("plane", "layer", "training", "strip"),
    )
    events = ("training",)
    steps = ("learn", "layer", "training", "point", "rings")

    _model_name = Unicode("UnfoldingModel").tag(sync=True)
    _view_name = Unicode("UnfoldingView").tag(sync=True)

    points = Dict().tag(sync=True)
    points_note = Text()

    def model(self) -> KerasModel:
        """Return the network as a compiled Keras model, with the weights that training begins with.

        Example:
            >>> dl.concepts.unfolding(layers=2, units=3).model().count_params()
            37
        """
        values = self.values
        first = engine.initial_weights(values["layers"], values["units"], values["seed"])
        return engine.keras_model(values, first)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        if values["layer"] and values["layer"][0] > values["layers"]:
            message = f"Expected `layer` to be at most {values['layers']}, as there are layers. "
            raise ValueError(message + f"Received: {values['layer'][0]!r}.")


def unfolding(
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    data: str | None = None,
    noise: float | None = None,
    layers: int | None = None,
    units: int | None = None,
    learning_rate: float | None = None,
    seed: int | None = None,
    layer: float | None = None,
    at: Sequence[float] | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Unfolding:
    """Show how a network bends the plane, layer by layer, until a line separates two classes.

    The page trains a small network with residual connections, with the numbers of a Keras model
    with the same weights and batches. A slider goes through its layers, another one through its
    training.

    Args:
        x: Your own points, shape (n, 2). Each coordinate is centered and scaled.
        y: Their labels of two classes, shape (n,).
        data: `"spirals"`, `"rings"`, `"moons"` or `"xor"`.
        noise: Standard deviation that is added to the coordinates, from 0 to 0.3.
        layers: How many layers move the plane, from 1 to 8.
        units: Units of each layer, from 1 to 16.
        learning_rate: Of Adam, from 0.0001 to 1.
        seed: Of points, first weights and batches, from 0 to 999.
        layer: The position that is shown, from 0 for the input to `layers`, with parts of a layer.
            By default the last one.
        at: The place of the input that is marked, two numbers from -2 to 2.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["noise", "units"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set. `widget.model()` is
        the untrained network as a Keras model.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.unfolding(data="xor", layers=3, layer=1.5).state
        'data=xor;layers=3;layer=1.5'
    """
    values: dict[str, Any] = {
        "data": data,
        "noise": noise,
        "layers": layers,
        "units": units,
        "learning_rate": learning_rate,
        "seed": seed,
        "layer": None if layer is None else [layer],
        "at": at,
    }
    extra: dict[str, Any] = {}
    if x is not None or y is not None:
        if x is None or y is None or data not in (None, "own"):
            message = "Expected points as `x` and `y`, or the name of some as `data`. "
            raise ValueError(message + "Give both `x` and `y`, and no `data`.")
        own, count = checked_points(x, y), len(np.asarray(x))
        values["data"] = "own"
        extra = {"points": {"data": raw_bytes(own)}}
        if count > MOST_OWN:
            extra["points_note"] = tr(
                "There are {count} points. {kept} of them are shown, evenly chosen.",
                count=count,
                kept=MOST_OWN,
            )
    return Unfolding(state=state, hide=hide, lesson=lesson, values=values, **extra)
