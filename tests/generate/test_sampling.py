"""Sampling text: the book's loop to the character, the right frequencies, clear refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from dlwidgets.generate import (
    CarryStateError,
    CharTokenizer,
    TextModel,
    load_corpus,
    reweight,
    sample_text,
    sample_texts,
    sampling_distribution,
    windows,
)
from dlwidgets.generate.reweight import choose
from dlwidgets.models import char_gru, char_lstm
from tests.helpers.slow import slow

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW = 20


@pytest.fixture(scope="module")
def corpus() -> str:
    return load_corpus().text[:30_000]


@pytest.fixture(scope="module")
def tokenizer(corpus: str) -> CharTokenizer:
    return CharTokenizer().fit(corpus)


@pytest.fixture(scope="module")
def lstm(corpus: str, tokenizer: CharTokenizer) -> Any:
    """The book's model, small and trained a little: its distributions are far from uniform."""
    keras.utils.set_random_seed(0)
    model = char_lstm(tokenizer.size, window=WINDOW, units=32)
    model.compile("adam", "sparse_categorical_crossentropy")
    batches = windows(corpus, tokenizer, window=WINDOW, step=2, seed=0)
    model.fit(batches, epochs=2, verbose=0)
    return model


def joined(chunks: Any) -> str:
    return "".join(chunk.text for chunk in chunks)


def books_loop(
    model: Any,
    tokenizer: CharTokenizer,
    seed_text: str,
    length: int,
    temperature: float,
    uniform: NDArray[np.float64],
) -> str:
    """Listings 8-6 and 8-7, with numbers given in place of np.random.multinomial's."""
    chars = list(tokenizer.characters)
    generated, result = seed_text, ""
    for i in range(length):
        sampled = np.zeros((1, len(seed_text), len(chars)))
        for t, char in enumerate(generated):
            sampled[0, t, chars.index(char)] = 1.0
        preds = np.asarray(model.predict(sampled, verbose=0)[0]).astype("float64")
        preds = np.log(preds) / temperature
        exp_preds = np.exp(preds)
        preds = exp_preds / np.sum(exp_preds)
        next_char = chars[choose(preds, uniform[i])]
        generated = (generated + next_char)[1:]
        result += next_char
    return result


@pytest.mark.parametrize("temperature", [slow(0.2), slow(0.5), slow(1.0), 1.2])
def test_the_window_gives_the_books_text_character_by_character(
    lstm: Any, tokenizer: CharTokenizer, corpus: str, temperature: float
) -> None:
    seed_text = corpus[1000 : 1000 + WINDOW]
    uniform = np.random.default_rng(7).random(60)
    wanted = books_loop(lstm, tokenizer, seed_text, 60, temperature, uniform)
    got = joined(sample_text(lstm, tokenizer, seed_text, 60, temperature, seed=7))
    assert got == wanted


@pytest.mark.parametrize(
    ("top_k", "top_p", "temperature"), [(5, None, 1.0), (None, 0.6, 1.3), (8, 0.9, 0.7), (3, 1, 0)]
)
def test_filters_in_the_graph_are_those_of_the_functions(
    lstm: Any,
    tokenizer: CharTokenizer,
    corpus: str,
    top_k: int | None,
    top_p: float | None,
    temperature: float,
) -> None:
    text = TextModel(lstm, tokenizer)
    seed_text = corpus[:WINDOW]
    uniform = np.random.default_rng(3).random(40)
    window, wanted = seed_text, ""
    for u in uniform:
        p = sampling_distribution(text.next_probabilities(window), temperature, top_k, top_p)
        wanted += tokenizer.characters[choose(p, u)]
        window = (window + wanted[-1])[1:]
    got = joined(sample_text(text, tokenizer, seed_text, 40, temperature, top_k, top_p, seed=3))
    assert got == wanted


