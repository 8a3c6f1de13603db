"""Checks that need no training to fail, with messages that name what was received."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_arguments(
    model: Any,
    x: Any,
    y: Any,
    *,
    batch_size: Any,
    epochs: Any,
    initial_epoch: Any,
    sample_weight: Any,
    validation_split: Any,
) -> None:
    """Raise a ValueError for arguments of `fit` that cannot work.

    Args:
        model: What was given as the model.
        x: Inputs.
        y: Targets.
        batch_size: Samples per step or None.
        epochs: How many epochs, those before `initial_epoch` included.
        initial_epoch: The first epoch.
        sample_weight: Weights or None.
        validation_split: Part to validate on, or None.

    Raises:
        TypeError: The model is no Keras model.
        ValueError: An argument cannot work; the message says what was received and expected.
    """
    problem = ""
    if not callable(getattr(model, "fit", None)) or not hasattr(model, "train_step"):
        message = f"the first argument must be a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    if not getattr(model, "compiled", False):
        problem = (
            f"model {model.name!r} is not compiled: call model.compile(optimizer=…, loss=…) first"
        )
    elif model.distribute_strategy.num_replicas_in_sync > 1:
        problem = (
            "dlwidgets.fit trains on one device. Received: a model made under a strategy with "
            f"{model.distribute_strategy.num_replicas_in_sync} replicas"
        )
    elif not _is_whole(initial_epoch) or initial_epoch < 0:
        problem = f"initial_epoch must be a whole number of at least 0. Received: {initial_epoch!r}"
    elif not _is_count(epochs):
        problem = f"epochs must be a whole number of at least 1. Received: {epochs!r}"
    elif epochs <= initial_epoch:
        problem = (
            f"epochs is the last epoch's number, so it must be above initial_epoch. Received: "
            f"epochs={epochs}, initial_epoch={initial_epoch}"
        )
    elif batch_size is not None and not _is_count(batch_size):
        problem = f"batch_size must be a whole number of at least 1. Received: {batch_size!r}"
    elif x is None:
        problem = "no data: x is None"
    elif not _is_part(validation_split):
        problem = f"validation_split must be at least 0 and below 1. Received: {validation_split!r}"
    else:
        problem = _length_problem(x, y, sample_weight)
    if problem:
        raise ValueError(problem)


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_count(value: Any) -> bool:
    return _is_whole(value) and int(value) >= 1


def _is_part(value: Any) -> bool:
    return value is None or (isinstance(value, numbers.Real) and 0 <= float(value) < 1)


def _length_problem(x: Any, y: Any, sample_weight: Any) -> str:
    lengths = {
        name: length
        for root, value in (("x", x), ("y", y), ("sample_weight", sample_weight))
        for name, length in _lengths(root, value)
    }
    for name, length in lengths.items():
        if length == 0:
            return f"no data: {name} has 0 samples"
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} has {n:,}" for name, n in lengths.items())
        return f"x and y must have as many samples as each other. Received: {said}"
    return ""


def sample_count(value: Any) -> int | None:
    """Samples in an array, or in the first of a list or dict of arrays; None if unknown.

    Args:
        value: What was given to `fit` as x, y or sample_weight.
    """
    return next((length for _, length in _lengths("", value)), None)


def _lengths(name: str, value: Any) -> Iterator[tuple[str, int]]:
    """The samples of each array in what was given to `fit`, with where it is."""
    if isinstance(value, (dict, list, tuple)):
        if not value:
            yield name, 0
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _lengths(f"{name}[{key!r}]", inner)
        return
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape) and shape[0] is not None:
        yield name, int(shape[0])


def notes_on(x: Any, *, batch_size: int | None, validation_split: float) -> list[str]:
    """Remarks on arguments that work but may not be meant.

    Args:
        x: Inputs.
        batch_size: Samples per step or None.
        validation_split: Part to validate on.

    Returns:
        Sentences, none if there is nothing to remark.
    """
    samples = sample_count(x)
    if samples is None or batch_size is None:
        return []
    training = int(samples * (1 - validation_split))
    if batch_size <= training:
        return []
    note = (
        f"The batch size {batch_size:,} is larger than the {training:,} training samples: "
        "each epoch is one step."
    )
    return [note]
