"""What a compiled model and its targets say of the problem that they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._workflow import ACTIVATIONS, LOSSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


REGRESSIONS = ("regression", "unit_regression")
MOST_CLASS = 999
"""The largest integer that can be a class: `classes` goes to 1000."""
_MANY = 100  # distinct integers, beyond which they are numbers if there are few samples of each


def targets_about(y: ArrayLike, problem: str | None = None) -> dict[str, Any]:
    """Return what targets say of the problem: values of the state by name.

    Integers are classes, unless one is below 0 or above 999, or there are more than 100 distinct
    ones with fewer than two samples each: then they are numbers, and the problem is a regression.

    Args:
        y: Targets of shape (n,), (n, 1) or (n, outputs).
        problem: The problem that they are for; `None` to recognize it.

    Returns:
        `problem`, and `classes`, `labels`, `largest` or `values` where they belong to it.

    Raises:
        ValueError: They are no numbers, or there are none.
    """
    array = np.asarray(y)
    if array.dtype.kind not in "biuf" or array.ndim not in (1, 2) or not array.size:
        message = "Expected `y` to be targets of shape (samples,) or (samples, outputs). "
        raise ValueError(message + f"Received: shape {array.shape} of {array.dtype}.")
    if not np.isfinite(array).all():
        message = "Expected `y` to hold numbers only. Received: NaN or infinity. "
        raise ValueError(message + "Drop or fill those samples first.")
    array = array[:, 0] if array.ndim == 2 and array.shape[1] == 1 else array
    about = _recognized(array)
    return about if problem in (None, about["problem"]) else _named(array, problem)


def _recognized(array: NDArray[Any]) -> dict[str, Any]:
    whole = bool((array == np.round(array)).all())
    bits = whole and bool(np.isin(array, (0, 1)).all())
    if array.ndim == 2:
        return _columns_about(array, bits=bits)
    if bits:
        share = float(max(array.mean(), 1 - array.mean()))
        return {"problem": "binary", "largest": _percent(share)}
    if array.dtype.kind in "iu" and array.min() >= 0 and array.max() <= MOST_CLASS:
        distinct = len(np.unique(array))
        if distinct <= _MANY or 2 * distinct <= len(array):
            return _classes_about(array)
    inside = bool(array.min() >= 0 and array.max() <= 1)
    return {"problem": "unit_regression" if inside else "regression", "values": 1}


def _named(array: NDArray[Any], problem: str | None) -> dict[str, Any]:
    """What targets say where they look like another problem than the one that they are for."""
    outputs = array.shape[1] if array.ndim == 2 else 1
    if problem in REGRESSIONS:
        return {"problem": problem, "values": outputs}
    if outputs > 1:
        labels = {"labels": "one_hot"} if problem == "multiclass" else {}
        counted = {"classes": outputs} if problem in ("multiclass", "multilabel") else {}
        return {"problem": problem, **labels, **counted}
    whole = bool((array == np.round(array)).all())
    if problem == "multiclass" and whole and array.min() >= 0 and array.max() <= MOST_CLASS:
        return _classes_about(array)
    counts = np.unique(array, return_counts=True)[1]
    if problem == "binary" and len(counts) <= 2:
        return {"problem": problem, "largest": _percent(counts.max() / len(array))}
    return {"problem": problem}


def _classes_about(array: NDArray[Any]) -> dict[str, Any]:
    counts = np.unique(array, return_counts=True)[1]
    about = {"problem": "multiclass", "labels": "integers", "classes": max(2, int(array.max()) + 1)}
    return {**about, "largest": _percent(counts.max() / len(array))}


def _columns_about(array: NDArray[Any], *, bits: bool) -> dict[str, Any]:
    outputs = array.shape[1]
    if not bits:
        inside = bool(array.min() >= 0 and array.max() <= 1)
        return {"problem": "unit_regression" if inside else "regression", "values": outputs}
    if (array.sum(axis=1) == 1).all():
        largest = _percent(float(array.mean(axis=0).max()))
        about = {"problem": "multiclass", "labels": "one_hot", "classes": outputs}
        return {**about, "largest": largest}
    return {"problem": "multilabel", "classes": outputs}


def _percent(share: float) -> int:
    return min(99, max(1, round(100 * share)))


_LOSS_NAMES = {
    "BinaryCrossentropy": "binary",
    "CategoricalCrossentropy": "categorical",
    "SparseCategoricalCrossentropy": "sparse",
    "MeanSquaredError": "mse",
    "MeanAbsoluteError": "mae",
    "mean_squared_error": "mse",
    "mean_absolute_error": "mae",
}


def model_about(model: Any) -> dict[str, Any]:
    """Return what a compiled Keras model has: values of the state by name.

    Args:
        model: A compiled Keras model with one output, whose last layer has an activation.

    Raises:
        ValueError: It isn't compiled, has several outputs, or a loss that isn't among `LOSSES`.
    """
    loss = getattr(model, "loss", None)
    if loss is None:
        message = "Expected a compiled Keras model. Received: a model without a loss. "
        raise ValueError(message + "Call `model.compile(…)` first.")
    shape = getattr(model, "output_shape", None)
    if isinstance(shape, (list, dict)) or not shape or not isinstance(shape[-1], int):
        message = "Expected a model with one output of known size. "
        raise ValueError(message + f"Received: output shape {shape}. Pass `units=…` instead.")
    return {
        "units": shape[-1],
        "activation": _activation_of(model),
        "loss": _loss_of_model(loss),
        **_metric_of(model),
    }


def problem_of(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return the problem that a model is most likely for, by its loss: values of the state by name.

    Args:
        about: What `model_about` returned.

    Example:
        >>> from dlwidgets.concepts._workflow_model import problem_of
        >>> problem_of({"units": 1, "activation": "sigmoid", "loss": "binary_crossentropy"})
        {'problem': 'binary'}
    """
    units, loss = about["units"], about["loss"]
    if loss in ("mse", "mae"):
        inside = about["activation"] == "sigmoid"
        return {"problem": "unit_regression" if inside else "regression", "values": units}
    if units == 1:
        return {"problem": "binary"}
    if loss.startswith("binary"):
        return {"problem": "multilabel", "classes": units}
    labels = "integers" if loss.startswith("sparse") else "one_hot"
    return {"problem": "multiclass", "classes": units, "labels": labels}


