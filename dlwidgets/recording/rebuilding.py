"""The Keras model of a recorded run, with recorded weights. Imports TensorFlow."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import load
from dlwidgets.inspect.tracking import variable_paths
from dlwidgets.recording import files, layout
from dlwidgets.recording.damage import deleted
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets.recording.recorded_run import RecordedRun


def model_of(run: RecordedRun, step: int | None = None) -> Any:
    """Return the Keras model of a recorded run.

    Args:
        run: The recorded run.
        step: Its weights are those of the snapshot nearest to this step; None for the newest.

    Raises:
        RecordingError: The model wasn't recorded, can't be loaded, or no weights were recorded.
    """
    if not files.exists(run.path):
        raise RecordingError(deleted(run.path))
    path = run.path / layout.MODEL
    if files.size_of(path) is None:
        raise RecordingError(
            tr(
                "The model of {run} wasn't recorded. Build it as before, and set its weights with "
                "`dl.recording.set_weights(model, rec.weights())`.",
                run=run.name,
            )
        )
    load()
    try:
        model = _loaded(path)
    except Exception as error:  # Keras raises what the layers' own code raises
        raise RecordingError(
            tr(
                "The model of {run} can't be loaded: {reason} If it uses your own classes, import "
                "them first and register them with `keras.saving.register_keras_serializable`.",
                run=run.name,
                reason=error_message(error),
            )
        ) from error
    set_weights(model, run.weights(step))
    return model


def _loaded(path: Path) -> Any:
    import keras

    with warnings.catch_warnings():
        # It was saved before the first step, so the optimizer has no states yet.
        warnings.simplefilter("ignore", UserWarning)
        try:
            return keras.saving.load_model(path, safe_mode=True)
        except Exception:  # noqa: BLE001 - perhaps only a loss or metric of one's own is unknown
            return keras.saving.load_model(path, safe_mode=True, compile=False)


def named_variables(model: Any) -> dict[str, Any]:
    """Return a model's variables by path, in their order: weights and states of random numbers.

    Args:
        model: A Keras model that is built. Where two variables have the same path, the second
            one's name ends in ``#2``.
    """
    return dict(zip(variable_paths(model, model.variables), model.variables, strict=True))


def set_weights(model: Any, weights: Mapping[str, NDArray[Any]]) -> None:
    """Set a model's variables from recorded weights.

    A model that was loaded from a file, or cloned, may have other paths than the one that was
    trained. Then the order of the variables counts.

    Args:
        model: A Keras model that is built.
        weights: The arrays by variable path, as `RecordedRun.weights` returns them.

    Raises:
        RecordingError: A weight of the model wasn't recorded, or has another shape.
    """
    variables = named_variables(model)
    if not any(name in weights for name in variables):  # an old recording has the model's name
        stem = f"{model.name}/"
        weights = {name.removeprefix(stem): array for name, array in weights.items()}
    needed = {id(weight) for weight in model.weights}
    missing = [n for n, v in variables.items() if n not in weights and id(v) in needed]
    if missing:
        shapes = [np.shape(array) for array in weights.values()]
        weights_only = {n: v for n, v in variables.items() if id(v) in needed}
        alike = [
            named
            for named in (variables, weights_only)
            if [tuple(variable.shape) for variable in named.values()] == shapes
        ]
        if not alike:
            raise RecordingError(
                tr(
                    "The weight {path} wasn't recorded. Build the model as it was when it was "
                    "recorded.",
                    path=repr(missing[0]),
                )
            )
        weights = dict(zip(alike[0], weights.values(), strict=True))
    for path, variable in variables.items():
        found = weights.get(path)
        if found is not None and tuple(variable.shape) != np.shape(found):
            raise RecordingError(
                tr(
                    "Expected {path} with shape {expected}. Received: a recording with shape "
                    "{received}. Build the model as it was when it was recorded.",
                    path=repr(path),
                    expected=str(tuple(variable.shape)),
                    received=str(np.shape(found)),
                )
            )
    for path, variable in variables.items():
        if path in weights:
            variable.assign(weights[path])
