"""Samples that a run made on its way."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import dlwidgets as dl
from dlwidgets.recording import RecordingError, RunWriter

if TYPE_CHECKING:
    from pathlib import Path


def png() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(buffer, "png")
    return buffer.getvalue()


def test_images_and_texts_are_kept(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    images = np.random.default_rng(0).integers(0, 255, (10, 8, 8, 3)).astype("u1")
    writer.media(3, "Fake digits/α", images)
    writer.media(3, "text", "Es war 一 \ud800 mal\n", "text")
    writer.media(5, "png", png())
    writer.close("finished")
    read = dl.open_run(writer.path)
    found = {sample.name: sample for sample in read.samples()}
    np.testing.assert_array_equal(found["Fake-digits-α"].load(), images)
    assert found["text"].load() == "Es war 一 ? mal\n"
    assert found["text"].kind == "text"
    assert found["png"].load() == png()
    assert [sample.step for sample in read.samples("Fake digits/α")] == [3]
    assert read.check() == ()


def test_names_cannot_leave_the_folder(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    for name in ("../../x", "/etc/x", "", "..", "a" * 500, "x\0y"):
        writer.media(1, name, "text", "../text")
    writer.close("finished")
    assert not writer.problem
    assert {p.parent for p in tmp_path.rglob("*.json")} == {writer.path, writer.path / "media"}


@pytest.mark.parametrize("wrong", [None, object(), ["a"], {"a": 1}, np.array([1j])])
def test_other_things_are_refused_at_once(tmp_path: Path, wrong: Any) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    with pytest.raises(RecordingError, match="Expected a sample to be an array of numbers"):
        writer.media(1, "a", wrong)
    writer.close("finished")
    assert not writer.problem


def test_old_samples_make_room(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path, budget=40_000), {})
    noise = np.random.default_rng(0).integers(0, 255, 1000).astype("u1")
    for step in range(100):
        writer.media(step, "noise", noise)
    writer.close("finished")
    steps = [sample.step for sample in dl.open_run(writer.path).samples()]
    assert 5 <= len(steps) <= 10
    assert steps[-4:] == [96, 97, 98, 99]
