"""Reshaping a distribution before sampling from it: temperature, top-k, top-p."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def check_temperature(temperature: float) -> float:
    """The temperature as a float.

    Raises:
        ValueError: Not a finite number of at least 0.
    """
    value = _number(temperature)
    if not 0 <= value < math.inf:
        message = f"temperature must be a finite number of at least 0. Received: {temperature!r}"
        raise ValueError(message)
    return value


def check_top_k(k: int | None) -> int:
    """How many values top-k keeps; 0 for all of them, which None stands for.

    Raises:
        ValueError: Not a whole number of at least 0.
    """
    if k is None:
        return 0
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 0:
        message = f"top_k must be a whole number of at least 1, or 0 for all. Received: {k!r}"
        raise ValueError(message)
    return int(k)


def check_top_p(share: float | None) -> float:
    """The share of probability that top-p keeps; 1 for all of it, which None stands for.

    Raises:
        ValueError: Not above 0 and at most 1.
    """
    if share is None:
        return 1.0
    value = _number(share)
    if not 0 < value <= 1:
        message = f"top_p must be above 0 and at most 1. Received: {share!r}"
        raise ValueError(message)
    return value


def reweight(p: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """Reshape a distribution by a temperature: exp(log(p) / T), normalised.

    Computed as softmax(log p / T) with the largest term taken out first, so that no temperature
    overflows; a probability of 0 stays 0. At T = 0 all probability goes to the most probable value,
    the first one of equals.

    Args:
        p: Probabilities, at least 0, along the last axis; they need not be normalised.
        temperature: At least 0. Below 1 sharpens, 1 changes nothing, above 1 flattens.

    Returns:
        float64 of the same shape; sums to 1 along the last axis.

    Raises:
        ValueError: A temperature that is negative or NaN, or p is no distribution.

    Source:
        Chollet, *Deep Learning with Python*, listing 8-1.

    Example:
        >>> dl.generate.reweight([0.5, 0.25, 0.25], 0.5).round(4).tolist()
        [0.6667, 0.1667, 0.1667]
        >>> dl.generate.reweight([0.2, 0.8, 0.0], 0).tolist()
        [0.0, 1.0, 0.0]
    """
    values = _distribution(p)
    with np.errstate(divide="ignore"):
        return reweight_logits(np.log(values), temperature)


def reweight_logits(logits: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """The distribution of logits at a temperature: softmax(logits / T).

    Args:
        logits: Along the last axis; minus infinity stands for a probability of 0.
        temperature: At least 0, as in `reweight`.

    Returns:
        float64 of the same shape; sums to 1 along the last axis.

    Raises:
        ValueError: A temperature that is negative or NaN; logits that are NaN, plus infinity, or
            minus infinity throughout.

    Example:
        >>> dl.generate.reweight_logits([1000.0, 1000.0], 1.0).tolist()
        [0.5, 0.5]
    """
    t = check_temperature(temperature)
    values = np.asarray(logits, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        message = f"logits must have at least one value. Received: shape {values.shape}"
        raise ValueError(message)
    top = values.max(axis=-1, keepdims=True)
    if not np.isfinite(top).all():
        message = "logits must be numbers, at least one of each distribution finite, none NaN"
        raise ValueError(message)
    if t == 0:
        first = values.argmax(axis=-1)[..., np.newaxis]
        result = np.zeros_like(values)
        np.put_along_axis(result, first, 1.0, axis=-1)
        return result
    with np.errstate(over="ignore", under="ignore"):
        weights = np.exp((values - top) / t)
    normalised: NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
    return normalised


def top_k(p: ArrayLike, k: int | None) -> NDArray[np.float64]:
    """Keep the k most probable values, and normalise.

    Args:
        p: Probabilities along the last axis.
        k: How many, at least 1; 0 or None keeps all. Of equal ones the first are kept.

    Returns:
        float64 of the same shape.

    Raises:
        ValueError: k is no whole number of at least 0, or p is no distribution.

    Source:
        Fan, Lewis and Dauphin, *Hierarchical Neural Story Generation*, 2018, section 5.4.

    Example:
        >>> dl.generate.top_k([0.1, 0.6, 0.3], 2).round(4).tolist()
        [0.0, 0.6667, 0.3333]
    """
    values, count = _distribution(p), check_top_k(k)
    if not 0 < count < values.shape[-1]:
        return _normalised(values)
    order = np.argsort(-values, axis=-1, kind="stable")
    kept = values.copy()
    np.put_along_axis(kept, order[..., count:], 0.0, axis=-1)
    return _normalised(kept)


def top_p(p: ArrayLike, share: float | None) -> NDArray[np.float64]:
    """Keep the fewest most probable values that together reach a share (nucleus sampling).

    Args:
        p: Probabilities along the last axis.
        share: Above 0 and at most 1, which keeps all, as None does.

    Returns:
        float64 of the same shape.

    Raises:
        ValueError: A share of 0, negative, above 1 or NaN, or p is no distribution.

    Source:
        Holtzman et al., *The Curious Case of Neural Text Degeneration*, 2020, section 3.1.

    Example:
        >>> dl.generate.top_p([0.1, 0.6, 0.3], 0.85).round(4).tolist()
        [0.0, 0.6667, 0.3333]
    """
    limit = check_top_p(share)
    values = _normalised(_distribution(p))
    if limit >= 1:
        return values
    order = np.argsort(-values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    # What is more probable than a value must not reach the share without it.
    before = np.zeros_like(ordered)
    np.cumsum(ordered[..., :-1], axis=-1, out=before[..., 1:])
    kept = np.zeros_like(values)
    np.put_along_axis(kept, order, np.where(before < limit, ordered, 0.0), axis=-1)
    return _normalised(kept)


def sampling_distribution(
    p: ArrayLike,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> NDArray[np.float64]:
    """The distribution that is sampled from: temperature first, then top-k, then top-p.

    Args:
        p: Probabilities along the last axis.
        temperature: As in `reweight`.
        top_k: As in `top_k`.
        top_p: As in `top_p`.

    Returns:
        float64 of the same shape; sums to 1 along the last axis.

    Raises:
        ValueError: As those functions do.

    Example:
        >>> dl.generate.sampling_distribution([0.1, 0.6, 0.3], temperature=2.0, top_k=1).tolist()
        [0.0, 1.0, 0.0]
    """
    count, share = check_top_k(top_k), check_top_p(top_p)
    return _nucleus(_largest(reweight(p, temperature), count), share)


# The keywords of `sampling_distribution` have the names of these functions.
_largest, _nucleus = top_k, top_p


def choose(p: NDArray[Any], u: float) -> int:
    """The value that a uniform random number picks out of a distribution, by its inverse.

    Args:
        p: Probabilities, shape (n,).
        u: In [0, 1).

    Returns:
        An index whose probability is not 0.

    Example:
        >>> choose(np.array([0.5, 0.0, 0.5]), 0.5)
        2
    """
    cumulative = np.cumsum(np.asarray(p, dtype=np.float64))
    return int(np.searchsorted(cumulative, u * cumulative[-1], side="right"))


def entropy(p: ArrayLike) -> float:
    """The entropy of a distribution in bits.

    Args:
        p: Probabilities, shape (n,).

    Example:
        >>> dl.generate.entropy([0.5, 0.5])
        1.0
    """
    values = _normalised(_distribution(p))
    positive = values[values > 0]
    return float(-(positive * np.log2(positive)).sum()) + 0.0


def _distribution(p: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        message = f"p must have at least one value. Received: shape {values.shape}"
        raise ValueError(message)
    if not np.isfinite(values).all() or (values < 0).any():
        message = "probabilities must be finite and at least 0"
        raise ValueError(message)
    if not (values.max(axis=-1) > 0).all():
        message = "a distribution must have a probability above 0. Received: only zeros"
        raise ValueError(message)
    return values


def _normalised(values: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = values / values.sum(axis=-1, keepdims=True)
    return result


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return math.nan
    return float(value)
