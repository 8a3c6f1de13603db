"""Activation functions with their derivatives, softmax, and layers without them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _activation_functions as engine
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class ActivationFunctions(Concept):
    """Activation functions, as `dl.concepts.activation_functions` makes them."""

    concept = "activation_functions"
    fields = engine.FIELDS
    parts = (
        *("show", "curve", "slope", "functions", "negative_slope", "notes"),
        *("logits", "probabilities", "count", "shift", "layers", "units", "seed"),
    )
    events = ("point", "saturated", "dead", "shift")
    steps = ("saturated", "dead", "leaky", "softmax", "shift", "stack")

    _model_name = Unicode("ActivationFunctionsModel").tag(sync=True)
    _view_name = Unicode("ActivationFunctionsView").tag(sync=True)

    table = Dict().tag(sync=True)
    sample = Dict().tag(sync=True)


def activation_functions(
    functions: str | Sequence[str] | None = None,
    *,
    own: Callable[[Any], Any] | None = None,
    values: ArrayLike | None = None,
    focus: str | None = None,
    negative_slope: float | None = None,
    x: float | None = None,
    show: str | None = None,
    logits: Sequence[float] | None = None,
    layers: int | None = None,
    units: int | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> ActivationFunctions:
    """Show activation functions with their derivatives, softmax, and layers without them.

    Drag the point along a curve: the tangent, the derivative below, and what ten layers leave of a
    gradient follow. Where a function saturates or is dead, its background is shaded.

    Args:
        functions: Which are shown: some of `"linear"`, `"relu"`, `"leaky_relu"`, `"elu"`, `"selu"`,
            `"gelu"`, `"silu"`, `"softplus"`, `"sigmoid"`, `"hard_sigmoid"`, `"tanh"`,
            `"softsign"`, and `"own"`.
        own: Your own function, which is shown beside them: a Keras activation, a layer, or any
            function of an array of shape (n, 1). It is called once; its derivative is estimated
            from differences.
        values: What a layer of yours gives before its activation, any shape: a histogram shows
            where these values lie, and how many of them are in a saturated or dead zone.
        focus: The function whose numbers are written out.
        negative_slope: Of leaky ReLU, from 0 to 1.
        x: Where the point is, from -6 to 6. By default it moves by itself.
        show: `"functions"`, `"softmax"`, or `"stack"`, layers with and without an activation.
        logits: From 2 to 10 logits from -8 to 8, for softmax.
        layers: Hidden layers of the stack, from 1 to 8.
        units: Units of each, from 1 to 16.
        seed: The stack's random weights, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["show", "notes"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.
        TypeError: `own` isn't a function.

    Example:
        >>> dl.concepts.activation_functions(["relu", "gelu"], x=-1).state
        'functions=relu,gelu;focus=relu;x=-1'
        >>> dl.concepts.activation_functions(own=lambda x: np.sin(x)).values["focus"]
        'own'
    """
    chosen = [functions] if isinstance(functions, str) else functions
    extra: dict[str, Any] = {}
    if own is not None:
        extra["table"] = {"data": raw_bytes(engine.sampled(own))}
        chosen = [
            *(chosen or ("relu", "sigmoid", "tanh")),
            *([] if "own" in (chosen or ()) else ["own"]),
        ]
        focus = focus or "own"
    if values is not None:
        extra["sample"] = {"data": raw_bytes(engine.checked_values(values))}
    if chosen and focus is None and not state:
        focus = "sigmoid" if "sigmoid" in chosen else chosen[0]
    given: dict[str, Any] = {
        "show": show,
        "functions": chosen,
        "focus": focus,
        "negative_slope": negative_slope,
        "x": None if x is None else [x],
        "logits": logits,
        "layers": layers,
        "units": units,
        "seed": seed,
    }
    return ActivationFunctions(state=state, hide=hide, lesson=lesson, values=given, **extra)
