"""Errors of training, in words that say what to do next."""

from __future__ import annotations

import contextlib
import re
import traceback
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import Message, error_message, join_messages, tr, trn
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import FrameType

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.snapshot import Snapshot


class NonFiniteLossError(ArithmeticError):
    """The loss, or the weights behind it, became NaN or infinite.

    Args:
        fact: What happened.
        step: The step at which it happened, counted from 1.
        advice: What to do next.
        kept: Which earlier weights were kept.
        kept_any: Whether there are any.

    Attributes:
        step: The step at which it happened, counted from 1.
        fact: What happened, without advice.
    """

    def __init__(self, fact: str, step: int, advice: str, kept: str, *, kept_any: bool) -> None:
        self.step, self.fact = step, fact
        self._advice, self._kept, self._kept_any = advice, kept, kept_any
        super().__init__(self.said(tr("Load them with `run.restore()`.")))

    def said(self, load: str) -> str:
        """Return what happened, and what to do.

        Args:
            load: How to load the weights that were kept; "" where they can't be loaded.

        Returns:
            A few sentences, translatable.
        """
        kept = [self._kept, load if self._kept_any else ""] if load else []
        return join_messages([self.fact, *kept, self._advice])

    def advising(self, advice: str) -> NonFiniteLossError:
        """Return the same error with other advice.

        Args:
            advice: What to do next.
        """
        return type(self)(self.fact, self.step, advice, self._kept, kept_any=self._kept_any)

    @classmethod
    def at_step(
        cls, recorder: Recorder, snapshot: Snapshot | None, name: str = "loss"
    ) -> NonFiniteLossError:
        """Return the error for the step that was recorded last.

        Args:
            recorder: What was recorded.
            snapshot: The weights that were kept before; None if there are none.
            name: The metric that isn't finite.
        """
        place = {"step": recorder.step, "epoch": recorder.epoch + 1}
        nan = bool(np.isnan(recorder.metrics[name].last))
        if name != "loss" and nan:
            what = tr("{name} became NaN at step {step} (epoch {epoch}).", name=name, **place)
        elif name != "loss":
            what = tr("{name} became infinite at step {step} (epoch {epoch}).", name=name, **place)
        elif nan:
            what = tr("The loss became NaN at step {step} (epoch {epoch}).", **place)
        else:
            what = tr("The loss became infinite at step {step} (epoch {epoch}).", **place)
        return cls._with(what, recorder, snapshot)

    @classmethod
    def in_weights(cls, recorder: Recorder, snapshot: Snapshot | None) -> NonFiniteLossError:
        """Return the error for weights that aren't finite anymore while the loss still is.

        ReLU turns NaN into 0 on a CPU, so a model can be ruined and its loss look healthy.

        Args:
            recorder: What was recorded.
            snapshot: The weights that were kept before; None if there are none.
        """
        what = tr(
            "The model's weights became NaN or infinite by step {step} (epoch {epoch}).",
            step=recorder.step,
            epoch=recorder.epoch + 1,
        )
        return cls._with(what, recorder, snapshot)

    @classmethod
    def _with(cls, what: str, recorder: Recorder, snapshot: Snapshot | None) -> NonFiniteLossError:
        advice = tr("A lower learning rate or gradient clipping helps most often.")
        return cls(
            what, recorder.step, advice, _kept_weights(snapshot), kept_any=snapshot is not None
        )


def _kept_weights(snapshot: Snapshot | None) -> str:
    if snapshot is None:
        return tr("No earlier weights were kept.")
    if not snapshot.step:
        return tr("The weights from before training are kept.")
    return tr("The weights after step {step} are kept.", step=snapshot.step)


class RunInProgressError(RuntimeError):
    """The model is being trained by another Run."""


