"""Writing files that are whole or not there, and reading files whatever they hold."""

from __future__ import annotations

import contextlib
import json
import math
import os
import secrets
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_LARGEST_JSON = 64_000_000  # bytes
_WINDOWS = os.name == "nt"
_TRIES, _PAUSE = 40, 0.025  # seconds between two tries to replace a file


def replace(path: Path, parts: Iterable[bytes | memoryview], *, durable: bool = True) -> int:
    """Write a file in one piece: a reader sees the old one or the new one.

    Args:
        path: The file.
        parts: Its content.
        durable: Whether it must survive a loss of power.

    Returns:
        Its size in bytes.

    Raises:
        OSError: It can't be written. The old file is as it was.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    size = 0
    try:
        with temporary.open("wb") as file:
            for part in parts:
                file.write(part)
                size += len(part)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        _move(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise
    if durable:
        sync_directory(path.parent)
    return size


def _move(temporary: Path, path: Path) -> None:
    """Put a file in place of another one, which on Windows fails as long as somebody reads that."""
    for left in range(_TRIES, -1, -1):
        try:
            temporary.replace(path)
        except PermissionError:
            if not _WINDOWS or not left:
                raise
            time.sleep(_PAUSE)
        else:
            return


def delete(path: Path) -> bool:
    """Delete a file, and return whether it is gone: on Windows it stays while somebody reads it.

    Args:
        path: The file, which may be gone already.

    Raises:
        OSError: It can't be deleted.
    """
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        if not _WINDOWS:
            raise
        return False
    return True


def sync_directory(path: Path) -> None:
    """Make names in a directory durable, where the system can do that."""
    with contextlib.suppress(OSError, AttributeError):
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Replace a JSON file.

    Args:
        path: The file.
        content: What to write; what JSON doesn't have becomes text.

    Raises:
        OSError: It can't be written.
    """
    replace(path, [to_json(content, indent=1).encode()])


def to_json(content: object, *, indent: int | None = None) -> str:
    """Return anything as JSON: NumPy's numbers as numbers, what JSON doesn't have as text."""
    text = json.dumps(content, default=_plain, indent=indent, ensure_ascii=False, skipkeys=True)
    # A name of a file may hold half a character, which no file can.
    return text.encode("utf-8", "replace").decode()


def _plain(value: object) -> object:
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    if isinstance(value, Mapping):
        return {str(key): item for key, item in value.items()}
    return str(value)


def parse_json(data: bytes | memoryview) -> object:
    """Return the value of a JSON text; None if it isn't one."""
    try:
        return json.loads(bytes(data).decode("utf-8"))
    # ValueError: also wrong UTF-8, and a number of too many digits.
    except (ValueError, RecursionError, MemoryError):
        return None


class CachedJson:
    """The object in a JSON file, which is read again when the file has changed.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[object, object] = (None, None)
        self._found: dict[str, Any] | None = None

    def read(self) -> dict[str, Any] | None:
        """Return the object; None if there is none, or the file holds something else."""
        try:
            stat = self._path.stat()
            now: object = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        except (OSError, ValueError):
            now = None
        # Twice the same: within one tick of its clock, a file may change once more.
        if now is None or self._seen != (now, now):
            self._found = read_json(self._path)
        self._seen = (self._seen[1], now)
        return self._found


def number(value: object) -> float | None:
    """Return a number of a JSON text; None if it isn't one, or isn't finite."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def read_json(path: Path) -> dict[str, Any] | None:
    """Return the object in a JSON file; None if there is none, or it isn't one."""
    data = read(path, _LARGEST_JSON)
    found = None if data is None else parse_json(data)
    return found if isinstance(found, dict) else None


def read(path: Path, most: int | None = None, start: int = 0) -> bytes | None:
    """Return the bytes of a file; None if it isn't a file that can be read.

    Args:
        path: The file.
        most: Give up on larger files than this many bytes.
        start: Where to begin.
    """
    try:
        if not path.is_file():  # what isn't one may never end
            return None
        with path.open("rb") as file:
            if most is not None and os.fstat(file.fileno()).st_size > most:
                return None
            file.seek(start)
            return file.read()
    except (OSError, ValueError, MemoryError):  # ValueError: a null byte in the path
        return None


def size_of(path: Path) -> int | None:
    """Return the size of a file in bytes; None if there is no such file."""
    try:
        return path.stat().st_size if path.is_file() else None
    except (OSError, ValueError):
        return None


def changed_at(path: Path) -> int | None:
    """Return when a file or a directory changed, in nanoseconds; None if there is none."""
    try:
        return path.stat().st_mtime_ns
    except (OSError, ValueError):
        return None


def exists(path: Path) -> bool:
    """Return whether there is something at a path, even a link to nowhere."""
    try:
        return path.is_symlink() or path.exists()
    except (OSError, ValueError):
        return False


def names_in(path: Path) -> list[str]:
    """Return the names in a directory, sorted; none if it can't be read."""
    try:
        return sorted(os.listdir(path))  # noqa: PTH208 - names, not paths
    except (OSError, ValueError):
        return []
