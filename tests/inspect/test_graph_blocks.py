"""Blocks of layers that belong together by name."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from dlwidgets.inspect import graph
from dlwidgets.inspect.graph_blocks import fold_blocks
from dlwidgets.models.efficientnet_lite0 import efficientnet_lite0


def applications(name: str) -> Any:
    return getattr(keras.applications, name)(weights=None, include_top=False)


@pytest.mark.parametrize(
    ("build", "some", "most"),
    [
        (efficientnet_lite0, "block4c", 27),
        (lambda: applications("ResNet50"), "conv5_block3", 25),
        (lambda: applications("MobileNetV2"), "block_12", 28),
    ],
    ids=["lite0", "resnet", "mobilenet"],
)
def test_a_deep_network_is_a_few_blocks(build: Any, some: str, most: int) -> None:
    whole = graph(build())
    blocks, edges = fold_blocks(whole)
    assert some in [block.path for block in blocks]
    inside = {node.path for block in blocks for node in block.members}
    left = [node for node in whole.nodes if node.path not in inside]
    assert len(whole.nodes) > 140
    assert len(left) + len(blocks) <= most
    of = {block.path: block for block in blocks}
    for edge, before in zip(edges, whole.edges, strict=True):
        source = of[edge.source].outputs[edge.output] if edge.source in of else edge.source
        target = of[edge.target].inputs[edge.input] if edge.target in of else edge.target
        assert (source, target) == (before.source, before.target), "open, it is the same graph"


def test_of_a_nested_model_too_and_its_names_go_on() -> None:
    base = efficientnet_lite0()
    model = keras.Sequential([keras.Input((224, 224, 3)), base, keras.layers.Dense(2)])
    blocks, _ = fold_blocks(graph(model))
    assert "efficientnet_lite0/block4c" in [block.path for block in blocks]


def test_names_that_keras_gives_make_no_blocks() -> None:
    layers = [keras.layers.Conv2D(2, 3, padding="same") for _ in range(50)]
    model = keras.Sequential([keras.Input((8, 8, 3)), *layers])
    assert fold_blocks(graph(model))[0] == []


def test_a_small_model_stays_as_it_is() -> None:
    layers = [
        keras.layers.Conv2D(2, 3, padding="same", name=f"block{i}_conv{j}")
        for i in range(4)
        for j in range(4)
    ]
    assert fold_blocks(graph(keras.Sequential([keras.Input((8, 8, 3)), *layers])))[0] == []
