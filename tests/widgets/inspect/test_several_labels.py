"""Views of models whose samples have several labels at once."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.widgets import ActivationViewer, ConfusionMatrix, EmbeddingView, PredictionBrowser
from tests.helpers.predictions import counts, shown
from tests.helpers.viewers import settled

NAMES = ["cat", "dog", "bird"]
X = np.random.default_rng(0).normal(size=(50, 6)).astype("float32")
Y = (np.random.default_rng(1).random((50, 3)) > 0.5).astype(int)


@pytest.fixture
def tags() -> Any:
    keras.utils.set_random_seed(4)
    dense = keras.layers.Dense
    return keras.Sequential(
        [keras.Input((6,)), dense(8, "relu", name="hidden"), dense(3, "sigmoid", name="tags")]
    )


def table(model: Any, label: int) -> list[list[int]]:
    yes = np.asarray(model(X))[:, label] >= 0.5
    truth = Y[:, label] == 1
    return [[int(((truth == t) & (yes == p)).sum()) for p in (False, True)] for t in (False, True)]


def test_each_label_has_a_matrix(tags: Any) -> None:
    matrix = shown(ConfusionMatrix(tags, X, Y, NAMES))
    field = matrix.label_field
    assert (field.description, field.value, field.layout.display) == ("Label", "cat", None)
    assert [name for _, name in field.options] == NAMES
    for i, name in enumerate(NAMES):
        matrix.label = name
        settled(matrix)
        assert matrix.label == name
        assert matrix.plot.class_names == [f"not {name}", name]
        assert counts(matrix).tolist() == table(tags, i)
        (_, fp), (fn, tp) = table(tags, i)
        precision = round(tp / (tp + fp), 6) if tp + fp else None
        assert matrix.plot.scores["precision"][1] == precision
        assert matrix.plot.scores["recall"][1] == round(tp / (tp + fn), 6)
    field.value = "cat"  # as the user selects it
    settled(matrix)
    assert counts(matrix).tolist() == table(tags, 0)
    with pytest.raises(ValueError, match="Expected one of the labels 'cat', 'dog', 'bird'"):
        matrix.label = "cow"
    matrix.close()


def test_browser_and_matrix_show_the_same_label(tags: Any) -> None:
    browser = shown(PredictionBrowser(tags, X, Y, NAMES))
    matrix = ConfusionMatrix(browser=browser)
    assert matrix.label_field is browser.label_field
    matrix.threshold = 0.9
    browser.label = 2
    settled(browser)
    assert (matrix.label, matrix.threshold) == ("bird", 0.5)
    assert counts(matrix).tolist() == table(tags, 2)
    (tn, _), (_, tp) = table(tags, 2)
    assert browser.cards.summary.startswith(f"{tn + tp} of 50 right")
    matrix.cell = [1, 1]
    assert len(browser.rows) == tp
    matrix.close()
    browser.close()


def test_without_several_labels_there_is_no_menu(tags: Any) -> None:
    matrix = shown(ConfusionMatrix(tags, X, np.arange(50) % 3, NAMES))
    assert (matrix.label, matrix.label_field.layout.display) == ("", "none")
    assert matrix.plot.class_names == NAMES
    matrix.show(tags, X, Y)
    shown(matrix)
    assert (matrix.label, matrix.plot.class_names) == ("0", ["not 0", "0"])
    matrix.close()


def test_other_views_say_what_they_can(tags: Any) -> None:
    view = settled(EmbeddingView(tags, X, Y, NAMES))
    assert view.message == ""
    assert "no colors: output 'tags' hasn't one class per sample" in view.plane.summary
    view.close()
    labels = settled(ActivationViewer(tags, X, Y, NAMES))
    assert labels.message == ""
    labels.close()
    steps = np.zeros((50, 7), int) + np.arange(7)
    for y in (steps, np.zeros((50, 7, 3)), {"tags": Y, "other": steps}):
        view = settled(ActivationViewer(tags, X, y))
        assert view.message == ""
        view.close()
