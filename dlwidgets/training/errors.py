"""What can go wrong in a training, in words that say what to do next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.snapshot import Snapshot


class NonFiniteLossError(ArithmeticError):
    """The loss, or the weights behind it, became NaN or infinite.

    Attributes:
        step: The step at which it did, counted from 1.
    """

    def __init__(self, message: str, step: int) -> None:
        super().__init__(message)
        self.step = step

    @classmethod
    def at_step(
        cls, name: str, recorder: Recorder, snapshot: Snapshot | None
    ) -> NonFiniteLossError:
        """The error for the step that was recorded last.

        Args:
            name: The loss's name.
            recorder: What was recorded.
            snapshot: The weights that were kept before, None if there are none.
        """
        value = recorder.metrics[name].last
        what = f"{name} became {'NaN' if np.isnan(value) else 'infinite'} at"
        return cls(_not_finite(what, recorder, snapshot), recorder.step)

    @classmethod
    def in_weights(cls, recorder: Recorder, snapshot: Snapshot | None) -> NonFiniteLossError:
        """The error for weights that are no longer finite while the loss still is.

        ReLU turns NaN into 0 on a CPU, so a model can be ruined and its loss look healthy.

        Args:
            recorder: What was recorded.
            snapshot: The weights that were kept before, None if there are none.
        """
        what = "the model's weights had become NaN or infinite by"
        return cls(_not_finite(what, recorder, snapshot), recorder.step)


def _not_finite(what: str, recorder: Recorder, snapshot: Snapshot | None) -> str:
    kept = (
        f"The weights after step {snapshot.step:,} are kept: run.restore() loads them."
        if snapshot is not None
        else "No earlier weights were kept."
    )
    sentence = f"{what} step {recorder.step:,} (epoch {recorder.epoch + 1}). {kept}"
    advice = "A lower learning rate or gradient clipping helps most often."
    return f"{sentence[0].upper()}{sentence[1:]} {advice}"


class RunInProgressError(RuntimeError):
    """The model is being trained by another Run."""


def explain(error: BaseException) -> str:
    """An exception as a sentence or two for someone who watches a panel.

    Args:
        error: What a training raised.

    Returns:
        Plain text. What is not known better is the exception's own message, shortened to its
        part that a person can use.

    Example:
        >>> explain(ValueError("Argument must be positive"))
        'Argument must be positive'
    """
    text = str(error).strip() or type(error).__name__
    kind = type(error).__name__
    if kind == "ResourceExhaustedError" or isinstance(error, MemoryError):
        return (
            "Out of memory. A smaller batch size needs less; so does a smaller model. "
            f"({_first_line(text)})"
        )
    label = re.search(
        r"label value of (-?\d+) which is outside the valid range of \[(\S+?), (\d+)\)", text
    )
    if label:
        return (
            f"A label is {label[1]}, but the model's output has {label[3]} classes: labels must be "
            f"{label[2]} to {int(label[3]) - 1}. Check the last layer's units or the labels."
        )
    shape = re.search(r"expected shape=(\([^)]*\)), found shape=(\([^)]*\))", text)
    if shape:
        return (
            f"The data has the wrong shape: the model expects {_shape(shape[1])}, "
            f"and a batch has {_shape(shape[2])}."
        )
    axis = re.search(
        r"expected axis -1 of input shape to have value (\d+), "
        r"but received input with shape (\([^)]*\))",
        text,
    )
    if axis:
        return (
            f"The data has the wrong shape: the model expects {axis[1]} values in the last axis, "
            f"and a batch has {_shape(axis[2])}."
        )
    raised = re.findall(r"^(\w*(?:Error|Exception|Interrupt)): (.+)$", text, re.MULTILINE)
    if raised and kind in ("InvalidArgumentError", "UnknownError", "InternalError"):
        # The pipeline wraps what a Python generator raised, traceback and all.
        name, said = raised[-1]
        return f"The data pipeline failed: {name}: {said}"
    return _first_line(text)


def _shape(text: str) -> str:
    """A shape without its batch axis name, None written as 'any'."""
    return text.replace("None", "any")


def _first_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    first = lines[0] if lines else text
    # Keras begins some messages with where they happened, and says what happened after that.
    if first.startswith("Exception encountered when calling") and len(lines) > 1:
        first = re.sub(r"\x1b\[[0-9;]*m", "", lines[1])
    return first if len(first) <= 400 else first[:397] + "…"


def non_finite_inputs(x: Any, y: Any, sample_weight: Any = None) -> str:
    """Whether the arrays that were trained on hold NaN or infinity, in a sentence.

    Args:
        x: Inputs as given to `fit`; only numpy arrays and lists or dicts of them are looked at.
        y: Targets, likewise.
        sample_weight: Weights, likewise.

    Returns:
        For example "x holds NaN in 3 of 60,000 samples, the first is sample 17."; "" if all is
        finite or cannot be looked at.
    """
    for name, value in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for label, array in _arrays(name, value):
            if array.dtype.kind != "f" or not array.ndim:
                continue
            # A sum is finite only if all its terms are; the slower look is for the few that fail.
            if np.isfinite(array.sum(dtype=np.float64)):
                continue
            bad = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
            if bad.any():
                what = "NaN" if np.isnan(array).any() else "infinity"
                return (
                    f"{label} holds {what} in {int(bad.sum()):,} of {len(array):,} samples, "
                    f"the first is sample {int(np.argmax(bad)):,}."
                )
    return ""


def _arrays(name: str, value: Any) -> list[tuple[str, np.ndarray]]:
    if isinstance(value, np.ndarray):
        return [(name, value)]
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in _arrays(f"{name}[{k!r}]", v)]
    if isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
        return [pair for i, v in enumerate(value) for pair in _arrays(f"{name}[{i}]", v)]
    return []
