"""What can go wrong in a training, in words that say what to do next."""

from __future__ import annotations

import contextlib
import re
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from types import FrameType

    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.snapshot import Snapshot


class NonFiniteLossError(ArithmeticError):
    """The loss, or the weights behind it, became NaN or infinite.

    Attributes:
        step: The step at which it did, counted from 1.
        fact: What happened, without advice.
    """

    def __init__(self, fact: str, step: int, advice: str = "") -> None:
        super().__init__(f"{fact} {advice}".rstrip())
        self.step, self.fact = step, fact

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
        return cls(_not_finite(what, recorder, snapshot), recorder.step, _LOWER_RATE)

    @classmethod
    def in_weights(cls, recorder: Recorder, snapshot: Snapshot | None) -> NonFiniteLossError:
        """The error for weights that are no longer finite while the loss still is.

        ReLU turns NaN into 0 on a CPU, so a model can be ruined and its loss look healthy.

        Args:
            recorder: What was recorded.
            snapshot: The weights that were kept before, None if there are none.
        """
        what = "the model's weights had become NaN or infinite by"
        return cls(_not_finite(what, recorder, snapshot), recorder.step, _LOWER_RATE)


_LOWER_RATE = "A lower learning rate or gradient clipping helps most often."


def _not_finite(what: str, recorder: Recorder, snapshot: Snapshot | None) -> str:
    kept = "No earlier weights were kept."
    if snapshot is not None:
        which = f"after step {snapshot.step:,}" if snapshot.step else "from before the training"
        kept = f"The weights {which} are kept: run.restore() loads them."
    sentence = f"{what} step {recorder.step:,} (epoch {recorder.epoch + 1}). {kept}"
    return f"{sentence[0].upper()}{sentence[1:]}"


class RunInProgressError(RuntimeError):
    """The model is being trained by another Run."""


_SLOW = "No step of the training ended within a minute."
"""What ends the wait for a boundary says nothing."""


def explain(error: BaseException) -> str:
    """An exception as a sentence or two for someone who watches a panel.

    Args:
        error: What a training raised.

    Returns:
        Plain text. What is not known better is the exception's own message, shortened to its
        part that a person can use.

    Example:
        >>> dl.training.explain(ValueError("Argument must be positive"))
        'Argument must be positive'
    """
    kind = type(error).__name__
    text = str(error).strip() or (_SLOW if isinstance(error, TimeoutError) else kind)
    if kind == "ResourceExhaustedError" or isinstance(error, MemoryError):
        return (
            "Out of memory. A smaller batch size needs less; so does a smaller model. "
            f"({_first_line(text)})"
        )
    label = re.search(
        r"label value of (-?\d+) which is outside the valid range of \[(\S+?), (\d+)\)", text
    )
    if label:
        return _wrong_label(int(label[1]), int(label[3]))
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


def _wrong_label(label: int, classes: int) -> str:
    return (
        f"A label is {label}, but the model's output has {classes} classes: labels must be 0 to "
        f"{classes - 1}. Check the last layer's units or the labels."
    )


def labels_out_of_range(model: Any, x: Any, y: Any) -> str:
    """Whether class numbers do not fit a model's output, in a sentence.

    XLA and GPUs give a loss of NaN for such a label, where a CPU raises.

    Args:
        model: A compiled Keras model that has done a step.
        x: Inputs as given to `fit`.
        y: Targets as given to `fit`; only an array, for a model with one output, is looked at.

    Returns:
        As `explain` says it; "" if all are in range, the loss takes no class numbers, or it cannot
        be known.
    """
    loss = model.loss
    names = {loss} if isinstance(loss, str) else {type(loss).__name__, _name_of_function(loss)}
    if names.isdisjoint(_SPARSE_LOSSES) or not isinstance(y, np.ndarray):
        return ""
    classes = _classes(model, x)
    if classes is None or y.dtype.kind not in "iuf":
        return ""
    with np.errstate(invalid="ignore"):
        wrong = y[(y < 0) | (y >= classes)]
    wrong = wrong[wrong != getattr(loss, "ignore_class", None)]
    return _wrong_label(int(wrong[0]), classes) if wrong.size else ""


_SPARSE_LOSSES = ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy")


def _name_of_function(loss: Any) -> str:
    return str(getattr(loss, "__name__", ""))


def _classes(model: Any, x: Any) -> int | None:
    """The length of the last axis of a model's only output; None if that cannot be known."""
    outputs = getattr(model, "outputs", None)
    if outputs:
        return outputs[0].shape[-1] if len(outputs) == 1 else None
    try:
        last = model.compute_output_spec(load_keras().KerasTensor(x.shape, str(x.dtype))).shape[-1]
    except (TypeError, ValueError, NotImplementedError, AttributeError, IndexError):
        return None  # a model of somebody's own need not tell, or x is no array
    return last if isinstance(last, int) else None


def forget_locals(error: BaseException) -> None:
    """Let go of what the functions that an exception has left still hold, such as the data.

    The traceback stays, with its files, lines and functions.

    Args:
        error: An exception that was caught.
    """
    seen: set[int] = set()
    chain: list[BaseException | None] = [error]
    while chain:
        link = chain.pop()
        if link is not None and id(link) not in seen:
            seen.add(id(link))
            for frame, _ in traceback.walk_tb(link.__traceback__):
                _clear_with_callers(frame)
            chain += [link.__cause__, link.__context__]


def _clear_with_callers(frame: FrameType | None) -> None:
    # Keras takes its own frames out of a traceback; those that are left still lead to them.
    while frame is not None:
        with contextlib.suppress(RuntimeError):  # it is still running
            frame.clear()
        frame = frame.f_back


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
