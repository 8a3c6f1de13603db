"""The text widgets without a browser: what they send, what they make of bad input."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.generate import CharTokenizer, load_corpus, sample_text, windows
from dlwidgets.generate.sampling import TextChunk
from dlwidgets.models import char_gru, char_lstm
from dlwidgets.training import fit
from dlwidgets.widgets.generate.text_sampler import TEMPERATURES, TextSampler
from dlwidgets.widgets.primitives.text_stream import MAX_CHARACTERS, TextStream
from tests.helpers.page import from_page, messages, send_file, set_on_page, until

WINDOW = 20


@pytest.fixture(scope="module")
def corpus() -> str:
    return load_corpus().text[:20_000]


@pytest.fixture(scope="module")
def tokenizer(corpus: str) -> CharTokenizer:
    return CharTokenizer().fit(corpus)


@pytest.fixture(scope="module")
def model(tokenizer: CharTokenizer) -> Any:
    keras.utils.set_random_seed(0)
    return char_lstm(tokenizer.size, window=WINDOW, units=12)


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


def remark(sampler: TextSampler, part: str) -> str:
    until(lambda: part in sampler.remark.value, f"{part!r} in the remark")
    return str(sampler.remark.value)


def written(sampler: TextSampler, length: int) -> str:
    until(lambda: len(sampler.stream.text) == length, f"{length} characters")
    until(lambda: not sampler.stream.streaming, "the end")
    return sampler.stream.text


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
    assert bytes(stream._data["bytes"]) == bytes_one + bytes_two
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


def test_generate_writes_what_the_engine_writes_and_saves_how(
    model: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    form = sampler.form
    assert form.seed_text.value in corpus
    form.length.value, form.seed.value, form.temperature.value = 70, 5, 0.7
    form.top_k.value = 20
    sampler.generate()
    text = written(sampler, 70)
    wanted = sample_text(model, tokenizer, form.seed_text.value, 70, 0.7, 20, seed=5)
    assert text == "".join(part.text for part in wanted)
    assert sampler.stream.seed_text == form.seed_text.value
    assert "temperature 0.7, top-k 20, sliding window, seed 5" in sampler.stream.caption
    name, content = sampler._file()
    assert name.endswith(".txt")
    saved = content.decode()
    for part in (
        "temperature: 0.7",
        "top-k: 20",
        "random seed: 5",
        "length: 70",
        text,
        repr(form.seed_text.value),
        "char_lstm",
    ):
        assert part in saved
    sampler.close()


def test_four_temperatures_side_by_side(model: Any, tokenizer: CharTokenizer, corpus: str) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    sampler.form.length.value = 30
    sampler.compare()
    for stream, temperature in zip(sampler.comparison, TEMPERATURES, strict=True):
        until(lambda stream=stream: len(stream.text) == 30, "thirty characters")
        wanted = sample_text(
            model, tokenizer, sampler.form.seed_text.value, 30, temperature, seed=0
        )
        assert stream.text == "".join(part.text for part in wanted)
    until(lambda: not sampler.comparison[-1].streaming, "the end")
    assert sampler._file()[1].decode().count("# temperature: ") == 4
    sampler.close()


def test_the_slider_reshapes_without_running_the_model(
    tokenizer: CharTokenizer, corpus: str
) -> None:
    calls = []

    class Counting(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            keras.ops.shape(x)
            import tensorflow as tf

            tf.py_function(lambda: calls.append(1), [], [])
            return x

    model = keras.Sequential(
        [
            keras.Input((WINDOW, tokenizer.size)),
            keras.layers.LSTM(8),
            Counting(),
            keras.layers.Dense(tokenizer.size),
        ]
    )
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    title = sampler.distribution._title
    until(lambda: "after the seed text" in title.value, "the first distribution")
    until(lambda: not sampler._worker.busy, "rest")
    made, entropy = len(calls), title.value
    assert made > 0
    for temperature in (0.2, 1.5, 0.0):
        sampler.form.temperature.value = temperature
    until(lambda: "reshaped 0.00 bits" in title.value, "the greedy distribution")
    bars = sampler.distribution.figure.figure["data"][1]
    heights = np.frombuffer(bars["y"]["data"], np.float32)
    assert heights.tolist() == [1.0] + [0.0] * (len(heights) - 1)
    assert title.value.split("reshaped")[0] == entropy.split("reshaped")[0]
    assert len(calls) == made
    sampler.close()


def test_unknown_characters_are_named(model: Any, tokenizer: CharTokenizer, corpus: str) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    form = sampler.form
    good, form.length.value = form.seed_text.value, 12
    form.seed_text.value = good + "☃日☃"
    until(lambda: "left out: '☃日'" in sampler.remark.value, "the remark on the seed text")
    sampler.generate()
    written(sampler, 12)
    assert "left out: '☃日'" in sampler.remark.value
    form.seed_text.value = good
    until(lambda: not sampler.remark.value, "no remark any more")
    sampler.close()


def test_bad_input_is_told_and_the_widget_lives_on(
    model: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    form = sampler.form
    good = form.seed_text.value
    for seed_text, part in (
        ("", "The seed text is empty"),
        ("short", f"window of {WINDOW} characters. Received: 5. Add 15"),
        ("ΩΩ", "knows none"),
    ):
        form.seed_text.value = seed_text
        sampler.generate()
        assert "Traceback" not in remark(sampler, part)
        assert sampler.stream.text == ""
    form.seed_text.value, form.length.value = good, 12
    sampler.generate()
    written(sampler, 12)
    assert sampler.remark.value == ""
    with pytest.raises(ValueError, match="made for the same text"):
        sampler.show(model, CharTokenizer().fit("abc"))
    sampler.generate()
    written(sampler, 12)
    set_on_page(form.temperature, index=99)
    set_on_page(form.top_p, value=0)
    set_on_page(form.length, value=10**9)
    settings = form.settings
    assert 0 <= settings.temperature <= 2
    assert settings.top_p > 0
    assert settings.length <= 5000
    sampler.close()


def test_stop_leaves_the_text_and_a_new_text_ends_the_old_one(
    model: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    sampler.form.length.value = 5000
    sampler.generate()
    until(lambda: len(sampler.stream.text) > 10, "some text")
    sampler.stop()
    until(lambda: not sampler.stream.streaming, "the end")
    assert 10 < len(sampler.stream.text) < 5000
    sampler.generate()
    until(lambda: sampler.stream.streaming, "a beginning")
    sampler.form.length.value = 15
    sampler.generate()
    assert len(written(sampler, 15)) == 15
    sampler.form.length.value = 5000
    sampler.generate()
    sampler.close()  # in the middle
    until(lambda: not sampler._worker.busy, "rest")


def test_without_a_model_it_says_so() -> None:
    sampler = TextSampler()
    assert sampler.generate_button.disabled
    sampler.generate()
    remark(sampler, "no model yet")
    sampler.close()


def test_a_run_leaves_a_sample_per_epoch(corpus: str, tokenizer: CharTokenizer) -> None:
    model = char_gru(tokenizer.size, units=(16,), embedding=8)
    model.compile("adam", "sparse_categorical_crossentropy")
    batches = windows(corpus, tokenizer, window=WINDOW, step=20, one_hot=False, targets="all")
    run = fit(model, batches, epochs=3, start=False)
    sampler = TextSampler(run=run, tokenizer=tokenizer, corpus=corpus)
    sampler.form.length.value, sampler.form.mode.value = 25, True
    run.start()
    run.wait()
    history = sampler.history
    until(lambda: any("After epoch 3" in h["text"] for h in history.headings), "the last sample")
    until(lambda: not history._worker.busy, "rest")
    assert len(history.text) == 25 * len(history.headings)
    last = history.headings[-1]
    assert f"loss {run.history['loss'][-1]:.3f}" in last["text"]
    wanted = sample_text(
        model, tokenizer, sampler.form.seed_text.value, 25, 0.5, seed=0, carry_state=True
    )
    assert history.text[last["at"] :] == "".join(part.text for part in wanted)
    assert last["text"] in sampler._file()[1].decode()
    sampler.generate()
    written(sampler, 25)
    sampler.close()


def test_a_text_of_ones_own_and_one_that_is_too_large() -> None:
    page = dl.TextDashboard(start=False)
    try:
        from_page(page.upload, {"type": "file", "name": "all.txt", "size": 100_000_000})
        assert page.about_corpus.value.startswith("The file 'all.txt' is too large (100")
        assert page.corpus.value == "pydoc"
        send_file(page.upload, "bad.txt", b"\xff\xfe\x00")
        assert "bad.txt" in page.about_corpus.value
        send_file(page.upload, "mine.txt", b"to be or not to be, " * 50)
        assert page.corpus.value == "own"
        until(lambda: "1,000 characters" in page.about_corpus.value, "what it is")
    finally:
        page.close()
