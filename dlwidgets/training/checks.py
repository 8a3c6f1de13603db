"""Checks of the arguments of `fit`, before training."""

from __future__ import annotations

import numbers
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from dlwidgets._messages import tr, trn
from dlwidgets._tensorflow import load_keras
from dlwidgets.data._streams import batches_given
from dlwidgets.inspect.model_cache import require_model

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets._keras_types import KerasModel, Nested


OWN_FIT = tr(
    "This model has its own `fit`. It can be paused and recorded only where that calls "
    "`keras.Model.fit` or its callbacks' `on_train_batch_end`, and stopped only there or where it "
    "looks at `self.stop_training`."
)
"""The note on a model whose `fit` may do anything; removed with the first step that a Run
hears of."""


def check_arguments(
    model: Any,
    x: Nested,
    y: Nested,
    *,
    batch_size: object,
    epochs: object,
    initial_epoch: object,
    sample_weight: Nested,
    validation_split: object,
) -> None:
    """Raise an error for arguments of `fit` that can't be used.

    Args:
        model: The first argument.
        x: Inputs.
        y: Targets.
        batch_size: Samples per step or None.
        epochs: The number of epochs, including those before `initial_epoch`.
        initial_epoch: The first epoch.
        sample_weight: Weights or None.
        validation_split: Part to validate on, or None.

    Raises:
        TypeError: The model isn't a Keras 3 model.
        ValueError: An argument can't be used. The message says what was expected and received.
    """
    require_model(model)
    problem = (
        _model_problem(model)
        or _epochs_problem(epochs, initial_epoch)
        or _data_problem(x, batch_size, validation_split)
        or _length_problem(x, y, sample_weight)
    )
    if problem:
        raise ValueError(problem)


def _model_problem(model: Any) -> str:
    if not getattr(model, "compiled", False):
        return tr(
            "Model {name} isn't compiled. Call `model.compile(optimizer=…, loss=…)` first.",
            name=repr(model.name),
        )
    replicas = model.distribute_strategy.num_replicas_in_sync
    if replicas > 1:
        return tr(
            "`dl.fit` trains on one device. Received: a model made under a strategy with {n} "
            "replicas",
            n=replicas,
        )
    return ""


def _epochs_problem(epochs: object, initial_epoch: object) -> str:
    if not (_is_whole(initial_epoch) and initial_epoch >= 0):
        return tr(
            "`initial_epoch` must be a whole number of at least 0. Received: {value}",
            value=repr(initial_epoch),
        )
    if not _is_count(epochs):
        return tr(
            "`epochs` must be a whole number of at least 1. Received: {value}", value=repr(epochs)
        )
    if epochs <= initial_epoch:
        return tr(
            "`epochs` is the number of the last epoch, so it must be greater than `initial_epoch`. "
            "Received: epochs={epochs}, initial_epoch={initial_epoch}",
            epochs=epochs,
            initial_epoch=initial_epoch,
        )
    return ""


def _data_problem(x: Nested, batch_size: object, validation_split: object) -> str:
    if batch_size is not None and not _is_count(batch_size):
        return tr(
            "`batch_size` must be a whole number of at least 1. Received: {value}",
            value=repr(batch_size),
        )
    if x is None:
        return tr("Expected training data. Received: x=None")
    if not _is_part(validation_split):
        return tr(
            "`validation_split` must be at least 0 and below 1. Received: {value}",
            value=repr(validation_split),
        )
    return ""


def _is_whole(value: object) -> TypeGuard[int]:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _is_count(value: object) -> TypeGuard[int]:
    return _is_whole(value) and value >= 1


def _is_part(value: object) -> bool:
    return value is None or (isinstance(value, numbers.Real) and 0 <= float(value) < 1)


def _length_problem(x: Nested, y: Nested, sample_weight: Nested) -> str:
    lengths = {
        name: length
        for root, value in (("x", x), ("y", y), ("sample_weight", sample_weight))
        for name, length in _lengths(root, value)
    }
    for name, length in lengths.items():
        if length == 0:
            return tr("Expected at least one sample. Received: {name} with 0 samples", name=name)
    if len(set(lengths.values())) > 1:
        counts = ", ".join(f"{name}: {n:,}" for name, n in lengths.items())
        return tr(
            "`x` and `y` must have the same number of samples. Received: {counts}", counts=counts
        )
    return ""


def sample_count(value: Nested) -> int | None:
    """Return the number of samples of an array or a structure of arrays; None if unknown.

    Args:
        value: An array, or a list or dict of arrays, of which the first counts.
    """
    return next((length for _, length in _lengths("", value)), None)


def _lengths(name: str, value: Nested) -> Iterator[tuple[str, int]]:
    """Yield the name and the number of samples of each array in an argument of `fit`."""
    if isinstance(value, (dict, list, tuple)):
        if not value:
            yield name, 0
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _lengths(f"{name}[{key!r}]", inner)
        return
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape) and shape[0] is not None:
        yield name, int(shape[0])


def notes_on(
    model: KerasModel, x: Nested, *, batch_size: int | None, validation_split: float
) -> list[str]:
    """Return messages about arguments that work but may not be intended.

    Args:
        model: The model.
        x: Inputs.
        batch_size: Samples per step or None.
        validation_split: Part to validate on.

    Returns:
        Whole sentences; an empty list if there is nothing to say.
    """
    notes: list[str] = [OWN_FIT] if type(model).fit is not load_keras().Model.fit else []
    given = batches_given(x)
    if given:
        note = trn(
            "{n} batch of the generator was read by a view before, and isn't trained on. Make a "
            "second generator for the view.",
            "{n} batches of the generator were read by a view before, and aren't trained on. Make "
            "a second generator for the view.",
            given,
        )
        notes.append(note)
    samples = sample_count(x)
    if samples is None or batch_size is None:
        return notes
    training = int(samples * (1 - validation_split))
    if batch_size <= training:
        return notes
    note = trn(
        "The batch size {batch_size} is larger than the {n} training sample, so each epoch is one "
        "step.",
        "The batch size {batch_size} is larger than the {n} training samples, so each epoch is one "
        "step.",
        training,
        batch_size=batch_size,
    )
    return [*notes, note]
