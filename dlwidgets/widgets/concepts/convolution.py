"""A kernel that slides over an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets.concepts import _convolution as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets.concepts._concept import Concept
from dlwidgets.widgets.concepts._picture import picture_traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Convolution(Concept):
    """A kernel that slides over an image, as `dl.concepts.convolution` makes it."""

    concept = "convolution"
    fields = engine.FIELDS
    parts = (
        *("image", "presets", "size", "stride", "padding", "dilation", "flip"),
        *("input", "output", "kernel", "products", "notes"),
    )
    events = ("point", "edit")
    steps = ("step", "point", "edges", "own", "padding", "stride")

    _model_name = Unicode("ConvolutionModel").tag(sync=True)
    _view_name = Unicode("ConvolutionView").tag(sync=True)

    picture = Dict().tag(sync=True)
    picture_note = Text()

    def _check_values(self, values: Mapping[str, Any]) -> None:
        rows, columns = len(values["kernel"]), len(values["kernel"][0])
        if values["mode"] != "kernel" and rows != columns:
            message = f"Expected a square kernel for mode {values['mode']!r}. "
            raise ValueError(message + f"Received: a kernel of shape {(rows, columns)}.")


def convolution(
    image: str | ArrayLike | None = None,
    kernel: str | ArrayLike | None = None,
    *,
    digit: int | None = None,
    mode: str | None = None,
    stride: int | None = None,
    padding: str | int | None = None,
    dilation: int | None = None,
    flip: bool | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Convolution:
    """Show how a convolutional layer computes: a kernel slides over an image.

    Edit the kernel's numbers, move the window, and see each product. What comes out is what Keras's
    `Conv2D` computes with one filter, without bias and activation.

    Args:
        image: `"digit"`, `"photo"`, `"diagonal"` (5×5), `"sums"` (4×4 decimals), `"drawing"`,
            `"webcam"`, or your own array of shape (height, width), (height, width, 1) or
            (height, width, 3). Large arrays are shrunk, and the widget says so. With three channels
            the kernel is used for each, and the products are added up, as `Conv2D` does.
        kernel: A matrix with 1 to 5 rows and columns, or `"identity"`, `"edges"`, `"horizontal"`,
            `"vertical"`, `"sobel_x"`, `"sobel_y"`, `"magnitude"`, `"phase"`, `"blur"`, `"sharpen"`,
            `"diagonal"`.
        digit: Which handwritten digit is shown, from 0 to 9.
        mode: `"kernel"`; `"magnitude"` or `"phase"` of the gradient that the kernel and its
            transpose give.
        stride: Pixels from one window to the next, from 1 to 4.
        padding: `"valid"`, `"same"`, or the number of zeros on each side, from 0 to 4.
        dilation: Pixels from one number of the kernel to the next, from 1 to 4.
        flip: Whether the kernel is turned by 180°, as the convolution of mathematics does.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["padding", "dilation"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> image = np.eye(5)
        >>> widget = dl.concepts.convolution(image, [[1, 0], [0, 1]], stride=2)
        >>> widget.state
        'image=own;kernel=1,0/0,1;stride=2'
        >>> widget.set(padding="same")
        >>> widget.values["padding"]
        'same'
    """
    values: dict[str, Any] = {
        "digit": digit,
        "mode": mode,
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "flip": flip,
    }
    if kernel is not None:
        values["kernel"], known = engine.checked_kernel(kernel)
        values["mode"] = mode or known
    extra: dict[str, Any] = {}
    if image is None or isinstance(image, str):
        values["image"] = image
    else:
        values["image"] = "own"
        extra = picture_traits(image)
    return Convolution(state=state, hide=hide, lesson=lesson, values=values, **extra)
