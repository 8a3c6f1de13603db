"""Predictions, confusion and vectors in their widgets: of real models, and of a Run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ipywidgets
import keras
import numpy as np
import pytest
from sklearn import metrics
from widget_help import from_page, seen, until

import dlwidgets as dl
from dlwidgets.inspect.outcomes import outcomes
from dlwidgets.widgets.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.embedding_view import EmbeddingView
from dlwidgets.widgets.prediction_browser import PredictionBrowser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset

layers = keras.layers
HTML = ["<b>0</b>", "<img src=x onerror=alert(1)>", *(str(i) for i in range(2, 10))]


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return dl.data.load("digits").normalized()


@pytest.fixture(scope="module")
def model(digits: Dataset) -> Any:
    keras.utils.set_random_seed(2)
    net = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    net.fit(digits.x_train, digits.y_train, epochs=2, batch_size=64, verbose=0)
    return net


@pytest.fixture(scope="module")
def truth_and_output(digits: Dataset, model: Any) -> tuple[np.ndarray, np.ndarray]:
    return digits.y_test, model.predict(digits.x_test, verbose=0)


def passed(z: np.ndarray) -> Any:
    """A model whose output is its input."""
    return keras.Sequential([keras.Input(z.shape[1:]), layers.Activation("linear")])


def shown(widget: Any) -> Any:
    judging = widget.judging
    until(lambda: judging.judged is not None, "the answers")
    until(lambda: not judging.follower.busy, "the drawing")
    return widget


@pytest.fixture
def browser(digits: Dataset, model: Any) -> Iterator[PredictionBrowser]:
    made = shown(PredictionBrowser(model, digits.x_test, digits.y_test, HTML))
    yield made
    made.close()


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_a_model_of_one_class_is_told_in_words() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="softmax")])
    x = np.zeros((4, 2))
    matrix = shown(ConfusionMatrix(model, x, np.zeros(4, int)))
    assert counts(matrix).tolist() == [[4]]
    assert "one class only" in matrix.plot.summary
    matrix.show(model, x, np.array([0, 1, 0, 1]))
    until(lambda: "knows one class. Received: 2 classes" in matrix.plot.notice, "words")
    matrix.show(keras.Sequential([keras.Input((2,)), layers.Dense(1, activation="sigmoid")]), x,
                np.zeros(4, int))  # fmt: skip
    assert counts(shown(matrix)).shape == (2, 2)
    matrix.close()


def test_the_model_s_last_activation_decides_what_its_outputs_are() -> None:
    x, y = np.float32([[0.25, 0.75], [0.5, 0.1]]), np.array([1, 1])
    for activation, wanted in (
        ("sigmoid", 1 / (1 + np.exp(-x))),
        ("linear", np.exp(x) / np.exp(x).sum(1, keepdims=True)),  # though all lie in 0 to 1
    ):
        model = keras.Sequential([keras.Input((2,)), layers.Dense(2, activation=activation)])
        model.set_weights([np.eye(2), np.zeros(2)])
        browser = shown(PredictionBrowser(model, x, y))
        for row, bars in zip(
            browser.cards.cards["index"], browser.cards.cards["bars"], strict=True
        ):
            np.testing.assert_allclose(bars, wanted[row], atol=1e-4)
        browser.close()


# -- the browser -------------------------------------------------------------------------------


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
    assert browser.cards.notice == "No sample is like that."
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
    vectors._hovered(3, 1)
    shapes = [
        (view.cards.cards["images"], 24, 130, 144),
        (view.cards.detail["images"], 1, 302, 336),
        (vectors.plane.picture["image"], 1, 130, 144),
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
    assert view.cards.summary == "49 of 50 right, 1 wrong · 1 not a number"
    view.filter(wrong_only=True)
    assert view.cards.cards["index"] == [3]
    assert view.cards.cards["predicted"] == [-1]
    assert view.cards.cards["bars"] == [[None] * 10]
    view.close()


def test_what_cannot_be_shown_is_said_and_the_view_lives_on(
    digits: Dataset, model: Any, browser: PredictionBrowser
) -> None:
    before = browser.cards.cards
    with pytest.raises(ValueError, match=r"equally long, at least 1. Received: 359 and 10"):
        browser.show(model, digits.x_test, digits.y_test[:10], images=np.zeros((10, 8, 8)))
    with pytest.raises(ValueError, match=r"class 9 has no name. Received: 3 class names"):
        browser.show(model, digits.x_test, digits.y_test, ["a", "b", "c"])
    with pytest.raises(ValueError, match="one image per sample"):
        browser.show(model, digits.x_test, digits.y_test, images=np.zeros((5, 8, 8)))
    with pytest.raises(ValueError, match="y must hold classes"):
        browser.show(model, digits.x_test, digits.y_test + 0.5)
    assert browser.cards.cards == before
    browser.show(model, digits.x_test[:, :4], digits.y_test)
    until(lambda: browser.cards.notice.startswith("No predictions: "), "the reason")
    assert browser.cards.cards == {}
    few = dl.models.mlp((8, 8, 1), 4)
    browser.show(few, digits.x_test, digits.y_test)
    until(lambda: "answers for 4 classes" in browser.cards.notice, "the reason")
    browser.show(model, digits.x_test, digits.y_test)
    until(lambda: browser.cards.total == 359, "the answers")
    assert browser.cards.notice == ""


# -- the matrix --------------------------------------------------------------------------------


def counts(matrix: ConfusionMatrix) -> np.ndarray:
    packed = matrix.plot.matrix
    return np.frombuffer(packed["counts"], "<i4").reshape(packed["k"], packed["k"])


def test_the_matrix_and_its_scores(digits: Dataset, model: Any, truth_and_output: Any) -> None:
    y, p = truth_and_output
    matrix = shown(ConfusionMatrix(model, digits.x_test, digits.y_test, HTML))
    guess = p.argmax(axis=1)
    np.testing.assert_array_equal(counts(matrix), metrics.confusion_matrix(y, guess))
    found = matrix.plot.scores
    expected = metrics.precision_recall_fscore_support(y, guess)
    for name, values in zip(("precision", "recall", "f1", "support"), expected, strict=True):
        np.testing.assert_allclose(found[name], values, atol=1e-6)
    assert matrix.plot.summary.startswith(f"accuracy {100 * (guess == y).mean():.1f} % of 359")
    assert matrix.plot.curves == {}
    assert matrix.plot.class_names == HTML
    matrix.close()


def test_a_click_on_a_cell_filters_the_browser(browser: PredictionBrowser) -> None:
    matrix = ConfusionMatrix(browser=browser)
    table = counts(matrix)
    off = table - np.diag(np.diag(table))
    row, column = map(int, np.unravel_index(off.argmax(), off.shape))
    from_page(matrix.plot, {"type": "cell", "row": row, "column": column})
    assert matrix.cell == [row, column]
    assert browser.cards.total == off.max() > 0
    assert set(browser.cards.cards["truth"]) == {row}
    assert set(browser.cards.cards["predicted"]) == {column}
    from_page(matrix.plot, {"type": "cell", "row": row, "column": -1})
    assert browser.cards.total == table[row].sum()
    from_page(matrix.plot, {"type": "cell", "row": row, "column": -1})  # once more: all again
    assert (matrix.cell, browser.cards.total) == ([], 359)
    for bad in ({"row": 10, "column": 0}, {"row": 10**30, "column": 1}, {"row": "x"}):
        from_page(matrix.plot, {"type": "cell", **bad})
        assert matrix.cell == []
    for bad_cell in ([1], [0, 1, 2], [10, 0], [0, 99], [-2, 3], [-1, -1]):
        with pytest.raises(ValueError, match=r"there are 10 classes\. Received: "):
            matrix.cell = bad_cell
        assert (matrix.cell, browser.cards.total) == ([], 359)
    matrix.close()
    assert browser.cards.total == 359


@pytest.mark.parametrize("columns", [1, 2])
def test_a_threshold_moves_scores_points_and_browser(columns: int) -> None:
    rng = np.random.default_rng(5)
    y = (rng.random(400) < 0.1).astype(int)
    p = np.clip(rng.normal(0.3 + 0.4 * y, 0.2), 0.01, 0.99).astype("float32")
    output = p[:, None] if columns == 1 else np.stack([1 - p, p], axis=1)
    browser = shown(PredictionBrowser(passed(output), output, y, ["no", "yes"]))
    matrix = ConfusionMatrix(browser=browser)
    curves = matrix.plot.curves
    assert curves["roc_auc"] == pytest.approx(metrics.roc_auc_score(y, p), abs=1e-5)
    assert curves["average_precision"] == pytest.approx(
        metrics.average_precision_score(y, p), abs=1e-5
    )
    for asked, threshold in enumerate((0.2, 0.5, 0.71), 1):
        from_page(matrix.plot, {"type": "threshold", "value": threshold, "asked": asked})
        assert matrix.plot.answered == asked
        yes = p >= np.float32(threshold)
        np.testing.assert_array_equal(counts(matrix), metrics.confusion_matrix(y, yes))
        x, recall, precision = matrix.plot.curves["point"]
        assert recall == pytest.approx(yes[y == 1].mean(), abs=1e-5)
        assert precision == pytest.approx(y[yes].mean(), abs=1e-5)
        assert x == pytest.approx(yes[y == 0].mean(), abs=1e-5)
        assert matrix.plot.scores["precision"][1] == pytest.approx(precision, abs=1e-5)
        browser.filter(wrong_only=True)
        assert browser.cards.total == (yes != y).sum()
    from_page(matrix.plot, {"type": "threshold", "value": 1e9})
    assert matrix.threshold == 1.0
    assert matrix.plot.scores["precision"][1] is None  # nothing is positive: 0/0
    assert matrix.plot.curves["point"][2] is None
    from_page(matrix.plot, {"type": "threshold", "value": "much"})
    assert matrix.threshold == 1.0
    matrix.close()
    browser.close()


@pytest.mark.parametrize("k", [1, 2, 50, 200])
def test_few_and_many_classes(k: int) -> None:
    rng = np.random.default_rng(1)
    y = rng.integers(0, k, 500)
    z = rng.normal(size=(500, k)) + np.eye(k)[y]
    matrix = shown(ConfusionMatrix(passed(z), z, y, [f"c{i}" for i in range(k)]))
    assert counts(matrix).shape == (k, k)
    np.testing.assert_array_equal(counts(matrix).sum(axis=1), np.bincount(y, minlength=k))
    assert len(matrix.plot.scores["f1"]) == k
    matrix.close()


def test_a_cell_is_chosen_only_while_the_browser_shows_it(browser: PredictionBrowser) -> None:
    matrix = ConfusionMatrix(browser=browser)
    from_page(matrix.plot, {"type": "cell", "row": 3, "column": 3})
    assert (matrix.cell, browser.cards.true_class) == ([3, 3], 3)
    from_page(browser.cards, {"type": "browse", "wrong_only": True})
    assert matrix.cell == [3, 3]
    from_page(browser.cards, {"type": "browse", "true_class": 4, "wrong_only": False})
    assert (matrix.cell, matrix.plot.cell) == ([], [])
    assert (browser.cards.true_class, browser.cards.predicted_class) == (4, 3)
    matrix.close()


def test_other_data_begin_at_a_threshold_of_one_half() -> None:
    y, p = np.array([0, 1, 1, 0]), np.array([[0.1], [0.6], [0.9], [0.7]])
    matrix = shown(ConfusionMatrix(passed(p), p, y))
    other = ConfusionMatrix(browser=PredictionBrowser(passed(p), p, y))
    shown(other)
    for view in (matrix, other):
        from_page(view.plot, {"type": "threshold", "value": 0.8, "asked": 1})
        assert counts(view).tolist() == [[2, 0], [1, 1]]
        view.show(passed(p), p, y)
        until(lambda view=view: view.plot.matrix, "the answers again")
        until(lambda view=view: not view.judging.follower.busy, "the drawing")
        assert (view.threshold, counts(view).tolist()) == (0.5, [[1, 1], [0, 2]])
        from_page(view.plot, {"type": "threshold", "value": 0.8, "asked": 2})
        assert counts(view).tolist() == [[2, 0], [1, 1]]
        view.close()


@pytest.mark.parametrize("beside", [False, True])
def test_a_cell_goes_with_the_classes_that_it_was_of(
    beside: bool, digits: Dataset, model: Any
) -> None:
    """Another Run, or a model of fewer classes, begins with no cell chosen."""
    seven, x, y = [7, 7], digits.x_test, digits.y_test
    browser = PredictionBrowser(model, x, y) if beside else None
    matrix = ConfusionMatrix(browser=browser) if beside else ConfusionMatrix(model, x, y)
    shown(matrix).cell = seven
    p = np.array([[0.1], [0.6], [0.9], [0.7]])
    shower = browser or matrix  # in the browser alone another model can be shown, too
    shower.show(passed(p), p, np.array([0, 1, 1, 0]))
    assert (matrix.cell, matrix.plot.cell) == ([], [])
    shown(matrix)
    assert counts(matrix).tolist() == [[1, 1], [0, 2]]
    assert matrix.plot.cell == []
    if browser is not None:
        assert browser.cards.total == 4
    with pytest.raises(ValueError, match="there are 2 classes"):
        matrix.cell = seven
    matrix.close()
    shower.close()


def test_a_cell_is_marked_again_when_answers_come_after_a_failure(
    browser: PredictionBrowser,
) -> None:
    matrix = ConfusionMatrix(browser=browser)
    from_page(matrix.plot, {"type": "cell", "row": 3, "column": 3})
    some = browser.cards.total
    browser.judging._failed(RuntimeError("the disk is full"))
    assert matrix.plot.matrix == {}
    browser.judging.follower.ask()
    until(lambda: matrix.plot.matrix, "the answers")
    until(lambda: not browser.judging.follower.busy, "the drawing")
    assert browser.cards.total == some  # the filter was left as it is, and so is its mark
    assert matrix.plot.cell == matrix.cell == [3, 3]
    matrix.close()


def test_a_matrix_with_a_browser_takes_no_other_source(browser: PredictionBrowser) -> None:
    with pytest.raises(ValueError, match="shows the browser's model"):
        ConfusionMatrix(object(), browser=browser)


# -- following a Run ---------------------------------------------------------------------------


@pytest.fixture
def run(digits: Dataset) -> Iterator[Any]:
    keras.utils.set_random_seed(3)
    net = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    started = dl.fit(net, digits.x_train, digits.y_train, epochs=3, batch_size=64)
    yield started
    started.stop()
    until(lambda: started.state.ended, "the end of the run", 60)


def test_all_views_follow_a_run_to_its_end(digits: Dataset, run: Any) -> None:
    browser = PredictionBrowser(run, digits.x_test, digits.y_test)
    matrix = ConfusionMatrix(browser=browser)
    vectors = EmbeddingView(run, digits.x_test, digits.y_test, digits.class_names)
    run.wait(60)
    last = f"after step {run.step_count:,}"
    for plain in (browser.cards, matrix.plot, vectors.plane):
        until(lambda plain=plain: last in plain.summary, f"the last step in {plain}")
    output = run.model.predict(digits.x_test, verbose=0)
    expected = metrics.confusion_matrix(digits.y_test, output.argmax(axis=1))
    np.testing.assert_array_equal(counts(matrix), expected)
    assert browser.judging.follower.controls.layout.display is None
    matrix.close()
    browser.close()
    vectors.close()


def test_another_model_takes_the_views_over(digits: Dataset, model: Any, run: Any) -> None:
    browser = PredictionBrowser(run, digits.x_test, digits.y_test)
    matrix = ConfusionMatrix(browser=browser)
    until(lambda: browser.judging.judged is not None, "the Run")
    matrix.show(model, digits.x_test[:100], digits.y_test[:100])
    until(lambda: "of 100" in matrix.plot.summary, "the model")
    run.wait(60)
    assert browser.judging.follower.step == -1
    assert counts(matrix).sum() == 100
    matrix.close()
    browser.close()


# -- vectors -----------------------------------------------------------------------------------


def points(view: EmbeddingView) -> dict[str, np.ndarray]:
    packed = view.plane.points
    if not packed:
        return {"rows": np.zeros(0)}
    kinds = {"places": "<f4", "rows": "<u4", "classes": "<u2", "wrong": "u1"}
    return {name: np.frombuffer(packed[name], kind) for name, kind in kinds.items()}


def settled(view: EmbeddingView, words: str = "") -> dict[str, np.ndarray]:
    until(lambda: view.plane.points and words in view.plane.summary, words or "points", 60)
    until(lambda: not view.follower.busy, "the end of the drawing", 60)
    return points(view)


def test_points_are_the_hidden_vectors_of_the_model(
    digits: Dataset, model: Any, truth_and_output: Any
) -> None:
    y, p = truth_and_output
    view = EmbeddingView(model, digits.x_test, digits.y_test, HTML)
    found = settled(view)
    np.testing.assert_array_equal(found["classes"], y)
    np.testing.assert_array_equal(found["wrong"], p.argmax(axis=1) != y)
    vectors, _, name = dl.inspect.hidden_vectors(model, digits.x_test)
    expected = dl.inspect.project(vectors).places
    np.testing.assert_allclose(found["places"].reshape(-1, 2), expected, atol=1e-3)
    assert f"150 dimensions of {name}" in view.plane.summary
    assert view.plane.x_label.startswith("component 1 (")

    from_page(view.plane, {"type": "hover", "row": 5, "asked": 3})
    about = view.plane.picture
    assert (about["asked"], about["row"]) == (3, 5)
    assert about["text"] == f"sample 5\n{HTML[y[5]]}"
    pixels = np.frombuffer(about["image"]["data"], np.uint8).reshape(8, 8)
    np.testing.assert_allclose(pixels, digits.x_test[5, ..., 0] * 255, atol=1)
    from_page(view.plane, {"type": "pick", "row": 5})
    assert (view.index, view.plane.selected) == (5, 5)
    for bad in (10**25, -3, "x", 9999):
        from_page(view.plane, {"type": "hover", "row": bad, "asked": 4})
        from_page(view.plane, {"type": "pick", "row": bad})
        assert view.index in (-1, 5)
    view.close()


def test_tsne_shows_its_progress_and_can_be_cancelled(digits: Dataset, model: Any) -> None:
    view = EmbeddingView(model, digits.x_test, digits.y_test, method="tsne")
    until(lambda: 0 < view.plane.progress < 1 or view._before, "a first round", 60)
    settled(view)
    assert "variance" not in view.plane.summary
    assert (view.plane.x_label, view.plane.progress) == ("", 1.0)
    assert view.cancel.layout.display == "none"
    view.method.value = "pca"
    settled(view, "variance")
    view._before = None
    view.method.value = "tsne"
    until(lambda: view.cancel.layout.display is None, "a beginning", 60)
    view.cancel.click()
    until(lambda: "cancelled after" in view.plane.summary, "the cancellation", 60)
    assert view.plane.points
    view.close()


def test_a_single_class_has_no_rings() -> None:
    net = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3), layers.Dense(1, activation="softmax")]
    )
    view = EmbeddingView(net, np.random.default_rng(0).random((20, 4)), np.zeros(20, int), ["one"])
    found = settled(view)
    assert len(found["rows"]) == 20
    assert not found["wrong"].any()
    view.close()


def test_words_of_an_embedding_layer() -> None:
    net = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Embedding(30, 6, name="embed"),
            layers.Flatten(name="flat"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    words = ["<i>the</i>", *(f"word{i}" for i in range(1, 25))]
    view = EmbeddingView(net, layer="embed", words=words)
    assert len(settled(view)["rows"]) == 30
    from_page(view.plane, {"type": "hover", "row": 0, "asked": 1})
    assert view.plane.picture["text"] == "<i>the</i>"
    from_page(view.plane, {"type": "hover", "row": 27, "asked": 2})
    assert view.plane.picture["text"] == "row 27"
    assert view.where.layout.display == "none"  # without samples there is no other choice
    view.layer = "embd"
    until(lambda: "The nearest is 'embed'" in view.plane.notice, "the nearest name")
    view.layer = "flat"
    until(lambda: "is no Embedding layer but Flatten" in view.plane.notice, "the reason")
    view.layer = "embed"
    until(lambda: view.plane.notice == "", "the words again")
    view.close()


def test_hidden_layer_or_embedding_is_chosen_on_the_page() -> None:
    net = keras.Sequential(
        [
            keras.Input((5,)),
            layers.Embedding(12, 6, name="embed"),
            layers.Flatten(name="flat"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    x = np.random.default_rng(0).integers(0, 12, (40, 5))
    view = EmbeddingView(net, x, np.arange(40) % 2)
    assert len(settled(view, "30 dimensions of flat")["rows"]) == 40
    assert [value for _, value in view.where.options] == ["", "embed"]
    view.where.value = "embed"
    assert len(settled(view, "6 dimensions of embed")["rows"]) == 12
    assert view.layer == "embed"
    view.layer = ""
    settled(view, "30 dimensions of flat")
    assert view.where.value == ""
    view.close()


def test_more_points_than_are_drawn_are_a_sample() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(4000, 5)).astype("float32")
    net = keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.Dense(3)])
    view = EmbeddingView(net, x)
    assert len(settled(view)["rows"]) == 3000
    assert "a random sample of 3,000 of 4,000" in view.plane.summary
    view.close()


def test_a_model_without_hidden_layer_is_told(digits: Dataset) -> None:
    net = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(10, 8), layers.Flatten()])
    view = EmbeddingView(net, digits.x_test, digits.y_test)
    until(lambda: "has no hidden layer" in view.plane.notice, "the reason")
    with pytest.raises(ValueError, match="x is needed for the last hidden layer"):
        view.show(net)
    with pytest.raises(ValueError, match=r"equally long. Received: 359 and 3"):
        view.show(net, digits.x_test, [1, 2, 3])
    with pytest.raises(ValueError, match="method must be one of pca, tsne"):
        EmbeddingView(method="umap")
    view.close()


def test_linked_views_show_the_same_sample(digits: Dataset, model: Any) -> None:
    from traitlets import link

    browser = shown(PredictionBrowser(model, digits.x_test, digits.y_test))
    vectors = EmbeddingView(model, digits.x_test, digits.y_test)
    settled(vectors)
    link((browser, "index"), (vectors, "index"))
    from_page(vectors.plane, {"type": "pick", "row": 17})
    assert browser.cards.detail["index"] == [17]
    from_page(browser.cards, {"type": "pick", "index": 33})
    assert vectors.plane.selected == 33
    browser.close()
    vectors.close()


def test_saved_state_is_small(browser: PredictionBrowser) -> None:
    matrix = ConfusionMatrix(browser=browser)
    seen(matrix.plot)
    saved = ipywidgets.Widget.get_manager_state()["state"]
    sizes = {entry["model_name"]: len(json.dumps(entry)) for entry in saved.values()}
    assert {"PredictionCardsModel", "ConfusionPlotModel"} <= set(sizes)
    assert max(sizes.values()) <= 50_000, sizes
    matrix.close()


def test_samples_whose_confidence_is_unknown_are_seen_without_a_filter() -> None:
    judged = outcomes([0, 1, 2], [0, 2, 2])
    assert dl.inspect.browsing.browse(judged).tolist() == [0, 1, 2]
    with pytest.raises(ValueError, match="order must be one of"):
        dl.inspect.browsing.browse(judged, order="random")  # type: ignore[arg-type]
