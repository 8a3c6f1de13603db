"""What a Run, or a recorded run, gives for a diagnosis."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.data.samples import is_stream, take
from dlwidgets.inspect.calling import is_built
from dlwidgets.inspect.choosing import Targets, choose
from dlwidgets.inspect.diagnosis.facts import Curves, DataFacts, Setup, Task
from dlwidgets.inspect.diagnosis.looking_at_data import data_facts
from dlwidgets.inspect.endings import label_kind, loss_kind
from dlwidgets.inspect.layers import layers_of
from dlwidgets.training.errors import NonFiniteLossError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.recorder import Recorder

_STREAMED = 1000  # samples of a data set that are read
_TOKENS = frozenset(
    {
        *("Embedding", "TextVectorization", "StringLookup", "IntegerLookup", "Hashing"),
        *("Discretization", "CategoryEncoding", "OneHotEncoding"),
    }
)
_SCALING = frozenset({"Normalization", "Rescaling"})
_NORMALIZING = frozenset({"BatchNormalization", "LayerNormalization"})
_TASKS: dict[str, Task] = {
    "softmax": "classes",
    "logits": "classes",
    "sigmoid": "binary",
    "binary_logit": "binary",
    "multi_label": "multi_label",
    "multi_label_logits": "multi_label",
    "regression": "regression",
}


@dataclass(frozen=True, eq=False)
class Learned:
    """The data that a run learns from.

    Attributes:
        x: Inputs, in the order in which they are trained on.
        y: Their targets.
        held_out: The targets of the validation samples, if they are arrays.
        stream: Whether they are the first of a data set, which shuffles by itself or doesn't.
    """

    x: Nested
    y: Nested
    held_out: Nested = None
    stream: bool = False


def curves_of(
    recorder: Recorder, initial_epoch: int = 0, *, error: BaseException | None = None
) -> Curves:
    """Return the curves that a run has recorded.

    Args:
        recorder: Of the run.
        initial_epoch: As in `fit`.
        error: What the training raised; `None` unless it failed.
    """
    rows = recorder.epochs.rows()
    steps = recorder.steps
    loss = steps.points("loss").value if "loss" in steps.names else np.empty(0)
    ends = rows.step[rows.step <= len(loss)]
    values = {name: values[: len(ends)] for name, values in rows.values.items()}
    not_finite = isinstance(error, NonFiniteLossError)
    highest = _highest_rate(recorder, len(loss))
    return Curves(loss, ends, values, initial_epoch, not_finite, highest)


def _highest_rate(recorder: Recorder, last: int) -> float:
    """The highest learning rate of the steps so far; NaN for several optimizers, or none."""
    rates = recorder.learning_rates
    if len(rates.names) == 1 and last:
        changes = [part.steps for part in rates.until(last)]
        steps = np.unique(np.concatenate([[1], *changes])).astype(np.int64)
        found = rates.at(rates.names[0], steps)
    elif not rates.names and "learning_rate" in recorder.epochs.names:
        found = recorder.epochs.points("learning_rate").value
    else:
        return math.nan
    known = found[np.isfinite(found)]
    return float(known.max()) if len(known) else math.nan


def first_rate(recorder: Recorder) -> float:
    """Return the learning rate of the first step; NaN for several optimizers, or none.

    Args:
        recorder: Of the run.
    """
    names = recorder.learning_rates.names
    if len(names) == 1:
        return float(recorder.learning_rates.at(names[0], np.array([1]))[0])
    if "learning_rate" in recorder.epochs.names and len(recorder.epochs):
        return float(recorder.epochs.points("learning_rate").value[0])
    return math.nan


def setup_of(
    model: KerasModel,
    arguments: Mapping[str, Any],
    learned: Learned | None = None,
    *,
    rate: float = math.nan,
) -> Setup:
    """Return how a run was set up.

    Args:
        model: The compiled model; it is only read.
        arguments: Those of `fit`.
        learned: The data, whose targets tell what the outputs mean; `None` if they aren't known.
        rate: The learning rate of the first step; NaN if it isn't known.
    """
    loss = getattr(model, "loss", None)
    one = loss[0] if isinstance(loss, (list, tuple)) and len(loss) == 1 else loss
    name = one if isinstance(one, str) else getattr(one, "__name__", "") or type(one).__name__
    task, units, activation = _task(model, one, None if learned is None else learned.y)
    weighted = arguments.get("class_weight") is not None
    scales, tokens = scales_itself(model)
    return Setup(
        optimizer=type(getattr(model, "optimizer", None)).__name__,
        rate=rate,
        task=task,
        loss=_LOSSES.get(plain := str(name).lower().replace("_", ""), plain),
        units=units,
        activation=activation,
        shuffles=_shuffles(arguments, learned),
        validation_split=float(arguments.get("validation_split") or 0.0),
        weighted=weighted or arguments.get("sample_weight") is not None,
        scales=scales,
        tokens=tokens,
    )


def _shuffles(arguments: Mapping[str, Any], learned: Learned | None) -> bool | None:
    if learned is not None and learned.stream:
        return False  # Keras doesn't: it trains on what comes, in the order in which it comes
    return bool(arguments["shuffle"]) if "shuffle" in arguments else None


_LOSSES = {"mse": "meansquarederror", "mae": "meanabsoluteerror"}


def _task(model: KerasModel, loss: Any, y: Any) -> tuple[Task, int, str]:
    """What the model learns, the units of its output and its last activation."""
    try:
        choice = choose(model, Targets(y=y)) if is_built(model) else None
    except (TypeError, ValueError):
        choice = None
    if choice is not None and len(choice.outputs) == 1:
        output = choice.output
        return _TASKS.get(choice.ending.kind, ""), output.units, output.activation
    if choice is not None:
        return "", 0, ""
    if loss_kind(loss) == "regression":
        return "regression", 0, ""
    if loss_kind(loss) in {"binary", "binary_logits"}:
        return "binary", 0, ""
    classes = loss_kind(loss) == "categorical" or label_kind(y) in {"classes", "one_hot"}
    return ("classes" if classes else ""), 0, ""


def scales_itself(model: KerasModel) -> tuple[bool | None, bool]:
    """Return whether a model scales its inputs, and whether it takes the numbers of words.

    Args:
        model: A Keras model.

    Returns:
        The first is `None` where it can't be known: behind the inputs is code, such as
        ``inputs / 255``, a `Lambda`, or a model or layer of one's own class.
    """
    pairs = layers_of(model)
    kinds = {type(layer).__name__ for _, layer in pairs}
    weighted = [type(layer).__name__ for _, layer in pairs if layer.weights]
    tokens = bool(_TOKENS & kinds)
    first = bool(weighted) and weighted[0] in _NORMALIZING
    if tokens or first or bool(_SCALING & kinds):
        return True, tokens
    for step in _steps_of(model):
        if _is_code(step):
            return None, False
        if step.weights:
            break
    return False, False


def _steps_of(model: Any) -> Iterator[Any]:
    """What is done with the inputs, in order: layers and operations; a model of code as one."""
    chain = isinstance(model, load_keras().Sequential)
    if not chain and not hasattr(model, "operations"):
        yield model
        return
    for step in model.layers if chain else model.operations:
        yield from _steps_of(step) if hasattr(step, "layers") else (step,)


def _is_code(step: Any) -> bool:
    """Whether it may do anything with its inputs."""
    own = not type(step).__module__.startswith("keras.")
    return own or type(step).__name__ == "Lambda" or not hasattr(step, "weights")


def learned_from(data: Mapping[str, Any], model: KerasModel | None) -> Learned:
    """Return the data that a run learns from: arrays as they are, of a data set the first samples.

    Args:
        data: The arguments of `fit` with data, by name.
        model: The model; `None` if it isn't there.

    Raises:
        TypeError: They are nothing that holds samples.
        ValueError: They can't be read, such as those of a generator that is being trained on.
    """
    x, pair = data["x"], data.get("validation_data")
    held_out = pair[1] if isinstance(pair, (tuple, list)) and len(pair) > 1 else None
    if not is_stream(x):
        return Learned(x, data.get("y"), held_out)
    samples = take(x, limit=_STREAMED, seconds=3.0, model=model)
    return Learned(samples.x, samples.y, held_out, stream=True)


def facts_of(learned: Learned, setup: Setup) -> DataFacts:
    """Return what is known of the data of a run.

    Args:
        learned: The data.
        setup: How the run was set up.
    """
    return data_facts(learned.x, learned.y, setup.task, held_out=learned.held_out)


def recorded_setup(info: Mapping[str, Any], *, rate: float = math.nan) -> Setup:
    """Return how a recorded run was set up, without its model.

    Args:
        info: What run.json says.
        rate: The learning rate of the first step, if it was recorded.
    """
    compiled, arguments = _part(info, "compile"), _part(info, "fit")
    optimizer = _part(compiled, "optimizer")
    given = optimizer.get("learning_rate")
    if math.isnan(rate) and isinstance(given, (int, float)):
        rate = float(given)
    name = compiled.get("loss")
    plain = str(name).lower().replace("_", "") if isinstance(name, str) else ""
    plain = _LOSSES.get(plain, plain)
    split = arguments.get("validation_split")
    return Setup(
        optimizer=str(optimizer.get("class") or ""),
        rate=rate,
        task=_TASK_OF_LOSS.get(plain, ""),
        loss=plain,
        shuffles=bool(arguments["shuffle"]) if "shuffle" in arguments else None,
        validation_split=float(split) if isinstance(split, (int, float)) else 0.0,
        weighted=arguments.get("class_weight") is not None,
        scales=None,
        tokens=None,
    )


_TASK_OF_LOSS: dict[str, Task] = {
    "categoricalcrossentropy": "classes",
    "sparsecategoricalcrossentropy": "classes",
    "binarycrossentropy": "binary",
    "meansquarederror": "regression",
    "meanabsoluteerror": "regression",
    "huber": "regression",
}


def _part(info: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = info.get(name)
    return found if isinstance(found, dict) else {}
