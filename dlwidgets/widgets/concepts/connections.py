"""Dense, local and convolutional connections side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _connections as engine
from dlwidgets.concepts._fields import write_state
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dlwidgets.widgets.concepts._lesson import Step


class Connections(Concept):
    """Lines and weights of three kinds of layers, as `dl.concepts.connections` makes it."""

    concept = "connections"
    fields = engine.FIELDS
    parts = (
        *("example", "size", "channels", "kernel", "stride", "padding", "filters", "units", "bias"),
        *("dense", "local", "conv", "matrix", "weights", "notes"),
    )
    events = ("output", "input", "line", "weight", "longer", "sparse")
    steps = ("output", "weight", "matrix", "longer", "digits")

    _model_name = Unicode("ConnectionsModel").tag(sync=True)
    _view_name = Unicode("ConnectionsView").tag(sync=True)

    own = Dict().tag(sync=True)

    def _check_values(self, values: Mapping[str, Any]) -> None:
        shape = values["shape"]
        if not engine.fits(shape):
            engine.checked_shape(tuple(map(int, shape)))  # says what is expected
        for name in ("kernel", "stride"):
            if len(values[name]) > len(shape) - 1:
                message = f"Expected `{name}` to have one number, because the input has one axis. "
                raise ValueError(message + f"Received: {len(values[name])}.")


def connections(
    layer: Any = None,
    *,
    shape: int | Sequence[int] | None = None,
    kernel: int | Sequence[int] | None = None,
    stride: int | Sequence[int] | None = None,
    padding: str | None = None,
    filters: int | None = None,
    units: int | None = None,
    bias: bool | None = None,
    point: str | None = None,
    at: Sequence[int] | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Connections:
    """Show the connections of a dense layer and a convolution side by side, and count the weights.

    Each line between an input and an output carries a weight; in the convolution, lines of the same
    color have the same weight. Between the two is a local layer: the windows of the convolution,
    without shared weights. Point at an output, an input or a line.

    Args:
        layer: A Dense, Conv1D or Conv2D layer of your Keras model, such as `model.layers[0]`. The
            other arguments come on top.
        shape: The shape of one input, such as `8`, `(500, 128)` with 128 channels, or
            `(28, 28, 1)`.
        kernel: Numbers of the kernel along each axis.
        stride: Steps from one window to the next.
        padding: `"valid"` or `"same"`.
        filters: Of the convolution.
        units: Of the dense layer. Default: 0, as many as the convolution has outputs.
        bias: Whether the layers have biases.
        point: What is pointed at in the drawing: `"output"`, `"input"` or `"line"`. Default:
            `"tour"`, which moves by itself.
        at: The number of the output or the input from 0; of a line its input and its output.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["local", "matrix"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        TypeError: `layer` isn't such a layer.
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.connections(shape=(28, 28, 1), filters=32, units=512).state
        'shape=28,28,1;filters=32;units=512'
    """
    given: dict[str, Any] = {
        "kernel": engine.as_numbers("kernel", kernel),
        "stride": engine.as_numbers("stride", stride),
        "padding": padding,
        "filters": filters,
        "units": units,
        "bias": bias,
        "point": point,
        "at": engine.as_numbers("at", at),
    }
    if shape is not None:
        given["shape"] = engine.checked_shape(shape)
    own: dict[str, Any] = {}
    if layer is not None:
        found = engine.layer_of(layer)
        given = found.values | {name: value for name, value in given.items() if value is not None}
        own = {
            "kind": found.kind,
            "name": found.name,
            "parameters": found.parameters,
            "state": write_state(found.values, engine.FIELDS),
        }
    return Connections(state=state, hide=hide, lesson=lesson, values=given, own=own)
