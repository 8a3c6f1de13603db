"""Views of samples of one class, of many classes, and of none: they show them, or say why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._messages import Message
from tests.helpers.viewers import settled

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.data import Dataset

VIEWS: dict[str, Callable[..., Any]] = {
    "PredictionBrowser": dl.PredictionBrowser,
    "ConfusionMatrix": dl.ConfusionMatrix,
    "EmbeddingView": dl.EmbeddingView,
    "ActivationViewer": dl.ActivationViewer,
    "HeatmapViewer": dl.HeatmapViewer,
}


def classifier(classes: int) -> Any:
    keras.utils.set_random_seed(1)
    net = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(4, 3),
            keras.layers.Flatten(),
            keras.layers.Dense(6),
            keras.layers.Dense(classes, "softmax"),
        ]
    )
    net.compile("sgd", "sparse_categorical_crossentropy")
    return net


@pytest.mark.parametrize("classes", [1, 2, 50])
@pytest.mark.parametrize("name", VIEWS)
def test_any_number_of_classes_is_shown(name: str, classes: int, digits: Dataset) -> None:
    y = np.arange(100) % classes
    view = settled(VIEWS[name](classifier(classes), digits.x_test[:100], y))
    only = "There is only one class, so its probability is always 1."
    assert view.message == (only if (name, classes) == ("HeatmapViewer", 1) else "")
    view.close()


@pytest.mark.parametrize("empty", ["samples", "labels", "both"])
@pytest.mark.parametrize("name", VIEWS)
def test_nothing_to_show_is_told(name: str, empty: str, digits: Dataset) -> None:
    x = digits.x_test[: 0 if empty != "labels" else 20]
    y = np.zeros(0 if empty != "samples" else 20, np.int64)
    try:
        view = settled(VIEWS[name](classifier(10), x, y))
    except ValueError as error:
        text = error.args[0]
    else:
        text = view.message
        view.close()
    if (name, empty) == ("ActivationViewer", "labels"):  # which shows the samples without labels
        assert text == ""
        return
    assert isinstance(text, Message)
    assert "samples" in text or "`y`" in text


@pytest.mark.parametrize("name", ["ActivationViewer", "EmbeddingView", "HeatmapViewer"])
def test_no_samples_without_labels_are_told(name: str) -> None:
    with pytest.raises(ValueError, match="Received: x with 0 samples") as error:
        VIEWS[name](classifier(10), np.zeros((0, 8, 8, 1)))
    assert isinstance(error.value.args[0], Message)
