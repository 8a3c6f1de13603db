"""Another model is shown while a look at the one before is under way; slow looks delay nobody."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.model_source import ModelSource
from dlwidgets.vision import heatmaps
from dlwidgets.widgets import (
    ActivationViewer,
    ConfusionMatrix,
    DrawPad,
    EmbeddingView,
    HeatmapViewer,
    LayerInspector,
    ModelGraph,
    PredictionBrowser,
)
from dlwidgets.widgets.inspect import layer_inspector, model_graph
from tests.helpers.waiting import until
from tests.helpers.watched import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

layers = keras.layers


def cnn(side: int, classes: int) -> Any:
    built = keras.Sequential(
        [
            keras.Input((side, side, 1)),
            layers.Conv2D(4, 3, activation="relu", name=f"conv{side}"),
            layers.Flatten(name="flat"),
            layers.Dense(classes, activation="softmax", name=f"classes{classes}"),
        ],
        name=f"net{side}",
    )
    built.compile("sgd", "sparse_categorical_crossentropy")
    return built


def samples(side: int, classes: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(side)
    return rng.random((n, side, side, 1), np.float32), rng.integers(0, classes, n)


OLD, NEW = (8, 10, 40), (6, 3, 25)  # side, classes, samples: nothing of one fits the other

VIEWS: dict[str, tuple[Callable[[], Any], Callable[..., None]]] = {
    "activations": (ActivationViewer, lambda view, net, x, _: view.show(net, x)),
    "heat maps": (HeatmapViewer, lambda view, net, x, y: view.show(net, x, y)),
    "pad": (DrawPad, lambda view, net, _x, _y: view.show(net)),
    "embedding": (EmbeddingView, lambda view, net, x, y: view.show(net, x, y)),
    "inspector": (LayerInspector, lambda view, net, x, y: view.show(net, x, y)),
    "browser": (PredictionBrowser, lambda view, net, x, y: view.show(net, x, y)),
    "matrix": (ConfusionMatrix, lambda view, net, x, y: view.show(net, x, y)),
}


class Gate:
    """Lets the first look in, and holds it until it is opened."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def wait(self) -> None:
        if not self.reached.is_set():
            self.reached.set()
            assert self.open.wait(60), "nobody opened the gate"


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> None:
    watch(monkeypatch)


@pytest.mark.usefixtures("watched")
@pytest.mark.parametrize("name", VIEWS)
def test_nothing_of_the_model_before_is_drawn_or_told(name: str) -> None:
    """The look under way meets what the view has become: other samples, another layer."""
    make, show = VIEWS[name]
    view, gate = make(), Gate()
    follower = view.judging.follower if hasattr(view, "judging") else view.follower
    follower.before = lambda _model: gate.wait()
    old, new = cnn(*OLD[:2]), cnn(*NEW[:2])
    show(view, old, *samples(*OLD))
    assert gate.reached.wait(60)
    show(view, new, *samples(*NEW))
    gate.open.set()
    until(lambda: follower.drawn or follower.told, "the new model's picture", 60)
    until(lambda: not follower.busy, "rest", 60)
    assert follower.told == []
    assert set(follower.drawn) == {new}
    view.close()


@pytest.mark.usefixtures("watched")
def test_a_model_is_not_asked_about_the_samples_of_the_next() -> None:
    """Between the new samples and the new model there is time for a look at the one before."""
    same = samples(*OLD)
    browser, gate = PredictionBrowser(cnn(*OLD[:2]), *same), Gate()
    judging = browser.judging
    until(lambda: judging.judged is not None and not judging.follower.busy, "the answers")
    asked: list[Any] = []
    judging.follower.before = asked.append
    new = cnn(*OLD[:2])
    judging.listen(gate.wait, lambda _: None)
    showing = threading.Thread(target=lambda: judging.show(new, *same))
    showing.start()
    assert gate.reached.wait(60)  # the new samples are there, the new model is not
    judging.follower.ask()
    until(lambda: asked or not judging.follower.busy, "the look, if there is one")
    gate.open.set()
    showing.join(60)
    until(lambda: judging.judged is not None and not judging.follower.busy, "the new answers")
    assert set(asked) == {new}
    judging.forget(gate.wait)
    browser.close()


def test_the_graph_of_the_model_before_tells_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    view, gate, summarize = ModelGraph(), Gate(), model_graph.summarize

    def held(model: Any) -> Any:
        gate.wait()
        if model.name == "net8":
            raise RuntimeError
        return summarize(model)

    monkeypatch.setattr(model_graph, "summarize", held)
    view.show(cnn(*OLD[:2]))
    assert gate.reached.wait(60)
    view.show(cnn(*NEW[:2]))
    gate.open.set()
    until(lambda: view.title.startswith("net6"), "the new graph")
    assert not view.empty_text.startswith("No graph")
    view.close()


