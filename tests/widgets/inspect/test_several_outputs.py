"""Views of predictions: the right class of one logit, one of several outputs, and places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.widgets import ConfusionMatrix, EmbeddingView, PredictionBrowser
from tests.helpers.predictions import counts, points, settled, shown
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

K = keras.layers
RNG = np.random.default_rng(0)
NAMES = ["pug", "boxer", "corgi", "husky"]


def said(view: Any, words: str) -> None:
    """Wait for a message."""
    until(lambda: words in view.message, words)
    until(lambda: not view.busy, "the end")


@pytest.fixture
def x() -> np.ndarray:
    return RNG.normal(size=(40, 6)).astype("float32")


@pytest.fixture
def pets() -> Any:
    inputs = keras.Input((6,))
    z = K.Dense(8, "relu", name="hidden")(inputs)
    heads = {
        "sex": K.Dense(1, "sigmoid")(z),
        "breed": K.Dense(4, "softmax")(z),
        "color": K.Dense(4, "softmax")(z),
        "age": K.Dense(1)(z),
    }
    return keras.Model(inputs, heads)


@pytest.fixture
def browser(pets: Any, x: np.ndarray) -> Iterator[PredictionBrowser]:
    y = {"color": np.arange(40) % 4, "sex": np.arange(40) % 2, "breed": (np.arange(40) // 4) % 4}
    made = shown(PredictionBrowser(pets, x, y, {"breed": NAMES}, output="breed"))
    yield made
    made.close()


def test_each_head_is_judged_by_its_own_labels(browser: Any, pets: Any, x: np.ndarray) -> None:
    matrix = ConfusionMatrix(browser=browser)
    p = pets(x)
    field = browser.output_field
    assert (field.description, field.value, field.layout.display) == ("Output", "breed", None)
    assert [name for _, name in field.options] == ["sex", "breed", "color", "age"]
    assert browser.cards.class_names == NAMES
    for name, truth in (("breed", np.arange(40) // 4 % 4), ("color", np.arange(40) % 4)):
        field.value = name
        until(lambda: not browser.busy, "the other output")
        best = np.asarray(p[name]).argmax(1)
        assert browser.judging.judged.truth.tolist() == truth.tolist()
        assert browser.judging.judged.predicted.tolist() == best.tolist()
        assert counts(matrix).trace() == (best == truth).sum()
        assert (matrix.output, browser.output) == (name, name)
    assert browser.cards.class_names == ["0", "1", "2", "3"]
    browser.output = "sex"
    until(lambda: not browser.busy, "the other output")
    assert counts(matrix).shape == (2, 2)
    browser.output = "age"
    said(browser, "There are no labels for output 'age' in `y`, which has those of")
    assert (browser.cards.cards, browser.output) == ({}, "age")
    matrix.output = "breed"  # the way back
    until(lambda: not browser.busy and browser.cards.cards, "the way back")
    assert browser.message == ""
    matrix.close()


def test_labels_that_fit_two_heads_are_compared_with_neither(pets: Any, x: np.ndarray) -> None:
    view = ConfusionMatrix(pets, x, np.arange(40) % 4, NAMES)
    said(view, "It isn't clear which of the outputs 'sex', 'breed', 'color', 'age'")
    assert view.judging.judged is None
    view.output_field.value = "color"  # as the sentence says
    shown(view)
    p = np.asarray(pets(x)["color"]).argmax(1)
    assert counts(view).trace() == (p == np.arange(40) % 4).sum()
    assert view.judging.class_names == NAMES
    view.close()


def test_the_head_that_fits_is_shown_at_first(x: np.ndarray) -> None:
    inputs = keras.Input((6,))
    z = K.Dense(16, "relu")(inputs)
    model = keras.Model(inputs, [z, K.Dense(10)(z), K.Dense(1)(z)])  # features, logits, a number
    y = np.arange(40) % 10
    browser = shown(PredictionBrowser(model, x, y, [f"c{i}" for i in range(10)]))
    assert browser.judging.judged.predicted.tolist() == model(x)[1].numpy().argmax(1).tolist()
    browser.close()


def test_a_run_s_own_loss_tells_of_one_logit(x: np.ndarray) -> None:
    model = keras.Sequential([keras.Input((6,)), K.Dense(1)])
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    y = (x[:, 0] > 0).astype(int)
    run = dl.fit(model, x, y, epochs=2)
    run.wait()
    matrix = ConfusionMatrix(run, x, y, ["cat", "dog"])
    matrix.follower.tick()
    shown(matrix)
    p = 1 / (1 + np.exp(-np.asarray(model(x))[:, 0]))
    np.testing.assert_allclose(matrix.judging.judged.probabilities[:, 1], p, atol=1e-6)
    matrix.close()


def test_a_regression_and_wrong_names_are_refused(pets: Any, x: np.ndarray) -> None:
    model = keras.Sequential([keras.Input((6,)), K.Dense(1, name="price")])
    view = PredictionBrowser(model, x, np.arange(40))
    said(view, "Output 'price' is a regression: it gives numbers, not classes.")
    view.close()
    view = PredictionBrowser(pets, x, np.arange(40) % 4, [*NAMES, "cat"], output="breed")
    said(view, "Expected 4 `class_names`, one per class of output 'breed'. Received: 5.")
    view.close()
    with pytest.raises(ValueError, match="Expected `y` with the class of each sample"):
        PredictionBrowser(pets, x)


def test_several_labels_of_a_softmax_are_refused_with_what_to_do(x: np.ndarray) -> None:
    model = keras.Sequential([keras.Input((6,)), K.Dense(3, "softmax")])
    view = ConfusionMatrix(model, x, RNG.integers(0, 2, (40, 3)))
    said(view, "For several labels per sample, the output needs a sigmoid per label.")
    view.close()


def test_time_steps_are_counted_in_the_matrix_and_padding_is_not() -> None:
    model = keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            K.Embedding(9, 4, mask_zero=True),
            K.GRU(5, return_sequences=True),
            K.Dense(3, "softmax"),
        ]
    )
    words = np.array([[1, 2, 0, 0, 0], [3, 4, 5, 6, 0], [7, 8, 1, 2, 3]])
    y = RNG.integers(0, 3, words.shape)
    browser = shown(PredictionBrowser(model, words, y, ["noun", "verb", "other"]))
    matrix = ConfusionMatrix(browser=browser)
    assert counts(matrix).sum() == 11
    assert "4 predictions for padding aren't counted." in matrix.message
    assert browser.cards.cards == {}
    assert "has a prediction per time step or pixel" in browser.cards.notice
    matrix.close()
    browser.close()


def test_colors_of_an_embedding_are_those_of_the_output(pets: Any, x: np.ndarray) -> None:
    y = {"sex": np.arange(40) % 2, "breed": np.arange(40) % 4, "age": np.arange(40) + 0.5}
    view = EmbeddingView(pets, x, y, output="breed")
    found = settled(view)
    assert view.output_field.value == "breed"
    assert found["classes"].tolist() == (np.arange(40) % 4).tolist()
    wrong = np.asarray(pets(x)["breed"]).argmax(1) != np.arange(40) % 4
    assert found["wrong"].astype(bool).tolist() == wrong.tolist()
    view.output = "sex"
    until(lambda: not view.busy, "the other output")
    assert points(view)["classes"].tolist() == (np.arange(40) % 2).tolist()
    wrong = (np.asarray(pets(x)["sex"])[:, 0] >= 0.5) != np.arange(40) % 2
    assert points(view)["wrong"].astype(bool).tolist() == wrong.tolist()
    view.output = "age"
    until(lambda: not view.busy, "the other output")
    assert "no colors: output 'age' hasn't one class per sample" in view.plane.summary
    view.close()
