"""JSON exports are valid, and read back to the bit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting import export, read_json
from tests.helpers.recordings import MadeRecording, diverging, recording
from tests.recording.exporting.test_as_csv import same_bits

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("make", [recording, diverging, MadeRecording])
def test_tables_read_back_to_the_bit(make: type, tmp_path: Path) -> None:
    rec = make()
    path = export(rec, "json", tmp_path / "run.json").path
    back = read_json(path)
    assert same_bits(back.steps, rec.steps)
    assert same_bits(back.epochs, rec.epochs)
    assert back.about["id"] == rec.id
    assert back.about["tags"] == list(rec.tags)
    assert len(back.events) == len(rec.events)
    for name, series in rec.series.items():
        assert [h.step for h in back.histograms[name]] == [h.step for h in series]
        np.testing.assert_array_equal(back.histograms[name][-1].counts, series[-1].counts)


def test_it_is_strict_json(tmp_path: Path) -> None:
    rec = diverging()
    rec.info["fit"] = {"alpha": np.float32(np.nan), "shape": (1, 2)}

    def refuse(name: str) -> NoReturn:
        raise AssertionError(name)

    path = export(rec, "json", tmp_path / "run.json").path
    content = json.loads(path.read_text(), parse_constant=refuse)
    loss = content["steps"]["values"]["loss"]
    assert loss[-1] == "NaN"
    assert loss[-15] == "Infinity"
    assert content["info"]["fit"] == {"alpha": "NaN", "shape": [1, 2]}


def test_a_file_is_replaced_only_if_asked(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("mine")
    with pytest.raises(RecordingError, match="which exists"):
        export(recording(), "json", path)
    export(recording(), "json", path, overwrite=True)
    assert len(read_json(path).steps) == 500
    with pytest.raises(RecordingError, match="the path of a file"):
        export(recording(), "json", tmp_path, overwrite=True)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format": "dlwidgets-run"}', "[" * 100_000, "\x00"]
)
def test_what_is_no_export_is_said(content: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(RecordingError, match="Couldn't read"):
        read_json(path)