def test_each_of_several_temperatures_gives_its_own_text(
    lstm: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    text = TextModel(lstm, tokenizer)
    rows = list(sample_texts(text, tokenizer, corpus[:WINDOW], 50, (0.0, 0.2, 1.2), seed=5))
    for i, temperature in enumerate((0.0, 0.2, 1.2)):
        alone = joined(sample_text(text, tokenizer, corpus[:WINDOW], 50, temperature, seed=5))
        assert joined(row[i] for row in rows) == alone


def test_frequencies_are_those_of_the_distribution() -> None:
    """Chi-square over 20,000 characters of a model that always gives the same distribution."""
    tokenizer = CharTokenizer().fit("abcdef")
    p = np.array([0.4, 0.25, 0.2, 0.1, 0.05, 0.0])
    layer = keras.layers.Dense(6, activation="softmax")
    model = keras.Sequential([keras.Input((2, 6)), keras.layers.LSTM(2), layer])
    layer.set_weights([np.zeros((2, 6)), np.log(np.maximum(p, 1e-30))])
    for temperature, seed in ((1.0, 1), (0.5, 2), (2.0, 3)):
        got = joined(
            sample_text(model, tokenizer, "ab", 20_000, temperature, seed=seed, carry_state=True)
        )
        wanted = reweight(p, temperature) * len(got)
        counts = np.array([got.count(c) for c in "abcdef"])
        assert counts[5] == 0
        chi_square = ((counts - wanted)[:5] ** 2 / wanted[:5]).sum()
        assert chi_square < 18.47, "the 99.9 % point of four degrees of freedom"
        assert chi_square > 0


@pytest.mark.parametrize("kind", ["lstm", "gru", "functional", "simple"])
def test_a_carried_state_is_the_model_on_the_whole_text(
    tokenizer: CharTokenizer, corpus: str, kind: str
) -> None:
    keras.utils.set_random_seed(1)
    size = tokenizer.size
    if kind == "lstm":
        model = char_lstm(size, window=None, units=16)
    elif kind == "gru":
        model = char_gru(size, units=(16, 12), embedding=8, dropout=0.3)
    elif kind == "simple":
        inner = keras.Sequential([keras.layers.SimpleRNN(16, return_sequences=True)])
        model = keras.Sequential(
            [keras.Input((None, size)), inner, keras.layers.GRU(8), keras.layers.Dense(size)]
        )
    else:
        x = inputs = keras.Input((None,), dtype="int32")
        x = keras.layers.Embedding(size, 8)(x)
        x = keras.layers.LayerNormalization()(keras.layers.LSTM(16, return_sequences=True)(x))
        model = keras.Model(inputs, keras.layers.Dense(size)(keras.layers.LSTM(8)(x)))
    seed_text = corpus[50:75]
    chunks = list(sample_text(model, tokenizer, seed_text, 40, 1.0, seed=2, carry_state=True))
    whole = tokenizer.encode(seed_text + joined(chunks))
    given = whole[np.newaxis] if len(model.input_shape) == 2 else np.eye(size)[whole][np.newaxis]
    output = np.asarray(model(given, training=False), np.float64)[0]
    last = output[-1] if output.ndim == 2 else output
    if kind in ("simple", "functional"):
        last = np.exp(last) / np.exp(last).sum()
    np.testing.assert_allclose(chunks[-1].next_probability, last, rtol=2e-4)


def test_chunks_tell_probability_and_alternatives(
    lstm: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    text = TextModel(lstm, tokenizer)
    window, start = corpus[:WINDOW], 0
    for chunk in sample_text(text, tokenizer, window, 30, 1.0, seed=4):
        assert chunk.start == start
        for i, character in enumerate(chunk.text):
            p = text.next_probabilities(window)
            assert chunk.probability[i] == pytest.approx(
                p[tokenizer.encode(character)[0]], rel=1e-4
            )
            best = np.argsort(-p)[:5]
            np.testing.assert_allclose(chunk.alternative_probability[i], p[best], rtol=1e-4)
            assert tokenizer.decode(chunk.alternatives[i][:1]) == tokenizer.characters[best[0]]
            window = (window + character)[1:]
        start += len(chunk.text)
        np.testing.assert_allclose(
            chunk.next_probability, text.next_probabilities(window), rtol=1e-3, atol=1e-7
        )
    assert start == 30


def test_the_same_seed_gives_the_same_text_and_it_can_be_left(
    lstm: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    text = TextModel(lstm, tokenizer)
    first, again, other = (
        joined(sample_text(text, tokenizer, corpus[:WINDOW], 80, 1.0, seed=seed))
        for seed in (1, 1, 2)
    )
    assert first == again != other
    stream = sample_text(text, tokenizer, corpus[:WINDOW], 10**9, 1.0, seed=1)
    begun = next(iter(stream)).text
    assert first.startswith(begun)
    stream.close()  # type: ignore[attr-defined]


def test_new_weights_are_used_without_a_new_graph(tokenizer: CharTokenizer, corpus: str) -> None:
    model = char_lstm(tokenizer.size, window=WINDOW, units=8)
    text = TextModel(model, tokenizer)
    before = text.next_probabilities(corpus[:WINDOW])
    model.set_weights(
        [w + 0.3 * np.sin(np.arange(w.size)).reshape(w.shape) for w in model.get_weights()]
    )
    after = text.next_probabilities(corpus[:WINDOW])
    ids = tokenizer.encode(corpus[:WINDOW])
    np.testing.assert_allclose(
        after, np.asarray(model(np.eye(tokenizer.size)[ids][np.newaxis]))[0], rtol=1e-4
    )
    assert abs(after - before).max() > 1e-3


def test_a_subclassed_model_says_what_it_takes(tokenizer: CharTokenizer, corpus: str) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.inner = keras.layers.GRU(8)
            self.outer = keras.layers.Dense(tokenizer.size)

        def call(self, x: Any) -> Any:
            return self.outer(self.inner(x))

    with pytest.raises(ValueError, match="one_hot"):
        TextModel(Own(), tokenizer)
    text = TextModel(Own(), tokenizer, window=12, one_hot=True)
    assert len(joined(sample_text(text, tokenizer, corpus[:30], 10, seed=0))) == 10
    assert text.next_probabilities(corpus[:30]).sum() == pytest.approx(1)


def test_bad_input_is_refused_in_the_call_itself(
    lstm: Any, tokenizer: CharTokenizer, corpus: str
) -> None:
    seed_text = corpus[:WINDOW]
    for change, message in (
        ({"seed_text": ""}, "seed text is empty"),
        ({"seed_text": "too short"}, rf"window of {WINDOW} characters. Received: 9.*Add 11"),
        ({"seed_text": "ΩΩΩ"}, "knows none of the seed text's characters: 'Ω'"),
        ({"seed_text": "Ω" * 5 + "assert " * 2}, "the model doesn't know 'Ω'"),
        ({"temperature": -1.0}, "`temperature` to be a finite number"),
        ({"temperature": float("nan")}, "`temperature` to be a finite number"),
        ({"top_p": 0}, "`top_p` to be greater than 0"),
        ({"top_k": -2}, "`top_k` to be an integer"),
        ({"length": 0}, "`length` to be an integer"),
        ({"seed": -1}, "`seed` to be an integer"),
    ):
        arguments = {"seed_text": seed_text, "length": 5, **change}
        with pytest.raises(ValueError, match=message):
            sample_text(lstm, tokenizer, **arguments)
    other = CharTokenizer().fit("abc")
    with pytest.raises(ValueError, match=rf"takes {tokenizer.size} characters.*tokenizer of 3"):
        sample_text(lstm, other, "abcabc")
    narrow = keras.Sequential(
        [keras.Input((WINDOW, 3)), keras.layers.LSTM(4), keras.layers.Dense(9)]
    )
    with pytest.raises(ValueError, match=r"predicts 9 characters.*tokenizer of 3"):
        TextModel(narrow, other)
    image = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Flatten()])
    with pytest.raises(ValueError, match=r"Received: a model with input shape \(None, 8, 8, 1\)"):
        TextModel(image, tokenizer)


def test_a_model_without_a_state_to_carry_says_so(tokenizer: CharTokenizer, corpus: str) -> None:
    size = tokenizer.size
    layers = [keras.Input((WINDOW, size)), keras.layers.Conv1D(8, 3), keras.layers.LSTM(4)]
    model = keras.Sequential([*layers, keras.layers.Dense(size)])
    assert joined(sample_text(model, tokenizer, corpus[:WINDOW], 3, seed=0))
    with pytest.raises(CarryStateError, match=r"Conv1D.*sliding window"):
        list(sample_text(model, tokenizer, corpus[:WINDOW], 3, carry_state=True))
    two_ways = keras.Sequential(
        [
            keras.Input((WINDOW, size)),
            keras.layers.Bidirectional(keras.layers.LSTM(4)),
            keras.layers.Dense(size),
        ]
    )
    with pytest.raises(CarryStateError, match="Bidirectional"):
        list(sample_text(two_ways, tokenizer, corpus[:WINDOW], 3, carry_state=True))


def test_spoilt_weights_are_named(tokenizer: CharTokenizer, corpus: str) -> None:
    model = char_lstm(tokenizer.size, window=WINDOW, units=8)
    text = TextModel(model, tokenizer)
    text.next_probabilities(corpus[:WINDOW])
    model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    with pytest.raises(ValueError, match="output is NaN"):
        list(sample_text(text, tokenizer, corpus[:WINDOW], 3))
