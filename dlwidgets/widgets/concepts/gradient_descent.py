"""Optimizers that descend a curve or a surface."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import Message, tr
from dlwidgets.concepts import _gradient_descent as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class GradientDescent(Concept):
    """Optimizers that descend a curve or a surface, as `dl.concepts.gradient_descent` makes it."""

    concept = "gradient_descent"
    fields = engine.FIELDS
    parts = (
        *("function", "learning_rate", "momentum", "rho", "beta_2", "epsilon"),
        *("batch_size", "scaled", "seed"),
        *("plot", "chart", "line", "optimizers", "book", "notes"),
    )
    events = ("point", "diverge")
    steps = ("step", "drag", "rate", "momentum", "local", "batch")

    _model_name = Unicode("GradientDescentModel").tag(sync=True)
    _view_name = Unicode("GradientDescentView").tag(sync=True)

    table = Dict().tag(sync=True)
    table_note = Text()

    def _check_values(self, values: Mapping[str, Any]) -> None:
        name, start = values["function"], values["start"]
        if not start or name == "own":
            return
        landscape = engine.LANDSCAPES.get(name)
        weights = 2 if landscape is None else len(landscape.start)
        if len(start) != weights:
            message = f"Expected `start` to have {weights} numbers for function {name!r}. "
            raise ValueError(message + f"Received: {start!r}.")


def gradient_descent(
    function: str | ArrayLike | None = None,
    *,
    points: tuple[ArrayLike, ArrayLike] | None = None,
    optimizers: str | Sequence[str] | None = None,
    learning_rate: float | None = None,
    momentum: float | None = None,
    rho: float | None = None,
    beta_2: float | None = None,
    epsilon: float | None = None,
    start: float | Sequence[float] | None = None,
    batch_size: int | None = None,
    seed: int | None = None,
    scaled: bool | None = None,
    focus: str | None = None,
    at: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> GradientDescent:
    """Show how optimizers descend to a low loss, side by side from one start.

    Drag the start, change the learning rate, and see all 150 steps of each optimizer at once. They
    are those that Keras's optimizers take.

    Args:
        function: The loss over one weight, `"parabola"` or `"two_valleys"`; over two weights,
            `"bowl"`, `"valley"`, `"saddle"`, `"rosenbrock"` or `"two_minima"`; `"points"`, the mean
            squared error of a line over its `w` and `b`; or your own values on a grid, of shape
            (n,) or (rows, columns) with at least 4 values along each axis. Both axes then reach
            from -2 to 2, and values between those of the grid are interpolated.
        points: Your own points `(x, y)`, each of shape (n,), to which the line is fitted.
        optimizers: Which are shown: some of `"sgd"`, `"momentum"`, `"nesterov"`, `"adagrad"`,
            `"rmsprop"`, `"adam"`, and `"printed"`, the momentum as the book prints it.
        learning_rate: Of all optimizers, from 0.0001 to 10.
        momentum: Of momentum and Nesterov, and Adam's `beta_1`, from 0 to 0.99.
        rho: Of RMSprop, from 0 to 0.999.
        beta_2: Of Adam, from 0 to 0.9999.
        epsilon: Of Adagrad, RMSprop and Adam, from 1e-8 to 1.
        start: The first weights: a number for a curve, two for a surface.
        batch_size: Points of which each step estimates the gradient; 0 for all.
        seed: Which points are in which batch, from 0 to 999.
        scaled: Whether x and y of the points are scaled to mean 0 and standard deviation 1. The
            default is to scale your own points if they have values above 10.
        focus: The optimizer whose numbers are written out.
        at: The step that is shown at first, from 0 to 150. By default the steps are played.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["rho", "beta_2", "epsilon"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> widget = dl.concepts.gradient_descent("two_minima", optimizers=["sgd", "momentum"])
        >>> widget.state
        'function=two_minima;optimizers=sgd,momentum'
        >>> x = np.linspace(0, 3, 50)
        >>> dl.concepts.gradient_descent(points=(x, 3 * x - 2), batch_size=5).state
        'function=points;batch_size=5'
    """
    values: dict[str, Any] = {
        "optimizers": optimizers,
        "learning_rate": learning_rate,
        "momentum": momentum,
        "rho": rho,
        "beta_2": beta_2,
        "epsilon": epsilon,
        "batch_size": batch_size,
        "seed": seed,
        "scaled": scaled,
        "focus": focus,
    }
    if start is not None:
        values["start"] = [start] if isinstance(start, int | float) else start
    if at is not None:
        values["at"] = [at]
    extra: dict[str, Any] = {}
    if points is not None:
        if function not in (None, "points"):
            message = "Expected `function` or `points`, not both. "
            raise ValueError(message + "Give `points=(x, y)` alone.")
        own = engine.checked_points(points)
        values["function"] = "points"
        if scaled is None and own.large:
            values["scaled"] = True
        extra = _table(own)
    elif function is None or isinstance(function, str):
        values["function"] = function
    else:
        own = engine.checked_function(function)
        values["function"] = "own"
        extra = _table(own)
    return GradientDescent(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _table(own: engine.Own) -> dict[str, Any]:
    """Return the user's numbers as the page gets them, with what is to be said of them."""
    rows, columns = own.values.shape
    table = {"rows": rows, "columns": columns, "data": raw_bytes(own.values)}
    note: str | Message = ""
    if own.note == "left_out":
        note = tr(
            "There are {count} points. {kept} of them are shown, evenly chosen.",
            count=int(own.number),
            kept=columns,
        )
    elif own.note == "scaled":
        note = tr("The values are scaled so that they reach from 0 to 4.")
    return {"table": table, "table_note": note}
