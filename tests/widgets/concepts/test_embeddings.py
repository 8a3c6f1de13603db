from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import load_keras
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

WORDS = ["", "[UNK]", "red", "green", "blue", "white", "black"]


@pytest.fixture(scope="module")
def model() -> Any:
    keras = load_keras()
    keras.utils.set_random_seed(0)
    layers = keras.layers
    found = keras.Sequential(
        [
            keras.Input((4,)),
            layers.Embedding(7, 3, name="words"),
            layers.GlobalAveragePooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    found.compile(keras.optimizers.Adam(0.05), "binary_crossentropy")
    return found


def sent(space: dict[str, Any]) -> np.ndarray:
    values = np.frombuffer(space["data"], "<f4")
    return values.reshape(-1, len(space["words"]), space["dims"])


def test_a_model_s_words_are_shown(model: Any) -> None:
    widget = dl.concepts.embeddings(model, WORDS, word="red", sentiment={"red": 0.9})
    assert widget.state == "word=red"
    assert widget.learned["words"] == WORDS[2:]
    weights = model.get_layer("words").get_weights()[0]
    np.testing.assert_allclose(sent(widget.learned)[0], weights[2:], rtol=1e-6)
    assert widget.sentiment == {"red": 0.9}
    index = {word: i for i, word in enumerate(WORDS) if i > 1}
    some = dl.concepts.embeddings(model, index, words=["blue", "red", "black"])
    np.testing.assert_allclose(sent(some.learned)[0], weights[[4, 2, 6]], rtol=1e-6)


def test_a_run_is_followed_while_it_trains(model: Any) -> None:
    x = np.random.default_rng(0).integers(2, 7, (96, 4))
    run = dl.fit(model, x, (x == 2).any(axis=1), epochs=2, batch_size=8, start=False)
    widget = dl.concepts.embeddings(run, WORDS)
    assert widget.training
    first = sent(widget.learned)[0].copy()
    run.start()
    run.wait(60)
    until(lambda: widget.learned["steps"][-1] == 24, "the last step")
    moments = sent(widget.learned)
    np.testing.assert_allclose(moments[0], first)
    weights = run.model.get_layer("words").get_weights()[0]
    np.testing.assert_allclose(moments[-1], weights[2:], rtol=1e-5)
    widget.close()
    widget.close()


def test_moments_are_thinned_out_and_nan_is_said(model: Any) -> None:
    widget = dl.concepts.embeddings(model, WORDS)
    vectors = np.random.default_rng(0).normal(size=(7, 3))
    for step in range(0, 400, 10):
        widget._draw(step, vectors + step)
    steps = widget.learned["steps"]
    assert len(steps) <= 24
    assert steps[0] == -1
    assert steps[-2:] == [380, 390]
    widget._draw(400, vectors * np.nan)
    assert "NaN" in widget.message
    assert widget.learned["steps"][-1] == 390


def test_a_chosen_moment_stays_chosen_when_moments_are_thinned_out(model: Any) -> None:
    widget = dl.concepts.embeddings(model, WORDS)
    vectors = np.random.default_rng(0).normal(size=(7, 3))
    for step in range(0, 100, 10):
        widget._draw(step, vectors + step)
    widget.set(moment=[6])
    for step in range(100, 900, 10):
        widget._draw(step, vectors + step)
        assert widget.learned["steps"][int(widget.values["moment"][0])] == 50
    assert widget.values["moment"][0] < 6
    assert len(widget.learned["steps"]) <= 24


def test_vectors_of_a_file_are_shown_beside(tmp_path: Path) -> None:
    file = tmp_path / "tiny.txt"
    file.write_text("red 1 0\ngreen 0 1\nblue 1 1\n", "utf-8")
    vectors = np.eye(4)
    widget = dl.concepts.embeddings(vectors, ["red", "blue", "green", "pink"], glove=file)
    assert widget.glove["words"] == ["red", "blue", "green"]
    assert sent(widget.glove)[0].tolist() == [[1, 0], [1, 1], [0, 1]]
    file.write_text("unicorn 1 0\n", "utf-8")
    with pytest.raises(ValueError, match="at least 3 of the words"):
        dl.concepts.embeddings(glove=file)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": np.ones((2, 3, 4)), "vocabulary": WORDS}, "Received: shape (2, 3, 4)"),
        ({"source": np.full((7, 2), np.nan), "vocabulary": WORDS}, "finite numbers"),
        ({"source": np.eye(4)}, "Give both"),
        ({"words": ["red"]}, "Give both"),
        ({"task": "rhyme"}, "one of 'neighbors', 'analogy'"),
        ({"moment": -1}, "Expected `moment`"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.embeddings(**arguments)
