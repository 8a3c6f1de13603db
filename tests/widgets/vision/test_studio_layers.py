"""Layers of a studio: which ones it begins with, and how to use others."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.run_engine import engine_of
from dlwidgets.vision import LayerError
from dlwidgets.widgets import DreamStudio, StyleStudio
from dlwidgets.widgets.vision._layer_sliders import LayerSliders
from tests.helpers.page import css_classes, seen
from tests.helpers.studios import finished, net
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("still")


def values(menu: Any) -> list[str]:
    return [value for _, value in menu.options]


def inside() -> Any:
    """A model with augmentation and scaling before the network, and a head behind it."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.RandomFlip("horizontal", name="random_flip"),
            layers.Rescaling(1 / 127.5, offset=-1, name="rescaling"),
            net(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )


def test_a_nested_model_s_layers_are_offered_and_its_augmentation_is_not() -> None:
    dream, style = (kind(inside(), scaling="pixels") for kind in (DreamStudio, StyleStudio))
    paths = ["small/conv_a", "small/conv_b"]
    assert list(dream.layers) == list(style.style_layers) == paths
    assert values(dream.more_layers) == ["", "small/pool"]
    assert values(style.content_layer) == ["small/conv_a", "small/pool", "small/conv_b"]
    for one in (dream, style):
        one.close()


def test_a_layer_is_added_from_the_menu_and_used(studio: Any) -> None:
    one = studio(DreamStudio)
    more = one.more_layers
    assert more.layout.display is None
    assert values(more) == ["", "pool"]
    one.restart.value = True
    more.value = "pool"
    assert list(one.layers) == ["conv_a", "pool", "conv_b"], "in the order of the network"
    assert finished(one).result[1]["layers"]["pool"] == 1.0
    assert more.layout.display == "none", "there is no other"


class Noting(keras.layers.Layer):
    """A block of layers that notes who calls it, and whether training waits meanwhile."""

    calls: ClassVar[list[tuple[Any, int, bool]]] = []
    waits: ClassVar[Callable[[], bool]] = lambda: False

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.convolution = keras.layers.Conv2D(4, 3, padding="same", activation="relu")
        self.norm = keras.layers.BatchNormalization()

    def call(self, x: Any, training: bool = False) -> Any:
        Noting.calls.append((self, threading.get_ident(), Noting.waits()))
        return self.norm(self.convolution(x), training=training)


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_a_run_s_own_blocks_are_traced_only_while_it_waits(kind: Any) -> None:
    block = Noting()
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((16, 16, 3)), block, layers.GlobalAveragePooling2D(), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).uniform(-1, 1, (64, 16, 16, 3)).astype("float32")
    run = dl.fit(model, x, x.mean((1, 2, 3)), epochs=1_000_000)
    until(lambda: run.step_count > 0)
    trains = run.at_boundary(threading.get_ident).result(60)
    Noting.waits = lambda: engine_of(run).steering.calling
    Noting.calls.clear()
    one = kind(run)
    seen(one.compare)
    until(lambda: one.follower.tick() and one.network.layers)
    own = [(thread, waits) for layer, thread, waits in Noting.calls if layer is block]
    assert all(waits or thread == trains for thread, waits in own)
    one.close()
    run.stop()
    run.wait()


def test_layers_can_be_given() -> None:
    dream = DreamStudio(net(), layers={"pool": 2.0, "conv_a": 0.0})
    assert dream.settings()["layers"] == {"pool": 2.0}
    assert sorted(dream.layers) == ["conv_a", "pool"]
    assert DreamStudio(net(), layers=["pool"]).settings()["layers"] == {"pool": 1.0}
    style = StyleStudio(net(), content_layer="pool", style_layers=["conv_a", "pool"])
    assert style.settings()["content_layer"] == "pool"
    assert style.settings()["style_layers"] == {"conv_a": 1.0, "pool": 1.0}
    for make in (
        lambda: DreamStudio(net(), layers=["pol"]),
        lambda: StyleStudio(net(), content_layer="pol"),
        lambda: StyleStudio(net(), style_layers=["pol"]),
    ):
        with pytest.raises(LayerError, match=r"no layer 'pol'\. The nearest is 'pool'"):
            make()


def test_the_style_s_weights_let_the_style_win() -> None:
    style = StyleStudio(net())
    np.testing.assert_allclose(style.settings()["weights"], [10**-1.5, 1.0, 0.01], rtol=1e-6)
    style.close()


def test_a_limit_that_lets_no_step_be_taken_is_said(studio: Any) -> None:
    one = studio(DreamStudio)
    one.max_loss.min = -3  # below the loss of the original
    one.max_loss.value = 0.01
    one.start_button.click()
    assert "No step was taken, because the loss exceeds its limit" in finished(one).message


def test_a_long_name_is_above_its_slider_and_a_short_one_before_it() -> None:
    sliders = LayerSliders({"lite0/block4c_expand_relu": 1.0, "conv_b": 0.0}).sliders
    long, short = sliders["lite0/block4c_expand_relu"], sliders["conv_b"]
    assert "dlw-label-above" in css_classes(long)
    assert long.style.description_width == "100%"
    assert long.tooltip == "Weight of layer lite0/block4c_expand_relu."
    assert "dlw-label-above" not in css_classes(short)
