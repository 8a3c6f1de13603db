"""What a recording keeps of snapshots: histograms and what the model makes of a probe."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose

import dlwidgets as dl
from dlwidgets.inspect.activations import activations
from dlwidgets.inspect.tracking import weight_paths
from dlwidgets.recording.writer import RunWriter
from dlwidgets.training.probe import ProbeRecorder, compact, probe_samples
from dlwidgets.training.snapshot import Snapshot
from tests.helpers.models import small_cnn

if TYPE_CHECKING:
    from pathlib import Path

L = keras.layers


@pytest.fixture(scope="module")
def digits() -> dl.data.Dataset:
    """Real digits."""
    return dl.data.load("digits").normalized()


def snapshot(model: Any, step: int) -> Snapshot:
    """The weights of a model, as a run takes them."""
    return Snapshot(tuple(np.array(w) for w in model.get_weights()), step, step / 10, step / 100)


def recorded(folder: Path, recorder: ProbeRecorder, model: Any, steps: list[int]) -> Any:
    """A recording of a model that changes from step to step."""
    writer = RunWriter.create(dl.record(folder), {"model": {"name": "cnn"}})
    source = dl.training.Recorder(dl.training.Events())
    writer.follow(source)
    random = np.random.default_rng(0)
    for step in steps:
        done = range(source.step + 1, step + 1)
        zeros = [0.0] * len(done)
        source.steps.extend(step=[*done], epoch=zeros, time=zeros, values={"loss": zeros})
        assert writer.sync(30)
        writer._snapshots._from = writer._histograms._from = 0.0  # no wait between two
        recorder._balance = 1.0
        model.set_weights([w + 0.1 * random.normal(size=w.shape) for w in model.get_weights()])
        recorder.offer(writer, snapshot(model, step))
        assert writer.sync(30)
    writer.close("finished")
    return dl.open_run(writer.path)


def test_what_can_be_seen_later_without_the_model(tmp_path: Path, digits: dl.data.Dataset) -> None:
    model = small_cnn()
    x, y = digits.x_test[:12], digits.y_test[:12]
    rec = recorded(tmp_path, ProbeRecorder(model, (x, y)), model, [1, 5, 9])
    assert [info.step for info in rec.snapshots] == [1, 5, 9]
    probe = rec.probe(9)
    assert_allclose(probe.inputs, x)
    assert probe.labels.tolist() == y.tolist()
    exact = activations(model, x)
    assert list(probe.activations) == list(exact)
    for name, values in exact.items():
        assert probe.activations[name].dtype == np.float16
        assert_allclose(probe.activations[name], values, rtol=1e-3, atol=1e-3)
    assert_allclose(probe.predictions, model.predict(x, verbose=0), atol=1e-5)
    assert not np.allclose(rec.probe(1).predictions, probe.predictions)
    found = rec.histograms()
    kinds = {name.partition("/")[0] for name in found}
    assert kinds == {"weights", "gradients", "activations", "predictions"}
    for path, weight in zip(weight_paths(model), model.get_weights(), strict=True):
        last = found[f"weights/{path}"][-1]
        counts, edges = np.histogram(weight, 30)
        assert (last.step, last.counts.tolist()) == (9, counts.tolist())
        assert (last.low, last.high) == pytest.approx((edges[0], edges[-1]))
        assert len(found[f"gradients/{path}"]) == 3
    assert [h.step for h in found["activations/first"]] == [1, 5, 9]
    assert len(found["predictions/7"]) == 3
    assert rec.damage == ()


def test_without_a_probe_there_are_histograms_of_weights_alone(tmp_path: Path) -> None:
    model = small_cnn()
    recorder = ProbeRecorder(model)
    rec = recorded(tmp_path, recorder, model, [2, 4])
    assert {name.partition("/")[0] for name in rec.histograms()} == {"weights"}
    assert rec.probe(4).activations == {}
    assert recorder._clone is None


def test_the_model_that_trains_is_left_alone(digits: dl.data.Dataset) -> None:
    model = small_cnn()
    recorder = ProbeRecorder(model, digits.x_test[:4])
    before = model.get_weights()
    other = [w + 1 for w in before]
    look = recorder.look(other)
    assert all(np.array_equal(a, b) for a, b in zip(model.get_weights(), before, strict=True))
    model.set_weights(other)
    assert_allclose(
        look.tensors["predictions"], model.predict(digits.x_test[:4], verbose=0), atol=1e-5
    )


def test_looks_cost_no_more_than_they_may(digits: dl.data.Dataset) -> None:
    model = small_cnn()
    recorder = ProbeRecorder(model, (digits.x_test, digits.y_test))
    weights = model.get_weights()
    recorder.look(weights)
    assert recorder.spent == 0  # it builds graphs
    looks = 0
    while recorder.due() and looks < 500:
        recorder.look(weights)
        looks += 1
    assert 0.02 <= recorder.spent < 1.5
    assert looks >= 1
    assert not recorder.due()
    recorder._at -= 1000
    assert recorder.due()


def test_activations_are_kept_within_their_room() -> None:
    many = {"conv": np.ones((32, 28, 28, 16), "f4"), "dense": np.ones((32, 10), "f4")}
    found = compact(many, most=100_000)
    assert {name: a.shape[0] for name, a in found.items()} == {
        "activations/conv": 3,
        "activations/dense": 3,
    }
    image = np.arange(2 * 64 * 64 * 64, dtype="f4").reshape(2, 64, 64, 64) / 1e5
    found = compact({"conv": image}, most=200_000)
    small = found["activations/conv"]
    assert small.shape == (1, 32, 32, 64)
    assert_allclose(small[0, 0, 0], image[0, :2, :2].mean((0, 1)), rtol=1e-3)
    assert compact({"long": np.ones((1, 10**6), "f4")}, most=1000) == {}
    huge = compact({"wild": np.array([[1e6, np.nan]], "f4")})["activations/wild"]
    assert huge[0, 0] == 1e6


@pytest.mark.parametrize(
    ("probe", "n", "labeled"),
    [(None, 0, False), (5, 5, True), (False, 0, False), ("x", 20, False), ("xy", 20, True)],
)
def test_ways_to_give_a_probe(probe: Any, n: int, labeled: bool, digits: dl.data.Dataset) -> None:
    x, y = digits.x_test[:20], digits.y_test[:20]
    given = {"x": x, "xy": (x, y)}.get(probe, probe)
    found = probe_samples(given, small_cnn(), digits.x_train, digits.y_train)
    assert (0 if found is None else len(found)) == n
    assert (found is not None and found.y is not None) == labeled


def test_a_number_of_samples_needs_data_that_can_be_read_twice() -> None:
    with pytest.raises(ValueError, match=r"Pass `probe=\(x, y\)`"):
        probe_samples(8, small_cnn(), iter([]))


def test_several_inputs(tmp_path: Path) -> None:
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    model = keras.Model({"a": a, "b": b}, L.Dense(1)(L.concatenate([a, b])))
    model.compile("sgd", "mse")
    x = {"a": np.ones((4, 3), "f4"), "b": np.zeros((4, 2), "f4")}
    rec = recorded(tmp_path, ProbeRecorder(model, (x, np.arange(4) / 3)), model, [1])
    assert rec.probe(1).inputs.shape == (4, 3)
    assert rec.probe(1).predictions.shape == (4, 1)


def test_a_model_that_cannot_be_cloned_has_histograms_of_its_weights(tmp_path: Path) -> None:
    class Closed(keras.Model):
        """A model whose configuration doesn't describe it."""

        def __init__(self, units: int) -> None:
            super().__init__()
            self.dense = L.Dense(units)

        def call(self, x: Any) -> Any:
            """Return the layer's output."""
            return self.dense(x)

        def get_config(self) -> dict[str, Any]:
            """Refuse."""
            raise NotImplementedError

    model = Closed(3)
    model(np.ones((1, 2)))
    recorder = ProbeRecorder(model, np.ones((2, 2)))
    rec = recorded(tmp_path, recorder, model, [1])
    assert "can't be cloned" in recorder.message
    assert {name.partition("/")[0] for name in rec.histograms()} == {"weights"}


def test_the_recording_is_read_without_tensorflow(tmp_path: Path, digits: dl.data.Dataset) -> None:
    model = small_cnn()
    rec = recorded(tmp_path, ProbeRecorder(model, digits.x_test[:3]), model, [1])
    code = f"""
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
import dlwidgets as dl
rec = dl.open_run({str(rec.path)!r})
print(len(rec.probe(1).activations), len(rec.histograms()))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    layers, names = map(json.loads, done.stdout.split())
    assert layers == 4
    assert names > 10


def test_a_probe_that_fails_ends_no_training(
    tmp_path: Path, digits: dl.data.Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise OSError("no such layer")

    monkeypatch.setattr("dlwidgets.training.probe.clone", fail)
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    x, y = digits.x_train[:64], digits.y_train[:64]
    options = dl.record(tmp_path, probe=(x[:4], y[:4]))
    run = dl.fit(model, x, y, epochs=1, record=options).wait()
    assert run.state == "finished"
    assert "The probe isn't recorded." in run.message
