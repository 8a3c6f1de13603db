"""Predictions of one output of a model next to its true classes, whatever the output gives."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.endings import Ending
from dlwidgets.inspect.model_outputs import OutputError, label_columns
from dlwidgets.inspect.outcomes import Outcomes, outcomes
from dlwidgets.inspect.vectors import predict_places

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect._final_activation import FinalActivation
    from dlwidgets.inspect.endings import LabelKind
    from dlwidgets.inspect.model_outputs import ModelOutput

_MAX_PREDICTIONS = 1_000_000
"""So many pixels or time steps are counted at most."""

_ACTIVATIONS: dict[str, FinalActivation] = {
    "softmax": "softmax",
    "logits": "linear",
    "sigmoid": "sigmoid",
    "binary_logit": "linear",
    "multi_label": "sigmoid",
    "multi_label_logits": "sigmoid",
}


@dataclass(frozen=True, eq=False)
class Judged:
    """The predictions of one output next to the true classes.

    Attributes:
        outcomes: One row per prediction.
        places: Whether there is a prediction per time step or pixel, so several per sample.
        note: Which predictions are left out, as a sentence; "" for none.
        labels: How many labels a sample can have at once (multi-label); 0 for one class per sample.
        label: Which of these labels is judged: class 1 has it, class 0 hasn't.
    """

    outcomes: Outcomes
    places: bool = False
    note: str = ""
    labels: int = 0
    label: int = 0


def judge_output(
    model: KerasModel,
    x: Nested,
    y: Any,
    output: ModelOutput,
    *,
    classes: int | None = None,
    label: int = 0,
    labels: LabelKind | None = None,
) -> Judged:
    """Return the predictions of one output next to the true classes.

    An output with a prediction per time step or pixel gives a row for each of them; padding that a
    mask excludes isn't counted. Where samples have several labels at once (multi-label), each label
    is a question of its own, with the classes 0 (not) and 1.

    Args:
        model: A built Keras model.
        x: Samples as the model takes them, first axis the samples.
        y: The labels of this output: one class per prediction, or for several labels rows of 0s
            and 1s.
        output: One of the outputs, from `outputs_of`.
        classes: How many classes have names; `None` if that isn't known.
        label: Of several labels the one to judge, from 0; a larger number means the last.
        labels: What the labels are, from `ModelOutput.kind_of`; `None` looks at all of them.

    Raises:
        OutputError: The output or its labels can't be judged: a regression, several labels for an
            output of one class, or labels of another shape; the message says what to do.
        ValueError: As for `outcomes`.

    Example:
        >>> from dlwidgets.inspect.judging import judge_output
        >>> model = dl.models.mlp((8, 8, 1), 10)
        >>> output, = dl.inspect.outputs_of(model)
        >>> len(judge_output(model, np.zeros((3, 8, 8, 1)), [0, 1, 2], output).outcomes)
        3
    """
    truth = np.asarray(y)
    output = known_output(model, x, output)
    columns = _checked_columns(output, truth)
    kind = output.kind_of(truth) if labels is None else labels
    ending = output.ending(kind, classes)
    if classes == 1 == output.units and ending.kind in {"", "regression"} and not truth.any():
        ending = Ending("softmax", 1)
    _check_kinds(output, ending, truth, columns=columns, kind=kind)
    _check_names(output, ending, classes)
    n, places = len(truth), math.prod(truth.shape[1 : len(output.shape)])
    few = min(n, max(1, _MAX_PREDICTIONS // max(1, places))) if output.has_places else n
    note = ""
    if few < n:
        x = load_keras().tree.map_structure(lambda part: part[:few], x)
        truth = truth[:few]
        note = tr("Only the first {few} of {n} samples are counted.", few=few, n=n)
    values, mask = predict_places(model, x, output)
    known, ending = bool(ending.kind), ending.settled(values)
    if ending.kind == "regression":
        raise OutputError(no_classes(output))
    given, several = _for_outcomes(output, ending, values), 0
    activation = _ACTIVATIONS[ending.kind] if known or output.has_places else ""
    if columns and kind == "multi_hot":
        several, label = columns, min(label, columns - 1)
        given = _probability_of(label, ending, values)
        truth, columns, classes, activation = truth[..., label], 0, 2, "sigmoid"
    label = label if several else 0
    if not output.has_places:
        flat = truth if columns else truth.reshape(n)
        judged = outcomes(flat, given, classes=classes, activation=activation)
        return Judged(judged, labels=several, label=label)
    keep = np.ones(values.shape[:-1], bool).ravel()
    if mask is not None and mask.size == keep.size:
        keep = mask.ravel()
        hidden = int(keep.size - keep.sum())
        if hidden:
            left_out = trn(
                "{n} prediction for padding isn't counted.",
                "{n} predictions for padding aren't counted.",
                hidden,
            )
            note = join_messages([note, left_out])
    flat = truth.argmax(-1) if columns else truth
    rows = given.reshape(-1, given.shape[-1])[keep]
    judged = outcomes(flat.reshape(-1)[keep], rows, classes=classes, activation=activation)
    return Judged(judged, places=True, note=note, labels=several, label=label)


def known_output(model: KerasModel, x: Nested, output: ModelOutput) -> ModelOutput:
    """Return an output with its shape, found by one sample if nothing else could tell.

    Args:
        model: A built Keras model.
        x: Samples as the model takes them.
        output: One of its outputs.
    """
    if output.units:
        return output
    keras = load_keras()
    first = keras.tree.map_structure(lambda part: np.asarray(part[:1]), x)
    given = keras.tree.flatten(model.predict_on_batch(first))[output.index]
    return replace(output, shape=tuple(given.shape[1:]))


def _checked_columns(output: ModelOutput, truth: NDArray[Any]) -> int:
    columns = label_columns(output, truth)
    if columns is None or truth.dtype.kind not in "biuf":
        expected = ("n", *output.shape[:-1])
        message = tr(
            "Output {name} gives {shape} numbers per sample, so its labels need the shape "
            "{expected}. Received: `y` of shape {received}. Choose the output that `y` belongs to.",
            name=repr(output.name),
            shape=output.shape,
            expected=str(expected).replace("'", ""),
            received=truth.shape,
        )
        raise OutputError(message)
    return columns


def _check_kinds(
    output: ModelOutput, ending: Ending, truth: NDArray[Any], *, columns: int, kind: LabelKind
) -> None:
    if ending.kind == "regression":
        raise OutputError(no_classes(output))
    if (
        columns
        and kind == "multi_hot"
        and (ending.kind == "softmax" or output.loss == "categorical")
    ):
        message = tr(
            "Output {name} gives one class per sample, because it ends in a softmax or is trained "
            "like one, but rows of `y` have several 1s, or none. For several labels per sample, "
            "the output needs a sigmoid per label.",
            name=repr(output.name),
        )
        raise OutputError(message)
    if output.has_places and kind in {"numbers", "", "classes" if columns else ""}:
        message = tr(
            "Expected the classes 0, 1, 2, … or one-hot rows as labels of output {name}. Received: "
            "{values}",
            name=repr(output.name),
            values=truth.ravel()[:6].tolist(),
        )
        raise OutputError(message)


def _check_names(output: ModelOutput, ending: Ending, classes: int | None) -> None:
    if classes and ending.classes and classes != ending.classes:
        message = tr(
            "Expected {classes} `class_names`, one per class of output {name}. Received: {names}.",
            classes=ending.classes,
            name=repr(output.name),
            names=classes,
        )
        raise OutputError(message)


def no_classes(output: ModelOutput) -> str:
    """Return why the output of a regression can't be judged, as a sentence."""
    return tr(
        "Output {name} is a regression: it gives numbers, not classes. If it is the logit of two "
        "classes, give two `class_names`, or compile the model with "
        "`BinaryCrossentropy(from_logits=True)`.",
        name=repr(output.name),
    )


def _probability_of(label: int, ending: Ending, values: NDArray[Any]) -> NDArray[Any]:
    """The probability of one of several labels, shape (…, 1)."""
    if ending.kind == "logits":  # several labels have a sigmoid each
        ending = replace(ending, kind="multi_label_logits")
    return ending.probabilities(values)[..., label : label + 1]


def _for_outcomes(output: ModelOutput, ending: Ending, values: NDArray[Any]) -> NDArray[Any]:
    if ending.kind == "multi_label_logits":
        return ending.probabilities(values)
    if ending.kind == "sigmoid" and output.activation == "linear":  # of least squares
        return np.asarray(np.clip(values, 0, 1))
    return values
