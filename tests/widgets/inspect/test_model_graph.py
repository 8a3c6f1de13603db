"""ModelGraph: what it sends, what it says, and what it takes from the page."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.vision import activation_view
from dlwidgets.widgets import ModelGraph
from dlwidgets.widgets.inspect.sample_answer import SampleAnswer
from tests.helpers.page import set_on_page
from tests.helpers.waiting import until

L = keras.layers


def siamese() -> Any:
    base = keras.Sequential([keras.Input((4,)), L.Dense(3, name="dense")], name="base")
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    top = L.Dense(1, name="top")(L.Concatenate(name="both")([base(left), base(right)]))
    return keras.Model([left, right], top, name="siamese")


def drawn(view: ModelGraph) -> dict[str, Any]:
    found: dict[str, Any] = until(lambda: view.graph, view.empty_text)
    return found


def test_nodes_and_edges_with_their_shapes(views: list[ModelGraph]) -> None:
    view = ModelGraph(siamese())
    views.append(view)
    graph = drawn(view)
    paths = [node[0] for node in graph["nodes"]]
    assert {"left", "right", "base", "base/dense", "both", "top"} <= set(paths)
    base = graph["nodes"][paths.index("base")]
    assert base[1:5] == ["Sequential", "model", 2, "a model of 1 layer"]
    assert [paths[i] for i in base[6]] == ["base/dense"]
    named = [(paths[a], paths[b], shape, call) for a, b, shape, call, _, _ in graph["edges"]]
    assert ("left", "base", "4", 0) in named
    assert ("right", "base", "4", 1) in named
    assert ("both", "top", "6", 0) in named
    assert view.title == "siamese: 3 layers, 22 parameters"


def test_an_unknown_layer_is_told_in_words_with_the_nearest(views: list[ModelGraph]) -> None:
    view = ModelGraph(siamese(), layer="dens")
    views.append(view)
    drawn(view)
    until(lambda: view.message)
    assert view.message == "There is no layer 'dens'. The nearest is 'base/dense'."
    view.layer = "base/dense"
    assert view.message == ""
    view.layer = "<b>tpo</b>"
    assert "'<b>tpo</b>'" in view.message
    view.layer = ""
    assert view.message == ""


def test_another_model_is_shown_while_open(views: list[ModelGraph]) -> None:
    view = ModelGraph(siamese(), layer="top")
    views.append(view)
    drawn(view)
    view.expanded = ["base"]
    view.show(dl.models.line_neuron())
    assert view.expanded == []
    until(lambda: [node[0] for node in view.graph.get("nodes", [])][-1:] == ["neuron"])
    until(lambda: view.message)
    assert view.message == "There is no layer 'top'. The nearest is 'neuron'."


def test_a_run_whose_model_is_built_by_its_first_step(views: list[ModelGraph]) -> None:
    model = keras.Sequential([L.Dense(3, name="first"), L.Dense(1, name="second")])
    model.compile("sgd", "mse")
    run = dl.fit(model, np.ones((8, 2)), np.ones((8, 1)), epochs=1, batch_size=4, start=False)
    view = ModelGraph(run)
    views.append(view)
    assert "first training step" in view.empty_text
    run.start()
    run.wait()
    graph = drawn(view)
    assert [node[1] for node in graph["nodes"]] == ["Input", "Dense", "Dense"]


def test_what_is_no_model_or_not_built_is_said(views: list[ModelGraph]) -> None:
    for source, words in (
        ("a model", "Received: str"),
        (keras.Sequential([L.Dense(2)]), "has no weights yet"),
    ):
        view = ModelGraph(source)
        views.append(view)
        until(lambda view=view: view.empty_text.startswith("No graph"))
        assert words in view.empty_text
    view.show(dl.models.line_neuron())
    drawn(view)


def test_a_model_that_cannot_be_followed_says_so(views: list[ModelGraph]) -> None:
    class Branching(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="branching")
            self.dense = L.Dense(2, name="dense")

        def call(self, x: Any) -> Any:
            return self.dense(x) if float(np.asarray(x).sum()) > 0 else x

    model = Branching()
    model(np.ones((1, 2), "float32"))
    view = ModelGraph(model)
    views.append(view)
    assert [node[0] for node in drawn(view)["nodes"]] == ["dense"]
    until(lambda: view.message)
    assert view.message.startswith("No connections are shown. ")


def test_the_page_chooses_and_opens_and_no_more(views: list[ModelGraph]) -> None:
    view = ModelGraph(siamese())
    views.append(view)
    drawn(view)
    chosen: list[str] = []
    view.observe(lambda change: chosen.append(change["new"]), "layer")
    set_on_page(view, layer="top", expanded=["base"])
    assert (chosen, view.expanded) == (["top"], ["base"])
    set_on_page(view, layer="x" * 10_000, expanded=["y" * 10_000] * 3)
    assert len(view.layer) == 500
    assert [len(name) for name in view.expanded] == [500]
    set_on_page(view, layer=7, title="hacked", graph={})
    assert view.title.startswith("siamese")
    assert view.graph
    assert len(view.layer) == 500


def test_the_state_of_a_large_model_is_small_enough_to_send(views: list[ModelGraph]) -> None:
    view = ModelGraph(keras.applications.InceptionV3(weights=None))
    views.append(view)
    graph = drawn(view)
    assert len(graph["nodes"]) > 300
    assert len(json.dumps(graph)) < 45_000


def picture_of(view: ModelGraph, path: str) -> tuple[str, np.ndarray]:
    """The form and the pixels that the page receives for a node."""
    sent, at = view.pictures, 0
    for name, form, *shape in sent["nodes"]:
        size = int(np.prod(shape))
        if name == path:
            pixels = np.frombuffer(sent["data"], np.uint8)[at : at + size].reshape(shape)
            return form, pixels
        at += size
    raise AssertionError(path)


def digits_model() -> tuple[Any, np.ndarray, np.ndarray]:
    digits = dl.data.load("digits").normalized()
    model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
    return model, digits.x_test[:20], digits.y_test[:20]


def test_nodes_show_what_their_layers_give_for_the_sample(views: list[ModelGraph]) -> None:
    model, x, y = digits_model()
    view = ModelGraph(model, x, y)
    views.append(view)
    until(lambda: view.shown is not None)
    view.index = 3
    until(lambda: view.shown is not None and np.array_equal(view.shown.sample, x[3]))
    rooms = {node[0]: node[8] for node in view.graph["nodes"]}
    name = next(node[0] for node in view.graph["nodes"] if node[1] == "Conv2D")
    form, pixels = picture_of(view, name)
    assert rooms[name] == form == "maps"
    maps = dl.vision.activations(model, x[3:4])[name][0]
    np.testing.assert_array_equal(pixels[..., 0], dl.vision.channel_images(maps)[:6])
    first = view.graph["nodes"][0][0]
    form, pixels = picture_of(view, first)
    assert rooms[first] == form == "image"
    span = x[3].max() - x[3].min()
    np.testing.assert_array_equal(pixels[0], np.rint(255 * (x[3] - x[3].min()) / span))
    last = view.graph["nodes"][-1][0]
    form, pixels = picture_of(view, last)
    assert rooms[last] == form == "answer"
    answer = np.asarray(model(x[3:4]))[0]
    assert view.pictures["predicted"] == view.shown.predicted == int(answer.argmax())
    assert abs(pixels.ravel() / 255 - answer).max() < 0.003
    assert view.truth == y[3]


def test_the_unit_under_the_pointer_comes_with_the_pictures(views: list[ModelGraph]) -> None:
    model, x, y = digits_model()
    view = ModelGraph(model, x, y)
    views.append(view)
    until(lambda: view.pictures.get("nodes"))
    name = next(node[0] for node in view.graph["nodes"] if node[1] == "Conv2D")
    maps = dl.vision.activations(model, x[:1])[name][0]
    assert view.pictures["units"][name][:2] == list(maps.shape[:2])
    for place in ([name, 2, 3, 1], [name, 0, 0, 0]):
        set_on_page(view, pointed=place)
        until(lambda place=place: view.pictures["pointed"].get("place") == place, "its terms")
        _, channel, row, column = place
        assert view.pictures["pointed"]["value"] == pytest.approx(maps[row, column, channel])
        assert view.pictures["pointed"]["terms"]["kind"] == "sum"
    for wrong in ([name, -1, 0, 0], [name, 0, 0], [7, 0, 0, 0], [name, 0.5, 0, 0]):
        set_on_page(view, pointed=wrong)
        assert view.pointed == [name, 0, 0, 0]
    set_on_page(view, pointed=[name, 99, 0, 0])
    until(lambda: not view.pictures["pointed"], "nothing to tell of a channel that isn't there")


def test_the_name_in_the_heading_can_be_given(views: list[ModelGraph]) -> None:
    view = ModelGraph()
    views.append(view)
    view.show(siamese(), name="Two towers")
    drawn(view)
    assert view.title == "Two towers: 3 layers, 22 parameters"
    view.show(siamese())
    until(lambda: view.title.startswith("siamese: "), "the model's own name")


def test_pictures_follow_the_run_with_one_forward_pass_for_two_views(
    views: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[int] = []
    compute = activation_view.activations

    def counted(*arguments: Any) -> Any:
        computed.append(1)
        return compute(*arguments)

    monkeypatch.setattr(activation_view, "activations", counted)
    model, x, y = digits_model()
    run = dl.fit(model, x, y, epochs=100_000, batch_size=10)
    viewer = dl.ActivationViewer()
    view = ModelGraph(viewer=viewer)
    views += [view, viewer]
    until(lambda: run.step_count > 0, "a step", 60)
    run.pause()
    until(lambda: run.state.value == "paused")
    viewer.show(run, x, y)
    until(lambda: viewer.result is not None and not viewer.busy)
    view.show(run, x, y)
    until(lambda: view.step == viewer.follower.step == run.step_count)
    until(lambda: not view.busy and not viewer.busy)
    assert len(computed) == 1
    viewer.index = 5
    until(lambda: np.array_equal(view.shown.sample, x[5]))
    until(lambda: not view.busy and not viewer.busy)
    assert len(computed) == 2
    assert view.sample_index == 5
    before = view.step
    run.resume()
    until(lambda: view.step > before, "later pictures")
    run.stop()
    run.wait()


def test_a_model_of_very_many_layers_has_a_graph_without_pictures(views: list[ModelGraph]) -> None:
    layers = [L.Dense(2, name=f"dense_{i}") for i in range(60)]
    view = ModelGraph(keras.Sequential([keras.Input((2,)), *layers]), np.ones((1, 2), "float32"))
    views.append(view)
    graph = drawn(view)
    until(lambda: view.shown is not None)
    assert {node[8] for node in graph["nodes"]} == {""}
    assert view.pictures["nodes"] == []
    assert view.message == ""


def test_why_there_are_no_pictures_is_said(views: list[ModelGraph]) -> None:
    model, _, _ = digits_model()
    view = ModelGraph(model, np.ones((2, 5), "float32"))
    views.append(view)
    drawn(view)
    until(lambda: view.message)
    assert view.message.startswith("No pictures in the graph. ")
    assert "Received: shape (1, 5)" in view.message


def test_the_strip_says_what_the_graph_shows(views: list[Any]) -> None:
    model, x, y = digits_model()
    view = ModelGraph()
    strip = SampleAnswer(view)
    views += [view, strip]
    names = [f"digit {i}" for i in range(10)]
    view.show(model, x, y, names)
    until(lambda: strip.predicted)
    answers = np.asarray(model(x))
    for index in (0, 4):
        view.index = index
        until(lambda index=index: strip.name == f"Sample {index}")
        said = int(answers[index].argmax())
        assert strip.predicted == names[said]
        assert strip.truth == names[y[index]]
        assert strip.verdict == ("right" if said == y[index] else "wrong")
        assert strip.confidence == pytest.approx(float(answers[index].max()), abs=1e-3)
        assert strip.image["count"] == 1
        assert strip.labels == names
    view.show(model)
    assert (strip.image, strip.predicted, strip.verdict) == ({}, "", "")
