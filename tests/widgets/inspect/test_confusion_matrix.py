"""The confusion matrix, alone and beside the browser; all views of a Run, and linked ones."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import ipywidgets
import keras
import numpy as np
import pytest
from sklearn import metrics
from traitlets import link

import dlwidgets as dl
from dlwidgets.widgets._live import shared_predictions
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from tests.helpers.page import from_page, messages, seen
from tests.helpers.predictions import HTML, counts, passed, settled, shown
from tests.helpers.stateful_layers import CLONED, LABELS
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


def test_the_matrix_and_its_scores(digits: Dataset, model: Any, truth_and_output: Any) -> None:
    y, p = truth_and_output
    matrix = shown(ConfusionMatrix(model, digits.x_test, digits.y_test, HTML))
    guess = p.argmax(axis=1)
    np.testing.assert_array_equal(counts(matrix), metrics.confusion_matrix(y, guess))
    found = matrix.plot.scores
    expected = metrics.precision_recall_fscore_support(y, guess)
    for name, values in zip(("precision", "recall", "f1", "support"), expected, strict=True):
        np.testing.assert_allclose(found[name], values, atol=1e-6)
    assert matrix.plot.summary.startswith(
        f"accuracy {100 * (guess == y).mean():.1f}% of 359 samples"
    )
    assert matrix.plot.curves == {}
    assert matrix.plot.class_names == HTML
    matrix.close()


@pytest.mark.parametrize("name", ["Normalization", "StringLookup"])
def test_the_matrix_of_a_run_of_an_adapted_model_is_the_models(name: str) -> None:
    case = CLONED[name]()
    run = dl.fit(case.model, case.x, LABELS, epochs=3).wait(60)
    x = case.x if isinstance(case.x, np.ndarray) else case.x.numpy().astype(str)
    matrix = shown(ConfusionMatrix(run, x, LABELS, ["no", "yes"]))
    guess = case.model.predict(case.x, verbose=0)[:, 0] > 0.5
    np.testing.assert_array_equal(counts(matrix), metrics.confusion_matrix(LABELS, guess))
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
    # The page follows the threshold by itself, from the samples.
    sent = matrix.plot.samples
    assert sent["count"] == 400
    np.testing.assert_array_equal(np.frombuffer(sent["probabilities"], "<f4"), p)
    np.testing.assert_array_equal(np.frombuffer(sent["truth"], np.uint8), y)
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
    assert bool(matrix.plot.samples) == (k == 2)
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


def full(*_: Any) -> None:
    message = "the disk is full"
    raise RuntimeError(message)


def test_a_cell_is_marked_again_when_answers_come_after_a_failure(
    browser: PredictionBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    matrix = ConfusionMatrix(browser=browser)
    from_page(matrix.plot, {"type": "cell", "row": 3, "column": 3})
    some = browser.cards.total
    with monkeypatch.context() as broken:
        broken.setattr(shared_predictions, "judge_output", full)
        browser.judging.follower.ask()
        until(lambda: not browser.judging.follower.busy, "the failure")
    assert matrix.plot.matrix == {}
    browser.judging.follower.ask()
    until(lambda: matrix.plot.matrix, "the answers")
    until(lambda: not browser.judging.follower.busy, "the drawing")
    assert browser.cards.total == some  # the filter was left as it is, and so is its mark
    assert matrix.plot.cell == matrix.cell == [3, 3]
    matrix.close()


@pytest.mark.filterwarnings("ignore:You are using a softmax")
def test_a_model_of_one_class_is_told_in_words() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="softmax")])
    x = np.zeros((4, 2))
    matrix = shown(ConfusionMatrix(model, x, np.zeros(4, int)))
    assert counts(matrix).tolist() == [[4]]
    assert "only one class" in matrix.plot.summary
    matrix.show(model, x, np.array([0, 1, 0, 1]))
    until(lambda: "one class" in matrix.message, "words")
    two = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    matrix.show(two, x, np.zeros(4, int))
    assert counts(shown(matrix)).shape == (2, 2)
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


def test_a_matrix_out_of_sight_is_drawn_when_it_is_seen(digits: Dataset) -> None:
    net = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    run = dl.fit(net, digits.x_train, digits.y_train, epochs=100_000)
    browser = PredictionBrowser(run, digits.x_test, digits.y_test)
    matrix = ConfusionMatrix(browser=browser)
    try:
        until(lambda: "after step" in matrix.plot.summary, "the matrix")
        matrix.awake = False
        before, step = matrix.plot.summary, browser.judging.step
        until(lambda: browser.judging.step > step, "later predictions")
        assert matrix.plot.summary == before
        with browser.judging.lock:
            matrix.awake = True
            assert f"after step {browser.judging.step:,}" in matrix.plot.summary
        browser.awake = matrix.awake = False
        until(lambda: not browser.busy, "rest")
        step, done = browser.judging.step, run.step_count
        until(lambda: run.step_count > done + 100, "more steps")
        assert browser.judging.step == step, "nobody looks"
    finally:
        run.stop()
        matrix.close()
        browser.close()


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


def test_linked_views_show_the_same_sample(digits: Dataset, model: Any) -> None:
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


def test_a_run_can_be_replayed(digits: Dataset) -> None:
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    run = dl.fit(model, digits.x_train, digits.y_train, epochs=4, start=False)
    matrix = ConfusionMatrix(run, digits.x_test, digits.y_test)
    seen(matrix.plot)
    run.start()
    run.wait(60)
    last = run.step_count
    until(lambda: matrix.plot.recorded[-1:] == [last], "the matrix of the last step", 60)
    from_page(matrix.plot, {"type": "history"})
    content, buffers = messages(matrix.plot, "history")[-1]
    steps = content["steps"]
    assert content["k"] == 10
    assert steps == matrix.plot.recorded == sorted(set(steps))
    recorded = np.frombuffer(buffers[0], "<i4").reshape(len(steps), 10, 10)
    np.testing.assert_array_equal(recorded[-1], counts(matrix))
    assert (recorded.sum((1, 2)) == 359).all()
    matrix.show(model, digits.x_test, digits.y_test)  # a finished model has nothing to replay
    assert matrix.plot.recorded == []
    from_page(matrix.plot, {"type": "history"})
    content, buffers = messages(matrix.plot, "history")[-1]
    assert (content["steps"], bytes(buffers[0])) == ([], b"")
    matrix.close()
