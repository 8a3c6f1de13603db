"""Predictions and the whole dashboard on real, small trainings."""

from __future__ import annotations

import dataclasses
import json
import re
import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets import data, models
from dlwidgets.widgets import Predictions, TrainDashboard
from dlwidgets.widgets.training import predictions
from tests.helpers.page import from_page, messages, press_start
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


def train(dataset: Dataset, runs: list[Any], name: str = "mlp", epochs: int = 2) -> Any:
    keras.utils.set_random_seed(3)
    model = models.compiled(name, input_shape=dataset.input_shape, classes=dataset.num_classes)
    run = dl.fit(model, dataset.x_train, dataset.y_train, epochs=epochs, batch_size=64)
    runs.append(run)
    return run


def test_held_out_images_with_what_the_model_says(digits: Dataset, runs: list[Any]) -> None:
    run = train(digits, runs)
    view = Predictions(run, digits)
    run.wait(60)
    step = f"after step {run.step_count:,}"
    until(lambda: step in view.grid.title, "the last picture")
    output = run.model.predict(digits.x_test[:24], verbose=0)
    guess, sure = output.argmax(axis=1), output.max(axis=1)
    truth = digits.y_test[:24]
    for i, label in enumerate(view.grid.labels):
        found = re.fullmatch(r"(\d) (\d+)%\ntrue: (\d)", label)
        assert found, label
        assert (int(found[1]), int(found[3])) == (guess[i], truth[i])
        assert int(found[2]) == pytest.approx(100 * sure[i], abs=0.51)
    good = ["good" if g == t else "bad" for g, t in zip(guess, truth, strict=True)]
    assert view.grid.border_colors == good
    assert view.grid.title.startswith(f"Held-out images: {good.count('good')} of 24 correct")
    pixels = np.frombuffer(view.grid.atlas["data"], np.uint8).reshape(24, 8, 8)
    expected = (digits.x_test[:24, ..., 0] * 255).round()
    np.testing.assert_allclose(pixels, expected, atol=1)
    view.close()


def test_small_logits_are_shown_as_the_probabilities_that_they_stand_for(
    digits: Dataset, runs: list[Any]
) -> None:
    x = np.zeros((64, *digits.input_shape), "float32")
    net = keras.Sequential(
        [keras.Input(digits.input_shape), keras.layers.Flatten(), keras.layers.Dense(10)]
    )
    small = np.arange(10, dtype="float32") / 10
    net.layers[-1].set_weights([np.zeros((64, 10)), small])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(keras.optimizers.SGD(0.0), loss)
    run = dl.fit(net, x, np.zeros(64), epochs=1)
    runs.append(run)
    view = Predictions(run, digits)
    run.wait(60)
    until(lambda: view.grid.labels, "the picture")
    sure = np.exp(small[9]) / np.exp(small).sum()
    assert {label.partition("\n")[0] for label in view.grid.labels} == {f"9 {sure:.0%}"}
    view.close()


def test_class_names_are_shown_as_they_are(digits: Dataset, runs: list[Any]) -> None:
    names = tuple(f"<b>{i}</b>&amp;" for i in range(10))
    view = Predictions(train(digits, runs), dataclasses.replace(digits, class_names=names))
    until(lambda: view.grid.count, "a picture")
    assert "<b>" in view.grid.labels[0]
    assert "&amp;" in view.grid.tooltips[0]


def test_a_line_is_drawn_with_its_numbers(runs: list[Any]) -> None:
    line = data.load("line").normalized()
    view = Predictions(run := train(line, runs, "line", epochs=30), line)
    run.wait(60)
    weights = [w.item() for w in run.model.get_weights()]

    def numbers() -> list[float]:
        title = str(view.equation.value)
        found = re.search(r"y = (−?[\d.]+)·x ([+−]) ([\d.]+)", title.replace("-", "−"))
        if not found:
            return []
        slope, sign, intercept = found.groups()
        return [float(slope.replace("−", "-")), float(f"{sign}{intercept}".replace("−", "-"))]

    until(lambda: numbers() == pytest.approx(weights, abs=2e-3), "the line of the last step")
    assert view.grid.layout.display == "none"
    names = [trace["name"] for trace in view.figure.figure["data"]]
    assert names == ["training", "held out", "model"]


