"""Layers inside one's own layers and wrappers, in the views."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import dlwidgets as dl
from dlwidgets.vision import activations
from tests.helpers.blocks import closed_network, residual_network, series_network, text_classifier
from tests.helpers.viewers import settled

if TYPE_CHECKING:
    from dlwidgets.data import Dataset


def test_the_inspector_shows_weights_inside_blocks(digits: Dataset) -> None:
    net = residual_network()
    view = settled(dl.LayerInspector(net, layer="two/conv_2"))
    assert view.message == ""
    assert view.layer == "two/conv_2"
    assert view.kernels.count == 4
    view.layer = "conv_1"
    assert "Several layers are named 'conv_1'" in settled(view).message
    wrapped = settled(dl.LayerInspector(series_network(), layer="steps/each"))
    assert (wrapped.message, wrapped.layer) == ("", "steps/each")
    closed = settled(dl.LayerInspector(closed_network(), layer="tf/dense"))
    assert closed.layer == "tf/dense"


def test_activations_inside_blocks_can_be_chosen(digits: Dataset) -> None:
    net = residual_network()
    view = settled(dl.ActivationViewer(net, digits.x_test))
    offered = [name for _, name in view.choice.options]
    assert offered == list(activations(net, digits.x_test[:1]))
    view.layer = "one/conv_1"
    settled(view)
    wanted = activations(net, digits.x_test[:1])["one/conv_1"][0]
    np.testing.assert_allclose(view.result.values, wanted, atol=1e-6)


def test_a_closed_layer_is_not_offered_and_the_message_says_why() -> None:
    view = dl.ActivationViewer(closed_network(), np.ones((3, 5), "float32"))
    offered = [name for _, name in settled(view).choice.options]
    assert "tf" in offered
    assert "tf/dense" not in offered
    view.layer = "tf/dense"
    assert "inside layer 'tf', which can't be traced into" in settled(view).message


def test_words_of_an_embedding_inside_a_block() -> None:
    net = text_classifier()
    view = settled(dl.EmbeddingView(net, layer="tokens/words"))
    assert view.message == ""
    assert [name for _, name in view.where.options] == ["tokens/words", "tokens/places"]
    assert "30 words" in view.plane.summary


def test_heat_maps_and_filters_of_layers_inside_blocks(digits: Dataset) -> None:
    net = residual_network()
    viewer = settled(dl.HeatmapViewer(net, digits.x_test, digits.y_test))
    assert "two/conv_1" in [name for _, name in viewer.form.layer_field.options]
    viewer.layer = "two/conv_1"
    assert "two/conv_1" in settled(viewer).overlay.captions[0]
    assert "one/conv_2" in [name for name, _ in dl.vision.filter_layers(net)]
    assert dl.vision.FilterLayer(net, "one/conv_2").filters == 4


def test_blocks_open_in_the_graph() -> None:
    graph = dl.ModelGraph(residual_network())
    settled(graph)
    inside = [node.path for node in dl.inspect.graph(residual_network()).children("one")]
    assert {"one/conv_1", "one/conv_2", "one/norm"} <= set(inside)
    assert graph.message == ""
