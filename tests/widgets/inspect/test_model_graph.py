"""ModelGraph: what it sends, what it says, and what it takes from the page."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np

import dlwidgets as dl
from dlwidgets.widgets import ModelGraph
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
