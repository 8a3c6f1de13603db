"""The text stream: what it sends, how it grows, what a page may ask for."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.generate.sampling import TextChunk
from dlwidgets.widgets.primitives.text_stream import MAX_CHARACTERS, TextStream
from tests.helpers.page import from_page, messages, set_on_page, state_of


def chunk(ids: list[int], start: int = 0) -> TextChunk:
    n = len(ids)
    return TextChunk(
        start=start,
        text="",
        ids=np.array(ids, np.int32),
        probability=np.linspace(0, 1, n, dtype=np.float32),
        alternatives=np.tile(np.array([1, 0], np.int32), (n, 1)),
        alternative_probability=np.tile(np.array([0.75, 0.25], np.float32), (n, 1)),
        next_probability=np.array([0.5, 0.5], np.float32),
    )


@pytest.mark.usefixtures("still")
def test_a_stream_sends_each_character_once_as_twenty_four_bytes() -> None:
    stream = TextStream()
    stream.begin(["a", "b"], seed_text="<b>")
    stream.append(chunk([0, 1]))
    stream.append(chunk([1], 2))
    assert not messages(stream, "append"), "nothing before the tick"
    stream.tick()
    stream.append(chunk([0], 3))
    stream.tick()
    stream.tick()
    (first, (bytes_one,)), (second, (bytes_two,)) = messages(stream, "append")
    assert (first["start"], second["start"]) == (0, 3)
    assert (len(bytes_one), len(bytes_two)) == (72, 24)
    records = np.frombuffer(bytes_one, "<u2").reshape(3, 6, 2)
    assert records[:, 0, 0].tolist() == [0, 1, 1]
    assert records[:2, 0, 1].tolist() == [0, 0xFFFF]
    assert records[0, 1].tolist() == [1, round(0.75 * 0xFFFF)]
    assert (records[:, 3:, 0] == 0xFFFF).all(), "there are but two alternatives"
    assert stream.text == "abba"
    stream.finish()
    assert bytes(state_of(stream, "_data")["bytes"]) == bytes_one + bytes_two
    stream.begin(["a"])
    assert stream.text == ""


@pytest.mark.usefixtures("still")
def test_a_stream_that_grows_for_ever_keeps_its_later_part() -> None:
    stream = TextStream()
    stream.begin(["a", "b"])
    for epoch in range(25):
        stream.heading(f"Epoch {epoch}", "seed")
        stream.append(chunk([epoch % 2] * 1000))
        stream.flush()
    assert MAX_CHARACTERS // 2 <= len(stream.text) <= MAX_CHARACTERS
    first = stream.headings[0]
    assert first["at"] == 0
    assert stream.text[0] == "ab"[int(first["text"].removeprefix("Epoch ")) % 2]
    assert stream.headings[-1]["text"] == "Epoch 24"
    assert stream.headings[-1]["at"] == len(stream.text) - 1000


def test_a_page_may_ask_again_but_set_nothing() -> None:
    stream = TextStream()
    stream.begin(["a", "b"])
    stream.append(chunk([0, 1]))
    stream.finish()
    before = len(stream.comm.sent)
    from_page(stream, {"type": "resync"})
    assert "_data" in stream.comm.sent[-1][1]["state"]
    assert len(stream.comm.sent) == before + 1
    set_on_page(stream, seed_text="<script>", alphabet=["x"])
    assert stream.seed_text == ""
    assert stream.alphabet == ["a", "b"]
