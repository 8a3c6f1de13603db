"""Recordings to damage, and how to read all of one."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import numpy as np

import dlwidgets as dl
from dlwidgets.recording import RecordedRun, RecordingError
from tests.recording.small_run import weights

if TYPE_CHECKING:
    from pathlib import Path

FILES = (
    "run.json",
    "labels.json",
    "steps.dlw",
    "epochs.dlw",
    "events.jsonl",
    "histograms.dlw",
    "resources.dlw",
    "probe.safetensors",
    "snapshots/000000016.safetensors",
    "resume/A.safetensors",
    "resume/B.safetensors",
    "media/000000016-image-digits.npz",
    "lock",
)

STEPS = [8, 16, 24]


def read_all(path: Path) -> RecordedRun:
    """Read everything there is; only a RecordingError may come."""
    read = dl.open_run(path)
    read.check()
    assert all(isinstance(text, str) and text.endswith(".") for text in read.damage)
    repr(read)
    assert read.name
    assert read.step_count >= 0
    assert read.epochs_total >= 0
    assert isinstance(read.history.epoch, list)
    _ = (read.tags, read.note, read.color, read.message, read.model_name, read.id, read.created)
    _ = (read.events, read.markers, read.resources(), read.histograms(), read.state.text)
    for info in read.snapshots:
        for use in (read.weights, read.probe):
            try:
                use(info.step)
            except RecordingError as error:
                assert "damaged" in str(error)  # noqa: PT017
    with contextlib.suppress(RecordingError):
        dl.recording.read_resume(path)
    for summary in dl.recording.RunFolder(path.parent):
        assert summary.name
    return read


def whole_snapshots_are_there(read: RecordedRun, but: str) -> None:
    others = [step for step in STEPS if f"{step:09d}" not in but]
    found = [info.step for info in read.snapshots]
    assert set(others) <= set(found)
    for step in others:
        np.testing.assert_array_equal(
            read.weights(step)["dense/kernel"], weights(step)["dense/kernel"]
        )


def named(name: str, texts: tuple[str, ...]) -> bool:
    return any(name.rpartition("/")[2] in text for text in texts)
