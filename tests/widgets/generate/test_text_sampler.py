"""The text sampler without a browser: what it samples, shows and saves, also of bad input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from dlwidgets.generate import CharTokenizer, TextModel, load_corpus, sample_text, windows
from dlwidgets.models import char_gru, char_lstm
from dlwidgets.recording import open_run, record
from dlwidgets.training import fit, shared_clone
from dlwidgets.widgets.generate._text_writer import TEMPERATURES
from dlwidgets.widgets.generate.text_sampler import TextSampler
from tests.helpers.page import from_page, messages, set_on_page
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.training.run import Run

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


def message(sampler: TextSampler, part: str) -> str:
    until(lambda: part in sampler.message, f"{part!r} in the message")
    return sampler.message


def written(sampler: TextSampler, length: int) -> str:
    until(lambda: len(sampler.stream.text) == length, f"{length} characters")
    until(lambda: not sampler.stream.streaming, "the end")
    return sampler.stream.text


def saved(sampler: TextSampler) -> tuple[str, str]:
    """The name and the content of the file that the page downloads."""
    from_page(sampler.save_button, {"type": "download", "request": 1})
    content, (data,) = messages(sampler.save_button, "file")[-1]
    return content["name"], data.decode()


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
    name, content = saved(sampler)
    assert name.endswith(".txt")
    for part in (
        "temperature: 0.7",
        "top-k: 20",
        "random seed: 5",
        "length: 70",
        text,
        repr(form.seed_text.value),
        "char_lstm",
    ):
        assert part in content
    sampler.close()


def bars(sampler: TextSampler) -> np.ndarray:
    """The probabilities of the shown characters."""
    return np.frombuffer(sampler.distribution.figure.figure["data"][0]["y"]["data"], np.float32)


def test_the_bars_follow_the_caret_and_a_click_takes_a_character(
    tokenizer: CharTokenizer, corpus: str
) -> None:
    model = char_gru(tokenizer.size, units=(12,))
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    box, title = sampler.form.seed_text, sampler.distribution.title
    until(lambda: "after the seed text" in title.value and not sampler.busy, "the first bars")
    set_on_page(box, value="def list(", caret=3)
    until(lambda: "at the caret" in title.value and not sampler.busy, "the bars at the caret")
    p = TextModel(model, tokenizer).next_probabilities("def")
    np.testing.assert_allclose(bars(sampler), np.sort(p)[::-1][:14], atol=1e-5)
    # What is shown first is the most probable.
    figure = sampler.distribution.figure
    for place in (99, -1):
        from_page(figure, {"type": "click", "points": [{"curve": 0, "point": place}]})
    assert (box.value, box.caret) == ("def list(", 3)
    from_page(figure, {"type": "click", "points": [{"curve": 1, "point": 2}]})
    taken = tokenizer.characters[int(np.argsort(-p, kind="stable")[2])]
    assert (box.value, box.caret) == (f"def{taken} list(", 4)
    p = TextModel(model, tokenizer).next_probabilities(f"def{taken}")
    until(lambda: np.allclose(bars(sampler)[0], p.max(), atol=1e-5), "the bars behind it")
    # After a text was written, a click continues that.
    sampler.form.length.value = 12
    sampler.generate()
    text = written(sampler, 12)
    until(lambda: title.value.startswith("Next character. ") and not sampler.busy, "its bars")
    before = box.value
    from_page(figure, {"type": "click", "points": [{"curve": 0, "point": 0}]})
    assert box.value[:-1] == before + text
    assert box.caret == len(box.value)
    sampler.close()


def test_a_caret_with_too_little_before_it_leaves_the_bars(
    model: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    title = sampler.distribution.title
    until(lambda: "after the seed text" in title.value and not sampler.busy, "the first bars")
    set_on_page(sampler.form.seed_text, caret=WINDOW // 2)
    until(lambda: not sampler.busy, "rest")
    assert "after the seed text" in title.value
    assert sampler.message == ""
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
    assert saved(sampler)[1].count("# temperature: ") == 4
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
    title = sampler.distribution.title
    until(lambda: "after the seed text" in title.value, "the first distribution")
    until(lambda: not sampler.busy, "rest")
    made, entropy = len(calls), title.value
    assert made > 0
    for temperature in (0.2, 1.5, 0.0):
        sampler.form.temperature.value = temperature
    until(lambda: "settings 0.00 bits" in title.value, "the greedy distribution")
    bars = sampler.distribution.figure.figure["data"][1]
    heights = np.frombuffer(bars["y"]["data"], np.float32)
    assert heights.tolist() == [1.0] + [0.0] * (len(heights) - 1)
    assert title.value.split("with these settings")[0] == entropy.split("with these settings")[0]
    assert len(calls) == made
    sampler.close()


def test_unknown_characters_are_named(model: Any, tokenizer: CharTokenizer, corpus: str) -> None:
    sampler = TextSampler(model, tokenizer, corpus=corpus)
    form = sampler.form
    good, form.length.value = form.seed_text.value, 12
    form.seed_text.value = good + "☃日☃"
    until(lambda: "left out: '☃日'" in sampler.message, "the message on the seed text")
    sampler.generate()
    written(sampler, 12)
    assert "left out: '☃日'" in sampler.message
    form.seed_text.value = good
    until(lambda: not sampler.message, "no message any more")
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
        assert "Traceback" not in message(sampler, part)
        assert sampler.stream.text == ""
    form.seed_text.value, form.length.value = good, 12
    sampler.generate()
    written(sampler, 12)
    assert sampler.message == ""
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
    until(lambda: not sampler.busy, "rest")


def test_without_a_model_it_says_so() -> None:
    sampler = TextSampler()
    assert sampler.generate_button.disabled
    sampler.generate()
    message(sampler, "no model yet")
    sampler.close()


def training(tokenizer: CharTokenizer, corpus: str, epochs: int, model: Any = None) -> Run:
    if model is None:
        model = char_gru(tokenizer.size, units=(16,), embedding=8)
    model.compile("adam", "sparse_categorical_crossentropy")
    batches = windows(corpus, tokenizer, window=WINDOW, step=20, one_hot=False, targets="all")
    return fit(model, batches, epochs=epochs, start=False)


def test_a_run_leaves_a_sample_per_epoch(corpus: str, tokenizer: CharTokenizer) -> None:
    run = training(tokenizer, corpus, 3)
    sampler = TextSampler(run, tokenizer, corpus=corpus)
    sampler.form.length.value, sampler.form.mode.value = 25, True
    run.start()
    run.wait()
    history = sampler.history
    until(lambda: any("After epoch 3" in h["text"] for h in history.headings), "the last sample")
    until(lambda: not sampler.busy, "rest")
    assert len(history.text) == 25 * len(history.headings)
    last = history.headings[-1]
    assert f"loss {run.history['loss'][-1]:.3f}" in last["text"]
    wanted = sample_text(
        run.model, tokenizer, sampler.form.seed_text.value, 25, 0.5, seed=0, carry_state=True
    )
    assert history.text[last["at"] :] == "".join(part.text for part in wanted)
    assert last["text"] in saved(sampler)[1]
    sampler.generate()
    written(sampler, 25)
    sampler.close()


def test_while_it_is_held_no_sample_is_added(corpus: str, tokenizer: CharTokenizer) -> None:
    run = training(tokenizer, corpus, 3)
    sampler = TextSampler(run, tokenizer, corpus=corpus)
    until(lambda: not sampler.busy and sampler.distribution.title.value, "the first update")
    sampler.hold = True
    run.start()
    run.wait()
    until(lambda: not sampler.busy, "rest")
    assert sampler.history.text == ""
    sampler.hold = False
    until(lambda: sampler.history.headings, "a sample")
    assert sampler.history.headings[0]["text"].startswith("After epoch 3, loss")
    sampler.close()


def test_a_model_that_cannot_be_cloned_is_sampled_when_its_run_has_ended(
    corpus: str, tokenizer: CharTokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_clone, "clone", lambda _model: None)
    run = training(tokenizer, corpus, 1)
    sampler = TextSampler(run, tokenizer, corpus=corpus)
    message(sampler, "can't be cloned")
    run.start()
    run.wait()
    until(lambda: sampler.history.headings, "a sample")
    until(lambda: not sampler.busy, "rest")
    assert sampler.message == ""
    sampler.form.length.value = 12
    sampler.generate()
    written(sampler, 12)
    sampler.close()


def test_another_model_is_shown_in_place_of_a_run(
    model: Any, corpus: str, tokenizer: CharTokenizer
) -> None:
    run = training(tokenizer, corpus, 2)
    sampler = TextSampler(run, tokenizer, corpus=corpus)
    sampler.show(model, tokenizer, corpus=corpus)
    run.start()
    run.wait()
    sampler.form.length.value = 12
    sampler.generate()
    written(sampler, 12)
    assert sampler.stream.caption.startswith("char_lstm: ")
    assert sampler.history.text == ""
    assert sampler.history.layout.display == "none"
    sampler.close()


@pytest.mark.slow
def test_moments_of_a_recorded_run(tokenizer: CharTokenizer, corpus: str, tmp_path: Path) -> None:
    model = char_lstm(tokenizer.size, window=WINDOW, units=8)
    model.compile("rmsprop", "categorical_crossentropy")
    codes = np.eye(tokenizer.size, dtype="f4")[tokenizer.encode(corpus[:700])]
    x = np.stack([codes[i : i + WINDOW] for i in range(640)])
    target = codes[WINDOW : WINDOW + 640]
    run = fit(model, x, target, epochs=100_000, record=record(tmp_path), start=False)
    live = TextSampler(run, tokenizer, corpus=corpus)
    live.form.length.value = 25
    run.start()
    until(lambda: len(live.history.headings) >= 3 and len(live.history.text) >= 75, "samples", 60)
    run.stop()
    run.wait(60)
    until(lambda: not live.busy, "rest")
    assert run.recording is not None
    recorded = open_run(run.recording.path)
    whole, begins = live.history.text, [heading["at"] for heading in live.history.headings]
    live.close()
    view = TextSampler(recorded, tokenizer, corpus=corpus)
    form, steps = view.form, [snapshot.step for snapshot in recorded.snapshots]
    form.length.value = 25
    for step in (steps[0], steps[-1], steps[len(steps) // 2]):
        view.at(step=step)
        until(lambda: view.follower.step == step and not view.busy, "the distribution", 30)  # noqa: B023
        view.generate()
        until(lambda: f"after step {step}:" in view.stream.caption, "the text", 30)  # noqa: B023
        seed_text, settings = form.seed_text.value, form.settings
        wanted = sample_text(
            recorded.model(step), tokenizer, seed_text, 25, settings.temperature, seed=settings.seed
        )
        assert written(view, 25) == "".join(part.text for part in wanted)
    # The samples of the epochs are those that were recorded, the last one too, up to the step.
    samples = [sample.step for sample in recorded.samples("epoch sample")]
    view.at(None)
    until(lambda: len(view.history.headings) == len(samples) >= 2, "all of them", 30)
    recorded_text = view.history.text
    assert recorded_text == whole
    assert view.history.headings[1]["text"].startswith("After epoch ")
    assert view.history.layout.display is None
    view.at(step=next(step for step in steps if step >= samples[0]))
    shown = sum(step <= view.follower.at for step in samples)
    until(lambda: len(view.history.headings) == shown < len(samples), "the first", 30)
    assert view.history.text == recorded_text[: begins[shown]]
    view.close()
