"""What is said, judged and written about a run, and about the machine."""

from __future__ import annotations

import json
import math
import os
import sys
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.model_outputs import final_activation
from dlwidgets.training import resources
from dlwidgets.training.cloning import clone
from dlwidgets.training.export import export, to_json
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.prediction import predict_batch
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import engine_of
from dlwidgets.training.verdicts import judge, outcome, straight_line
from tests.helpers.training import compile_for_digits, digits, layers, mlp

if TYPE_CHECKING:
    from pathlib import Path


def run_with(epochs: list[dict[str, float]]) -> Run:
    run = Run(keras.Sequential(name="net"), None)
    for index, logs in enumerate(epochs):
        engine_of(run).recorder.begin_epoch(index)
        engine_of(run).recorder.end_epoch(logs)
    return run


def predicted(run: Run, x: np.ndarray) -> tuple[np.ndarray, str]:
    """Output and last activation of a Run's model, as a view evaluates it."""
    source = ModelSource(run)
    source.refresh()
    return source.use(lambda model: (predict_batch(model, x), final_activation(model)))


def test_the_best_epoch_where_not_each_is_validated() -> None:
    run = run_with(
        [
            {"loss": 3.0},
            {"loss": 2.0, "val_loss": 2.0, "val_accuracy": 0.5},
            {"loss": 1.0},
            {"loss": 0.5, "val_loss": 1.0, "val_accuracy": 0.75},
        ]
    )
    assert outcome(run) == "Best validation loss 1 in epoch 4, validation accuracy 75.0%."
    assert outcome(run_with([{"loss": math.nan}])) == "loss isn't finite in any epoch."


def test_an_outcome_without_a_loss() -> None:
    class Own(keras.Model):
        def train_step(self, data: Any) -> Any:
            return {"distance": self(data[0])[0, 0]}

    inputs = keras.Input((64,))
    model = Own(inputs, layers.Dense(1)(inputs))
    model.compile()
    run = dl.fit(model, *digits(64)).wait()
    assert outcome(run) == "2 steps done."


def test_outputs_that_are_not_finite_are_never_right() -> None:
    verdicts = judge(np.array([[np.nan, np.nan], [0.9, 0.1]]), np.array([0, 0]))
    assert verdicts.right.tolist() == [False, True]


def test_a_sigmoid_per_class_is_judged_as_it_is() -> None:
    verdicts = judge(np.array([[0.9, 0.6, 0.2], [0.1, 0.3, 0.2]]), np.array([0, 2]))
    np.testing.assert_allclose(verdicts.confidence, [0.9, 0.3])
    assert verdicts.right.tolist() == [True, False]
    logits = np.array([[0.5, 0.25], [3.0, 1.0]])  # one of them is too large for a probability
    np.testing.assert_allclose(
        judge(logits, np.array([0, 0])).confidence, [1 / (1 + np.exp(-0.25)), 1 / (1 + np.exp(-2))]
    )


def test_what_the_model_says_of_its_outputs_counts_more_than_their_range() -> None:
    logits = np.array([[0.2, 0.9], [0.4, 0.1]])
    sure = judge(logits, np.array([1, 0]), activation="linear").confidence
    np.testing.assert_allclose(sure, [1 / (1 + np.exp(-0.7)), 1 / (1 + np.exp(-0.3))])
    one = judge(np.array([0.4, -0.1]), np.array([1, 0]), activation="linear")
    np.testing.assert_array_equal(one.predicted, [1, 0])
    np.testing.assert_allclose(one.confidence, [1 / (1 + np.exp(-0.4)), 1 / (1 + np.exp(-0.1))])
    sigmoid = judge(np.array([[0.4], [0.9]]), np.array([0, 1]), activation="sigmoid")
    np.testing.assert_allclose(sigmoid.confidence, [0.6, 0.9])
    moved = judge(np.array([[1.01, 0.0]]), np.array([0]), activation="softmax")  # half precision
    np.testing.assert_allclose(moved.confidence, [1.01])


def test_the_ending_is_that_of_the_output_that_is_seen() -> None:
    x, _ = digits(64)
    inputs = keras.Input((64,))
    ends = {"sure": layers.Dense(3, activation="softmax"), "free": layers.Dense(2)}
    model = keras.Model(inputs, {name: end(inputs) for name, end in ends.items()})
    model.compile("sgd", dict.fromkeys(ends, "mse"))
    run = dl.fit(model, x, {"sure": np.zeros((64, 3)), "free": np.zeros((64, 2))}).wait()
    output, activation = predicted(run, x)
    assert output.shape == (64, 3)
    assert activation == "softmax"


