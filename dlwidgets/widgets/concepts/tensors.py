"""Slices, shapes, broadcasting and dot products of tensors."""

from __future__ import annotations

from numbers import Integral
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Dict, Unicode

from dlwidgets._messages import tr
from dlwidgets.concepts import _tensors as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Tensors(Concept):
    """Slices, shapes, broadcasting and dot products, as `dl.concepts.tensors` makes it."""

    concept = "tensors"
    fields = engine.FIELDS
    parts = ("show", "slice", "reshape", "broadcast", "dot", "shapes", "loop", "notes")
    events = ("point", "misfit", "time")
    steps = ("corner", "index", "reshape", "misfit", "dot", "shapes")

    _model_name = Unicode("TensorsModel").tag(sync=True)
    _view_name = Unicode("TensorsView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"time"})

    tensor = Dict().tag(sync=True)
    tensor_note = Text()
    times = Dict().tag(sync=True)

    def _on_time(self, content: dict[str, Any]) -> None:
        """Time a loop and NumPy, because the page asks for it."""
        size = engine.FIELDS["size"].check(content.get("size"))
        if size is not None:
            self.times = engine.timed(int(size))


def tensors(
    array: ArrayLike | None = None,
    *,
    show: str | None = None,
    index: Sequence[int | slice] | int | slice | None = None,
    batch: int | None = None,
    shape: Sequence[int] | None = None,
    to: Sequence[int] | None = None,
    operation: str | None = None,
    a: Sequence[int] | None = None,
    b: Sequence[int] | None = None,
    left: ArrayLike | None = None,
    right: ArrayLike | None = None,
    kind: str | None = None,
    sizes: Sequence[int] | None = None,
    dtype: str | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Tensors:
    """Show how tensors are sliced, reshaped, broadcast and multiplied, and how large they are.

    Args:
        array: Your own array with 1 to 4 axes, which is sliced instead of ten handwritten digits:
            the first axis for samples, the fourth one for 1 or 3 channels.
        show: `"slice"`, `"reshape"`, `"broadcast"`, `"dot"`, `"shapes"` (the size of common
            tensors) or `"loop"` (a loop against NumPy, timed in the kernel). Default: what the
            other arguments belong to.
        index: What stands in the brackets, without steps: `np.s_[:, 14:, -14:]`.
        batch: Samples of a batch.
        shape: The shape that is changed, with at most 24 numbers in 1 to 3 axes.
        to: The new shape; -1 is what is left.
        operation: `"reshape"` or `"transpose"`, which reverses the axes.
        a: The shape of the first array that is broadcast, with at most 4 axes.
        b: The shape of the second one.
        left: The first matrix of the dot product, with at most 4 rows and columns.
        right: The second one.
        kind: `"vector"`, `"sequence"`, `"image"` or `"video"`.
        sizes: The size of each axis, with the channels at the end.
        dtype: `"uint8"`, `"float16"`, `"float32"` or `"float64"`.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["show"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.tensors(index=np.s_[:, 14:, 14:]).state
        'axis1=14,28;axis2=14,28'
        >>> dl.concepts.tensors(a=(32, 10), b=(10,)).state
        'show=broadcast;a=32,10;b=10'
    """
    groups: dict[str, dict[str, Any]] = {
        "reshape": {"shape": shape, "to": to, "operation": operation},
        "broadcast": {"a": a, "b": b},
        "dot": {"left": left, "right": right},
        "shapes": {"kind": kind, "sizes": sizes, "dtype": dtype},
    }
    values: dict[str, Any] = {"show": show, "batch": batch}
    for name, group in groups.items():
        values |= group
        if show is None and not state and any(value is not None for value in group.values()):
            values["show"] = values["show"] or name
    extra: dict[str, Any] = {}
    size: tuple[int, ...] = (10, 28, 28)
    if array is not None:
        values["array"] = "own"
        extra, size = _tensor(array)
    if index is not None:
        values |= _axes(index, size)
    return Tensors(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _axes(index: Sequence[int | slice] | int | slice, shape: Sequence[int]) -> dict[str, list[int]]:
    """Return the axes of the state for what stands in the brackets."""
    parts: list[Any] = list(index) if isinstance(index, tuple | list) else [index]
    if not all(isinstance(part, slice | Integral) for part in parts):
        message = "Expected an `index` of integers and slices, such as `np.s_[:, 14:]`. "
        raise ValueError(message + f"Received: {index!r}.")
    if len(parts) > len(shape):
        message = f"Expected an `index` for at most {len(shape)} axes. "
        raise ValueError(message + f"Received: {len(parts)}.")
    found = {}
    for name, part, size in zip(engine.AXES, parts, shape, strict=False):
        if isinstance(part, slice):
            if part.step not in (None, 1):
                message = "Expected slices without a step in `index`. "
                raise ValueError(message + f"Received: {part!r}.")
            stop = size if part.stop is None else part.stop
            whole = part.start is None and part.stop is None
            found[name] = [] if whole else [part.start or 0, stop]
        else:
            found[name] = [int(part)]
    return found


def _tensor(array: ArrayLike) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Return an array as the page gets it, with what is to be said of it, and its shape there."""
    kept, samples = engine.checked_tensor(array)
    tensor = {
        "shape": list(kept.shape),
        "kind": "uint8" if kept.dtype == "uint8" else "float32",
        "data": raw_bytes(kept),
    }
    note = ""
    if len(kept) < samples:
        note = tr(
            "The array has {count} samples. The first {kept} of them are in this page.",
            count=samples,
            kept=len(kept),
        )
    return {"tensor": tensor, "tensor_note": note}, kept.shape
