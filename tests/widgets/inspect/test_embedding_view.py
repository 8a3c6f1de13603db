"""The space of a model's vectors: points, progress, words, and what cannot be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.primitives.vector_plane import NO_CLASS
from tests.helpers.page import from_page
from tests.helpers.predictions import HTML, counts, settled, shown
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from dlwidgets.data import Dataset

layers = keras.layers


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
    about = view.plane.hovered
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
    view, progress = EmbeddingView(method="tsne"), []
    view.plane.observe(lambda change: progress.append(change["new"]), "progress")
    view.show(model, digits.x_test, digits.y_test)
    settled(view)
    assert any(0 < share < 1 for share in progress)
    assert "variance" not in view.plane.summary
    assert (view.plane.x_label, view.plane.progress) == ("", 1.0)
    assert view.cancel.layout.display == "none"
    view.method.value = "pca"
    settled(view, "variance")
    view.method.value = "tsne"
    until(lambda: view.cancel.layout.display is None, "a beginning", 60)
    view.cancel.click()
    until(lambda: "canceled after" in view.plane.summary, "the cancellation", 60)
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
    assert view.plane.hovered["text"] == "<i>the</i>"
    from_page(view.plane, {"type": "hover", "row": 27, "asked": 2})
    assert view.plane.hovered["text"] == "row 27"
    assert view.where.layout.display == "none"  # without samples there is no other choice
    view.layer = "embd"
    until(lambda: "The nearest is 'embed'" in view.message, "the nearest name")
    view.layer = "flat"
    until(lambda: "Flatten" in view.message, "the reason")
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


def two_embeddings() -> tuple[Any, np.ndarray]:
    """A model of two inputs with an Embedding layer each and two outputs, and inputs for it."""
    keras.utils.set_random_seed(1)
    first, second = keras.Input((5,)), keras.Input((3,))
    ends = [
        layers.Flatten()(layers.Embedding(size, 4, name=name)(x))
        for x, size, name in ((first, 12, "a"), (second, 9, "b"))
    ]
    hidden = layers.Dense(6, name="hidden")(layers.Concatenate()(ends))
    one = layers.Dense(2, "softmax", name="one")(hidden)
    other = layers.Dense(3, "softmax", name="other")(hidden)
    rng = np.random.default_rng(0)
    return keras.Model([first, second], [one, other]), rng.integers(0, 9, (40, 8))


def hovered(view: EmbeddingView, row: int) -> str:
    from_page(view.plane, {"type": "hover", "row": row, "asked": 1})
    return str(view.plane.hovered["text"])


def test_labels_of_samples_color_no_words() -> None:
    net, x = two_embeddings()
    y = {"one": np.arange(40) % 2, "other": np.arange(40) % 3}
    view = EmbeddingView(net, [x[:, :5], x[:, 5:]], y)
    np.testing.assert_array_equal(settled(view, "6 dimensions")["classes"], y["one"])
    assert hovered(view, 3) == "sample 3\n1"
    view.where.value = "a"
    assert set(settled(view, "4 dimensions of a")["classes"]) == {NO_CLASS}
    assert hovered(view, 3) == "row 3"
    view.layer = ""
    np.testing.assert_array_equal(settled(view, "6 dimensions")["classes"], y["one"])
    view.close()


def test_words_and_their_classes_are_those_of_their_layer() -> None:
    net, x = two_embeddings()
    of_words = np.arange(12) % 3
    words = [f"word{i}" for i in range(12)]
    view = EmbeddingView(net, [x[:, :5], x[:, 5:]], of_words, layer="a", words=words)
    np.testing.assert_array_equal(settled(view, "4 dimensions of a")["classes"], of_words)
    assert hovered(view, 5) == "word5\n2"
    view.where.value = "b"
    assert set(settled(view, "4 dimensions of b")["classes"]) == {NO_CLASS}
    assert hovered(view, 5) == "row 5"
    view.where.value = ""
    assert set(settled(view, "6 dimensions")["classes"]) == {NO_CLASS}
    view.close()


def test_labels_of_several_outputs_are_those_of_samples() -> None:
    net, x = two_embeddings()
    y = {"one": np.arange(40) % 2, "other": np.arange(40) % 3}
    view = EmbeddingView(net, [x[:, :5], x[:, 5:]], y, layer="b")
    assert set(settled(view, "4 dimensions of b")["classes"]) == {NO_CLASS}
    view.layer = ""
    np.testing.assert_array_equal(settled(view, "6 dimensions")["classes"], y["one"])
    with pytest.raises(ValueError, match=r"the class of each word of layer 'a', .* no samples"):
        view.show(net, None, y, layer="a")
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
    until(lambda: "has no hidden layer" in view.message, "the reason")
    with pytest.raises(ValueError, match="Expected `x` for the vectors of the last hidden layer"):
        view.show(net)
    with pytest.raises(
        ValueError, match=r"the same number of samples, at least 1. Received: 359 and 3"
    ):
        view.show(net, digits.x_test, [1, 2, 3])
    with pytest.raises(ValueError, match="Expected `method` to be one of pca, tsne"):
        EmbeddingView(method="umap")
    view.close()


def test_several_inputs_as_a_list_a_tuple_or_a_dict() -> None:
    first, second = keras.Input((3,), name="first"), keras.Input((4,), name="second")
    joined = keras.layers.Concatenate()([first, second])
    hidden = keras.layers.Dense(5, name="hidden")(joined)
    net = keras.Model([first, second], keras.layers.Dense(3)(hidden))
    rng = np.random.default_rng(0)
    a, b, y = rng.normal(size=(40, 3)), rng.normal(size=(40, 4)), rng.integers(0, 3, 40)
    wrong = np.asarray(net([a, b])).argmax(1) != y
    for x in ([a, b], (a, b), {"second": b, "first": a}):
        view = EmbeddingView(net, x, y)
        np.testing.assert_array_equal(settled(view)["wrong"].astype(bool), wrong)
        view.close()
        matrix = shown(ConfusionMatrix(net, x, y))
        assert int(np.trace(counts(matrix))) == int((~wrong).sum())
        matrix.close()
