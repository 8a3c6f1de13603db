"""The points of two classes that the playground shows: the same in the page.

`labextension/src/views/playground/points.ts` and `features.ts` have the same functions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

REACH = 2.0
"""What is shown reaches from -2 to 2 along both axes."""
PLACES = 30
"""Points that are drawn by hand are on a grid of this many places per unit."""
MOST_DRAWN = 140
MOST_OWN = 500

FEATURES: dict[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, _: x1,
    "x2": lambda _, x2: x2,
    "x1_squared": lambda x1, _: x1**2,
    "x2_squared": lambda _, x2: x2**2,
    "x1_x2": lambda x1, x2: x1 * x2,
    "sin_x1": lambda x1, _: np.sin(np.pi * x1),
    "sin_x2": lambda _, x2: np.sin(np.pi * x2),
}
"""What the network can get of a point."""

_EDGE = 1.95
_TURNS = 1.5
_SLANT = math.radians(35)
_MIDDLE = (0.3, -0.2)


@dataclass(frozen=True)
class Points:
    """Points of two classes.

    Attributes:
        x: Shape (n, 2).
        y: Labels 0 and 1, shape (n,).
        training: The first so many are for training, the others for testing.
    """

    x: Array
    y: NDArray[np.uint8]
    training: int


def _rings(label: int, following: Callable[[], float]) -> tuple[float, float]:
    radius = 0.75 * math.sqrt(following()) if label == 0 else 1.15 + 0.5 * following()
    angle = 2 * math.pi * following()
    return radius * math.cos(angle), radius * math.sin(angle)


def _moons(label: int, following: Callable[[], float]) -> tuple[float, float]:
    angle = math.pi * following()
    if label == 0:
        return math.cos(angle) - 0.5, math.sin(angle) - 0.25
    return 0.5 - math.cos(angle), 0.25 - math.sin(angle)


def _xor(label: int, following: Callable[[], float]) -> tuple[float, float]:
    size = 0.15 + 1.4 * following()
    sign = -1 if following() < 0.5 else 1
    y = 0.15 + 1.4 * following()
    return sign * size, sign * y if label == 0 else -sign * y


def _spirals(label: int, following: Callable[[], float]) -> tuple[float, float]:
    way = following()
    angle = 2 * math.pi * _TURNS * way + (0 if label == 0 else math.pi)
    radius = 0.15 + 1.6 * way
    return radius * math.cos(angle), radius * math.sin(angle)


def _clouds(label: int, following: Callable[[], float]) -> tuple[float, float]:
    along = 2.8 * (following() - 0.5)
    across = (0.25 + 0.65 * following()) * (1 if label == 0 else -1)
    return (
        _MIDDLE[0] + along * math.cos(_SLANT) - across * math.sin(_SLANT),
        _MIDDLE[1] + along * math.sin(_SLANT) + across * math.cos(_SLANT),
    )


_SOURCES = {"rings": _rings, "moons": _moons, "xor": _xor, "spirals": _spirals, "clouds": _clouds}


def made(data: str, samples: int, noise: float, test: float, seed: int) -> Points:
    """Return the points of one of the shapes.

    Args:
        data: `"rings"`, `"moons"`, `"xor"`, `"spirals"` or `"clouds"`.
        samples: How many points.
        noise: The standard deviation that is added to both coordinates.
        test: The share of points for testing.
        seed: The same seed gives the same points, here and in the page.
    """
    following, found = uniform(seed), []
    for i in range(samples):
        x, y = _SOURCES[data](i % 2, following)
        size = math.sqrt(-2 * math.log(1 - following()))
        angle = 2 * math.pi * following()
        place = x + noise * size * math.cos(angle), y + noise * size * math.sin(angle)
        found.append((*(min(_EDGE, max(-_EDGE, value)) for value in place), i % 2))
    return split(np.array(found, np.float64).reshape(-1, 3), test, seed)


def drawn(first: Sequence[float], second: Sequence[float], test: float, seed: int) -> Points:
    """Return points that were drawn by hand.

    Args:
        first: x and y of each point of class 0 in turn, in places.
        second: The same of class 1.
        test: The share of points for testing.
        seed: Says which ones.
    """
    parts = []
    for label, places in enumerate((first, second)):
        pairs = np.array(places[: len(places) // 2 * 2], np.float64).reshape(-1, 2) / PLACES
        parts.append(np.hstack([pairs, np.full((len(pairs), 1), label)]))
    return split(np.vstack(parts), test, seed)


def split(found: Array, test: float, seed: int) -> Points:
    """Return points in an order that the seed says, the last ones for testing.

    Args:
        found: x, y and label, shape (n, 3).
        test: The share of points for testing.
        seed: Says the order.
    """
    following, order = uniform(seed + 1000), list(range(len(found)))
    for i in range(len(order) - 1, 0, -1):
        j = math.floor(following() * (i + 1))
        order[i], order[j] = order[j], order[i]
    shuffled = found[order]
    training = len(found) - math.floor(len(found) * test + 1e-9)
    return Points(shuffled[:, :2], shuffled[:, 2].astype(np.uint8), training)


def features(x: Array, names: Sequence[str]) -> Array:
    """Return what the network gets of points.

    Args:
        x: Shape (n, 2).
        names: Some of `FEATURES`.

    Returns:
        Shape (n, len(names)).
    """
    return np.stack([FEATURES[name](x[:, 0], x[:, 1]) for name in names], axis=1)


def checked_points(x: Any, y: Any) -> NDArray[np.float32]:
    """Return points of the user's as the page gets them: x, y and label, shape (n, 3).

    Both coordinates are scaled so that they have mean 0 and that nothing is farther out than 1.9.

    Args:
        x: Shape (n, 2).
        y: Labels of two classes, shape (n,).

    Raises:
        ValueError: They have other shapes, another number of classes, or values that aren't finite.
    """
    places, labels = np.asarray(x), np.squeeze(np.asarray(y))
    message = "Expected `x` of shape (n, 2) and `y` of shape (n,), with at least 4 points. "
    if places.ndim != 2 or places.shape[1] != 2 or labels.shape != places.shape[:1]:
        raise ValueError(message + f"Received: shapes {places.shape} and {labels.shape}.")
    if len(places) < 4:
        raise ValueError(message + f"Received: {len(places)} points.")
    if places.dtype.kind not in "iufb" or not np.isfinite(places).all():
        message = "Expected `x` to have finite numbers. "
        raise ValueError(message + f"Received: an array of type {places.dtype}.")
    classes, index = np.unique(labels, return_inverse=True)
    if len(classes) != 2:
        message = "Expected `y` to have two classes. "
        raise ValueError(message + f"Received: {len(classes)}. Keep the points of two of them.")
    if len(places) > MOST_OWN:
        kept = np.linspace(0, len(places) - 1, MOST_OWN).round().astype(int)
        places, index = places[kept], index[kept]
    centered = places.astype(np.float64) - places.mean(axis=0)
    largest = np.abs(centered).max(axis=0)
    scaled = 1.9 * centered / np.where(largest > 0, largest, 1)
    return np.column_stack([scaled, index]).astype("<f4")
