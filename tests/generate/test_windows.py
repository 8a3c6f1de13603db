"""Training windows: the book's own, every one once per epoch, without the cube."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.generate import CharTokenizer, load_corpus, windows


@pytest.fixture(scope="module")
def text() -> str:
    return load_corpus().text[5000:8000]


def test_they_are_the_books_arrays(text: str) -> None:
    tokenizer = CharTokenizer().fit(text)
    maxlen, step = 60, 3
    sentences, next_chars = [], []
    for i in range(0, len(text) - maxlen, step):
        sentences.append(text[i : i + maxlen])
        next_chars.append(text[i + maxlen])
    x = np.zeros((len(sentences), maxlen, tokenizer.size), dtype=bool)
    for i, sentence in enumerate(sentences):
        for t, char in enumerate(sentence):
            x[i, t, tokenizer.characters.index(char)] = True
    batches = list(windows(text, tokenizer, shuffle=False).as_numpy_iterator())
    got = np.concatenate([inputs for inputs, _ in batches])
    assert got.dtype == np.float32
    np.testing.assert_array_equal(got, x)
    assert tokenizer.decode(np.concatenate([y for _, y in batches])) == "".join(next_chars)


def test_each_epoch_has_every_window_once_in_another_order(text: str) -> None:
    tokenizer = CharTokenizer().fit(text)

    def epochs(seed: int) -> list[list[bytes]]:
        dataset = windows(text, tokenizer, window=30, one_hot=False, batch_size=64, seed=seed)
        found = []
        for _ in range(2):
            batches = list(dataset.as_numpy_iterator())
            assert len(batches) == len(dataset)
            found.append([row.tobytes() for x, _ in batches for row in x])
        return found

    first, second = epochs(1)
    assert first != second
    assert sorted(first) == sorted(second)
    whole = windows(text, tokenizer, window=30, one_hot=False, shuffle=False)
    assert sorted(first) == sorted(row.tobytes() for x, _ in whole.as_numpy_iterator() for row in x)
    assert epochs(1) == [first, second], "the same seed, the same epochs"
    assert epochs(2)[0] != first


def test_without_end_each_round_has_every_window_once(text: str) -> None:
    tokenizer = CharTokenizer().fit(text)
    count = int(windows(text, tokenizer, window=20, batch_size=1).cardinality())

    def taken(rounds: int, *, shuffle: bool) -> list[bytes]:
        made = windows(
            text, tokenizer, window=20, batch_size=1, seed=1, repeat=True, shuffle=shuffle
        )
        assert int(made.cardinality()) == -1
        return [x.numpy().tobytes() for x, _ in made.take(rounds * count)]

    both = taken(2, shuffle=True)
    half = len(both) // 2
    assert both[:half] != both[half:]
    assert sorted(both[:half]) == sorted(both[half:])
    plain = taken(2, shuffle=False)
    assert plain[:half] == plain[half:]
    assert sorted(plain) == sorted(both)


def test_targets_at_every_position_are_the_next_characters(text: str) -> None:
    tokenizer = CharTokenizer().fit(text)
    x, y = next(
        windows(text, tokenizer, window=20, one_hot=False, targets="all").as_numpy_iterator()
    )
    for inputs, targets in zip(x, y, strict=True):
        np.testing.assert_array_equal(inputs[1:], targets[:-1])
        assert tokenizer.decode(inputs) + tokenizer.decode(targets[-1:]) in text


def test_a_text_that_is_too_short_is_refused() -> None:
    tokenizer = CharTokenizer().fit("abc")
    with pytest.raises(ValueError, match=r"60 known characters.*window of 60"):
        windows("abc" * 20, tokenizer)
    assert len(windows("abc" * 20 + "a", tokenizer)) == 1
    for name in ("window", "step", "batch_size"):
        with pytest.raises(ValueError, match=name):
            windows("abc" * 50, tokenizer, **{name: 0})
    with pytest.raises(ValueError, match="targets"):
        windows("abc" * 50, tokenizer, targets="first")  # type: ignore[arg-type]
