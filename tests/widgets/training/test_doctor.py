"""The doctor of a run: what it says and when, what it marks, and the runs that it tries."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.diagnosis import Remedy
from dlwidgets.training import State
from dlwidgets.training.trying import CannotTryError
from dlwidgets.widgets import Doctor, TrainingPanel
from tests.helpers.fake_runs import end_epoch, running, steps
from tests.helpers.page import from_page, set_on_page, state_of
from tests.helpers.run_folders import MadeRun
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


def noisy(n: int, at: float) -> list[float]:
    return (at + 0.05 * np.random.default_rng(0).normal(size=n)).tolist()


def overfitted(epochs: int = 9) -> Any:
    """A run whose validation loss rises from its third epoch on."""
    run = running(epochs=epochs, steps_per_epoch=10)
    for epoch in range(epochs):
        steps(run, loss=noisy(10, 2.3 * 0.6**epoch))
        rise = 1.0 - 0.2 * epoch if epoch < 3 else 0.6 + 0.2 * (epoch - 2)
        end_epoch(run, {"loss": 2.3 * 0.6**epoch, "val_loss": rise})
    return run


def diagnosed(doctor: Doctor) -> Doctor:
    """The doctor after it has looked at its run once more."""
    recorder = doctor.watch._recorder
    assert recorder is not None
    doctor.watch._diagnose(recorder)
    return doctor


def headline(doctor: Doctor) -> str:
    return str(doctor.notes.headline)


@pytest.mark.usefixtures("still")
class TestLine:
    def test_without_a_run_it_says_so(self) -> None:
        assert headline(Doctor()) == "Doctor: no run yet"

    def test_a_panel_shows_one_closed_line_once_it_has_a_run(self) -> None:
        panel = TrainingPanel()
        assert headline(panel.doctor) == "Doctor: no run yet"
        panel.show(running())
        assert "no run" not in headline(panel.doctor)
        assert not panel.doctor.notes.expanded
        assert headline(panel.doctor) == "Doctor: waiting for the first steps"
        panel.clear()
        assert headline(panel.doctor) == "Doctor: no run yet"

    def test_it_says_when_it_is_too_early(self) -> None:
        run = running()
        doctor = Doctor(run)
        steps(run, loss=noisy(5, 2.3))
        assert headline(diagnosed(doctor)) == "Doctor: too early to say"
        assert doctor.notes.tone == "waiting"

    def test_a_run_that_learns_is_not_unusual_so_far(self) -> None:
        run = running()
        doctor = Doctor(run)
        steps(run, loss=np.linspace(2.3, 0.2, 200).tolist())
        assert (
            headline(diagnosed(doctor))
            == "Doctor: nothing unusual in the curves. Data and layers can't be checked here."
        )
        assert doctor.notes.tone == "fine"

    def test_a_recorded_run_without_its_data_says_what_it_did_not_check(
        self, tmp_path: Path
    ) -> None:
        made = MadeRun(tmp_path, "learns", rate=0.002, epochs=9).train(9).end()
        doctor = diagnosed(Doctor(dl.open_run(made.path)))
        assert "Data and layers can't be checked" in headline(doctor)

    def test_a_finding_is_named_and_how_many_more_there_are(self) -> None:
        doctor = diagnosed(Doctor(overfitted()))
        assert headline(doctor) == "Doctor: Overfitting since epoch 3"
        assert doctor.notes.findings[0]["where"] == "Epochs 3 to 9"

    def test_another_run_begins_anew(self) -> None:
        doctor = diagnosed(Doctor(overfitted()))
        doctor.show(running())
        assert doctor.notes.findings == []
        assert doctor.notes.tone == "waiting"
        doctor.clear()
        assert headline(doctor) == "Doctor: no run yet"

    def test_unknown_data_are_said_to_be_unknown(self) -> None:
        doctor = diagnosed(Doctor(overfitted()))
        assert "dl.Doctor(run, x, y)" in doctor.notes.findings[0]["remedies"][0]["problem"]


@pytest.mark.usefixtures("still")
class TestMark:
    def test_what_is_open_is_marked_in_the_charts_of_its_panel(self) -> None:
        panel = TrainingPanel(overfitted())
        panel.tick()
        diagnosed(panel.doctor)
        kinds = [one["kind"] for one in panel.charts[0].markers]
        assert "finding" not in kinds  # a closed line marks nothing
        set_on_page(panel.doctor.notes, expanded=True)
        mark = next(one for one in panel.charts[0].markers if one["kind"] == "finding")
        assert (mark["step"], mark["end"]["step"]) == (30, 90)
        panel.tick()  # markers of the run don't drive it out
        assert any(one["kind"] == "finding" for one in panel.charts[0].markers)
        set_on_page(panel.doctor.notes, selected="")
        assert all(one["kind"] != "finding" for one in panel.charts[0].markers)
        panel.doctor._take(panel.doctor.diagnosis)  # the next diagnosis leaves it at that
        assert panel.doctor.notes.selected == ""

    def test_the_page_may_set_nothing_else(self) -> None:
        doctor = diagnosed(Doctor(overfitted()))
        set_on_page(doctor.notes, headline="x", findings=[])
        assert headline(doctor) == "Doctor: Overfitting since epoch 3"

    @pytest.mark.parametrize("remedy", [-1, 9, "0", None, True])
    def test_strange_buttons_are_ignored(self, remedy: Any) -> None:
        doctor = diagnosed(Doctor(overfitted()))
        from_page(doctor.notes, {"type": "try", "finding": "overfitting", "remedy": remedy})
        from_page(doctor.notes, {"type": "try", "finding": {}, "remedy": 0})
        assert doctor.trials.children == ()


@pytest.fixture(scope="module")
def digits() -> Any:
    return dl.data.load("digits").normalized()


@pytest.fixture(scope="module")
def wild(digits: Any) -> Any:
    """A run whose learning rate is far too high."""
    keras.utils.set_random_seed(0)
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    model.compile(
        keras.optimizers.Adam(0.5), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    held_out = digits.x_test, digits.y_test
    arguments = {"epochs": 4, "batch_size": 64, "validation_data": held_out}
    return dl.fit(model, digits.x_train, digits.y_train, **arguments).wait()


def test_a_button_trains_a_better_run_beside_the_old_one(wild: Any, digits: Any) -> None:
    doctor = Doctor(wild)
    doctor.model_name = lambda: "MLP"
    until(lambda: doctor.watch.inside is not None, "a look inside")
    until(lambda: "rate_high" in doctor.diagnosis.kinds, "the diagnosis")
    from_page(doctor.notes, {"type": "try", "finding": "rate_high", "remedy": 0})
    title, panel = doctor.trials.children[0].children
    assert panel.bar.model_name == "MLP"
    until(lambda: "before" in title.value, "the end of the trial")
    assert "Best validation loss" in title.value
    names = [one["name"] for one in panel.charts[0].series if one["reference"]]
    assert "Before: loss per step" in names
    assert len(state_of(doctor, "children")) == 3
    doctor.close()
    assert panel.comm is None


def test_a_trial_ends_with_its_view(wild: Any) -> None:
    doctor = Doctor(wild)
    until(lambda: "rate_high" in doctor.diagnosis.kinds, "the diagnosis")
    remedy = doctor.diagnosis.findings[0].remedies[0]
    wild._engine.given.arguments["epochs"] = 100_000
    try:
        second = doctor.try_change(remedy)
    finally:
        wild._engine.given.arguments["epochs"] = 4
    until(lambda: second.step_count > 0, "a step of the trial")
    doctor.close()
    until(lambda: second.state.ended, "its end")
    assert second.state is State.STOPPED


def test_trials_begin_with_the_same_weights_and_change_one_thing(wild: Any) -> None:
    doctor = Doctor(wild)
    until(lambda: doctor.watch.data is not None, "the data")
    begun = wild._engine.given.initial
    changes = {
        "rate": Remedy("rate", "", 0.25),
        "clip": Remedy("clip", "", 1.0),
        "leaky_relu": Remedy("leaky_relu", ""),
        "dropout": Remedy("dropout", "", 0.5),
        "standardize": Remedy("standardize", ""),
    }
    for name, remedy in changes.items():
        second = doctor.try_change(remedy)
        second.stop()
        model = second.model
        first = second._engine.given.initial or model.get_weights()
        assert all(np.array_equal(a, b) for a, b in zip(begun, first, strict=True)), name
        rate = float(model.optimizer.learning_rate)
        assert rate == pytest.approx(0.25 if name == "rate" else 0.5)
        kinds = [type(layer).__name__ for layer in model.layers]
        assert ("Dropout" in kinds) == (name == "dropout")
        assert (model.optimizer.clipnorm == 1.0) == (name == "clip")
    assert len(doctor.trials.children) == 3  # older ones have been closed
    doctor.close()


def test_data_that_are_gone_are_said_to_be_gone() -> None:
    model = dl.models.line_neuron()
    model.compile("sgd", "mse")
    run = dl.fit(model, np.ones((64, 1)), np.ones((64, 1)), epochs=1).wait()
    doctor = Doctor(run)
    gc.collect()
    with pytest.raises(CannotTryError, match="are gone"):
        doctor.try_change(Remedy("rate", "", 0.1))
    x, y = np.ones((64, 1)), np.ones((64, 1))
    doctor.show(run, x, y)
    assert doctor.try_change(Remedy("rate", "", 0.1)).wait().step_count == 2
    doctor.close()


def test_a_recorded_run_is_diagnosed_and_tried(digits: Any, tmp_path: Any) -> None:
    keras.utils.set_random_seed(0)
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    model.compile(
        keras.optimizers.Adam(0.5), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    run = dl.fit(model, digits.x_train, digits.y_train, epochs=3, record=tmp_path).wait()
    recorded = dl.open_run(run.recording.path)
    alone = diagnosed(Doctor(recorded))  # judged by its curves, and its model isn't rebuilt
    assert alone.diagnosis.kinds == ("rate_high",)
    assert alone.watch.follower.source is None
    alone.close()
    doctor = Doctor(recorded, digits.x_train, digits.y_train)
    until(lambda: "rate_high" in doctor.diagnosis.kinds, "the diagnosis")
    second = doctor.try_change(doctor.diagnosis.findings[0].remedies[0]).wait()
    assert second.history["loss"][-1] < run.history["loss"][-1]
    doctor.close()


@pytest.mark.usefixtures("still")
def test_several_outputs_and_a_model_of_its_own_class_are_diagnosed_by_their_curves() -> None:
    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(4, activation="relu")(inputs)
    outputs = {"a": keras.layers.Dense(1)(hidden), "b": keras.layers.Dense(2)(hidden)}
    model = keras.Model(inputs, outputs)
    model.compile("adam", {"a": "mse", "b": "mse"})
    x = np.random.default_rng(0).normal(size=(200, 4)).astype("float32")
    y = {"a": x[:, :1], "b": x[:, :2]}
    run = dl.fit(model, x, y, epochs=4, batch_size=8).wait()
    doctor = diagnosed(Doctor(run))
    assert doctor.notes.tone == "fine", doctor.notes.findings
    assert doctor.watch.data is not None
    doctor.close()
