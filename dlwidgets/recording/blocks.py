"""Append-only files of columns, in blocks that are whole or not there.

A block is ``b"DLW1"``, its length and its CRC-32 as little-endian u32, and then as many bytes: the
length of a JSON header as u32, the header, and the columns, little-endian, one after the other. The
header names the rows and the columns: ``{"rows": 100, "columns": [["step", "<u4"], …]}``.
"""

from __future__ import annotations

import functools
import json
import math
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from dlwidgets.recording.appending import Appender
from dlwidgets.recording.files import exists, parse_json, read, size_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Columns = Sequence[tuple[str, NDArray[Any]]]

MAGIC = b"DLW1"

MOST_ROWS = 1_000
"""Rows that a block is given at most: as many are lost where a part of it is damaged."""

_FRAME = struct.Struct("<II")
_HEAD = len(MAGIC) + _FRAME.size
_TYPES = frozenset({"|u1", "<u4", "<u8", "<i8", "<f4", "<f8"})
_PLAIN = {"rows", "columns"}
_MOST_TRIES = 10_000  # places where a whole block may begin again after a damaged one


@dataclass(frozen=True)
class Block:
    """Rows of columns.

    Attributes:
        columns: Name and values of each column, in the order written: shape (rows,), or
            (rows, width).
        header: What else its header says.
    """

    columns: tuple[tuple[str, NDArray[Any]], ...]
    header: Mapping[str, Any]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return len(self.columns[0][1]) if self.columns else 0


@dataclass(frozen=True)
class Scan:
    """What was found in a file of blocks.

    Attributes:
        blocks: The whole blocks, in the order written.
        end: Where the last of them ends: the place for the next append.
        holes: How many stretches between whole blocks are damaged.
        torn: Whether something that isn't a whole block follows the last one.
    """

    blocks: list[Block]
    end: int
    holes: int
    torn: bool


def encode(columns: Columns, header: Mapping[str, Any] | None = None) -> bytes:
    """Return a block's bytes.

    Args:
        columns: Name and values of each column, all with the same number of rows.
        header: What else its header says; names other than ``rows`` and ``columns``.
    """
    arrays = [(name, _storable(values)) for name, values in columns]
    described = {
        **(header or {}),
        "rows": len(arrays[0][1]) if arrays else 0,
        "columns": [[name, a.dtype.str, *a.shape[1:]] for name, a in arrays],
    }
    head = json.dumps(described, separators=(",", ":")).encode()
    body = b"".join((len(head).to_bytes(4, "little"), head, *(a.tobytes() for _, a in arrays)))
    return MAGIC + _FRAME.pack(len(body), zlib.crc32(body)) + body


