"""A window that keeps the largest value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _pooling as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.concepts._picture import picture_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Pooling(Concept):
    """A window that keeps the largest value, as `dl.concepts.pooling` makes it."""

    concept = "pooling"
    fields = engine.FIELDS
    parts = (
        *("image", "kind", "window", "stride", "padding", "shift", "units"),
        *("input", "output", "shifted", "change", "values", "network", "notes"),
    )
    events = ("point", "drag")
    steps = ("step", "point", "average", "shift", "window", "network")

    _model_name = Unicode("PoolingModel").tag(sync=True)
    _view_name = Unicode("PoolingView").tag(sync=True)

    picture = Dict().tag(sync=True)
    picture_note = Text()


def pooling(
    image: str | ArrayLike | None = None,
    kind: str | None = None,
    *,
    window: int | None = None,
    stride: int | None = None,
    padding: str | None = None,
    shift: tuple[int, int] | None = None,
    digit: int | None = None,
    units: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Pooling:
    """Show how a pooling layer makes an image smaller, and what it doesn't notice.

    Move the window, shift the image by a pixel, and compare how much the pixels change and how much
    the output does. A table counts the weights of a network with and without pooling.

    Args:
        image: `"digit"`, `"photo"`, `"exercise"` (4×4), `"drawing"`, or your own array of shape
            (height, width), (height, width, 1) or (height, width, 3), such as a feature map. Large
            arrays are shrunk, and of three channels the mean is shown; the widget says so.
        kind: `"max"`, `"average"`, or `"subsample"`: the first pixel of each window, which is what
            a stride alone does.
        window: Rows and columns of the window, from 1 to 6.
        stride: Pixels from one window to the next, from 1 to 6. Default: as large as the window.
        padding: `"valid"` or `"same"`.
        shift: By how many pixels the image is moved to the right and down, each from -6 to 6.
        digit: Which handwritten digit is shown, from 0 to 9.
        units: Units of the Dense layer in the table: 64, 128, 256, 512 or 1024.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["network", "units"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> widget = dl.concepts.pooling(np.eye(6), "average", window=3)
        >>> widget.state
        'image=own;kind=average;window=3;stride=3'
    """
    values: dict[str, Any] = {
        "kind": kind,
        "window": window,
        "stride": window if stride is None else stride,
        "padding": padding,
        "shift": shift,
        "digit": digit,
        "units": units,
    }
    extra: dict[str, Any] = {}
    if image is None or isinstance(image, str):
        values["image"] = image
    else:
        values["image"] = "own"
        extra = picture_traits(image)
    return Pooling(state=state, hide=hide, lesson=lesson, values=values, **extra)
