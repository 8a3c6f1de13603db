"""Runs that really trained, recorded into directories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

import dlwidgets as dl
from dlwidgets.recording import RecordedRun, RunWriter

if TYPE_CHECKING:
    from pathlib import Path

NOTE = "</script><script>alert(1)</script> & <img src=x onerror=alert(1)> “quoted” $& {braces}"
"""What nobody should write into a note."""


def recorded_cnn(
    folder: Path,
    *,
    data: str = "digits",
    epochs: int = 4,
    batch_size: int = 8,
    name: str = "digits",
) -> RecordedRun:
    """Train a small convolutional network, and return its recording.

    It has a probe of 32 samples, and a note, images and a text with awkward characters.

    Args:
        folder: Gets the run's directory.
        data: The data set.
        epochs: How long.
        batch_size: Samples per step.
        name: What the run is called.
    """
    digits = dl.data.load(data).normalized()
    x, y = digits.x_train, digits.y_train
    model = dl.models.compiled("small_cnn", input_shape=x.shape[1:], classes=10)
    probe = (digits.x_test[:32], digits.y_test[:32])
    options = dl.record(folder, name=name, tags=["digits", "<b>bold</b>"], probe=probe)
    validation = (digits.x_test, digits.y_test)
    run = dl.fit(
        model,
        x,
        y,
        epochs=epochs,
        batch_size=batch_size,
        validation_data=validation,
        record=options,
    )
    run.wait()
    assert run.recording is not None
    path, last = run.recording.path, len(run.metrics["loss"])
    writer = RunWriter.reopen(path, step=last)
    writer.event("note", NOTE, step=last, epoch=float(epochs))
    noise = np.random.default_rng(0).integers(0, 255, (2, 9, 12, 12), np.uint8)
    writer.media(0, "made images", noise[0])
    writer.media(last, "made images", noise[1])
    writer.media(last, "made text", f"Once upon a time {NOTE}", "text")
    writer.media(last, "made text marks", np.zeros((9, 12, 3), np.uint8), "marks")
    writer.close("finished")
    return dl.open_run(path)
