"""Recorded runs that were stopped, and what goes on from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np

import dlwidgets as dl
from tests.helpers.training import compile_for_digits, layers, same_weights, settled

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.training import Run

ONLY_AT_PAUSES = 1000.0  # seconds between two states


def dropping(seed: int = 1, rate: float = 0.3) -> Any:
    keras.utils.set_random_seed(seed)
    stack = [keras.Input((64,)), layers.Dense(16, activation="relu"), layers.Dropout(rate)]
    return compile_for_digits(keras.Sequential([*stack, layers.Dense(10)]))


def stopped(model: Any, folder: Path, steps: int, x: Any, y: Any = None, **arguments: Any) -> Path:
    """The directory of a recorded run that was stopped after so many steps."""
    record = dl.record(folder, resume_every=ONLY_AT_PAUSES)
    run = dl.fit(model, x, y, **arguments, record=record, start=False)
    run.pause()
    run.start()
    run.step(steps)
    settled(run)
    run.stop()
    assert run.wait().step_count == steps
    assert run.recording is not None
    return run.recording.path


def same_run(run: Run, whole: Run) -> None:
    same_weights(run.model, whole.model)
    assert run.history.history == whole.history.history
    assert run.history.epoch == whole.history.epoch
    for name, series in whole.metrics.items():
        np.testing.assert_array_equal(run.metrics[name].value, series.value, err_msg=name)
        np.testing.assert_array_equal(run.metrics[name].epoch, series.epoch)
