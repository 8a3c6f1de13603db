"""The file of a run's events: one JSON object per line, each with its checksum."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import Message
from dlwidgets.recording import files
from dlwidgets.recording.appending import Appender

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_CRC = ', "crc": "'
_TAIL = len(_CRC) + len('00000000"}')


def encode(event: Mapping[str, Any]) -> bytes:
    """Return an event's line, with its end.

    Args:
        event: What happened, at least one item.
    """
    plain = {k: plain_text(v) for k, v in event.items()}
    text = files.to_json(plain)
    return f'{text[:-1]}{_CRC}{zlib.crc32(text.encode()):08x}"}}\n'.encode()


def decode(line: bytes) -> dict[str, Any] | None:
    """Return the event in a line without its end; None if the line is damaged."""
    body, tail = line[:-_TAIL] + b"}", line[-_TAIL:]
    if tail != f'{_CRC}{zlib.crc32(body):08x}"}}'.encode():
        return None
    event = files.parse_json(body)
    return event if isinstance(event, dict) else None


def plain_text(value: object) -> object:
    """Return a `Message` as JSON that keeps it translatable, and anything else as it is."""
    return value.to_json() if isinstance(value, Message) else value


def text_of(value: object) -> str:
    """Return an event's text, which can be translated if it was a `Message`."""
    if isinstance(value, str):
        return value
    return _message_of(value) or ""


def _message_of(value: object) -> Message | None:
    if not isinstance(value, dict):
        return None
    text, name, plural, n = (value.get(key) for key in ("text", "id", "plural", "n"))
    args = value.get("args", {})
    if not isinstance(text, str) or not isinstance(name, str) or not isinstance(args, dict):
        return None
    if not isinstance(plural, str) or not isinstance(n, int):
        plural = n = None
    filled: dict[str, int | str] = {}
    for key, argument in args.items():
        if isinstance(argument, dict):
            filled[key] = _message_of(argument) or ""
        else:
            filled[key] = argument if type(argument) in (int, str) else str(argument)
    return Message(text, name, filled, plural, n)


class EventWriter(Appender):
    """Appends events to a file. A line without an end is cut off first.

    Args:
        path: The file; it is made if there is none.

    Raises:
        OSError: It can't be written.
    """

    def __init__(self, path: Path) -> None:
        data = files.read(path) or b""
        super().__init__(path, data.rfind(b"\n") + 1)

    def append(self, event: Mapping[str, Any]) -> None:
        """Append an event.

        Raises:
            OSError: It can't be written; the file ends with its last whole line.
        """
        self.write(encode(event))


class EventReader:
    """Reads events while another process appends some.

    Args:
        path: The file; it need not exist yet.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._end = 0
        self.damaged = 0
        """How many lines are damaged."""
        self.torn = False
        """Whether the last line has no end."""
        self.unreadable = False
        """Whether it is there, but can't be read."""

    def new(self) -> list[dict[str, Any]]:
        """Return the whole events that were appended since the last call."""
        size = files.size_of(self._path)
        self.unreadable = size is None and files.exists(self._path)
        if size is None or size == self._end:
            self.torn = False
            return []
        data = files.read(self._path, start=self._end)
        self.unreadable = data is None
        if not data:
            return []
        *lines, rest = data.split(b"\n")
        self._end += len(data) - len(rest)
        self.torn = bool(rest)
        found = [decode(line) for line in lines]
        self.damaged += found.count(None)
        return [event for event in found if event is not None]