def test_a_line_through_nan() -> None:
    assert all(math.isnan(v) for v in straight_line(np.array([0.0, 1.0]), np.array([np.nan, 1])))


def test_a_metric_that_is_no_scalar_is_exported() -> None:
    x, y = digits(64)
    model = mlp(
        loss="categorical_crossentropy", metrics=[keras.metrics.F1Score(average=None, name="f1")]
    )
    run = dl.fit(model, x, np.eye(10)[y], epochs=2).wait()
    document = json.loads(to_json(run))
    assert np.shape(document["history"]["f1"]) == (2, 10)
    nothing = run_with([{"loss": math.inf, "f1": np.array([[np.nan, 1.0]])}])
    assert json.loads(to_json(nothing))["history"] == {"loss": [None], "f1": [[[None, 1.0]]]}


@pytest.mark.skipif(os.name == "nt", reason="modes of files are POSIX")
def test_the_file_mode(tmp_path: Path) -> None:
    run = run_with([{"loss": 1.0}])
    plain = tmp_path / "plain"
    plain.touch()
    new = export(run, tmp_path / "new.json")
    assert new.stat().st_mode == plain.stat().st_mode
    new.chmod(0o640)
    assert export(run, new).stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.json", "plain"]


class Secret(layers.Layer):
    def __init__(self, secret: object) -> None:
        super().__init__()

    def call(self, x: Any) -> Any:
        return x


@pytest.mark.parametrize(
    "layer", [lambda: layers.Lambda(lambda v: v * 2), lambda: Secret(object())], ids=["λ", "own"]
)
def test_models_that_cannot_be_described_are_read_at_boundaries(layer: Any) -> None:
    x, y = digits(64)
    model = compile_for_digits(keras.Sequential([keras.Input((64,)), layer(), layers.Dense(10)]))
    copy = clone(model)
    assert copy is None or copy is not model
    output, _ = predicted(dl.fit(model, x, y).wait(), x)
    np.testing.assert_allclose(output, model.predict(x, verbose=0), rtol=1e-5, atol=1e-6)


def test_a_clone_that_fails_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[int] = []

    def fail(model: Any) -> None:
        tries.append(1)
        raise KeyError

    monkeypatch.setattr("dlwidgets.training.shared_clone.clone", fail)
    x, y = digits(64)
    run = dl.fit(mlp(), x, y).wait()
    with pytest.raises(KeyError):
        predicted(run, x)
    assert predicted(run, x)[0].shape == (64, 10)
    assert tries == [1]


class Nvml:
    """NVIDIA's library with three GPUs: one in order, one lost, one that hides its memory."""

    NVMLError = type("NVMLError", (Exception,), {})
    NVML_TEMPERATURE_GPU = 0
    __spec__ = ModuleSpec("pynvml", None)

    def nvmlInit(self) -> None:
        pass

    def nvmlDeviceGetCount(self) -> int:
        return 3

    def nvmlDeviceGetHandleByIndex(self, index: int) -> int:
        return index

    def nvmlDeviceGetMemoryInfo(self, handle: int) -> Any:
        if handle:
            raise self.NVMLError
        return type("Memory", (), {"used": 1, "total": 2})

    def nvmlDeviceGetUtilizationRates(self, handle: int) -> Any:
        if handle == 1:
            raise self.NVMLError
        return type("Rates", (), {"gpu": 50})

    def nvmlDeviceGetTemperature(self, handle: int, _: int) -> int:
        raise self.NVMLError

    def nvmlDeviceGetName(self, handle: int) -> bytes:
        return b"H1"

    def nvmlDeviceGetUUID(self, handle: int) -> str:
        return f"GPU-{handle}abc"


@pytest.fixture
def nvml(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pynvml", Nvml())


@pytest.mark.usefixtures("nvml")
def test_gpus_that_do_not_answer() -> None:
    gpus = resources.ResourceMeter().read().gpus
    assert gpus == (
        resources.Gpu("H1", 50.0, 1.0, 2.0, -1.0),
        resources.Gpu("H1", 50.0, -1.0, -1.0, -1.0),
    )


@pytest.mark.usefixtures("nvml")
@pytest.mark.parametrize(
    ("chosen", "count"),
    [(None, 3), ("", 0), ("-1", 0), ("2", 1), ("0, 2", 2), ("0,9,1", 1), ("GPU-1a,GPU-7", 1)],
)
def test_gpus_that_are_hidden(
    monkeypatch: pytest.MonkeyPatch, chosen: str | None, count: int
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if chosen is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", chosen)
    assert resources.gpu_count() == count
