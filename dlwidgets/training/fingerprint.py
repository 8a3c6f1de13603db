"""What data a run was trained on: enough to tell other data, without reading all of it."""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets._keras_types import Nested
    from dlwidgets._messages import Message

_ROWS = 64  # of each array
_BYTES = 2**16  # of each row


def fingerprint(data: Mapping[str, Nested]) -> dict[str, Any]:
    """Return what tells data from others, as JSON.

    Args:
        data: What `fit` is given, by argument: ``x``, ``y``, …; what is None is left out.

    Returns:
        For each array shape, dtype and a checksum of some of its rows; for what gives batches what
        it says of itself.

    Example:
        >>> from dlwidgets.training.fingerprint import fingerprint
        >>> fingerprint({"x": np.zeros((3, 2), "float32")})["x"]["shape"]
        [3, 2]
    """
    found: dict[str, Any] = {}
    for name, value in data.items():
        if value is not None:
            found.update(_described(name, value))
    return found


def _described(name: str, value: Any) -> dict[str, Any]:
    tf, keras = load()
    if isinstance(value, (list, tuple)) and _is_rows(value):
        with contextlib.suppress(ValueError):  # rows of several lengths
            value = np.asarray(value)
    if isinstance(value, (list, tuple, dict)):
        found: dict[str, Any] = {}
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found.update(_described(f"{name}[{key!r}]", inner))
        return found
    kind = type(value).__name__
    if isinstance(value, tf.data.Dataset):
        batches = int(value.cardinality().numpy())
        return {name: {"kind": "tf.data", "spec": str(value.element_spec), "batches": batches}}
    if isinstance(value, keras.utils.PyDataset):
        return {name: {"kind": kind, "batches": value.num_batches}}
    shape = getattr(value, "shape", None)
    if shape is None:
        return {name: {"kind": kind}}
    described = {"shape": [int(n) for n in shape], "dtype": _dtype(value)}
    return {name: {"kind": "array", **described, "crc32": _checksum(value)}}


def _dtype(value: Any) -> str:
    dtype = getattr(value, "dtype", "")
    return str(getattr(dtype, "name", dtype))


def _checksum(value: Any) -> int | None:
    """A checksum of some rows; None where rows can't be read, as of a sparse tensor."""
    try:
        rows = range(len(value)) if len(value.shape) else range(0)
        picked = np.unique(np.linspace(0, max(0, len(rows) - 1), _ROWS).astype(int))
        crc = 0
        for i in picked if len(rows) else ():
            row = np.ascontiguousarray(np.asarray(value[int(i)]))
            data = repr(row.tolist()).encode() if row.dtype == object else row.tobytes()
            crc = zlib.crc32(data[:_BYTES], crc)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):
        return None
    return crc


def differences(recorded: Mapping[str, Any], given: Mapping[str, Any]) -> list[Message]:
    """Return how data differ from those that a run was recorded with, in sentences.

    Args:
        recorded: The `fingerprint` of the recorded run.
        given: That of the data which are given now.
    """
    found: dict[str, Message] = {}
    present = {_argument(name) for name in given}
    for name in sorted({*recorded, *given}):
        before, now = recorded.get(name), given.get(name)
        if before == now:
            continue
        if now is None and (argument := _argument(name)) not in present:
            found[argument] = tr(
                "Expected {name}, as recorded. Received: none. Pass `{name}=` as in `dl.fit`.",
                name=argument,
            )
        elif now is None:
            found[name] = tr("Expected {name}, as recorded. Received: none.", name=name)
        elif before is None:
            found[name] = tr("Expected no {name}, as recorded. Received: one.", name=name)
        elif _text(before) == _text(now):
            found[name] = tr(
                "Expected the values of {name} that were recorded. Received: different values "
                "with the same shape {shape}.",
                name=name,
                shape=_text(now),
            )
        else:
            found[name] = tr(
                "Expected {name} as recorded: {recorded}. Received: {given}.",
                name=name,
                recorded=_text(before),
                given=_text(now),
            )
    return list(found.values())


def _argument(name: str) -> str:
    """The argument of `fit` that a part of the data belongs to."""
    return name.partition("[")[0]


def _is_rows(value: Any) -> bool:
    """Whether it is a list of numbers or texts, or of lists of them: an array, as Keras sees it."""
    while isinstance(value, (list, tuple)) and len(value):
        value = value[0]
    return isinstance(value, (int, float, str, bytes, np.number))


def _text(one: Mapping[str, Any]) -> str:
    if one.get("kind") == "array":
        return f"{tuple(one['shape'])} {one['dtype']}"
    rest = [str(v) for k, v in one.items() if k not in ("kind", "crc32")]
    return " ".join([str(one.get("kind")), *rest])
