"""Reweighting of a distribution before sampling from it: temperature, top-k, top-p."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def check_temperature(temperature: float) -> float:
    """Return a temperature as a float.

    Raises:
        ValueError: It isn't a finite number of at least 0.
    """
    value = _number(temperature)
    if not 0 <= value < math.inf:
        message = (
            f"Expected `temperature` to be a finite number, at least 0. Received: {temperature!r}"
        )
        raise ValueError(message)
    return value


def check_top_k(k: int | None) -> int:
    """Return how many values top-k keeps; 0, for all of them, if `k` is None.

    Raises:
        ValueError: It isn't an integer of at least 0.
    """
    if k is None:
        return 0
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or k < 0:
        message = f"Expected `top_k` to be an integer, at least 1, or 0 for all. Received: {k!r}"
        raise ValueError(message)
    return int(k)


def check_top_p(share: float | None) -> float:
    """Return the probability mass that top-p keeps; 1, for all of it, if `share` is None.

    Raises:
        ValueError: It isn't greater than 0 and at most 1.
    """
    if share is None:
        return 1.0
    value = _number(share)
    if not 0 < value <= 1:
        message = f"Expected `top_p` to be greater than 0 and at most 1. Received: {share!r}"
        raise ValueError(message)
    return value


def reweight(p: ArrayLike, temperature: float) -> NDArray[np.float64]:
    """Apply a temperature to a distribution: exp(log(p) / T), normalized.

    It is computed as softmax(log p / T) with the largest term subtracted first, so that no
    temperature overflows. A probability of 0 stays 0. At T = 0 the most probable value, the first
    of equal ones, gets all of the probability.

    Args:
        p: Probabilities along the last axis, at least 0. They don't have to sum to 1.
        temperature: At least 0. A value below 1 sharpens the distribution, a value above 1 flattens
            it.

    Returns:
        float64 of the same shape, summing to 1 along the last axis.

    Raises:
        ValueError: The temperature is negative or NaN, or `p` isn't a distribution.

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
    """Return the distribution of logits at a temperature: softmax(logits / T).

    Args:
        logits: Logits along the last axis. Minus infinity means a probability of 0.
        temperature: At least 0, as in `reweight`.

    Returns:
        float64 of the same shape, summing to 1 along the last axis.

    Raises:
        ValueError: The temperature is negative or NaN; or a logit is NaN or infinity, or all of
            them are minus infinity.

    Example:
        >>> dl.generate.reweight_logits([1000.0, 1000.0], 1.0).tolist()
        [0.5, 0.5]
    """
    t = check_temperature(temperature)
    values = np.asarray(logits, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        message = f"Expected `logits` to have at least one value. Received: shape {values.shape}"
        raise ValueError(message)
    top = values.max(axis=-1, keepdims=True)
    if not np.isfinite(top).all():
        message = "Expected `logits` without NaN or infinity, at least one of each row finite."
        raise ValueError(message)
    if t == 0:
        first = values.argmax(axis=-1)[..., np.newaxis]
        result = np.zeros_like(values)
        np.put_along_axis(result, first, 1.0, axis=-1)
        return result
    with np.errstate(over="ignore", under="ignore"):
        weights = np.exp((values - top) / t)
    normalized: NDArray[np.float64] = weights / weights.sum(axis=-1, keepdims=True)
    return normalized


def top_k(p: ArrayLike, k: int | None) -> NDArray[np.float64]:
    """Keep the k most probable values of a distribution, and normalize.

    Args:
        p: Probabilities along the last axis.
        k: How many values to keep, at least 1; 0 or None keeps all. Of equal ones the first are
            kept.

    Returns:
        float64 of the same shape, summing to 1 along the last axis.

    Raises:
        ValueError: `k` isn't an integer of at least 0, or `p` isn't a distribution.

    Source:
        Fan, Lewis and Dauphin, *Hierarchical Neural Story Generation*, 2018, section 5.4.

    Example:
        >>> dl.generate.top_k([0.1, 0.6, 0.3], 2).round(4).tolist()
        [0.0, 0.6667, 0.3333]
    """
    values, count = _distribution(p), check_top_k(k)
    if not 0 < count < values.shape[-1]:
        return _normalized(values)
    order = np.argsort(-values, axis=-1, kind="stable")
    kept = values.copy()
    np.put_along_axis(kept, order[..., count:], 0.0, axis=-1)
    return _normalized(kept)


def top_p(p: ArrayLike, share: float | None) -> NDArray[np.float64]:
    """Keep the fewest most probable values that together reach a share (nucleus sampling).

    Args:
        p: Probabilities along the last axis.
        share: Greater than 0 and at most 1; 1 or None keeps all.

    Returns:
        float64 of the same shape, summing to 1 along the last axis.

    Raises:
        ValueError: The share isn't greater than 0 and at most 1, or `p` isn't a distribution.

    Source:
        Holtzman et al., *The Curious Case of Neural Text Degeneration*, 2020, section 3.1.

    Example:
        >>> dl.generate.top_p([0.1, 0.6, 0.3], 0.85).round(4).tolist()
        [0.0, 0.6667, 0.3333]
    """
    limit = check_top_p(share)
    values = _normalized(_distribution(p))
    if limit >= 1:
        return values
    order = np.argsort(-values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    # A value is kept if the more probable ones alone do not reach the share.
    before = np.zeros_like(ordered)
    np.cumsum(ordered[..., :-1], axis=-1, out=before[..., 1:])
    kept = np.zeros_like(values)
    np.put_along_axis(kept, order, np.where(before < limit, ordered, 0.0), axis=-1)
    return _normalized(kept)


def sampling_distribution(
    p: ArrayLike,
    temperature: float = 1.0,
    top_k: int | None = None,
    top_p: float | None = None,
) -> NDArray[np.float64]:
    """Return the distribution to sample from: temperature first, then top-k, then top-p.

    Args:
        p: Probabilities along the last axis.
        temperature: As in `reweight`.
        top_k: As in `top_k`.
        top_p: As in `top_p`.

    Returns:
        float64 of the same shape, summing to 1 along the last axis.

    Raises:
        ValueError: As in these functions.

    Example:
        >>> dl.generate.sampling_distribution([0.1, 0.6, 0.3], temperature=2.0, top_k=1).tolist()
        [0.0, 1.0, 0.0]
    """
    count, share = check_top_k(top_k), check_top_p(top_p)
    return _nucleus(_largest(reweight(p, temperature), count), share)


# The keywords of `sampling_distribution` have the names of these functions.
_largest, _nucleus = top_k, top_p


def choose(p: NDArray[Any], u: float) -> int:
    """Return the value that a uniform random number selects, by inverse transform sampling.

    Args:
        p: Probabilities, shape (n,).
        u: A number from 0 to below 1.

    Returns:
        An index whose probability isn't 0.

    Example:
        >>> choose(np.array([0.5, 0.0, 0.5]), 0.5)
        2
    """
    cumulative = np.cumsum(np.asarray(p, dtype=np.float64))
    return int(np.searchsorted(cumulative, u * cumulative[-1], side="right"))


def entropy(p: ArrayLike) -> float:
    """Return the entropy of a distribution, in bits.

    Args:
        p: Probabilities, shape (n,).

    Example:
        >>> dl.generate.entropy([0.5, 0.5])
        1.0
    """
    values = _normalized(_distribution(p))
    positive = values[values > 0]
    return float(-(positive * np.log2(positive)).sum()) + 0.0


def _distribution(p: ArrayLike) -> NDArray[np.float64]:
    values = np.asarray(p, dtype=np.float64)
    if values.ndim == 0 or values.shape[-1] == 0:
        message = f"Expected `p` to have at least one value. Received: shape {values.shape}"
        raise ValueError(message)
    if not np.isfinite(values).all() or (values < 0).any():
        message = (
            "Expected finite probabilities, at least 0. Received: NaN, infinity or negative values."
        )
        raise ValueError(message)
    if not (values.max(axis=-1) > 0).all():
        message = "Expected each distribution to have a probability above 0. Received: only zeros."
        raise ValueError(message)
    return values


def _normalized(values: NDArray[np.float64]) -> NDArray[np.float64]:
    result: NDArray[np.float64] = values / values.sum(axis=-1, keepdims=True)
    return result


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, np.number)):
        return math.nan
    return float(value)
