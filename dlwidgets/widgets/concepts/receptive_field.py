"""What a unit of a stack of layers sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _receptive_field as engine
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dlwidgets.widgets.concepts._lesson import Step


class ReceptiveField(Concept):
    """What a unit sees, as `dl.concepts.receptive_field` makes it."""

    concept = "receptive_field"
    fields = engine.FIELDS
    parts = ("size", "stack", "section", "image", "add", "notes")
    events = ("point", "pixel", "edit", "dilation", "unpooled")
    steps = ("step", "point", "pixel", "deeper", "stride", "dilation")

    _model_name = Unicode("ReceptiveFieldModel").tag(sync=True)
    _view_name = Unicode("ReceptiveFieldView").tag(sync=True)

    own = Dict().tag(sync=True)


def receptive_field(
    layers: Any = None,
    *,
    size: int | None = None,
    at: Sequence[int] | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> ReceptiveField:
    """Show which pixels a unit of a convolutional network sees, and which units see a pixel.

    Stack layers, change kernel, stride and dilation, and point at a unit or a pixel.

    Args:
        layers: Tuples such as `("conv", 3)`, `("pool", 2)` or `("conv", 3, stride, dilation,
            "same")`; your own Keras model, whose layers must form a single chain up to the first
            one without a feature map; or a list of connected layers of it, such as
            `model.layers[:5]`. Of an image the horizontal axis is shown.
        size: Pixels of the input, from 1 to 512. Default: 28, or the input of your model.
        at: What is pointed at: a layer (0 for the input), a row and a column. By default it moves
            by itself.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["image", "add"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.receptive_field([("conv", 3), ("conv", 3, 2)], size=32).state
        'layers=c3,c3.2;size=32'
    """
    values: dict[str, Any] = {"size": size, "at": at}
    own: dict[str, Any] = {}
    if layers is not None:
        if isinstance(layers, tuple | list) and all(isinstance(one, tuple) for one in layers):
            values["layers"] = engine.checked_layers(layers)
        else:
            found = engine.layers_of(layers)
            values["layers"] = found.layers
            usual = found.size if found.size and found.size <= engine.MOST_SIZE else None
            values["size"] = size or usual
            own = {
                "layers": engine.FIELDS["layers"].write(found.layers),
                "names": list(found.names),
            }
    return ReceptiveField(state=state, hide=hide, lesson=lesson, values=values, own=own)
