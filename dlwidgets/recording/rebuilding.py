"""The Keras model of a recorded run, with recorded weights. Imports TensorFlow."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import load
from dlwidgets.recording import files, layout
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    import keras

    try:
        with warnings.catch_warnings():  # of an optimizer without a state
            warnings.simplefilter("ignore")
            model = keras.saving.load_model(path, safe_mode=True)
    except Exception as error:  # Keras raises what the layers' own code raises
        raise RecordingError(
            tr(
                "The model of {run} can't be loaded: {reason} If it has classes of your own, "
                "import them first and register them with "
                "`keras.saving.register_keras_serializable`.",
                run=run.name,
                reason=error_message(error),
            )
        ) from error
    set_weights(model, run.weights(step))
    return model


def set_weights(model: Any, weights: Mapping[str, NDArray[Any]]) -> None:
    """Set a model's variables from recorded weights.

    Args:
        model: A Keras model that is built.
        weights: The arrays by variable path, as `RecordedRun.weights` returns them. Where the model
            has other paths, as one that was loaded or built anew, they count in their order.

    Raises:
        RecordingError: A weight of the model wasn't recorded, or has another shape.
    """
    own = [weight.path for weight in model.weights]
    if len(own) == len(weights) and not set(own) <= set(weights):
        weights = dict(zip(own, weights.values(), strict=True))
    variables = {variable.path: variable for variable in model.variables}
    for path, variable in variables.items():
        found = weights.get(path)
        if found is None:
            if any(variable is weight for weight in model.weights):
                raise RecordingError(tr("The weight {path} wasn't recorded.", path=repr(path)))
            continue
        if tuple(variable.shape) != np.shape(found):
            raise RecordingError(
                tr(
                    "Expected {path} of shape {expected}. Received: a recording of shape "
                    "{received}. Build the model as it was when it was recorded.",
                    path=repr(path),
                    expected=str(tuple(variable.shape)),
                    received=str(np.shape(found)),
                )
            )
    for path, value in weights.items():
        if path in variables:
            variables[path].assign(value)
