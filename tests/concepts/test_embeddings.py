"""The cases that the page is tested with, NumPy, and a small file of vectors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets.concepts import _embeddings as engine

CASES = json.loads((Path(__file__).parent / "cases" / "embeddings.json").read_text("utf-8"))
KNOWN = engine.recording()
WORDS: list[str] = KNOWN["words"]


def vectors_of(case: dict[str, Any]) -> Any:
    return KNOWN["learned"][case["moment"]] if case["space"] == "learned" else KNOWN["glove"]


def cosine(u: Any, v: Any) -> float:
    return float(np.dot(u, v) / np.sqrt(np.dot(u, u) * np.dot(v, v)))


@pytest.mark.parametrize("case", CASES["neighbors"], ids=lambda case: case["word"])
def test_neighbors_have_the_largest_cosines(case: dict[str, Any]) -> None:
    vectors, word = vectors_of(case), WORDS.index(case["word"])
    found = engine.neighbors(vectors, vectors[word], 6, without=[word])
    assert [WORDS[row] for row, _ in found] == [name for name, _ in case["found"]]
    assert [value for _, value in found] == pytest.approx([value for _, value in case["found"]])
    others = [cosine(vectors[word], one) for i, one in enumerate(vectors) if i != word]
    assert [value for _, value in found] == pytest.approx(sorted(others)[:-7:-1])


@pytest.mark.parametrize("case", CASES["analogies"], ids=lambda case: case["words"][1])
def test_analogies_are_next_to_the_sum(case: dict[str, Any]) -> None:
    vectors = vectors_of(case)
    a, b, c = (WORDS.index(word) for word in case["words"])
    found = engine.analogy(vectors, a, b, c, 4)
    assert [[WORDS[row], round(value, 6)] for row, value in found] == case["found"]
    rows = [one / np.linalg.norm(one) for one in vectors]
    best = max(
        (row for row in range(len(WORDS)) if row not in (a, b, c)),
        key=lambda row: cosine(rows[row], rows[b] - rows[a] + rows[c]),
    )
    assert found[0][0] == best


def test_the_recording_is_worth_showing() -> None:
    index = {word: i for i, word in enumerate(WORDS)}
    assert len(index) == len(WORDS) > 200
    assert len(KNOWN["steps"]) == len(KNOWN["accuracies"]) == len(KNOWN["learned"])
    assert KNOWN["accuracies"][0] < 0.6 < 0.84 < KNOWN["accuracies"][-1]
    positive = dict(zip(WORDS, KNOWN["positive"], strict=True))
    assert positive["awful"] < 0.2 < 0.8 < positive["superb"]
    learned, glove = KNOWN["learned"], KNOWN["glove"]
    # Training tells good from bad; before it, nothing does.
    for moment, low, high in ((0, -0.6, 0.6), (-1, 0.7, 1)):
        value = cosine(learned[moment][index["excellent"]], learned[moment][index["brilliant"]])
        assert low < value < high
    assert cosine(learned[-1][index["excellent"]], learned[-1][index["awful"]]) < -0.1
    pairs = {("man", "king", "woman"): "queen", ("france", "paris", "italy"): "rome"}
    for (a, b, c), expected in pairs.items():
        best = engine.analogy(glove, index[a], index[b], index[c], 1)[0][0]
        assert WORDS[best] == expected


def test_the_plane_is_that_of_pca() -> None:
    for vectors, axes in (
        (KNOWN["learned"][-1], KNOWN["learned_axes"]),
        (KNOWN["glove"], KNOWN["glove_axes"]),
    ):
        centered = vectors - vectors.mean(axis=0)
        _, values, directions = np.linalg.svd(centered, full_matrices=False)
        np.testing.assert_allclose(np.abs((directions[:2] * axes.T).sum(axis=1)), 1, atol=1e-3)
        plane = engine.plane_of(vectors)
        assert plane.explained == pytest.approx(sum(values[:2] ** 2) / sum(values**2), rel=1e-3)
        np.testing.assert_allclose(centered @ plane.axes, plane.projection.places, atol=1e-2)
    assert engine.plane_of(np.ones((4, 1)) * [[1], [2], [3], [5]]).axes.shape == (1, 2)
    for case in CASES["places"]:
        last = "learned" if case["space"] == "learned" else "glove"
        final = KNOWN["learned"][-1] if last == "learned" else KNOWN["glove"]
        row = vectors_of(case)[WORDS.index(case["word"])] - final.mean(axis=0)
        np.testing.assert_allclose(row @ KNOWN[f"{last}_axes"], case["place"], atol=1e-5)


def test_a_file_of_vectors_is_read(tmp_path: Path) -> None:
    file = tmp_path / "tiny.txt"
    file.write_text("the 0.1 -2 3e-1\ncat 1 0 0\n. 9 9 9\ndog 0.5 0.5 0\n", "utf-8")
    found = engine.read_vectors(file, ["cat", "dog", "unicorn"])
    assert {word: row.tolist() for word, row in found.items()} == {
        "cat": [1, 0, 0],
        "dog": [0.5, 0.5, 0],
    }
    # As word2vec writes it, with the number of words and dimensions before.
    file.write_text("2 3\ncat 1 0 0\ndog 0 1 0\n", "utf-8")
    assert sorted(engine.read_vectors(file, ["cat", "dog"])) == ["cat", "dog"]
    for text in ("the 1 2 3\ncat 1 2\n", "cat 1 x 3\n", "cat 1 nan 2\n"):
        file.write_text(text, "utf-8")
        with pytest.raises(ValueError, match=r"Expected \d numbers .*Received: 'cat"):
            engine.read_vectors(file, ["cat"])
    with pytest.raises(FileNotFoundError):
        engine.read_vectors(tmp_path / "none.txt", ["cat"])


def test_words_are_those_of_the_rows() -> None:
    assert engine.checked_words({"a": 2, "b": 0, "c": 9}, 3) == ["b", "", "a"]
    assert engine.chosen_rows(["", "[UNK]", "a", "b", "c"], None) == [2, 3, 4]
    assert engine.chosen_rows(["a", "b", "c", "d"], ["d", "x", "a", "b", "d"]) == [3, 0, 1]
    with pytest.raises(ValueError, match="at most 2 words"):
        engine.checked_words(["a", "b", "c"], 2)
    with pytest.raises(ValueError, match=r"at least 3 words.*Received: 1"):
        engine.chosen_rows(["a", "b", "c"], ["a", "x"])
    with pytest.raises(ValueError, match="`sentiment`"):
        engine.checked_sentiment({"a": 2})
