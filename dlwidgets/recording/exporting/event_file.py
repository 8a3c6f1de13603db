"""TensorBoard's event files, written by the ``tensorboard`` package or else by TensorFlow."""

from __future__ import annotations

import itertools
import os
import re
import socket
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting.pictures import picture_of, png_of, png_size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from dlwidgets.recording.histograms import Histogram
    from dlwidgets.recording.media import Content

SUFFIX = ".dlwidgets"
"""The end of the names of our files, so that an export replaces no other's."""

VERSION = "brain.Event:2"
_SESSION_STARTS = 1
_DOUBLE, _STRING = 2, 7  # TensorFlow's numbers for types of tensors
_STAMP = re.compile(r"\.tfevents\.(\d+)\.")
_count = itertools.count()


def check_installed() -> None:
    """Make sure that event files can be written.

    Raises:
        RecordingError: Neither TensorBoard nor TensorFlow is installed.
    """
    if find_spec("tensorboard") is None and find_spec("tensorflow") is None:
        message = tr(
            "Writing a TensorBoard log needs the package tensorboard. "
            "Install it with `pip install tensorboard`."
        )
        raise RecordingError(message)


def load() -> tuple[Any, Callable[[Path], Any]]:
    """Import what writes event files, which takes a moment the first time.

    Returns:
        The class ``Event``, and a function that opens a new file of records.

    Raises:
        RecordingError: Neither TensorBoard nor TensorFlow is installed.
    """
    check_installed()
    if find_spec("tensorboard") is not None:
        writer = import_module("tensorboard.summary.writer.record_writer").RecordWriter
        event = import_module("tensorboard.compat.proto.event_pb2").Event
        return event, lambda path: writer(path.open("xb"))
    tf = import_module("tensorflow")
    return tf.compat.v1.Event, lambda path: tf.io.TFRecordWriter(str(path))


def event_files(folder: Path) -> list[Path]:
    """Return the event files in a folder, ours and others', in the order of their names."""
    return sorted(p for p in folder.glob("*tfevents*") if p.is_file())


def new_name(folder: Path, began: float) -> str:
    """Return a name for an event file that TensorBoard reads after all others in a folder.

    Args:
        folder: Where it will be.
        began: Unix seconds of its first event.
    """
    stamps = [int(found[1]) for p in event_files(folder) if (found := _STAMP.search(p.name))]
    stamp = max([int(began), *(one + 1 for one in stamps)])
    host = re.sub(r"[^\w-]", "-", socket.gethostname())
    return f"events.out.tfevents.{stamp:010d}.{host}.{os.getpid()}.{next(_count)}{SUFFIX}"


class EventFile:
    """Writes one event file.

    Args:
        path: The file; it must not exist.
        began: Unix seconds of the first event.
        restart_at: TensorBoard drops what older files say about this step and later ones. None
            where there are no older files.

    Raises:
        RecordingError: Neither TensorBoard nor TensorFlow is installed.
        OSError: The file can't be written.
    """

    def __init__(self, path: Path, began: float, restart_at: int | None = None) -> None:
        self._event, open_records = load()
        self._records = open_records(path)
        self._metadata: set[str] = set()
        version = self._event(wall_time=began, file_version=VERSION)
        self._write(version)
        start = self._event(wall_time=began, step=restart_at or 0)
        start.session_log.status = _SESSION_STARTS
        self._write(start)

    def scalars(self, step: int, wall: float, values: Mapping[str, float]) -> None:
        """Write points of curves.

        Args:
            step: The training step.
            wall: Unix seconds.
            values: For each tag its value, which becomes a float32.
        """
        event = self._event(wall_time=wall, step=step)
        for tag, number in values.items():
            value = event.summary.value.add()
            value.tag = tag
            value.simple_value = number
        self._write(event)

    def histogram(self, tag: str, wall: float, found: Histogram) -> None:
        """Write a histogram.

        Args:
            tag: Its name.
            wall: Unix seconds.
            found: The histogram.
        """
        edges = np.linspace(found.low, found.high, len(found.counts) + 1)
        filled = np.asarray(found.counts, np.float64)
        if found.low == found.high:
            # What TensorBoard writes where all values are equal.
            filled = np.append(np.zeros(len(filled) - 1), filled.sum())
        buckets = np.stack([edges[:-1], edges[1:], filled], axis=1)
        event, tensor = self._tensor(
            tag, (found.step, wall), ("histograms", _DOUBLE), buckets.shape
        )
        tensor.tensor_content = buckets.astype("<f8").tobytes()
        self._write(event)

    def image(self, tag: str, step: int, wall: float, png: bytes, size: tuple[int, int]) -> None:
        """Write an image.

        Args:
            tag: Its name.
            step: The training step.
            wall: Unix seconds.
            png: The file.
            size: Width and height in pixels.
        """
        parts = [str(size[0]).encode(), str(size[1]).encode(), png]
        event, tensor = self._tensor(tag, (step, wall), ("images", _STRING), (3,))
        tensor.string_val.extend(parts)
        self._write(event)

    def text(self, tag: str, step: int, wall: float, text: str) -> None:
        """Write a text, which TensorBoard shows as Markdown.

        Args:
            tag: Its name.
            step: The training step.
            wall: Unix seconds.
            text: The text.
        """
        event, tensor = self._tensor(tag, (step, wall), ("text", _STRING), ())
        tensor.string_val.append(text.encode("utf-8", "replace"))
        self._write(event)

    def summary(self, step: int, wall: float, summary: bytes) -> None:
        """Write a summary of any plugin.

        Args:
            step: The training step.
            wall: Unix seconds.
            summary: A ``Summary`` protocol buffer.
        """
        event = self._event(wall_time=wall, step=step)
        event.summary.ParseFromString(summary)
        self._write(event)

    def flush(self) -> None:
        """Hand everything to the system, so that TensorBoard sees it.

        Raises:
            OSError: It can't be written.
        """
        self._records.flush()

    def close(self) -> None:
        """Write everything and close the file.

        Raises:
            OSError: It can't be written.
        """
        self._records.close()

    def _tensor(
        self, tag: str, place: tuple[int, float], kind: tuple[str, int], shape: Sequence[int]
    ) -> tuple[Any, Any]:
        """Return an event with a tensor of a plugin and type, and the tensor."""
        step, wall = place
        plugin, dtype = kind
        event = self._event(wall_time=wall, step=step)
        value = event.summary.value.add()
        value.tag = tag
        if tag not in self._metadata:
            # TensorBoard reads it where a tag first appears.
            self._metadata.add(tag)
            value.metadata.plugin_data.plugin_name = plugin
        value.tensor.dtype = dtype
        for length in shape:
            value.tensor.tensor_shape.dim.add().size = length
        return event, value.tensor

    def _write(self, event: Any) -> None:
        self._records.write(event.SerializeToString())


def write_sample(file: EventFile, tag: str, step: int, wall: float, content: Content) -> None:
    """Write a sample that a run made, as an image or a text.

    Args:
        file: Where to.
        tag: Its name.
        step: The training step.
        wall: Unix seconds.
        content: An image or several, a text, or the bytes of a PNG file. Other arrays are left out.
    """
    if isinstance(content, str):
        file.text(tag, step, wall, verbatim(content))
    elif isinstance(content, bytes):
        file.image(tag, step, wall, content, png_size(content))
    elif (pixels := picture_of(content)) is not None:
        file.image(tag, step, wall, *png_of(pixels))


def verbatim(text: str) -> str:
    """Return Markdown that shows a text as it is."""
    return "\n".join(f"    {line}" for line in text.splitlines()) or "    "
