"""Predictions in their browser: filters, pages, what strangers wish, what cannot be shown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.outcomes import outcomes
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from tests.helpers.page import from_page
from tests.helpers.predictions import HTML, passed, shown
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from dlwidgets.data import Dataset


def test_the_first_page_holds_the_largest_losses(
    browser: PredictionBrowser, digits: Dataset, truth_and_output: Any
) -> None:
    y, p = truth_and_output
    losses = -np.log(p[np.arange(len(y)), y])
    cards = browser.cards.cards
    assert cards["index"] == np.argsort(-losses, kind="stable")[:24].tolist()
    for i, row in enumerate(cards["index"]):
        assert cards["predicted"][i] == p[row].argmax()
        assert cards["confidence"][i] == pytest.approx(p[row].max(), abs=1e-4)
        assert cards["loss"][i] == pytest.approx(losses[row], rel=1e-3)
        assert cards["bar_classes"][i] == list(range(10))
        np.testing.assert_allclose(cards["bars"][i], p[row], atol=1e-4)
    pixels = np.frombuffer(cards["images"]["data"], np.uint8).reshape(24, 8, 8)
    expected = digits.x_test[cards["index"], ..., 0] * 255
    np.testing.assert_allclose(pixels, expected, atol=1)
    right = int((p.argmax(axis=1) == y).sum())
    assert browser.cards.summary == f"{right} of 359 right, {359 - right} wrong"
    assert browser.cards.class_names == HTML
    assert (browser.cards.total, browser.cards.pages) == (359, 15)


def test_filters_sorting_and_pages_are_answered(
    browser: PredictionBrowser, truth_and_output: Any
) -> None:
    y, p = truth_and_output
    guess, sure = p.argmax(axis=1), p.max(axis=1)
    wish = {"type": "browse", "asked": 7, "wrong_only": True, "page": 0}
    from_page(browser.cards, wish)
    assert browser.cards.cards["asked"] == 7
    assert set(browser.rows.tolist()) == set(np.flatnonzero(guess != y).tolist())
    from_page(browser.cards, {**wish, "wrong_only": False, "true_class": 3, "order": "unsure"})
    wanted = np.flatnonzero(y == 3)
    assert browser.rows.tolist() == wanted[np.argsort(sure[wanted], kind="stable")].tolist()
    from_page(browser.cards, {"type": "browse", "true_class": -1, "predicted_class": 5})
    assert set(browser.rows.tolist()) == set(np.flatnonzero(guess == 5).tolist())
    from_page(browser.cards, {"type": "browse", "predicted_class": -1, "low": 0.5, "high": 0.8})
    assert set(browser.rows.tolist()) == set(np.flatnonzero((sure >= 0.5) & (sure <= 0.8)).tolist())
    from_page(browser.cards, {"type": "browse", "low": 0, "high": 1, "order": "data", "page": 14})
    assert browser.cards.cards["index"] == list(range(336, 359))
    browser.filter(true_class=2, predicted_class=2, low=0.999999, high=0.999999)
    assert browser.cards.notice == "No sample matches the filter."
    assert browser.cards.cards["index"] == []


def test_a_chosen_sample_is_shown_large_and_found_on_its_page(browser: PredictionBrowser) -> None:
    row = int(browser.rows[100])
    browser.index = row  # as a linked view does
    assert browser.cards.page == 100 // 24
    assert row in browser.cards.cards["index"]
    assert browser.cards.detail["index"] == [row]
    from_page(browser.cards, {"type": "pick", "index": -1})
    assert (browser.index, browser.cards.detail) == (-1, {})
    from_page(browser.cards, {"type": "browse", "asked": 1, "page": 2, "select": "last"})
    assert browser.index == browser.rows[71]


@pytest.mark.parametrize(
    "message",
    [
        {"page": 10**30, "page_size": 10**9},
        {"page": -5, "true_class": 99, "predicted_class": -7},
        {"low": 5, "high": -3},
        {"low": float("nan"), "order": "__class__", "wrong_only": "yes"},
        {"page": None, "asked": [], "select": {}},
    ],
)
def test_wishes_of_strangers_are_clamped(browser: PredictionBrowser, message: Any) -> None:
    from_page(browser.cards, {"type": "browse", **message})
    cards = browser.cards
    assert 0 <= cards.page < max(1, cards.pages)
    assert cards.page_size <= 96
    assert -1 <= cards.true_class <= 9
    assert 0 <= cards.low <= cards.high <= 1
    assert len(cards.cards["index"]) <= 96
    for index in (10**25, -9, 400, "x", None):
        from_page(cards, {"type": "pick", "index": index})
        assert -1 <= browser.index < 359


def test_ten_thousand_samples_of_200_classes_send_one_page() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 200, 10_000)
    z = rng.normal(size=(10_000, 200)).astype("float32") + 3 * np.eye(200, dtype="float32")[y]
    view = shown(PredictionBrowser(passed(z), z, y, images=rng.random((10_000, 28, 28))))
    page = view.cards.cards
    assert len(page["index"]) == 24
    for row, classes, bars in zip(page["index"], page["bar_classes"], page["bars"], strict=True):
        assert y[row] in classes
        assert len(classes) <= 11
        assert z[row].argmax() in classes
        assert max(bars) == pytest.approx(np.exp(z[row]).max() / np.exp(z[row]).sum(), abs=1e-4)
    view.cards.comm.sent.clear()
    from_page(view.cards, {"type": "browse", "asked": 2, "page": 200})
    sent = sum(
        len(json.dumps(d)) + sum(map(len, buffers)) for _, d, buffers in view.cards.comm.sent
    )
    assert 10_000 < sent < 60_000
    view.close()


def test_large_images_are_sent_as_small_as_they_are_drawn() -> None:
    y = np.arange(60) % 3
    images = np.zeros((60, 360, 400, 3), np.float32)
    images[:, :, 200:] = 1  # the right half is white
    view = shown(PredictionBrowser(passed(np.eye(3)[y]), np.eye(3)[y], y, images=images))
    view.index = 5
    vectors = EmbeddingView(passed(np.eye(3)[y]), np.eye(3)[y], y, images=images)
    from_page(vectors.plane, {"type": "hover", "row": 3, "asked": 1})
    shapes = [
        (view.cards.cards["images"], 24, 130, 144),
        (view.cards.detail["images"], 1, 302, 336),
        (vectors.plane.hovered["image"], 1, 130, 144),
    ]
    for sent, count, height, width in shapes:
        pixels = np.frombuffer(sent["data"], np.uint8).reshape(count, height, width, 3)
        assert not pixels[:, :, : width // 2].any()
        assert (pixels[:, :, width // 2 :] == 255).all()
    view.close()
    vectors.close()


def test_output_that_is_not_a_number_is_told(digits: Dataset) -> None:
    z = np.eye(10)[digits.y_test][:50].copy()
    z[3] = np.nan
    view = shown(PredictionBrowser(passed(z), z, digits.y_test[:50]))
    assert view.cards.summary == "49 of 50 right, 1 wrong · 1 output is NaN"
    view.filter(wrong_only=True)
    assert view.cards.cards["index"] == [3]
    assert view.cards.cards["predicted"] == [-1]
    assert view.cards.cards["bars"] == [[None] * 10]
    view.close()


def test_what_cannot_be_shown_is_said_and_the_view_lives_on(
    digits: Dataset, model: Any, browser: PredictionBrowser
) -> None:
    before = browser.cards.cards
    with pytest.raises(
        ValueError, match=r"the same number of samples, at least 1. Received: 359 and 10"
    ):
        browser.show(model, digits.x_test, digits.y_test[:10], images=np.zeros((10, 8, 8)))
    with pytest.raises(ValueError, match=r"Expected at least 10 `class_names`. Received: 3"):
        browser.show(model, digits.x_test, digits.y_test, ["a", "b", "c"])
    with pytest.raises(ValueError, match="one image per sample"):
        browser.show(model, digits.x_test, digits.y_test, images=np.zeros((5, 8, 8)))
    with pytest.raises(ValueError, match="Expected the classes 0, 1, 2"):
        browser.show(model, digits.x_test, digits.y_test + 0.5)
    assert browser.cards.cards == before
    browser.show(model, digits.x_test[:, :4], digits.y_test)
    until(lambda: browser.message.startswith("This view can't be updated. "), "the reason")
    assert browser.cards.cards == {}
    few = dl.models.mlp((8, 8, 1), 4)
    browser.show(few, digits.x_test, digits.y_test)
    until(lambda: "4 classes" in browser.message, "the reason")
    browser.show(model, digits.x_test, digits.y_test)
    until(lambda: browser.cards.total == 359, "the answers")
    assert browser.cards.notice == ""


def test_samples_whose_confidence_is_unknown_are_seen_without_a_filter() -> None:
    judged = outcomes([0, 1, 2], [0, 2, 2])
    assert dl.inspect.browsing.browse(judged).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="`order` to be one of"):
        dl.inspect.browsing.browse(judged, order="random")  # type: ignore[arg-type]


def test_the_model_s_last_activation_decides_what_its_outputs_are() -> None:
    x, y = np.float32([[0.25, 0.75], [0.5, 0.1]]), np.array([1, 1])
    for activation, wanted in (
        ("sigmoid", 1 / (1 + np.exp(-x))),
        ("linear", np.exp(x) / np.exp(x).sum(1, keepdims=True)),  # though all lie in 0 to 1
    ):
        model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation=activation)])
        model.set_weights([np.eye(2), np.zeros(2)])
        browser = shown(PredictionBrowser(model, x, y))
        for row, bars in zip(
            browser.cards.cards["index"], browser.cards.cards["bars"], strict=True
        ):
            np.testing.assert_allclose(bars, wanted[row], atol=1e-4)
        browser.close()


def test_nothing_moves_under_the_pointer_nor_what_is_selected(digits: Dataset) -> None:
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    run = dl.fit(model, digits.x_train, digits.y_train, epochs=1000, start=False)
    browser = PredictionBrowser(run, digits.x_test, digits.y_test)
    cards = browser.cards
    run.start().pause()

    def steps(count: int) -> list[int]:
        wanted = run.step_count + count
        run.step(count)
        until(lambda: browser.judging.step == run.step_count == wanted, "later predictions", 60)
        until(lambda: f"after step {wanted:,}" in cards.summary and not browser.busy, "their cards")
        return list(cards.cards["index"])

    def by_loss() -> list[int]:
        judged = browser.judging.judged
        return list(dl.inspect.browsing.browse(judged)[: len(cards.cards["index"])])

    first = steps(3)
    assert first == by_loss()
    from_page(cards, {"type": "pick", "index": first[4]})
    later = steps(60)
    assert later[4] == first[4]
    assert later != first
    others = [row for row in later if row != first[4]]
    assert others == [row for row in by_loss() if row != first[4]][: len(others)]

    from_page(cards, {"type": "over", "over": True})
    before = list(cards.cards["loss"])
    assert steps(60) == later
    assert cards.cards["loss"] != before, "the figures go on"
    from_page(cards, {"type": "browse", "asked": 1, "order": "confident"})
    assert list(cards.cards["index"]) != later, "what the user asks for is done at once"
    from_page(cards, {"type": "browse", "asked": 2, "order": "loss"})
    from_page(cards, {"type": "over", "over": False})
    from_page(cards, {"type": "pick", "index": -1})
    steps(20)
    assert list(cards.cards["index"]) == by_loss()
    run.stop()
    browser.close()


def test_the_list_is_put_right_when_the_pointer_leaves_after_the_last_update(
    digits: Dataset,
) -> None:
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    run = dl.fit(model, digits.x_train, digits.y_train, epochs=1000, start=False)
    browser = PredictionBrowser(run, digits.x_test, digits.y_test)
    browser.filter(wrong_only=True)
    run.start().pause()
    for steps in (3, 60):
        wanted = run.step_count + steps
        run.step(steps)
        until(lambda wanted=wanted: f"after step {wanted:,}" in browser.cards.summary, "cards", 60)
        until(lambda: not browser.busy, "the end of the update")
        from_page(browser.cards, {"type": "over", "over": True})
    from_page(browser.cards, {"type": "over", "over": False})
    wrong = np.flatnonzero(~browser.judging.judged.right)
    assert sorted(browser.rows) == wrong.tolist()
    assert browser.cards.total == len(wrong)
    run.stop()
    browser.close()