def test_predictions_that_cannot_be_made_say_why(digits: Dataset, runs: list[Any]) -> None:
    run = train(digits, runs)
    wrong = dataclasses.replace(digits, x_test=digits.x_test[:, :4])
    view = Predictions(run, wrong)
    until(lambda: "can't be updated" in view.message, "the reason")
    assert view.grid.count == 0
    assert run.wait(60).state == "finished"


def test_another_run_takes_the_view_over(digits: Dataset, runs: list[Any]) -> None:
    first = train(digits, runs, epochs=1000)
    view = Predictions(first, digits)
    until(lambda: view.grid.count, "a picture of the first")
    first.stop()
    second = train(digits, runs, epochs=1)
    view.show(second, digits)
    # What the first model got right says nothing of the second.
    assert (view.grid.count, view.grid.title) == (0, "Held-out images") or view.follower.step >= 0
    second.wait(60)
    until(lambda: f"after step {second.step_count:,}" in view.grid.title, "the second")


def test_each_single_step_of_a_paused_run_is_shown(digits: Dataset, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=100_000)
    view = Predictions(run, digits)
    until(lambda: view.grid.count, "a picture")
    run.pause()
    view.follower.delay(1e6)  # however much the last update cost
    until(lambda: f"after step {run.step_count:,}" in view.grid.title, "the step it rests at")
    before = run.step_count
    run.step()
    until(lambda: view.grid.title.endswith(f"after step {before + 1:,}"), "the single step")


