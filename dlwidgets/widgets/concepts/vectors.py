"""Vectors that are added, and a matrix that moves the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _vectors as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.concepts._picture import picture_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Vectors(Concept):
    """Vectors that are added, and a matrix that moves the plane; see `dl.concepts.vectors`."""

    concept = "vectors"
    fields = engine.FIELDS
    parts = (
        *("show", "preset", "image", "equation", "matrix", "shift", "a", "b"),
        *("rotate", "scale_x", "scale_y", "shear", "plane", "pixels", "notes"),
    )
    events = ("point", "column", "flat", "mirror", "perpendicular")
    steps = ("turn", "columns", "flat", "mirror", "shift", "sum")

    _model_name = Unicode("VectorsModel").tag(sync=True)
    _view_name = Unicode("VectorsView").tag(sync=True)

    picture = Dict().tag(sync=True)
    picture_note = Text()


def vectors(
    matrix: str | ArrayLike | None = None,
    *,
    shift: Sequence[float] | None = None,
    a: Sequence[float] | None = None,
    b: Sequence[float] | None = None,
    show: str | None = None,
    image: str | ArrayLike | None = None,
    digit: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Vectors:
    """Show what a matrix does to the plane, to a vector and to an image, and how vectors are added.

    Drag the two columns of the matrix, edit its numbers, or turn, scale and shear.

    Args:
        matrix: An array of shape (2, 2) with numbers from -9 to 9, or `"identity"`, `"rotate"`,
            `"scale"`, `"shear"`, `"mirror"`, `"swap"`, `"project"`.
        shift: Two numbers from -9 to 9 that are added after the matrix, as a layer's bias is.
        a: The vector that the matrix moves, and the first one of the sum: two numbers from -9 to 9.
        b: The second vector of the sum.
        show: `"matrix"`, or `"sum"` for a + b. Default: the sum if only `a` and `b` are given.
        image: What the matrix moves: `"digit"`, `"photo"`, `"none"`, or your own array of shape
            (height, width), (height, width, 1) or (height, width, 3). Its longer side reaches from
            -1 to 1.
        digit: Which handwritten digit is shown, from 0 to 9.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["shift", "pixels"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.vectors([[1, 0.5], [0, 1]], a=[1, 1]).state
        'matrix=1,0.5/0,1;a=1,1'
        >>> dl.concepts.vectors(a=[2, 0], b=[0, 1]).state
        'show=sum;a=2,0;b=0,1'
    """
    if show is None and state == "" and matrix is None and b is not None:
        show = "sum"
    values: dict[str, Any] = {"show": show, "shift": shift, "a": a, "b": b, "digit": digit}
    if matrix is not None:
        values["matrix"] = engine.checked_matrix(matrix)
    extra: dict[str, Any] = {}
    if image is None or isinstance(image, str):
        values["image"] = image
    else:
        values["image"] = "own"
        extra = picture_traits(image)
    return Vectors(state=state, hide=hide, lesson=lesson, values=values, **extra)
