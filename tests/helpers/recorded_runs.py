"""Runs that really trained, recorded into directories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

import dlwidgets as dl
from dlwidgets.inspect.activations import activations
from dlwidgets.recording import RecordedRun, RunWriter
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from pathlib import Path

NOTE = "</script><script>alert(1)</script> & <img src=x onerror=alert(1)> “quoted” $& {braces}"
"""What nobody should write into a note."""


class _Snapshots(keras.callbacks.Callback):
    """Offers the weights, and what the model makes of the probe, after chosen steps."""

    def __init__(self, writer: RunWriter, x: Any, steps: set[int]) -> None:
        super().__init__()
        self.writer, self.x, self.steps = writer, x, steps
        self.place = lambda: (0.0, 0.0)
        self.step = 0

    def on_train_begin(self, logs: Any = None) -> None:
        self._offer()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.step += 1
        if self.step in self.steps:
            self._offer()

    def _offer(self) -> None:
        weights = {v.path: np.asarray(v).copy() for v in self.model.variables}
        layers = activations(self.model, self.x)
        probe = {f"activations/{name}": np.asarray(v).copy() for name, v in layers.items()}
        probe["predictions"] = np.asarray(self.model(self.x, training=False))
        self.writer.offer_snapshot(self.step, *self.place(), weights, probe)


def recorded_cnn(
    folder: Path,
    *,
    data: str = "digits",
    steps: int = 300,
    batch_size: int = 32,
    snapshots: int = 6,
    name: str = "digits",
) -> RecordedRun:
    """Train a small convolutional network, and return its recording.

    Args:
        folder: Gets the run's directory.
        data: The data set.
        steps: Training steps.
        batch_size: Samples per step.
        snapshots: How many, the first before the training.
        name: What the run is called.
    """
    digits = dl.data.load(data).normalized()
    x, y = digits.x_train, digits.y_train
    model = dl.models.compiled("small_cnn", input_shape=x.shape[1:], classes=10)
    epochs = max(1, steps // -(-len(x) // batch_size))
    options = dl.record(folder, name=name, tags=["digits", "<b>bold</b>"], budget=500_000_000)
    about = {"name": model.name, "class": "Sequential", "parameters": model.count_params()}
    writer = RunWriter.create(
        options,
        {
            "model": about,
            "epochs": epochs,
            "fit": {"epochs": epochs, "batch_size": batch_size},
            "data": {"name": data, "samples": len(x)},
            "versions": {"keras": keras.__version__, "dlwidgets": dl.__version__},
        },
    )
    probe, answers = digits.x_test[:32], digits.y_test[:32]
    writer.probe(
        {"inputs": np.asarray(probe), "labels": np.asarray(answers)},
        class_names=[f"number {i}" for i in range(10)],
    )
    places = set(np.linspace(0, steps, snapshots).round().astype(int).tolist()[1:])
    callback = _Snapshots(writer, probe, places)
    run = dl.fit(
        model,
        x,
        y,
        epochs=epochs,
        batch_size=batch_size,
        callbacks=[callback],
        validation_data=(digits.x_test, digits.y_test),
        start=False,
    )
    recorder = engine_of(run).recorder
    callback.place = lambda: (recorder.epoch_fraction, recorder.clock.seconds)
    writer.follow(recorder)
    run.start()
    run.wait()
    writer.event("note", NOTE)
    noise = np.random.default_rng(0).integers(0, 255, (2, 9, 12, 12), np.uint8)
    writer.media(0, "made images", noise[0])
    writer.media(recorder.step, "made images", noise[1])
    writer.media(recorder.step, "made text", f"Once upon a time {NOTE}", "text")
    writer.close("finished")
    return dl.open_run(writer.path)
