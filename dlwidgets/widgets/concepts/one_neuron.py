"""One neuron that learns a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _one_neuron as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class OneNeuron(Concept):
    """One neuron that learns a line, as `dl.concepts.one_neuron` makes it."""

    concept = "one_neuron"
    fields = engine.FIELDS
    parts = (
        *("w", "b", "learning_rate", "batch_size", "seed"),
        *("plane", "surface", "chart", "points", "notes"),
    )
    events = ("surface_dragged", "diverge", "arrive")
    steps = ("drag", "surface", "learn", "rate", "point", "batch")

    _model_name = Unicode("OneNeuronModel").tag(sync=True)
    _view_name = Unicode("OneNeuronView").tag(sync=True)

    points_note = Text()

    def _check_values(self, values: Mapping[str, Any]) -> None:
        engine.check(values)


def one_neuron(
    points: tuple[ArrayLike, ArrayLike] | None = None,
    *,
    w: float | None = None,
    b: float | None = None,
    learning_rate: float | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    at: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> OneNeuron:
    """Show how one neuron learns a line: first by your hand, then by itself.

    It computes y = w·x + b. Drag the line or the ball on the loss surface, then press play: each
    step is one of Keras's SGD on a `Dense(1)` with the mean squared error.

    Args:
        points: Your own points `(x, y)`, each of shape (n,). Of more than 100 points some are left
            out, evenly. The points of the line y = 2x - 1 by default.
        w: The weight at the beginning; 0 for your own points.
        b: The bias at the beginning; 0 for your own points.
        learning_rate: From 1e-9 to 10. The default for your own points is less than a third of the
            rate at which it diverges.
        batch_size: Points of which each step takes the gradient; 0 for all.
        seed: Which points are in which batch, from 0 to 999.
        at: The step that is shown at first, from 0 to 200. By default the steps are played.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["batch_size", "points"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.one_neuron(w=1, batch_size=2).state
        'w=1;batch_size=2'
        >>> x = np.array([0, 1, 2])
        >>> dl.concepts.one_neuron((x, 3 * x), learning_rate=0.1).state
        'b=0;learning_rate=0.1;x=0,1,2;y=0,3,6'
    """
    values: dict[str, Any] = {
        "w": w,
        "b": b,
        "learning_rate": learning_rate,
        "batch_size": batch_size,
        "seed": seed,
        "at": None if at is None else [at],
    }
    extra: dict[str, Any] = {}
    if points is not None:
        own = engine.checked_points(points)
        given = {name: value for name, value in values.items() if value is not None}
        values = {**own.values, **given}
        if own.count > engine.MOST_POINTS:
            extra["points_note"] = tr(
                "There are {count} points. {kept} of them are shown, evenly chosen.",
                count=own.count,
                kept=engine.MOST_POINTS,
            )
    return OneNeuron(state=state, hide=hide, lesson=lesson, values=values, **extra)
