"""The file of events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets._messages import Message, join_messages, tr, trn
from dlwidgets.recording.events_file import EventReader, EventWriter, decode, encode, text_of

if TYPE_CHECKING:
    from pathlib import Path


def test_events_are_read_as_they_come(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    reader = EventReader(path)
    assert reader.new() == []
    writer = EventWriter(path)
    writer.append({"kind": "note", "step": np.int64(3), "text": "é\n\ud800"})
    assert reader.new() == [{"kind": "note", "step": 3, "text": "é\n?"}]
    writer.append({"kind": "state", "value": float("nan")})
    assert [event["kind"] for event in reader.new()] == ["state"]
    writer.close()


@pytest.mark.parametrize(
    "text",
    [
        tr("Loss became NaN at step {step}.", step=1812),
        trn("{n} sample", "{n} samples", 2),
        join_messages([tr("{n} images", n=3), tr("after step {step}", step=5)], " · "),
        tr("{run} is no longer recorded. Training continues. {reason}", run="a", reason=tr("Why.")),
    ],
)
def test_messages_stay_translatable(text: Message) -> None:
    event = decode(encode({"kind": "note", "text": text})[:-1])
    assert event is not None
    found = text_of(event["text"])
    assert isinstance(found, Message)
    assert found.to_json() == text.to_json()
    assert found.translated("zh") == text.translated("zh")


@pytest.mark.parametrize(
    "value",
    [None, 3, [], {}, {"text": 1}, {"text": "a", "id": "b", "args": 3}, {"id": "{a}"}],
)
def test_texts_of_other_types_are_none(value: Any) -> None:
    assert text_of(value) == ""


def test_strange_arguments_become_texts() -> None:
    found = text_of({"text": "a", "id": "{a} {b}", "args": {"a": [1], "b": {"id": 3}}, "n": "x"})
    assert found == "a"
    assert isinstance(found, Message)
    assert found.translated("zh") == "[1] "


def test_cut_at_every_byte_the_whole_lines_are_there(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    writer = EventWriter(path)
    for i in range(4):
        writer.append({"kind": "note", "step": i})
    writer.close()
    data = path.read_bytes()
    for cut in range(len(data)):
        path.write_bytes(data[:cut])
        reader = EventReader(path)
        found = reader.new()
        assert [event["step"] for event in found] == list(range(data[:cut].count(b"\n")))
        assert reader.torn == (not data[:cut].endswith(b"\n") and cut > 0)
        assert reader.damaged == 0


def test_a_damaged_line_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    lines = [encode({"kind": "note", "step": i}) for i in range(3)]
    path.write_bytes(lines[0] + lines[1].replace(b"1", b"2", 1) + b"\xff\n" + lines[2])
    reader = EventReader(path)
    assert [event["step"] for event in reader.new()] == [0, 2]
    assert reader.damaged == 2


def test_an_append_after_a_cut_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(encode({"step": 0}) + encode({"step": 1})[:-3])
    writer = EventWriter(path)
    writer.append({"step": 2})
    writer.close()
    assert [event["step"] for event in EventReader(path).new()] == [0, 2]