def _storable(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.str in _TYPES:
        return values
    return values.astype("<f8" if values.dtype.kind == "f" else "<i8")


def smallest(values: NDArray[np.float64]) -> NDArray[Any]:
    """Return numbers as float32 if each of them survives it, else as they are."""
    with np.errstate(over="ignore"):
        small = values.astype("<f4")
    return small if np.array_equal(small.astype("<f8"), values, equal_nan=True) else values


def scan(data: bytes) -> Scan:
    """Find the whole blocks in bytes. A damaged one is left out, with what else isn't a block."""
    view, place, end, holes = memoryview(data), 0, 0, 0
    blocks: list[Block] = []
    while place < len(data):
        found = _block_at(view, place)
        if found is None:
            following = _next_whole(data, view, place + 1)
            if following is None:
                break
            holes, place = holes + 1, following
            continue
        block, end = found
        count = _alike(data, view, place, end) if block.header.keys() == _PLAIN else 1
        if count > 1:
            block = _merged(view, place, end - place, count, block)
            end = place + count * (end - place)
        blocks.append(block)
        place = end
    return Scan(blocks, end, holes, torn=end < len(data))


def _alike(data: bytes, view: memoryview, place: int, end: int) -> int:
    """How many whole blocks with the same header and length follow each other at a place."""
    size, body = end - place, place + _HEAD
    start, header_size = data[place : place + 8], int.from_bytes(view[body : body + 4], "little")
    header = data[body : body + 4 + header_size]
    count = 1
    for at in range(end, len(data) - size + 1, size):
        body = at + _HEAD
        if not data.startswith(start, at) or not data.startswith(header, body):
            break
        crc = int.from_bytes(view[body - 4 : body], "little")
        if zlib.crc32(view[body : at + size]) != crc:
            break
        count += 1
    return count


def _merged(view: memoryview, place: int, size: int, count: int, block: Block) -> Block:
    """One block of the rows of several alike. Slow runs write a row at a time, for days."""
    table = np.frombuffer(view, np.uint8, count * size, place).reshape(count, size)
    at = size
    columns: list[tuple[str, NDArray[Any]]] = []
    for name, values in reversed(block.columns):
        at -= values.nbytes
        rows = np.ascontiguousarray(table[:, at : at + values.nbytes]).reshape(-1)
        shape = (count * len(values), *values.shape[1:])
        columns.append((name, rows.view(values.dtype).reshape(shape)))
    return Block(tuple(reversed(columns)), block.header)


def _next_whole(data: bytes, view: memoryview, start: int) -> int | None:
    place = start - 1
    for _ in range(_MOST_TRIES):
        place = data.find(MAGIC, place + 1)
        if place < 0:
            return None
        if _block_at(view, place) is not None:
            return place
    return None


def _block_at(view: memoryview, place: int) -> tuple[Block, int] | None:
    """The block that begins at a place, and where it ends; None if no whole one does."""
    begin = place + _HEAD
    if begin + 4 > len(view) or view[place : place + 4] != MAGIC:
        return None
    length, crc = _FRAME.unpack_from(view, place + 4)
    end = begin + length
    if length < 4 or end > len(view) or zlib.crc32(view[begin:end]) != crc:
        return None
    columns_at = begin + 4 + int.from_bytes(view[begin : begin + 4], "little")
    if columns_at > end:
        return None
    parsed = _parsed_header(bytes(view[begin + 4 : columns_at]))
    if parsed is None:
        return None
    header, columns = parsed
    values: list[tuple[str, NDArray[Any]]] = []
    for name, dtype, shape in columns:
        size = math.prod(shape)
        if columns_at + size * dtype.itemsize > end:
            return None
        column = np.frombuffer(view, dtype, size, columns_at)
        values.append((name, column.reshape(shape) if len(shape) > 1 else column))
        columns_at += size * dtype.itemsize
    return (Block(tuple(values), header), end) if columns_at == end else None


@functools.lru_cache(256)  # most headers of a file are the same
def _parsed_header(
    data: bytes,
) -> tuple[dict[str, Any], tuple[tuple[str, np.dtype[Any], tuple[int, ...]], ...]] | None:
    header = parse_json(data)
    if not isinstance(header, dict):
        return None
    rows, columns = header.get("rows"), header.get("columns")
    if not isinstance(columns, list) or not _is_count(rows):
        return None
    found: list[tuple[str, np.dtype[Any], tuple[int, ...]]] = []
    for column in columns:
        if not isinstance(column, list) or len(column) not in (2, 3):
            return None
        name, dtype, *width = column
        if not isinstance(name, str) or not isinstance(dtype, str) or dtype not in _TYPES:
            return None
        if not all(map(_is_count, width)):
            return None
        found.append((name, np.dtype(dtype), (rows, *width)))
    return header, tuple(found)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**32


class BlockWriter(Appender):
    """Appends blocks to a file. What isn't a whole block at its end is cut off first.

    Args:
        path: The file; it is made if there is none.

    Raises:
        OSError: It can't be written.
    """

    def __init__(self, path: Path) -> None:
        data = read(path)
        super().__init__(path, scan(data).end if data else 0)

    def append(self, columns: Columns, header: Mapping[str, Any] | None = None) -> None:
        """Append one block.

        Args:
            columns: As in `encode`.
            header: As in `encode`.

        Raises:
            OSError: It can't be written; the file ends with its last whole block.
        """
        self.write(encode(columns, header))


class BlockReader:
    """Reads a file of blocks while another process appends to it.

    Args:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = 0
        self._identity = _identity(path)
        self.holes = 0
        """How many damaged stretches lie between whole blocks."""
        self.torn = False
        """Whether something that isn't a whole block follows the last one."""
        self.unreadable = False
        """Whether it is there, but can't be read."""

    def new(self) -> list[Block]:
        """Return the whole blocks that were appended since the last call."""
        size = size_of(self._path)
        self.unreadable = size is None and exists(self._path)
        if size is None or size == self._end:
            self.torn = False
            return []
        data = read(self._path, start=self._end)
        self.unreadable = data is None
        if not data:
            return []
        if self._identity is None:
            self._identity = _identity(self._path)
        found = scan(data)
        self._end += found.end
        self.holes += found.holes
        self.torn = found.torn
        return found.blocks

    @property
    def replaced(self) -> bool:
        """Whether the file isn't the one that was read, or has become shorter."""
        if self._identity is None or not self._end:
            return False
        size = size_of(self._path)
        # Where it was deleted, what was read of it stays.
        return size is not None and (size < self._end or _identity(self._path) != self._identity)


class BlockFile:
    """All blocks of a file, of which only new ones are read each time.

    Args:
        path: The file; it need not exist yet.

    Attributes:
        reader: Knows what is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.reader = BlockReader(path)
        self._blocks: list[Block] = []

    def read(self) -> list[Block]:
        """Return all whole blocks."""
        if self.reader.replaced:
            self.reader, self._blocks = BlockReader(self._path), []
        self._blocks.extend(self.reader.new())
        return self._blocks


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_dev, stat.st_ino
