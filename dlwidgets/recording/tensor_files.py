"""Files of named tensors in the safetensors format, with a checksum for each.

Written and read with NumPy alone, so that a recording can be read wherever Python runs. The
`safetensors` package reads the same files, but checks nothing, and its NumPy half has no bfloat16.
"""

from __future__ import annotations

import math
import sys
import zlib
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.recording import files
from dlwidgets.recording.errors import DamagedFileError, RecordingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

_TYPES = {
    "BOOL": "|b1",
    "U8": "|u1",
    "I8": "|i1",
    "U16": "<u2",
    "I16": "<i2",
    "F16": "<f2",
    "U32": "<u4",
    "I32": "<i4",
    "F32": "<f4",
    "U64": "<u8",
    "I64": "<i8",
    "F64": "<f8",
    "C64": "<c8",
}
_NAMES = {np.dtype(code): name for name, code in _TYPES.items()}
# NumPy doesn't have them. TensorFlow brings `ml_dtypes`, which does.
_ML_TYPES = {"BF16": "bfloat16", "F8_E4M3": "float8_e4m3fn", "F8_E5M2": "float8_e5m2"}
_ML_SIZES = {"BF16": 2, "F8_E4M3": 1, "F8_E5M2": 1}
_ML_NAMES = {name: code for code, name in _ML_TYPES.items()}
_LARGEST_HEADER = 100_000_000  # bytes, as in the safetensors package
_CHECK, _CRCS = "check", "crc32"


def save(
    path: Path,
    tensors: Mapping[str, NDArray[Any]],
    metadata: Mapping[str, object] | None = None,
) -> int:
    """Write tensors into a file, in one piece and durably.

    Args:
        path: The file.
        tensors: The tensors by name; NumPy's numbers, bfloat16 and float8.
        metadata: What else to keep, as JSON; names other than ``crc32`` and ``check``.

    Returns:
        The file's size in bytes.

    Raises:
        RecordingError: A tensor has another dtype.
        OSError: The file can't be written.
    """
    described: dict[str, Any] = {}
    parts: list[memoryview] = []
    crcs: dict[str, int] = {}
    offset = 0
    for name, tensor in tensors.items():
        # ascontiguousarray makes a scalar a vector.
        array = np.ascontiguousarray(tensor).reshape(np.shape(tensor))
        if array.dtype.kind in "iufc":
            array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        code = _code_of(name, array.dtype)
        part = _bytes_of(array)
        shape: list[int] = list(array.shape)
        described[name] = {
            "dtype": code,
            "shape": shape,
            "data_offsets": [offset, offset + len(part)],
        }
        crcs[name] = _crc(name, code, shape, part)
        parts.append(part)
        offset += len(part)
    texts = {name: files.to_json(value) for name, value in (metadata or {}).items()}
    texts[_CRCS] = files.to_json(crcs)
    texts[_CHECK] = str(_check(texts))
    header = files.to_json({"__metadata__": texts, **described}).encode()
    header += b" " * (-len(header) % 8)
    return files.replace(path, [len(header).to_bytes(8, "little"), header, *parts])


def _code_of(name: str, dtype: np.dtype[Any]) -> str:
    code = _NAMES.get(dtype) or _ML_NAMES.get(dtype.name)
    if code is None:
        raise RecordingError(
            tr(
                "Expected tensors of numbers. Received: {name} with dtype {dtype}, which the "
                "safetensors format doesn't support. Convert it first.",
                name=repr(name),
                dtype=str(dtype),
            )
        )
    return code


def _bytes_of(array: NDArray[Any]) -> memoryview:
    """An array's bytes, without copying them."""
    if not array.size:
        return memoryview(b"")
    data: Any = array.reshape(-1).view(np.uint8)
    return memoryview(data)


def _crc(name: str, code: str, shape: list[int], data: bytearray | memoryview) -> int:
    return zlib.crc32(data, zlib.crc32(f"{name}|{code}|{shape}".encode()))


def _check(texts: Mapping[str, str]) -> int:
    return zlib.crc32(repr(sorted((k, v) for k, v in texts.items() if k != _CHECK)).encode())


