"""Why a Gram matrix is style: it stays when the pixels are shuffled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _gram_matrix as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.concepts._picture import picture_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class GramMatrix(Concept):
    """Feature maps and their Gram matrix, as `dl.concepts.gram_matrix` makes it."""

    concept = "gram_matrix"
    fields = engine.FIELDS
    parts = (
        *("image", "compare", "shuffle", "share", "tile", "seed"),
        *("maps", "gram", "losses", "notes"),
    )
    events = ("point",)
    steps = ("share", "image", "tile", "pair", "other")

    _model_name = Unicode("GramMatrixModel").tag(sync=True)
    _view_name = Unicode("GramMatrixView").tag(sync=True)

    picture = Dict().tag(sync=True)
    picture_note = Text()
    maps = Dict().tag(sync=True)


def gram_matrix(
    image: str | ArrayLike | None = None,
    *,
    features: ArrayLike | None = None,
    digit: int | None = None,
    compare: str | None = None,
    shuffle: str | None = None,
    share: float | None = None,
    tile: int | None = None,
    seed: int | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> GramMatrix:
    """Show why the Gram matrix of feature maps is style: shuffle the pixels, and it stays.

    Args:
        image: `"photo"`, `"digit"`, `"stripes"`, or your own array of shape (height, width),
            (height, width, 1) or (height, width, 3). Six fixed kernels make its feature maps.
        features: The output of your own layer for one image, of shape (height, width, channels),
            instead of an image. The first channels are shown, at most 8.
        digit: Which handwritten digit is shown, from 0 to 9.
        compare: `"shuffled"`, the same with shuffled pixels; or another image: `"photo"`,
            `"digit"`, `"stripes"`.
        shuffle: `"positions"`, in all feature maps alike; or `"image"`, before the kernels see it.
        share: Which share of the pixels moves, from 0 to 1. By default it is played.
        tile: Pixels of a side of the squares that change places, from 1 to 32.
        seed: Which of them, from 0 to 999.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["tile"]`.
        lesson: `True` for a lesson of five steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.gram_matrix("digit", shuffle="image", tile=7).state
        'image=digit;shuffle=image;tile=7'
        >>> dl.concepts.gram_matrix(features=np.random.rand(14, 14, 4)).state
        'image=own'
    """
    values: dict[str, Any] = {
        "digit": digit,
        "compare": compare,
        "shuffle": shuffle,
        "share": share,
        "tile": tile,
        "seed": seed,
    }
    extra: dict[str, Any] = {}
    if features is not None:
        if image is not None:
            message = "Expected `image` or `features`, not both. Give `features` alone."
            raise ValueError(message)
        if shuffle == "image":
            message = "Expected `image`, because features are shuffled by positions only. "
            raise ValueError(message + "Received: `features` with shuffle='image'.")
        values["image"] = "own"
        extra = _maps(features)
    elif image is None or isinstance(image, str):
        values["image"] = image
    else:
        values["image"] = "own"
        extra = picture_traits(image)
    return GramMatrix(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _maps(features: ArrayLike) -> dict[str, Any]:
    """Return feature maps as the page gets them, with what is to be said of them."""
    maps, channels = engine.checked_features(features)
    kept, height, width = maps.shape
    note = ""
    if kept < channels:
        note = tr(
            "The layer has {count} channels. The first {kept} of them are shown.",
            count=channels,
            kept=kept,
        )
    sent = {"channels": kept, "height": height, "width": width, "data": raw_bytes(maps)}
    return {"maps": sent, "picture_note": note}
