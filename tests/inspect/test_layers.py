"""Finding layers by name."""

from __future__ import annotations

from typing import Any

import keras
import pytest

import dlwidgets as dl
from dlwidgets.inspect import LayerError, find_layer, layers_of
from tests.helpers.models import nested, siamese


def test_layers_of_nested_models_have_the_path_of_their_name() -> None:
    model = nested()
    names = [name for name, _ in layers_of(model)]
    assert names == ["conv", "base", "base/conv", "base/flat", "top"]
    assert dict(layers_of(model))["base/conv"].filters == 4
    assert dict(layers_of(model))["conv"].filters == 3


def test_a_shared_layer_is_there_once() -> None:
    names = [name for name, _ in layers_of(siamese())]
    assert sorted(names) == ["both", "dense", "lstm", "score"]


def test_the_own_name_of_a_nested_layer_is_enough_where_it_is_the_only_one() -> None:
    model = nested()
    assert find_layer(model, "flat") is find_layer(model, "base/flat")
    assert find_layer(model, "conv").filters == 3  # the outer one's path name


def test_the_own_name_of_several_nested_layers_is_not_enough() -> None:
    def base(name: str) -> Any:
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="dense")], name=name)

    model = keras.Sequential([keras.Input((4,)), base("one"), base("two")])
    with pytest.raises(LayerError, match="Several layers are named 'dense': 'one/dense', 'two"):
        find_layer(model, "dense")


@pytest.mark.parametrize(
    ("name", "near"),
    [("tpo", "top"), ("base/con", "base/conv"), ("flatt", "base/flat"), ("<b>cnv</b>", "conv")],
)
def test_the_nearest_name_is_suggested(name: str, near: str) -> None:
    with pytest.raises(LayerError, match=f"no layer '{name}'. The nearest is '{near}'"):
        find_layer(nested(), name)


def test_a_model_without_layers_says_so() -> None:
    with pytest.raises(LayerError, match=r"no layer 'x'\. The model has no such layers\."):
        find_layer(keras.Sequential(), "x")


def test_the_error_is_the_one_of_the_vision_engines() -> None:
    assert dl.vision.LayerError is LayerError
