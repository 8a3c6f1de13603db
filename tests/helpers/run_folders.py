"""Folders of recorded runs that tests make up, without TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

import dlwidgets as dl
from dlwidgets.recording import RunWriter

if TYPE_CHECKING:
    from pathlib import Path

STEPS_PER_EPOCH = 20


class MadeRun:
    """A run that a test records, as fast as it wants.

    Args:
        folder: The folder of runs.
        name: Its name.
        rate: The learning rate, which is recorded, and tells the curves of runs apart.
        epochs: The number of epochs that it is to have.
        tags: Its tags.
        about: As for `dl.record`.
    """

    def __init__(
        self,
        folder: Path,
        name: str,
        *,
        rate: float = 0.001,
        epochs: int = 5,
        tags: tuple[str, ...] = (),
        about: dict[str, Any] | None = None,
    ) -> None:
        self.recorder = dl.training.Recorder(dl.training.Events())
        self.recorder.steps_per_epoch = STEPS_PER_EPOCH
        self.recorder.exact = frozenset({"loss"})
        self.epochs, self.rate = epochs, rate
        self.writer = RunWriter.create(
            dl.record(folder, name=name, tags=tags, about=about),
            {
                "model": {"name": "mlp", "class": "Sequential", "parameters": 1234},
                "compile": {"optimizer": {"class": "Adam", "learning_rate": rate}},
                "fit": {"batch_size": 32, "epochs": epochs},
                "data": {"x": {"kind": "array", "shape": [640, 8, 8, 1], "dtype": "float32"}},
                "versions": {"keras": "3.14.0"},
                "epochs": epochs,
            },
        )
        self.path = self.writer.path
        self.writer.follow(self.recorder)

    def train(self, epochs: int = 1) -> MadeRun:
        """Record some more epochs."""
        for _ in range(epochs):
            done = len(self.recorder.steps)
            step = np.arange(done + 1, done + STEPS_PER_EPOCH + 1)
            loss = np.exp(-step * self.rate * 10) + self.rate
            self.recorder.steps.extend(
                step=step,
                epoch=step / STEPS_PER_EPOCH,
                time=step / 100,
                values={"loss": loss},
            )
            last = float(step[-1])
            self.recorder.epochs.extend(
                step=[int(last)],
                epoch=[last / STEPS_PER_EPOCH],
                time=[last / 100],
                values={"loss": [loss.mean()], "val_accuracy": [1 - loss[-1] / 2]},
            )
            self.recorder.clock.set(last / 100)
        return self

    def end(self, state: str = "finished", message: str = "") -> MadeRun:
        """End the recording."""
        self.writer.sync()
        self.writer.close(state, message)
        return self
