"""CSV exports read back to the bit."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting import export, read_csv
from tests.helpers.recordings import MadeRecording, diverging, recording

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.training import Table


def same_bits(one: Table, other: Table) -> bool:
    """Whether tables have the same names and rows, bit by bit."""
    if one.names != other.names or len(one) != len(other):
        return False
    for name in one.names:
        a, b = one.points(name), other.points(name)
        for column in ("step", "epoch", "time", "value"):
            if getattr(a, column).tobytes() != getattr(b, column).tobytes():
                return False
    return True


@pytest.mark.parametrize("make", [recording, diverging])
def test_tables_read_back_to_the_bit(make: type, tmp_path: Path) -> None:
    rec = make()
    exported = export(rec, "csv", tmp_path / "new" / "folder")
    assert same_bits(read_csv(exported.path / "steps.csv"), rec.steps)
    assert same_bits(read_csv(exported.path / "epochs.csv"), rec.epochs)


def test_random_bits_read_back(tmp_path: Path) -> None:
    bits = np.random.default_rng(0).integers(0, 2**64, 20_000, np.uint64).view(np.float64)
    values = np.where(np.isnan(bits), np.nan, bits)  # of NaN there is only one
    rec = MadeRecording()
    n = len(values)
    axes = {"step": np.arange(n) + 2**40, "epoch": values, "time": values[::-1]}
    rec.steps.extend(**axes, values={"x": values})
    export(rec, "csv", tmp_path)
    assert same_bits(read_csv(tmp_path / "steps.csv"), rec.steps)


def test_other_programs_read_it(tmp_path: Path) -> None:
    rec = diverging()
    export(rec, "csv", tmp_path)
    with (tmp_path / "steps.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 300
    assert list(rows[0])[:4] == ["step", "epoch", "time", 'odd, "name"\nof a metric']
    assert [rows[i]["loss"] for i in (0, -11, -1)] == ["-0.0", "inf", "nan"]


def test_events_have_their_texts(tmp_path: Path) -> None:
    rec = recording()
    rec.events[1]["text"] = 'rate set, to "0.1"'
    export(rec, "csv", tmp_path)
    with (tmp_path / "events.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["kind"] for row in rows] == ["state", "pause", "state"]
    assert rows[1]["text"] == 'rate set, to "0.1"'
    assert float(rows[2]["at"]) == rec.events[2]["at"]


def test_a_run_without_a_step(tmp_path: Path) -> None:
    export(MadeRecording(), "csv", tmp_path)
    assert len(read_csv(tmp_path / "steps.csv")) == 0


def test_an_earlier_export_is_replaced_only_if_asked(tmp_path: Path) -> None:
    (tmp_path / "steps.csv").write_text("mine")
    (tmp_path / "other.txt").write_text("mine as well")
    with pytest.raises(RecordingError, match=r"steps\.csv, which exists.*overwrite=True"):
        export(recording(), "csv", tmp_path)
    assert (tmp_path / "steps.csv").read_text() == "mine"
    assert not (tmp_path / "epochs.csv").exists()
    export(recording(), "csv", tmp_path, overwrite=True)
    assert len(read_csv(tmp_path / "steps.csv")) == 500
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "epochs.csv",
        "events.csv",
        "other.txt",
        "steps.csv",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "header"),
        (b"step,epoch,time,loss\n1,2,3,x\n", "could not convert"),
        (b"step,epoch,time,loss\n1,2,3\n", "argument"),
        (b"step,epoch,time,loss\n1.5,2,3,4\n", "invalid literal"),
        (b"step,epoch,time,\xff\n1,2,3,4\n", "utf-8"),
        (b"", "header"),
    ],
)
def test_what_is_no_export_is_said(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(RecordingError, match=said):
        read_csv(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        read_csv(tmp_path / "x.csv")