def explain(error: BaseException) -> str:
    """Return an exception as a sentence or two for someone who watches a panel.

    Args:
        error: What a training raised.

    Returns:
        Plain text, translatable where it is dlwidgets' own. Otherwise the line of the exception's
        own message that names the cause.

    Example:
        >>> dl.training.explain(ValueError("Argument must be positive"))
        'Argument must be positive'
    """
    message = error_message(error)
    if isinstance(message, Message):
        return message
    kind, text = type(error).__name__, str(error).strip()
    if isinstance(error, TimeoutError) and not text:
        return tr("No training step ended within a minute.")
    if isinstance(error, MemoryError) or kind == "ResourceExhaustedError" or _NO_MEMORY in text:
        return tr(
            "Out of memory. Try a smaller batch size or a smaller model. ({details})",
            details=message,
        )
    if text == _NO_WEIGHT:
        return tr(
            "A weight couldn't be made, most likely for lack of memory. Call the model on one "
            "batch before the training to see why. ({details})",
            details=message,
        )
    return _explain_data(text) or _explain_pipeline(kind, text) or message


_NO_MEMORY = "OOM when allocating"
# What Keras says in a step when a layer without `build` failed to make its weights before it.
_NO_WEIGHT = "'SymbolicTensor' object has no attribute 'handle'"


def explain_failure(error: BaseException, callbacks: Iterable[Any]) -> str:
    """Return why a training failed, and which callback, if one did.

    Args:
        error: What the training raised.
        callbacks: The user's callbacks.

    Returns:
        As `explain`.
    """
    found = _callback_in(error, callbacks)
    if found is None:
        return explain(error)
    callback, hook = found
    return tr(
        "The callback {callback} failed in {hook}. {kind}: {message}",
        callback=type(callback).__name__,
        hook=hook,
        kind=type(error).__name__,
        message=str(error) if isinstance(error, KeyError) else explain(error),
    )


def _callback_in(error: BaseException, callbacks: Iterable[Any]) -> tuple[object, str] | None:
    """Return the callback that raised an error, and the name of its method."""
    # By the code that ran: to read the local variables of a frame would keep them, and the data.
    base = load_keras().callbacks.Callback
    hooks = {
        getattr(getattr(callback, name), "__code__", None): (callback, name)
        for callback in callbacks
        for name in dir(base)
        if name.startswith("on_")
    }
    # What isn't overridden belongs to all of them.
    for name in dir(base):
        hooks.pop(getattr(getattr(base, name), "__code__", None), None)
    frames = (frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__))
    return next((hooks[code] for code in frames if code in hooks), None)


def _explain_data(text: str) -> str:
    """Explain Keras's and TensorFlow's messages about labels and shapes; "" for others."""
    label = re.search(
        r"label value of (-?\d+) which is outside the valid range of \[(\S+?), (\d+)\)", text
    )
    if label:
        return _wrong_label(int(label[1]), int(label[3]))
    shape = re.search(r"expected shape=(\([^)]*\)), found shape=(\([^)]*\))", text)
    if shape:
        return tr(
            "The data has the wrong shape. The model expects {expected}, and a batch has "
            "{received}.",
            expected=_shape(shape[1]),
            received=_shape(shape[2]),
        )
    axis = re.search(
        r"expected axis -1 of input shape to have value (\d+), "
        r"but received input with shape (\([^)]*\))",
        text,
    )
    if axis:
        return tr(
            "The data has the wrong shape. The model expects {expected} values in the last axis, "
            "and a batch has {received}.",
            expected=int(axis[1]),
            received=_shape(axis[2]),
        )
    return ""


def _explain_pipeline(kind: str, text: str) -> str:
    """Explain what a Python generator raised, which the pipeline wraps, traceback and all."""
    if kind not in ("InvalidArgumentError", "UnknownError", "InternalError"):
        return ""
    raised = re.findall(r"^(\w*(?:Error|Exception|Interrupt)): (.+)$", text, re.MULTILINE)
    if not raised:
        return ""
    name, message = raised[-1]
    return tr("The data pipeline failed: {error}: {message}", error=name, message=message)


