"""Exceptions in words for someone who watches a panel."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.training import explain
from dlwidgets.training.errors import non_finite_inputs


class ResourceExhaustedError(Exception):
    """Named as TensorFlow's own."""


class InvalidArgumentError(Exception):
    """Named as TensorFlow's own."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("Argument must be positive"), "Argument must be positive"),
        (ValueError(), "ValueError"),
        (TimeoutError(), "No training step ended within a minute."),
        (TimeoutError("the camera is slow"), "the camera is slow"),
        (MemoryError("no space"), "Out of memory. Try a smaller batch size"),
        (ResourceExhaustedError("OOM when allocating"), "Out of memory."),
        (
            ValueError("x\nexpected shape=(None, 64), found shape=(32, 30)"),
            "The model expects (any, 64), and a batch has (32, 30)",
        ),
        (
            ValueError(
                "Input 0 of layer dense is incompatible: expected axis -1 of input shape to have "
                "value 64, but received input with shape (None, 30)"
            ),
            "The model expects 64 values in the last axis, and a batch has (any, 30)",
        ),
        (
            InvalidArgumentError(
                "Received a label value of 12 which is outside the valid range of [0, 10). "
                "Label values: 1 12"
            ),
            "A label is 12, but the model's output has 10 classes, so labels must be from 0 to 9.",
        ),
        (
            InvalidArgumentError(
                "OSError: gone\nTraceback (most recent call last):\nOSError: gone"
            ),
            "The data pipeline failed: OSError: gone",
        ),
        (RuntimeError("x" * 900), "x" * 397 + "…"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_words(error: Exception, words: str) -> None:
    assert words in explain(error)
    assert "\n" not in explain(error)


def test_data_that_are_not_finite_are_named() -> None:
    x = np.zeros((100, 3, 2), "float32")
    assert non_finite_inputs(x, x) == ""
    x[[40, 60], 1] = np.nan
    assert non_finite_inputs(x, None) == (
        "2 of 100 samples of x contain NaN. The first is sample 40."
    )
    y = np.zeros(100)
    y[3] = np.inf
    assert non_finite_inputs(np.zeros((2, 2)), {"a": y}) == (
        "1 of 100 samples of y['a'] contains infinity. It is sample 3."
    )
    assert "samples of x[1] contains infinity" in non_finite_inputs([np.zeros(3), y], None)
    assert non_finite_inputs(iter([]), np.array(["text"])) == ""
    large = np.full((4, 4), 3e38, "float32")  # finite, though its sum is not in 32 bits
    assert non_finite_inputs(large, None) == ""
