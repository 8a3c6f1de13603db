"""A file that only grows, by records that are whole or not there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class Appender:
    r"""Appends records to a file. What isn't a whole record at its end is cut off first.

    Args:
        path: The file; it is made if there is none.
        end: Where its last whole record ends, in bytes.

    Raises:
        OSError: It can't be written.

    Example:
        >>> import tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "lines"
        >>> size = path.write_bytes(b"one\ntw")
        >>> appender = Appender(path, 4)
        >>> appender.write(b"two\n"); appender.close()
        >>> path.read_bytes()
        b'one\ntwo\n'
    """

    def __init__(self, path: Path, end: int) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        self._end, self._unsynced = end, False
        self._cut()

    def write(self, record: bytes) -> None:
        """Append one record, in one call of the system where it takes all of it.

        Args:
            record: The record.

        Raises:
            OSError: It can't be written; the file ends with its last whole record.
        """
        data = memoryview(record)
        written = 0
        try:
            while written < len(data):
                written += os.write(self._file, data[written:])
        except OSError:
            self._cut()
            raise
        self._end += written
        self._unsynced = True

    def sync(self) -> None:
        """Wait until everything is on the disk.

        Raises:
            OSError: It can't be written.
        """
        if self._unsynced:
            os.fsync(self._file)
            self._unsynced = False

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)

    def _cut(self) -> None:
        os.ftruncate(self._file, self._end)
        os.lseek(self._file, self._end, os.SEEK_SET)
