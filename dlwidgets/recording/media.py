"""Samples that a run made on its way, such as generated images and texts."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.recording import files, layout
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets.training.table import Table

    Content = NDArray[Any] | str | bytes


@dataclass(frozen=True)
class Sample:
    """Something that a run made at a step.

    Attributes:
        step: The training step.
        epoch: Epochs as a fraction.
        time: Seconds of training.
        name: What it is called.
        kind: What it is, such as ``image`` or ``text``.
        path: Its file.
    """

    step: int
    epoch: float
    time: float
    name: str
    kind: str
    path: Path

    def load(self) -> Content:
        """Read it.

        Returns:
            An array, a text, or the bytes of a PNG file.

        Raises:
            RecordingError: The file is damaged.
        """
        content = _decoded(files.read(self.path), self.path.suffix)
        if content is None:
            raise RecordingError(
                tr("{file} is damaged or incomplete.", file=f"{layout.MEDIA}/{self.path.name}")
            )
        return content


def check(content: object) -> None:
    """Refuse what can't be recorded.

    Args:
        content: An array, a text, or the bytes of a PNG file.

    Raises:
        RecordingError: It is something else.
    """
    if isinstance(content, (str, bytes)) or np.asarray(content).dtype.kind in "buif":
        return
    raise RecordingError(
        tr(
            "Expected a sample to be an array of numbers, a string, or the bytes of a PNG file. "
            "Received: {received}",
            received=type(content).__name__,
        )
    )


def encode(content: Content) -> tuple[bytes, str]:
    """Return the bytes of a sample's file, and the file's suffix.

    Args:
        content: An array, a text, or the bytes of a PNG file.
    """
    if isinstance(content, str):
        return files.to_json({"text": content}).encode(), "json"
    if isinstance(content, bytes):
        return content, "png"
    buffer = io.BytesIO()
    np.savez_compressed(buffer, content=np.asarray(content))
    return buffer.getvalue(), "npz"


def write(run: Path, step: int, name: str, content: Content, kind: str) -> tuple[Path, int]:
    """Write a sample into a run's directory, and return its file and how many bytes that has.

    Args:
        run: The run's directory.
        step: Training steps done.
        name: What it is called.
        content: An array, a text, or the bytes of a PNG file.
        kind: What it is, such as ``image`` or ``text``.

    Raises:
        OSError: It can't be written.
    """
    folder = run / layout.MEDIA
    folder.mkdir(exist_ok=True)
    data, suffix = encode(content)
    path = folder / layout.medium_name(step, kind, name, suffix)
    files.replace(path, [data])
    return path, len(data)


def _decoded(data: bytes | None, suffix: str) -> Content | None:
    if data is None:
        return None
    if suffix == ".png":
        return data if data.startswith(b"\x89PNG") and b"IEND" in data[-16:] else None
    if suffix == ".json":
        found = files.parse_json(data)
        text = found.get("text") if isinstance(found, dict) else None
        return text if isinstance(text, str) else None
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            array: NDArray[Any] = archive["content"]
    except Exception:  # noqa: BLE001 - what a damaged archive raises depends on where it is damaged
        return None
    return array


def samples_in(path: Path, steps: Table, name: str | None = None) -> list[Sample]:
    """Return the samples in a run's directory, ascending by step.

    Args:
        path: The run's directory.
        steps: Its steps, which say when each was made.
        name: Only those of this name.
    """
    rows = steps.rows()
    found = []
    for file in files.names_in(path / layout.MEDIA):
        parts = layout.medium_parts(file)
        if parts is None:
            continue
        step, full_name, _ = parts
        kind, _, called = full_name.partition("-")
        if name is not None and called != layout.slug(name):
            continue
        row = int(np.searchsorted(rows.step, step, "right")) - 1
        epoch, time = (float(c[row]) if row >= 0 else 0.0 for c in (rows.epoch, rows.time))
        found.append(Sample(step, epoch, time, called, kind, path / layout.MEDIA / file))
    return sorted(found, key=lambda sample: sample.step)
