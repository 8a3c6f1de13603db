"""Where the systems of the course are trained: seeded, recorded, counted and timed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from dlwidgets import data
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run

SNAPSHOTS = 20_000_000
"""Bytes that the snapshots of a recorded run take at most."""


class Lab:
    """Trains one system once.

    Args:
        seed: The seed of weights, dropout and the order of samples.
        runs: The folder in which runs are recorded. `None`: they aren't.
        tags: Words by which the recorded runs are found.

    Attributes:
        seed: The seed.
        steps: Training steps so far, of all models.
        seconds: How long `fit` took, in seconds, of all models.
        device: What they were trained on, such as "CPU".

    Example:
        >>> from dlwidgets.course.lab import Lab
        >>> lab = Lab(1)
        >>> line = lab.load("line")
        >>> model = dl.models.compiled("line", input_shape=(1,), classes=0, optimizer="sgd")
        >>> run = lab.fit(model, line.x_train, line.y_train, epochs=2, name="line")
        >>> len(run.history["loss"]), lab.steps == run.step_count
        (2, True)
    """

    def __init__(self, seed: int, runs: Path | None = None, tags: tuple[str, ...] = ()) -> None:
        self.seed, self._runs, self._tags = seed, runs, tags
        self.steps, self.seconds, self.device = 0, 0.0, ""
        load_keras().utils.set_random_seed(seed)

    def load(self, name: str) -> Dataset:
        """Return a data set that is on this machine, as `dl.data.load` does.

        Raises:
            DataNotFoundError: It isn't: the system is noted as not run.
        """
        return data.load(name, download_missing=False)

    def fit(self, model: KerasModel, *args: Any, name: str, **options: Any) -> Run:
        """Train a model as `dl.fit` does, and wait for the end.

        Args:
            model: A compiled model.
            *args: The arguments of `dl.fit`.
            name: What the recorded run is called.
            **options: More of them.

        Returns:
            The Run, which has ended.
        """
        from dlwidgets.recording.options import record
        from dlwidgets.training import fit

        if self._runs is not None:
            title = f"{name}, seed {self.seed}"
            options["record"] = record(self._runs, name=title, tags=self._tags, budget=SNAPSHOTS)
        begun = time.perf_counter()
        run = fit(model, *args, **options).wait()
        self.seconds += time.perf_counter() - begun
        self.steps += run.step_count
        self.device = run.device
        return run
