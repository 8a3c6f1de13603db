"""LayerInspector: what it says about each layer, and how it follows a training."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.widgets import LayerInspector
from tests.helpers.page import part, parts, set_on_page
from tests.helpers.waiting import until

L = keras.layers


def cnn() -> Any:
    layers = [
        keras.Input((8, 8, 3)),
        L.Conv2D(4, 3, activation="relu", name="first"),
        L.Conv2D(5, 3, name="second"),
        L.BatchNormalization(name="normal"),
        L.Flatten(name="flat"),
        L.Dense(2, activation="softmax", name="top"),
    ]
    return keras.Sequential(layers, name="cnn")


def words(view: LayerInspector) -> dict[str, str]:
    lines = part(view, "dlw-inspector-facts").children
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return {name.value: text.value for name, text in pairs if visible(text)}


def title(view: LayerInspector) -> str:
    return part(view, "dlw-inspector-title").value


def shows(view: LayerInspector, path: str) -> None:
    until(lambda: title(view) == path and not view.follower.busy, view.message)


def visible(widget: Any) -> bool:
    return widget.layout.display != "none"


def test_the_table_and_the_first_layer(views: list[LayerInspector]) -> None:
    model = cnn()
    view = LayerInspector(model)
    views.append(view)
    shows(view, "first")
    assert view.table.rows[0] == ["first", "Conv2D", "6×6×4", "112", "3.89k"]
    assert [row[0] for row in view.table.rows] == ["first", "second", "normal", "flat", "top"]
    total = "479 parameters, 10 of them not trainable · 1.92\u00a0kB"
    assert any(str(getattr(one, "value", "")).startswith(total) for one in parts(view))
    found = words(view)
    assert found["Parameters"] == "(3×3×3+1)×4 = 112"
    assert found[""] == "(kernel × input channels + bias) × filters"
    assert found["Settings"] == "4 filters of 3×3, valid padding, ReLU"
    assert found["Shape"] == "8×8×3 → 6×6×4"
    assert found["Receptive field"] == "3×3 pixels, one at each pixel of the input"
    weights = model.get_layer("first").get_weights()
    low, high = min(w.min() for w in weights), max(w.max() for w in weights)
    assert low < 0 < high
    assert f", from −{-low:.3g} to {high:.3g}, " in found["Current weights"]
    assert found["Current weights"].endswith("% near zero")
    assert view.kernels.atlas["channels"] == 3
    assert view.kernels.count == 4
    assert view.table.selected == 0
    assert view.layer == "", "nobody chose it, so other views must not follow"
    assert not visible(view.movement)
    assert not visible(view.follower.controls)


def test_choosing_a_row_shows_its_layer(views: list[LayerInspector]) -> None:
    model = cnn()
    view = LayerInspector(model)
    views.append(view)
    shows(view, "first")
    chosen: list[str] = []
    view.observe(lambda change: chosen.append(change["new"]), "layer")
    set_on_page(view.table, selected=1)
    shows(view, "second")
    assert chosen == ["second"]
    assert visible(view.channel)
    assert view.channel.max == 3
    before = view.kernels.atlas["data"].tobytes()
    view.channel.value = 2
    until(lambda: view.kernels.atlas["data"].tobytes() != before)
    kernel = model.get_layer("second").get_weights()[0][:, :, 2, :]
    pixels = np.frombuffer(view.kernels.atlas["data"], np.uint8).reshape(5, 3, 3)
    full = model.get_layer("second").get_weights()[0]
    expected = np.moveaxis(kernel, -1, 0) / np.abs(full).max() * 127.5 + 127.5
    np.testing.assert_allclose(pixels, expected, atol=0.6)
    set_on_page(view.table, selected=3)
    shows(view, "flat")
    assert not any(map(visible, (view.kernels, view.channel, view.histogram, view.ridge)))
    assert words(view)["Parameters"] == "none"


def test_an_unknown_layer_is_told_in_words_and_the_view_lives_on(
    views: list[LayerInspector],
) -> None:
    view = LayerInspector(cnn(), layer="firts")
    views.append(view)
    until(lambda: view.message)
    assert view.message == "There is no layer 'firts'. The nearest is 'first'."
    view.layer = "<b>sec</b>"
    assert "There is no layer '<b>sec</b>'" in view.message
    view.layer = "second"
    shows(view, "second")
    assert view.message == ""
    assert view.table.selected == 1


def test_a_nested_layer_by_its_own_name(views: list[LayerInspector]) -> None:
    base = keras.Sequential([keras.Input((4,)), L.Dense(3, name="inner")], name="base")
    base.trainable = False
    model = keras.Sequential([keras.Input((4,)), base, L.Dense(1, name="top")])
    view = LayerInspector(model, layer="inner")
    views.append(view)
    shows(view, "base/inner")
    assert view.layer == "base/inner"
    assert view.table.depths == [0, 1, 0]
    assert words(view)["Trainable"] == "0 of 15"


def training(**options: Any) -> tuple[Any, Any, Any]:
    digits = dl.data.load("digits").normalized()
    model = dl.models.small_cnn((8, 8, 1), 10)
    model.compile("adam", "sparse_categorical_crossentropy")
    x, y = digits.x_train[:640], digits.y_train[:640]
    run = dl.fit(model, x, y, batch_size=32, epochs=2, **options)
    return run, x, y


def test_on_a_run_it_keeps_the_history_of_all_layers(views: list[LayerInspector]) -> None:
    run, x, y = training(start=False)
    run.pause()
    run.start()
    until(lambda: run.state == "paused")
    view = LayerInspector(run, x, y)
    views.append(view)
    first = view.follower
    until(lambda: title(view))
    for steps, after in ((3, 3), (4, 7)):
        first.hold = True  # or it may look between two of the steps
        run.step(steps)
        until(lambda after=after: run.step_count == after and run.state == "paused")
        first.hold = False
        until(lambda after=after: view.history.step == after and not first.busy)
    path = title(view)
    moments = view.history.moments(path)
    assert [m.step for m in moments] == [0, 3, 7]
    assert all(m.gradient_norm > 0 for m in moments)
    assert moments[2].update_ratio > 0
    until(lambda: len(view.movement.points("gradient")) == 3)
    assert len(view.movement.points("update")) == 2
    assert visible(view.ridge)
    assert len(view.ridge.figure["data"]) == 3
    # A layer that is chosen later has a past as well.
    view.layer = "probabilities"
    shows(view, "probabilities")
    until(lambda: view.movement.points("gradient").step.tolist() == [0, 3, 7])
    assert words(view)["Current weights"].startswith("mean ")
    view.layer = path
    shows(view, path)
    assert "for the probe samples" in words(view)["Dead units"]
    run.stop()
    run.wait()
    until(lambda: not first.busy)
    weights = run.model.get_layer(path).get_weights()[0]
    shown = view.history.moments(path)[-1].stats
    assert shown.mean == pytest.approx(weights.mean(), rel=1e-4)


def test_gradients_need_a_loss_and_say_so(views: list[LayerInspector]) -> None:
    view = LayerInspector(cnn(), np.ones((4, 8, 8, 3), "float32"), np.ones(4))
    views.append(view)
    until(lambda: view.message)
    assert "isn't compiled with a loss" in view.message
    view.show(
        cnn(), np.ones((4, 8, 8, 3), "float32"), np.ones(4), loss="sparse_categorical_crossentropy"
    )
    until(lambda: view.history.moments("top"))
    assert view.history.moments("top")[0].gradient_norm > 0


def test_samples_that_do_not_fit_leave_the_rest(views: list[LayerInspector]) -> None:
    view = LayerInspector(cnn(), np.ones((4, 5)), np.ones(4), loss="mse")
    views.append(view)
    shows(view, "first")
    assert view.message.startswith("No gradients. ")
    assert "No count of dead units. " in view.message
    assert "Dead units" not in words(view)
    assert visible(view.histogram)


def test_another_model_is_shown_while_open(views: list[LayerInspector]) -> None:
    view = LayerInspector(cnn(), layer="top")
    views.append(view)
    shows(view, "top")
    view.show(dl.models.line_neuron())
    until(lambda: view.message)
    assert view.message == "There is no layer 'top'. The nearest is 'neuron'."
    assert view.table.rows == [["neuron", "Dense", "1", "2", "1"]]
    view.layer = ""
    shows(view, "neuron")


@pytest.mark.parametrize("source", ["a model", 7])
def test_what_is_no_model_is_said(views: list[LayerInspector], source: Any) -> None:
    view = LayerInspector(source)
    views.append(view)
    until(lambda: view.message)
    assert view.message.startswith("This view can't be updated. ")
    assert f"Received: {type(source).__name__}" in view.message
    view.show(dl.models.line_neuron())
    shows(view, "neuron")


def test_weights_that_are_nan_are_told(views: list[LayerInspector]) -> None:
    model = cnn()
    model.get_layer("second").set_weights(
        [np.full(w.shape, np.nan) for w in model.get_layer("second").get_weights()]
    )
    view = LayerInspector(model, layer="second")
    views.append(view)
    shows(view, "second")
    assert words(view)["Current weights"] == "NaN: training has diverged"
    assert not visible(view.histogram)


def test_a_model_that_cannot_be_followed_has_its_layers(views: list[LayerInspector]) -> None:
    class Branching(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="branching")
            self.dense = L.Dense(2, name="dense")

        def call(self, x: Any) -> Any:
            return self.dense(x) if float(np.asarray(x).sum()) > 0 else x

    model = Branching()
    model(np.ones((1, 2), "float32"))
    view = LayerInspector(model)
    views.append(view)
    shows(view, "dense")
    assert view.table.rows == [["dense", "Dense", "?", "6", "?"]]
    assert view.message.startswith("No connections are shown. ")
