"""The data that a model learns from: scale, order, balance, and whether labels fit the inputs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.data._structures import leaves_of, to_array
from dlwidgets.inspect.diagnosis.facts import DataFacts, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import Nested

MAX_SAMPLES = 4000
"""Samples whose numbers are looked at."""

_NEIGHBOR_SAMPLES = 800
_NEIGHBORS = 5
_FEATURES = 1024
_VALUES = 2048  # of a sample
_MOST_COLUMNS = 512  # more features of one sample are taken for pixels, or the like
_MOST_CLASSES = 1000
_PAIR = 2


def data_facts(
    x: Nested,
    y: Nested = None,
    task: Task = "",
    *,
    held_out: Nested = None,
    sample: int = MAX_SAMPLES,
) -> DataFacts:
    """Look at the data that a model learns from.

    Args:
        x: Inputs in the order in which they are trained on, shape (n, …), or a list or dict of such
            arrays. Of many samples a random part is looked at, always the same one.
        y: Their targets, shape (n,), (n, 1) or (n, classes); `None` if they aren't known. All of
            them are looked at.
        task: What the model learns; "" for scale alone.
        held_out: The targets of the validation samples; `None` if they aren't known.
        sample: The number of samples to look at.

    Returns:
        What is known.

    Example:
        >>> digits = dl.data.load("digits")
        >>> facts = dl.inspect.diagnosis.data_facts(digits.x_train, digits.y_train, "classes")
        >>> facts.high, len(facts.counts)
        (16.0, 10)
    """
    leaves = leaves_of(x)
    total = len(leaves[0]) if leaves else 0
    rng = np.random.default_rng(0)
    rows = (
        np.arange(total) if total <= sample else np.sort(rng.choice(total, sample, replace=False))
    )
    inputs = [array for leaf in leaves if (array := _numbers(leaf, rows)) is not None]
    targets = _targets(y, total)
    others = leaves_of(held_out)
    validation = _targets(held_out, len(others[0])) if len(others) == 1 else None
    found: dict[str, Any] = {"samples": len(rows)}
    found |= _scale(inputs)
    found["not_finite"] = _not_finite(inputs, targets)
    if targets is not None:
        labels = _labels(targets, task)
        if labels is not None:
            found |= _of_classes(labels)
        elif task == "regression":
            found |= _of_numbers(targets)
        if validation is not None and task:
            found["held_out"] = _baseline(validation, task)
        if inputs and task:
            found |= _agreement(inputs, targets[rows], None if labels is None else labels[rows])
    return DataFacts(**found)


def _numbers(leaf: Any, rows: NDArray[np.int64]) -> NDArray[np.float32] | None:
    array = to_array(leaf) if not isinstance(leaf, np.ndarray) else leaf
    if array.dtype.kind not in "biuf" or not array.size:
        return None
    size = math.prod(array.shape[1:])
    if size <= _VALUES:
        return np.asarray(array[rows], np.float32)
    # Of large samples the same random values each, read without copying the rest.
    places = np.sort(np.random.default_rng(2).choice(size, _VALUES, replace=False))
    found = [np.asarray(array[row]).reshape(-1)[places] for row in rows]
    return np.stack(found).astype(np.float32)


def _targets(y: Nested, total: int) -> NDArray[np.float64] | None:
    leaves = leaves_of(y)
    if len(leaves) != 1:
        return None
    array = to_array(leaves[0])
    if array.dtype.kind not in "biuf" or len(array) != total or array.ndim > _PAIR or not total:
        return None
    return np.asarray(array.reshape(total, -1), np.float64)


def _labels(targets: NDArray[np.float64], task: Task) -> NDArray[np.int64] | None:
    """Class numbers, from numbers or from rows with a single 1."""
    if task not in {"classes", "binary"} or not np.isfinite(targets).all():
        return None
    if targets.shape[1] > 1:
        return targets.argmax(1) if bool((targets.sum(1) == 1).all()) else None
    numbers = targets[:, 0]
    whole = bool((numbers == np.floor(numbers)).all()) and numbers.min() >= 0
    return numbers.astype(np.int64) if whole and numbers.max() < _MOST_CLASSES else None


def _scale(inputs: list[NDArray[np.float32]]) -> dict[str, float]:
    """The scale of the input that is worst scaled."""
    worst: dict[str, float] = {}
    for array in inputs:
        finite = np.isfinite(array)
        numbers = array[finite].astype(np.float64)
        if not numbers.size:
            continue
        found = {
            "low": float(numbers.min()),
            "high": float(numbers.max()),
            "mean": float(numbers.mean()),
            "std": float(numbers.std()),
            "spread": _spread(array) if finite.all() else 1.0,
        }
        if not worst or found["std"] > worst["std"]:
            worst = found
    return worst


def _spread(array: NDArray[np.float32]) -> float:
    """How much wider the widest feature of a table is than the middle one."""
    if array.ndim != _PAIR or not 1 < array.shape[1] <= _MOST_COLUMNS:
        return 1.0
    widths = array.astype(np.float64).std(0)
    widths = widths[widths > 0]
    return float(widths.max() / np.median(widths)) if len(widths) > 1 else 1.0


def _not_finite(inputs: list[NDArray[np.float32]], targets: NDArray[np.float64] | None) -> int:
    arrays = [array.reshape(len(array), -1) for array in inputs]
    bad = [~np.isfinite(array).all(1) for array in arrays]
    found = int(np.logical_or.reduce(bad).sum()) if bad else 0
    if targets is not None:
        found = max(found, int((~np.isfinite(targets).all(1)).sum()))
    return found


def _of_classes(labels: NDArray[np.int64]) -> dict[str, Any]:
    counts = np.bincount(labels)
    shares = counts[counts > 0] / len(labels)
    chance = 1 - float(np.square(shares).sum())
    changes = float((labels[1:] != labels[:-1]).mean()) if len(labels) > 1 else math.nan
    cut = len(labels) - max(1, len(labels) // 5)
    last = np.bincount(labels[cut:], minlength=len(counts)) / max(1, len(labels) - cut)
    rest = np.bincount(labels[:cut], minlength=len(counts)) / max(1, cut)
    return {
        "counts": counts,
        "runs_share": changes / chance if chance > 0 else math.nan,
        "last_part": float(last[rest < last / 10].sum()),
        "baseline": float(-(shares * np.log(shares)).sum()),
    }


def _baseline(targets: NDArray[np.float64], task: Task) -> float:
    labels = _labels(targets, task)
    found = _of_numbers(targets) if labels is None else _of_classes(labels)
    return (
        float(found.get("baseline", math.nan))
        if labels is not None or task == "regression"
        else math.nan
    )


def _of_numbers(targets: NDArray[np.float64]) -> dict[str, Any]:
    finite = targets[np.isfinite(targets).all(1)]
    if not len(finite):
        return {}
    first = finite[:, 0]
    order = 0.0
    if len(first) > _PAIR and first.std() > 0:
        ranks = np.argsort(np.argsort(first, kind="stable"), kind="stable")
        order = float(np.corrcoef(ranks, np.arange(len(first)))[0, 1])
    return {
        "order": order,
        "baseline": float(finite.var(0).mean()),
        "deviation": float(np.abs(finite - np.median(finite, 0)).mean()),
    }


def _agreement(
    inputs: list[NDArray[np.float32]],
    targets: NDArray[np.float64],
    labels: NDArray[np.int64] | None,
) -> dict[str, float]:
    """How well a sample's nearest neighbors predict its target, compared with chance."""
    rng = np.random.default_rng(1)
    rows = rng.permutation(len(targets))[:_NEIGHBOR_SAMPLES]
    if len(rows) < 10 * _NEIGHBORS:
        return {}
    flat = np.concatenate([_features(array[rows], rng) for array in inputs], 1)
    if not np.isfinite(flat).all() or not np.isfinite(targets[rows]).all():
        return {}
    squares = np.square(flat).sum(1)
    distances = squares[:, np.newaxis] + squares - 2 * flat @ flat.T
    np.fill_diagonal(distances, np.inf)
    nearest = np.argpartition(distances, _NEIGHBORS, 1)[:, :_NEIGHBORS]
    if labels is not None:
        own = labels[rows]
        shares = np.bincount(own) / len(own)
        chance = float(np.square(shares).sum())
        if chance >= 1:
            return {}
        same = float((own[nearest] == own[:, np.newaxis]).mean())
        error = math.sqrt(chance * (1 - chance) / len(own)) / (1 - chance)
        return {"agreement": (same - chance) / (1 - chance), "agreement_error": error}
    numbers = targets[rows]
    variance = float(numbers.var(0).mean())
    if variance <= 0:
        return {}
    # The mean of k random ones is off by 1 + 1/k of the variance.
    off = float(np.square(numbers[nearest].mean(1) - numbers).mean()) / variance
    agreement = 1 - off / (1 + 1 / _NEIGHBORS)
    return {"agreement": agreement, "agreement_error": 2 / math.sqrt(len(rows))}


def _features(array: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    flat = array.reshape(len(array), -1)
    if flat.shape[1] > _FEATURES:
        flat = flat[:, np.sort(rng.choice(flat.shape[1], _FEATURES, replace=False))]
    with np.errstate(invalid="ignore"):
        widths = flat.std(0)
        # Pixels that are nearly always 0 would outweigh all others.
        usual = float(np.sqrt(np.square(widths).mean()))
        if array.ndim == _PAIR and array.shape[1] <= _MOST_COLUMNS:
            return np.asarray((flat - flat.mean(0)) / np.where(widths > 0, widths, 1))
        return np.asarray((flat - flat.mean(0)) / (usual or 1.0))
