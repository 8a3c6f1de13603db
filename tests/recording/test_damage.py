"""Damaged recordings: they open with what is whole, and say what isn't."""

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordingError
from tests.recording.damaged import FILES, STEPS, named, read_all, whole_snapshots_are_there
from tests.recording.small_run import record_small_run

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("steps.dlw", "epochs.dlw", "events.jsonl", "histograms.dlw", "resources.dlw")


EVERY = [pytest.param(7, id="few"), pytest.param(1, id="all", marks=pytest.mark.slow)]


def cuts(data: bytes, every: int) -> list[int]:
    """Where to cut a file: at every byte of a small one, and near the ends of a larger one."""
    near = 24 if len(data) > 300 else len(data)
    found = (n for n in range(len(data)) if n % every == 0 or min(n, len(data) - n) < near)
    return list(found)


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("name", [name for name in FILES if name not in TABLES])
def test_cut_at_bytes(copy: Path, name: str, every: int) -> None:
    data = (copy / name).read_bytes()
    old = 1_000_000_000
    whole = dl.open_run(copy)
    for cut in cuts(data, every):
        (copy / name).write_bytes(data[:cut])
        os.utime(copy / name, (old, old))
        read = read_all(copy)
        whole_snapshots_are_there(read, but=name)
        assert named(name, read.damage) == (name != "lock"), (cut, read.damage)
    (copy / name).write_bytes(data)
    assert read_all(copy).damage == whole.damage == ()


@pytest.mark.parametrize("name", TABLES)
def test_what_is_whole_before_a_cut_is_there(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    whole, counts, clean = dl.open_run(copy), [], set()
    for cut in range(len(data) + 1):
        (copy / name).write_bytes(data[:cut])
        read = dl.open_run(copy)
        counts.append(
            {
                "steps.dlw": read.step_count,
                "epochs.dlw": len(read.recorder.epochs),
                "events.jsonl": len(read.events),
                "histograms.dlw": sum(map(len, read.histograms().values())),
                "resources.dlw": len(read.resources()),
            }[name]
        )
        n = len(read.recorder.steps)
        for metric, series in read.metrics.items():
            np.testing.assert_array_equal(series.value, whole.metrics[metric].value[:n])
        if not named(name, read.damage):
            clean.add(cut)
    assert counts == sorted(counts)
    assert counts[0] == 0
    assert counts[-1] == {"steps.dlw": 24, "resources.dlw": len(whole.resources())}.get(name, 3)
    assert 0 in clean
    assert len(data) in clean
    assert 3 <= len(clean) <= 12, "said to be whole where it isn't"


def flip(data: bytes, chance: random.Random) -> bytes:
    changed, place = bytearray(data), chance.randrange(len(data))
    changed[place] ^= 1 << chance.randrange(8)
    return bytes(changed)


@pytest.mark.parametrize("flips", [260, pytest.param(1000, marks=pytest.mark.slow)])
def test_flipped_bits(copy: Path, flips: int) -> None:
    chance = random.Random(11)
    whole = {name: (copy / name).read_bytes() for name in FILES}
    clean = dl.open_run(copy)
    unnoticed = []
    for i in range(flips):
        name = FILES[i % len(FILES)]
        (copy / name).write_bytes(flip(whole[name], chance))
        read = read_all(copy)
        whole_snapshots_are_there(read, but=name)
        # No wrong number is ever shown as a right one.
        steps = read.recorder.steps.rows()
        for metric, series in read.metrics.items():
            at = clean.metrics[metric].value[steps.step - 1]
            np.testing.assert_array_equal(series.value, at)
        for found in read.weights().values():
            assert np.isin(found, np.arange(40)).all()
        if not named(name, read.damage) and not name.endswith(".json") and name != "lock":
            unnoticed.append(name)
        (copy / name).write_bytes(whole[name])
    # The padding of a header, and what a ZIP archive doesn't check.
    assert len(unnoticed) < 0.05 * flips, unnoticed
    assert not [name for name in unnoticed if name.endswith((".dlw", ".jsonl"))]


def test_damage_says_what_is_still_there(copy: Path) -> None:
    steps = copy / "steps.dlw"
    steps.write_bytes(steps.read_bytes()[:-100])
    (copy / "snapshots/000000016.safetensors").write_bytes(b"x")
    (copy / "run.json").write_bytes(b"")
    read = dl.open_run(copy)
    assert read.damage[0].startswith("run.json is damaged or missing")
    assert read.damage[1].startswith("The end of steps.dlw is damaged. Everything up to step ")
    assert read.damage[2:] == (
        "The snapshot 000000016.safetensors is damaged. 2 other snapshots are intact.",
    )
    assert read.nearest(16).step == 8


def test_all_snapshots_damaged_or_gone(copy: Path) -> None:
    folder = copy / "snapshots"
    names = sorted(path.name for path in folder.iterdir())
    for name in names[:2]:
        (folder / name).write_bytes(b"x")
    assert dl.open_run(copy).damage == (
        f"These snapshots are damaged: {names[0]}, {names[1]}. 1 other snapshot is intact.",
    )
    (folder / names[2]).write_bytes(b"x")
    read = dl.open_run(copy)
    assert read.damage == (f"All 3 snapshots are damaged: {', '.join(names)}.",)
    with pytest.raises(RecordingError, match="All 3 snapshots are damaged"):
        read.weights()
    shutil.rmtree(folder)
    read = dl.open_run(copy)
    (told,) = read.damage
    assert told.startswith("The snapshots of the weights are lost because ")
    assert f"{folder} is missing or empty." in told
    with pytest.raises(RecordingError, match="The snapshots of the weights are lost"):
        read.nearest(8)


def test_a_run_without_snapshots_misses_none(tmp_path: Path) -> None:
    path = record_small_run(tmp_path, budget=0)
    read = dl.open_run(path)
    assert read.damage == ()
    with pytest.raises(RecordingError, match="No snapshot of the weights was recorded"):
        read.weights()


def test_a_deleted_run_says_so(copy: Path) -> None:
    read = dl.open_run(copy)
    deleted = read.delete()
    for ask in (read.weights, read.probe, read.model, lambda: read.nearest(8)):
        with pytest.raises(RecordingError, match=r"This run was deleted, .* call `undo\(\)`"):
            ask()
    assert [text[:20] for text in read.damage] == ["This run was deleted"]
    deleted.undo()
    read.refresh()
    assert read.damage == ()
    assert read.weights(8)


def test_a_snapshot_found_damaged_gives_way_to_its_neighbor(copy: Path) -> None:
    path = copy / "snapshots/000000016.safetensors"
    data = bytearray(path.read_bytes())
    data[-40] ^= 8
    path.write_bytes(data)
    read = dl.open_run(copy)
    assert [info.step for info in read.snapshots] == STEPS
    assert read.weights(16)["dense/bias"][0] in (8, 24)
    assert [info.step for info in read.snapshots] == [8, 24]
    assert named(path.name, read.damage)


def test_a_damaged_run_can_be_recorded_further(copy: Path) -> None:
    for name in ("steps.dlw", "epochs.dlw", "events.jsonl", "histograms.dlw", "labels.json"):
        (copy / name).write_bytes((copy / name).read_bytes()[:-9])
    (copy / "run.json").write_bytes(b"")
    writer = dl.recording.RunWriter.reopen(copy, step=16)
    writer.close("stopped")
    read = dl.open_run(copy)
    assert read.step_count == 16
    assert read.state == "stopped"
    assert read.damage == (
        "labels.json is damaged, so the run's name and tags are lost. Enter them again.",
    )