def _wrong_label(label: int, classes: int) -> str:
    return tr(
        "A label is {label}, but the model's output has {classes} classes, so labels must be from "
        "0 to {last}. Check the labels and the number of units of the last layer.",
        label=label,
        classes=classes,
        last=classes - 1,
    )


def labels_out_of_range(model: KerasModel, x: Nested, y: Nested) -> str:
    """Say whether labels are out of the range of a model's classes.

    With such a label XLA and GPUs compute a loss of NaN, where a CPU raises.

    Args:
        model: A compiled Keras model that has done a step.
        x: Inputs as given to `fit`.
        y: Targets as given to `fit`; only an array, for a model with one output, is checked.

    Returns:
        A sentence; "" if all are in range, the loss takes no class numbers, or it can't be
        known.
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


def _name_of_function(loss: object) -> str:
    return str(getattr(loss, "__name__", ""))


def _classes(model: KerasModel, x: Nested) -> int | None:
    """Return the length of the last axis of a model's only output; None if unknown."""
    outputs = getattr(model, "outputs", None)
    if outputs:
        return outputs[0].shape[-1] if len(outputs) == 1 else None
    try:
        last = model.compute_output_spec(load_keras().KerasTensor(x.shape, str(x.dtype))).shape[-1]
    except (TypeError, ValueError, NotImplementedError, AttributeError, IndexError):
        return None  # the user's own model need not report it, or x isn't an array
    return last if isinstance(last, int) else None


def forget_locals(error: BaseException) -> None:
    """Release what the functions that an exception has left still hold, such as the data.

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
    """Return a shape with None written as 'any'."""
    return text.replace("None", "any")


def non_finite_inputs(x: Nested, y: Nested, sample_weight: Nested = None) -> str:
    """Say whether the training arrays contain NaN or infinity.

    Args:
        x: Inputs as given to `fit`; only NumPy arrays and lists or dicts of them are checked.
        y: Targets, likewise.
        sample_weight: Weights, likewise.

    Returns:
        For example "3 of 60,000 samples of x contain NaN. The first is sample 17."; "" if all
        values are finite or can't be checked.
    """
    for name, value in (("x", x), ("y", y), ("sample_weight", sample_weight)):
        for label, array in _arrays(name, value):
            if array.dtype.kind != "f" or not array.ndim:
                continue
            # A sum is finite only if all its terms are; the slower check is for the few that fail.
            if np.isfinite(array.sum(dtype=np.float64)):
                continue
            bad = ~np.isfinite(array.reshape(len(array), -1)).all(axis=1)
            if bad.any():
                return _non_finite_samples(label, array, bad)
    return ""


def _non_finite_samples(label: str, array: np.ndarray, bad: np.ndarray) -> str:
    counts = {"total": len(array), "array": label, "first": int(np.argmax(bad))}
    if np.isnan(array).any():
        return trn(
            "{n} of {total} samples of {array} contains NaN. It is sample {first}.",
            "{n} of {total} samples of {array} contain NaN. The first is sample {first}.",
            int(bad.sum()),
            **counts,
        )
    return trn(
        "{n} of {total} samples of {array} contains infinity. It is sample {first}.",
        "{n} of {total} samples of {array} contain infinity. The first is sample {first}.",
        int(bad.sum()),
        **counts,
    )


def _arrays(name: str, value: Nested) -> list[tuple[str, np.ndarray]]:
    if isinstance(value, np.ndarray):
        return [(name, value)]
    if isinstance(value, dict):
        return [pair for k, v in value.items() for pair in _arrays(f"{name}[{k!r}]", v)]
    if isinstance(value, (list, tuple)) and any(isinstance(v, np.ndarray) for v in value):
        return [pair for i, v in enumerate(value) for pair in _arrays(f"{name}[{i}]", v)]
    return []
