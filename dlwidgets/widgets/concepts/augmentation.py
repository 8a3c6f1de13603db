"""Random rotations, shifts, shears, zooms and flips of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _augmentation as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.concepts._picture import picture_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Augmentation(Concept):
    """Random changes of an image, as `dl.concepts.augmentation` makes it."""

    concept = "augmentation"
    fields = engine.FIELDS
    parts = (
        *("image", "rotation", "width_shift", "height_shift", "shear", "zoom"),
        *("horizontal_flip", "vertical_flip", "fill_mode", "seed"),
        *("source", "result", "throws", "throw", "matrix", "code", "notes"),
    )
    events = ("point", "select", "edit", "label")
    steps = ("select", "label", "fill", "zoom", "edit", "own")

    _model_name = Unicode("AugmentationModel").tag(sync=True)
    _view_name = Unicode("AugmentationView").tag(sync=True)

    picture = Dict().tag(sync=True)
    picture_note = Text()

    def _check_values(self, values: Mapping[str, Any]) -> None:
        engine.check_throw(values["throw"])


def augmentation(
    image: str | ArrayLike | None = None,
    *,
    rotation: float | None = None,
    width_shift: float | None = None,
    height_shift: float | None = None,
    shear: float | None = None,
    zoom: float | None = None,
    horizontal_flip: bool | None = None,
    vertical_flip: bool | None = None,
    fill_mode: str | None = None,
    digit: int | None = None,
    throw: ArrayLike | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Augmentation:
    """Show what augmentation makes of an image: sixteen throws of the dice, each with its numbers.

    Set how far a throw may turn, shift, shear and zoom, and whether it may flip. Select a throw to
    see where its pixels come from, what fills the border, and whether it still has its label.

    Args:
        image: `"photo"`, `"digit"`, `"letter"` (a b), `"word"`, `"drawing"`, `"webcam"`, or your
            own array of shape (height, width), (height, width, 1) or (height, width, 3). Large
            arrays are shrunk, and the widget says so.
        rotation: The largest angle in degrees, from 0 to 180.
        width_shift: The largest shift left or right, as a fraction of the width, from 0 to 1.
        height_shift: The largest shift up or down, as a fraction of the height, from 0 to 1.
        shear: The largest angle of the shear in radians, from 0 to 1.
        zoom: The largest change of the zoom, from 0 to 0.9: from 1 − zoom to 1 + zoom of the image
            is seen, and width and height are drawn separately.
        horizontal_flip: Whether half of the throws exchange left and right.
        vertical_flip: Whether half of the throws exchange top and bottom.
        fill_mode: What is seen outside of the image: `"constant"`, `"nearest"`, `"reflect"` or
            `"wrap"`.
        digit: Which handwritten digit is shown, from 0 to 9.
        throw: Numbers of your own instead of the dice: angle, right, down, shear, zoom_x, zoom_y,
            flip_x, flip_y.
        seed: Which throws are drawn, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["matrix", "code"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.augmentation("digit", digit=9, rotation=180, zoom=0).state
        'image=digit;digit=9;rotation=180;zoom=0'
        >>> dl.concepts.augmentation(np.eye(32), throw=[30]).values["throw"]
        (30.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0)
    """
    values: dict[str, Any] = {
        "digit": digit,
        "rotation": rotation,
        "width_shift": width_shift,
        "height_shift": height_shift,
        "shear": shear,
        "zoom": zoom,
        "horizontal_flip": horizontal_flip,
        "vertical_flip": vertical_flip,
        "fill_mode": fill_mode,
        "throw": None if throw is None else engine.checked_throw(throw),
        "seed": seed,
    }
    extra: dict[str, Any] = {}
    if image is None or isinstance(image, str):
        values["image"] = image
    else:
        values["image"] = "own"
        extra = picture_traits(image)
    return Augmentation(state=state, hide=hide, lesson=lesson, values=values, **extra)