def test_the_history_of_the_model_before_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    view, gate, summarize = LayerInspector(), Gate(), layer_inspector.summarize

    def held(model: Any) -> Any:
        gate.wait()
        return summarize(model)

    monkeypatch.setattr(layer_inspector, "summarize", held)
    view.show(cnn(*OLD[:2]), *samples(*OLD))
    assert gate.reached.wait(60)
    view.show(cnn(*NEW[:2]), *samples(*NEW))
    gate.open.set()
    until(lambda: view.history.moments("conv6"), "the new history")
    assert view.history.moments("conv8") == []
    until(lambda: not view.follower.busy, "rest")
    assert np.isfinite(view.history.moments("conv6")[-1].gradient_norm)
    view.follower.ask()
    until(lambda: not view.follower.busy, "another look")
    assert np.isfinite(view.history.moments("conv6")[-1].gradient_norm)
    assert view.message == ""
    view.close()


# -- slow looks ---------------------------------------------------------------------------------


@pytest.fixture
def run() -> Iterator[Any]:
    x, y = samples(*OLD)
    started = dl.fit(cnn(*OLD[:2]), x, y, epochs=100_000, batch_size=8)
    yield started
    started.stop()
    until(lambda: started.state.ended, "the end of the run", 60)


def test_other_views_look_while_a_slow_heat_map_is_made(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, occlusion = Gate(), heatmaps.METHODS["occlusion"].function
    weights: list[list[np.ndarray]] = []
    maps: list[Any] = []

    def held(explainer: Any, *args: Any, **options: Any) -> Any:
        traced = explainer.target.traced
        network = traced.submodel(traced.outputs)
        weights.append(network.get_weights())
        gate.wait()
        weights.append(network.get_weights())
        maps.append(occlusion(explainer, *args, **options))
        return maps[-1]

    method = replace(heatmaps.METHODS["occlusion"], function=held)
    monkeypatch.setitem(heatmaps.METHODS, "occlusion", method)
    x, y = samples(*OLD)
    view = HeatmapViewer(run, x, y, methods=("occlusion",))
    assert gate.reached.wait(60)
    other, step, looked = ModelSource(run), view.follower.step, threading.Event()

    def look() -> None:  # as another view does, again and again
        while other.step <= step:
            other.refresh()
        other.use(lambda _: looked.set())

    threading.Thread(target=look, daemon=True).start()
    assert looked.wait(60), "another view waits for the slow one"
    view.follower.hold = True
    gate.open.set()
    until(lambda: view.overlay.maps, "the slow heat map", 60)
    until(lambda: not view.busy, "rest", 60)
    for before, after in zip(*weights[:2], strict=True):
        np.testing.assert_array_equal(before, after)  # one picture, one model
    net = cnn(*OLD[:2])
    net.set_weights(weights[0])
    chosen = int(maps[0].class_index[0])
    expected = occlusion(net, x[:1], chosen).maps
    np.testing.assert_allclose(maps[0].maps, expected, atol=1e-5)
    view.close()


class Odd(layers.Layer):
    """A layer that Keras cannot make again: its secret is in no configuration."""

    def __init__(self, secret: object) -> None:
        super().__init__()
        self.secret = secret

    def call(self, x: Any) -> Any:
        return x


def test_a_training_never_waits_for_a_slow_heat_map(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that cannot be copied is asked between two steps."""
    occlusion, during = heatmaps.METHODS["occlusion"].function, []
    x, y = samples(*OLD)
    net = keras.Sequential([keras.Input((8, 8, 1)), Odd(object()), *cnn(*OLD[:2]).layers])
    net.compile("sgd", "sparse_categorical_crossentropy")
    run = dl.fit(net, x, y, epochs=100_000, batch_size=8)

    def noted(*args: Any, **options: Any) -> Any:
        during.append(not run.state.ended)
        return occlusion(*args, **options)

    method = replace(heatmaps.METHODS["occlusion"], function=noted)
    monkeypatch.setitem(heatmaps.METHODS, "occlusion", method)
    view = HeatmapViewer(run, x, y, methods=("grad_cam", "occlusion"))
    until(lambda: "slow methods are computed after" in view.message, "words", 60)
    assert len(view.overlay.titles) == 1
    run.stop()
    until(lambda: len(view.overlay.titles) == 2, "the slow map", 60)
    until(lambda: not view.busy, "rest", 60)
    assert view.message == ""
    assert not any(during)
    view.close()