def test_the_title_names_the_step_of_the_weights_and_not_a_later_one(
    digits: Dataset, runs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = train(digits, runs, epochs=100_000)
    view = Predictions(run, digits)
    until(lambda: view.grid.count, "a picture")
    real, steps, go_on = predictions.predict_batch, [], threading.Event()

    def slow(*args: Any) -> Any:
        output = real(*args)
        steps.append(view.follower.step)
        until(lambda: run.step_count > view.follower.step + 20, "later steps")
        if len(steps) > 1:
            go_on.wait(60)  # until then the title is that of the update before
        return output

    monkeypatch.setattr(predictions, "predict_batch", slow)
    until(lambda: len(steps) > 1, "another update")
    assert re.search(r"[\d,]+$", view.grid.title)[0] == f"{steps[0]:,}"  # type: ignore[index]
    go_on.set()


def test_a_finished_model_is_shown_once(digits: Dataset) -> None:
    model = models.mlp(digits.input_shape, digits.num_classes)
    view = Predictions(model, digits)
    until(lambda: view.grid.count, "the images")
    correct = (model.predict(digits.x_test[:24], verbose=0).argmax(1) == digits.y_test[:24]).sum()
    assert view.grid.title == f"Held-out images: {correct} of 24 correct"
    assert view.follower.controls.layout.display == "none"
    view.close()


# -- the dashboard -----------------------------------------------------------------------------


@pytest.fixture
def dashboard() -> Iterator[TrainDashboard]:
    made = TrainDashboard()
    yield made
    if made.run is not None:
        made.run.stop()
        until(lambda: made.run.state.ended, "the end of the run", 60)


def start(dashboard: TrainDashboard) -> Any:
    before = dashboard.run
    press_start(dashboard)
    until(lambda: dashboard.run is not before, "a run", 60)
    return dashboard.run


def test_two_presses_start_one_run(
    dashboard: TrainDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    real = dl.training.fit

    def fit(*args: Any, **kwargs: Any) -> Any:
        made.append(args)
        return real(*args, **kwargs)

    monkeypatch.setattr(dl.training, "fit", fit)
    for _ in range(5):
        from_page(dashboard.panel.bar, {"type": "start"})
    until(lambda: dashboard.run is not None, "a run", 60)
    for _ in range(5):
        from_page(dashboard.panel.bar, {"type": "start"})
    until(lambda: dashboard.run.step_count, "steps")
    assert len(made) == 1
    assert dashboard.panel.bar.message_kind != "error"


def test_dashboard_from_start_to_export(dashboard: TrainDashboard) -> None:
    controls = (dashboard.keep, dashboard.save_steps, dashboard.save_epochs, dashboard.save_all)
    assert all(control.disabled for control in controls)
    from_page(dashboard.save_steps, {"type": "download", "request": 1})
    assert messages(dashboard.save_steps, "file") == []
    dashboard.form.epochs.value = 2
    dashboard.form.learning_rate.value = 0.01
    run = start(dashboard)
    until(lambda: run.state == "finished", "the end", 60)
    assert run.step_count == 2 * 45
    assert float(run.model.optimizer.learning_rate) == pytest.approx(0.01, rel=1e-3)
    until(lambda: not any(control.disabled for control in controls), "the buttons")

    from_page(dashboard.save_steps, {"type": "download", "request": 1})
    from_page(dashboard.save_all, {"type": "download", "request": 2})
    ((steps, (raw,)),) = messages(dashboard.save_steps, "file")
    ((everything, (text,)),) = messages(dashboard.save_all, "file")
    assert (steps["name"], everything["name"]) == ("mlp-steps.csv", "mlp-run.json")
    rows = raw.decode().splitlines()
    losses = [float(row.split(",")[3]) for row in rows[1:]]
    assert losses == run.metrics["loss"].value.tolist()
    document = json.loads(text)
    assert document["steps"]["loss"] == losses
    assert document["history"]["val_loss"] == run.history["val_loss"]

    dashboard.keep.click()
    assert not dashboard.forget.disabled
    dashboard.form.epochs.value = 1
    until(lambda: dashboard.panel.bar.can_restart, "another start")
    second = start(dashboard)
    until(lambda: second.state == "finished", "the end of the second", 60)
    kept = [s["name"] for s in dashboard.panel.charts[0].series if s["reference"]]
    assert kept
    dashboard.forget.click()
    assert not [s for s in dashboard.panel.charts[0].series if s["reference"]]


def test_a_start_that_fails_says_why_and_can_be_repeated(
    dashboard: TrainDashboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any, **_kwargs: Any) -> Any:
        message = "the disk is full of <b>data</b>"
        raise OSError(message)

    bar = dashboard.panel.bar
    with monkeypatch.context() as patch:
        patch.setattr(data, "load", broken)
        from_page(bar, {"type": "start"})
        until(lambda: bar.message_kind == "error", "the reason", 60)
    assert "the disk is full of <b>data</b>" in bar.message
    assert bar.can_start
    assert dashboard.run is None
    dashboard.form.epochs.value = 1
    run = start(dashboard)
    until(lambda: run.state == "finished", "the end", 60)
    until(lambda: bar.message_kind != "error", "the message to go")


def test_every_widget_of_the_page_is_saved_small(dashboard: TrainDashboard) -> None:
    dashboard.form.epochs.value = 3
    run = start(dashboard)
    until(lambda: run.state == "finished", "the end", 60)
    until(lambda: dashboard.predictions.grid.count == 24, "predictions")
    saved = ipywidgets.Widget.get_manager_state()["state"]
    sizes = {entry["model_name"]: len(json.dumps(entry)) for entry in saved.values()}
    assert {"ChartModel", "RunBarModel", "ImageGridModel"} <= set(sizes)
    assert max(sizes.values()) <= 50_000, sizes


def test_of_several_outputs_that_of_the_classes_is_shown(digits: Dataset) -> None:
    inputs = keras.Input(digits.input_shape)
    z = keras.layers.Flatten()(inputs)
    heads = {
        "age": keras.layers.Dense(1)(z),
        "digit": keras.layers.Dense(10, "softmax")(z),
    }
    model = keras.Model(inputs, heads)
    view = Predictions(model, digits)
    until(lambda: view.grid.count, "the images")
    p = np.asarray(model(digits.x_test[:24])["digit"]).argmax(1)
    correct = (p == digits.y_test[:24]).sum()
    assert view.output == "digit"
    assert view.grid.title == f"Held-out images: {correct} of 24 correct"
    view.output = "age"
    until(lambda: "The labels are those of output 'digit'" in view.message, "the reason")
    view.close()


def test_one_logit_is_the_probability_of_class_1(digits: Dataset) -> None:
    few = dataclasses.replace(
        digits,
        y_train=digits.y_train % 2,
        y_test=digits.y_test % 2,
        class_names=("even", "odd"),
    )
    model = keras.Sequential(
        [keras.Input(digits.input_shape), keras.layers.Flatten(), keras.layers.Dense(1)]
    )
    view = Predictions(model, few)
    until(lambda: view.grid.count, "the images")
    p = 1 / (1 + np.exp(-np.asarray(model(few.x_test[:24]))[:, 0]))
    shares = [float(label.split()[1].rstrip("%")) for label in view.grid.labels]
    np.testing.assert_allclose(shares, 100 * np.maximum(p, 1 - p), atol=0.6)
    view.close()