def _activation_of(model: Any) -> str:
    layer = model.layers[-1]
    name = getattr(getattr(layer, "activation", None), "__name__", "linear")
    if type(layer).__name__ in ("Softmax", "ReLU"):
        name = type(layer).__name__.lower()
    if name not in ACTIVATIONS:
        message = f"Expected a last layer with one of the activations {', '.join(ACTIVATIONS)}. "
        raise ValueError(message + f"Received: {name}.")
    return str(name)


def _loss_of_model(loss: Any) -> str:
    logits = False
    if isinstance(loss, str):
        name = _LOSS_NAMES.get(loss, loss)
    else:
        name = _LOSS_NAMES.get(type(loss).__name__, getattr(loss, "__name__", type(loss).__name__))
        config: dict[str, Any] = loss.get_config() if hasattr(loss, "get_config") else {}
        logits = bool(config.get("from_logits", False))
    if name in ("binary", "categorical", "sparse"):
        full = {"sparse": "sparse_categorical"}.get(name, name)
        name = f"{name}_logits" if logits else f"{full}_crossentropy"
    if name not in LOSSES:
        known = "binary, categorical and sparse categorical crossentropy, MSE and MAE"
        message = f"Expected a model with one of these losses: {known}. "
        raise ValueError(message + f"Received: {name}. Pass `loss=…` instead.")
    return name


def _metric_of(model: Any) -> dict[str, str]:
    """The first known metric that the model was compiled with; nothing if there is none."""
    config: dict[str, Any] = model.get_compile_config() or {}
    given = config.get("metrics") or []
    for one in given if isinstance(given, list) else [given]:
        name = one.get("class_name", "") if isinstance(one, dict) else str(one)
        key = name.lower().replace("_", "")
        for metric, words in {
            "accuracy": ("acc",),
            "auc": ("auc",),
            "precision_recall": ("precision", "recall"),
            "mae": ("mae", "meanabsoluteerror"),
            "mse": ("mse", "meansquarederror"),
        }.items():
            if any(word in key for word in words):
                return {"metric": metric}
    return {}


def baseline_of(y: ArrayLike) -> float:
    """Return the mean absolute error of the median, the simplest prediction of numbers."""
    array = np.asarray(y, float)
    found = float(np.abs(array - np.median(array, axis=0)).mean())
    return found if np.isfinite(found) else 0.0
