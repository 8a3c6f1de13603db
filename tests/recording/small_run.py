"""A small run with everything that a recording holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

import dlwidgets as dl
from dlwidgets._messages import tr
from dlwidgets.training import Events, Recorder

if TYPE_CHECKING:
    from pathlib import Path

STEPS, EPOCHS = 8, 3


def recorder() -> Recorder:
    made = Recorder(Events())
    made.clock.start()
    return made


def train(recorder: Recorder, steps: int, *, epoch: int, whole: bool = True) -> None:
    """Record steps as a training does: float32 values, a metric that appears later, NaN."""
    recorder.begin_epoch(epoch)
    for i in range(1, steps + 1):
        step = recorder.step + 1
        values = {"loss": [np.float32(1 / step)], "accuracy": [np.float32(math.sqrt(step) / 9)]}
        if epoch:
            values["late"] = [math.nan if step % 2 else 1e-300]
        recorder.steps.extend(
            step=[step],
            epoch=recorder._fractions(epoch, np.array([i])),
            time=[recorder.clock.seconds],
            values=values,
        )
    if whole:
        logs = {"loss": 0.5 / (epoch + 1), "val_accuracy": 0.9 - epoch / 10}
        recorder.end_epoch(logs | ({"sometimes": math.nan} if epoch == 1 else {}))


def weights(step: int) -> dict[str, np.ndarray]:
    return {
        "dense/kernel": np.arange(12, dtype="f4").reshape(3, 4) + step,
        "dense/bias": np.full(4, step, "f4"),
    }


def record_small_run(folder: Path, *, budget: int = 200_000_000, **description: Any) -> Path:
    """Record a finished run and return its directory."""
    options = dl.record(folder, name="Small run", tags=["digits", "test"], budget=budget)
    writer = dl.recording.RunWriter.create(
        options, {"model": {"name": "mlp", "parameters": 16}, "epochs": EPOCHS, **description}
    )
    made = recorder()
    writer.follow(made)
    writer.probe({"inputs": np.zeros((2, 3), "f4"), "labels": np.array([0, 1])}, class_names="ab")
    for epoch in range(EPOCHS):
        train(made, STEPS, epoch=epoch)
        step = made.step
        place = (step, made.epoch_fraction, made.clock.seconds)
        writer.offer_snapshot(*place, weights(step), {"predictions": np.eye(2, 4, dtype="f4")})
        writer.histograms(step, {"weights/dense/kernel": (0.0, 1.0, np.arange(30))})
        writer.media(step, "digits", np.full((4, 4), epoch, "u1"))
        writer.resume_state({"w": np.full(3, step)}, {"step": step, "epoch": epoch})
        writer._writing.do(lambda: writer._writing.files.resources({"cpu_percent": 12.5}))
        made.mark("note", tr("Epoch {n} has ended.", n=epoch))
        assert writer.sync(30), writer.problem
    writer.close("finished")
    assert not writer.problem
    return writer.path
