"""Small real recordings: a network that learns the digits, with snapshots and a probe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets import models
from dlwidgets.recording import RunWriter, record
from dlwidgets.training.events import Events
from dlwidgets.training.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dlwidgets.data import Dataset

PROBE = 12
BATCH = 64


class Recording:
    """A recording that a test writes step by step."""

    def __init__(
        self,
        folder: Path,
        digits: Dataset,
        model: Any = None,
        epochs: int = 3,
        *,
        labeled: bool = True,
    ) -> None:
        import keras

        keras.utils.set_random_seed(3)
        self.model = model or models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        self.digits, self.per_epoch = digits, 10
        self.recorder = Recorder(Events())
        self.recorder.steps_per_epoch = self.per_epoch
        about = {"name": self.model.name, "parameters": self.model.count_params()}
        self.writer = RunWriter.create(
            record(folder, name="digits"), {"model": about, "epochs": epochs}
        )
        self.path = self.writer.path
        self.model.save(self.path / "model.keras")
        tensors = {"inputs": digits.x_test[:PROBE]}
        if labeled:
            tensors["labels"] = digits.y_test[:PROBE]
        self.writer.probe(tensors, class_names=[*digits.class_names])
        self.writer.follow(self.recorder)
        self.weights: dict[int, list[np.ndarray]] = {}
        self.predictions: dict[int, np.ndarray] = {}
        self._batches = self._endless()

    def _endless(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        while True:
            for start in range(0, BATCH * self.per_epoch, BATCH):
                part = slice(start, start + BATCH)
                yield self.digits.x_train[part], self.digits.y_train[part]

    def train(self, steps: int) -> None:
        """Train so many steps."""
        for _ in range(steps):
            x, y = next(self._batches)
            logs = self.model.train_on_batch(x, y, return_dict=True)
            step = self.recorder.step + 1
            self.recorder.steps.extend(
                step=[step],
                epoch=[step / self.per_epoch],
                time=[step * 0.05],
                values={name: [float(value)] for name, value in logs.items()},
            )
            if step % self.per_epoch == 0:
                self.recorder.end_epoch({n: float(v) for n, v in logs.items()})
                self.recorder.begin_epoch(step // self.per_epoch)

    def snapshot(self) -> None:
        """Record the weights now, and what the model gives for the probe."""
        import keras

        step, x = self.recorder.step, self.digits.x_test[:PROBE]
        conv = next(la for la in self.model.layers if isinstance(la, keras.layers.Conv2D))
        maps = keras.Model(self.model.inputs, conv.output).predict(x, verbose=0)
        self.weights[step] = self.model.get_weights()
        self.predictions[step] = self.model.predict(x, verbose=0)
        tensors = {v.path: np.array(v) for v in self.model.weights}
        self.writer.offer_snapshot(
            step,
            step / self.per_epoch,
            step * 0.05,
            tensors,
            {f"activations/{conv.name}": maps, "predictions": self.predictions[step]},
        )
        self.writer.sync()

    def record(self, steps: Sequence[int]) -> None:
        """Train up to each of these steps, and record the weights there."""
        for step in steps:
            self.train(step - self.recorder.step)
            self.snapshot()

    def close(self, state: str = "finished") -> Path:
        """End the recording, and return its directory."""
        self.writer.close(state)
        return self.path