class TensorFile:
    """A file of named tensors, of which each can be read alone.

    Args:
        path: The file. Its header is read now.

    Raises:
        DamagedFileError: It isn't a whole file of this format.

    Attributes:
        path: The file.
        metadata: What is kept beside the tensors, as it was given to `save`.
        nbytes: The file's size.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.nbytes = files.size_of(path) or 0
        self._entries: dict[str, tuple[str, list[int], int, int]] = {}
        self.metadata: dict[str, Any] = {}
        self._crcs: dict[str, int] = {}
        if not self._read_header():
            raise _damaged(path)

    @property
    def names(self) -> tuple[str, ...]:
        """The tensors' names, in the order written."""
        return tuple(self._entries)

    def load(self, names: Iterable[str] | None = None) -> dict[str, NDArray[Any]]:
        """Read tensors.

        Args:
            names: Which; None for all.

        Returns:
            The tensors by name. Without the package `ml_dtypes`, those of bfloat16 are float32.

        Raises:
            RecordingError: There is no such tensor, or it needs a package that isn't there.
            DamagedFileError: One of them is damaged.
        """
        wanted = list(self._entries) if names is None else list(names)
        found: dict[str, NDArray[Any]] = {}
        for name in wanted:
            if name not in self._entries:
                raise RecordingError(
                    tr(
                        "Expected one of the tensors {names}. Received: {name}",
                        names=", ".join(self._entries),
                        name=repr(name),
                    )
                )
        try:
            with self.path.open("rb") as file:
                for name in wanted:
                    code, shape, begin, end = self._entries[name]
                    file.seek(begin)
                    # An array of its own, so that it can be changed and is aligned.
                    data = bytearray(file.read(end - begin))
                    if len(data) < end - begin or _crc(name, code, shape, data) != self._crcs.get(
                        name
                    ):
                        raise _damaged(self.path)
                    found[name] = _array(data, code).reshape(shape)
        except (OSError, MemoryError):
            raise _damaged(self.path) from None
        return found

    def _read_header(self) -> bool:
        if not self.nbytes:
            return False
        try:
            with self.path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                whole = 2 <= length <= min(_LARGEST_HEADER, self.nbytes - 8)
                header = files.parse_json(file.read(length)) if whole else None
        except (OSError, ValueError, MemoryError):
            return False
        if not isinstance(header, dict) or not self._read_metadata(header.pop("__metadata__", {})):
            return False
        if set(self._crcs) != set(header):
            return False
        return all(self._add(name, entry, 8 + length) for name, entry in header.items())

    def _read_metadata(self, texts: object) -> bool:
        if not isinstance(texts, dict) or not all(isinstance(v, str) for v in texts.values()):
            return False
        if texts.get(_CHECK) != str(_check(texts)):
            return False
        values = {n: files.parse_json(t.encode()) for n, t in texts.items() if n != _CHECK}
        crcs = values.pop(_CRCS, None)
        if not isinstance(crcs, dict):
            return False
        self._crcs = crcs
        self.metadata = {n: texts[n] if value is None else value for n, value in values.items()}
        return True

    def _add(self, name: str, entry: object, data_at: int) -> bool:
        if not isinstance(entry, dict):
            return False
        code, shape, offsets = entry.get("dtype"), entry.get("shape"), entry.get("data_offsets")
        if not isinstance(code, str) or not _is_counts(shape) or not _is_counts(offsets):
            return False
        size = _ML_SIZES.get(code) or (np.dtype(_TYPES[code]).itemsize if code in _TYPES else None)
        if size is None or len(offsets) != 2:
            return False
        begin, end = data_at + offsets[0], data_at + offsets[1]
        if end - begin != size * math.prod(shape) or end > self.nbytes:
            return False
        self._entries[name] = (code, shape, begin, end)
        return True


def _is_counts(value: object) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(
        isinstance(v, int) and not isinstance(v, bool) and 0 <= v < 2**62 for v in value
    )


def _array(data: bytearray, code: str) -> NDArray[Any]:
    if code in _TYPES:
        return np.frombuffer(data, _TYPES[code]).astype(
            np.dtype(_TYPES[code]).newbyteorder("="), copy=sys.byteorder == "big"
        )
    try:
        import ml_dtypes
    except ImportError:
        if code == "BF16":  # the upper half of a float32
            return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")
        raise RecordingError(
            tr(
                "Reading tensors of type {code} needs the package ml_dtypes. Install it with "
                "`pip install ml_dtypes`.",
                code=code,
            )
        ) from None
    return np.frombuffer(data, getattr(ml_dtypes, _ML_TYPES[code]))


def _damaged(path: Path) -> DamagedFileError:
    return DamagedFileError(
        tr("{file} is damaged or incomplete.", file=f"{path.parent.name}/{path.name}")
    )
