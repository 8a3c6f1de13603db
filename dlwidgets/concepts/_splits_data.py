"""Samples for splits: wines, a series that is made up, features that are chance, and the user's.

The page has the wines in ``labextension/src/views/splits/wine.ts``, which this module writes::

    python -m dlwidgets.concepts._splits_data
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import rounded
from dlwidgets.concepts._random import shuffled, uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAYS = 120
DICE_ROWS = 60
DICE_COLUMNS = 500
MOST_SAMPLES = 300
MOST_FEATURES = 64
MOST_NUMBERS = 12_000
"""What a page gets of the user's, so that a notebook can keep it."""
MOST_CLASSES = 20
LEAST_SAMPLES = 12

_TARGET = Path(__file__).parents[2] / "labextension" / "src" / "views" / "splits" / "wine.ts"
_TEXT = """\
/**
 * 178 wines of three growers, in the order of their file.
 *
 * S. Aeberhard and M. Forina, Wine, UCI Machine Learning Repository, 1992 (CC BY 4.0), as they come
 * with scikit-learn. Written by `python -m dlwidgets.concepts._splits_data`.
 */

/** A line for each wine: 13 features and its class. */
export const WINE = `
{lines}
`;
"""


@dataclass(frozen=True)
class Samples:
    """Features and labels.

    Attributes:
        x: Shape (n, d).
        y: Labels from 0, or values of a regression, shape (n,).
        classes: How many classes there are; 0 in a regression.
        originals: How many samples are no copies; the copies come after them.
        source: Of each sample the one that it is a copy of, or itself.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    classes: int
    originals: int
    source: tuple[int, ...]


def _plain(x: NDArray[Any], y: NDArray[Any], classes: int) -> Samples:
    return Samples(x.astype(float), y.astype(float), classes, len(y), tuple(range(len(y))))


@cache
def _wine() -> tuple[NDArray[np.float64], NDArray[np.int_]]:
    from sklearn.datasets import load_wine

    x, y = load_wine(return_X_y=True)
    return x, y


def wine(features: int) -> Samples:
    """Return the wines of scikit-learn, sorted by class as they are in their file.

    Args:
        features: So many of the 13 features, the first ones.
    """
    x, y = _wine()
    return _plain(x[:, :features], y, 3)


def series() -> Samples:
    """Return prices that are made up, a random walk: each differs a little from the one before.

    The feature is the time, which isn't even, so that no two neighbors are equally near.
    """
    random, value, rows = uniform(7), 50.0, []
    for day in range(DAYS):
        time = rounded(day + 0.8 * random(), 3)
        value += 3.6 * (random() - 0.5)
        rows.append((time, rounded(value, 1)))
    table = np.array(rows)
    return _plain(table[:, :1], table[:, 1], 0)


def dice(base: Samples) -> Samples:
    """Return samples with 500 features that are chance, so that nothing can be learned.

    Args:
        base: Where the labels come from; at most 60 samples are chosen evenly.
    """
    count = min(DICE_ROWS, len(base.y))
    rows = [i * len(base.y) // count for i in range(count)]
    random = uniform(3)
    x = np.array([[random() for _ in range(DICE_COLUMNS)] for _ in range(count)])
    return _plain(x, base.y[rows], base.classes)


def copied(base: Samples, percent: int) -> Samples:
    """Return samples of which some are there twice.

    Args:
        base: Samples without copies.
        percent: How many of them are copied.
    """
    count = len(base.y)
    twice = sorted(shuffled(count, 5)[: count * percent // 100])
    source = (*range(count), *twice)
    return Samples(base.x[list(source)], base.y[list(source)], base.classes, count, source)


@dataclass(frozen=True)
class Own:
    """Samples of the user's.

    Attributes:
        table: float32 of shape (n, d + 1): features, then the label or value.
        names: The classes; empty in a regression.
        count: How many samples there were.
        features: How many features there were.
        different: So many different whole numbers are the values of a regression because they are
            too many for classes; 0 for anything else.
    """

    table: NDArray[np.float32]
    names: tuple[str, ...]
    count: int
    features: int
    different: int = 0

    @property
    def samples(self) -> Samples:
        """The samples as they are computed with."""
        table = self.table.astype(float)
        return _plain(table[:, :-1], table[:, -1], len(self.names))


def checked_samples(x: Any, y: Any) -> Own:
    """Return features and labels as the page gets them; of many, some are chosen evenly.

    Args:
        x: Shape (n, …): what comes after the first axis are features.
        y: Labels of any type, or numbers of a regression, shape (n,) or (n, 1); one-hot as well.

    Raises:
        ValueError: They can't be used.
    """
    given = np.asarray(x)
    if given.ndim == 0 or len(given) < LEAST_SAMPLES or given.size == 0:
        message = f"Expected `x` to have at least {LEAST_SAMPLES} samples. "
        raise ValueError(message + f"Received: an array of shape {given.shape}.")
    x = _numbers(given).reshape(len(given), -1)
    labels = _single(np.asarray(y))
    labels = labels.reshape(-1) if labels.ndim == 2 and labels.shape[1] == 1 else labels
    if labels.shape != (len(x),):
        message = "`x` and `y` must have the same number of samples. "
        raise ValueError(message + f"Received: shapes {np.shape(given)} and {np.shape(y)}.")
    names, labels = _classes(labels)
    count, features = x.shape
    columns = _evenly(features, MOST_FEATURES)
    rows = _evenly(count, min(MOST_SAMPLES, MOST_NUMBERS // (len(columns) + 1)))
    if not np.isfinite(x).all() or not np.isfinite(labels).all():
        message = "Expected `x` and `y` to have finite numbers. "
        raise ValueError(message + "Received: NaN or infinity. Replace them first.")
    if np.abs(x).max() > 1e15 or np.abs(labels).max() > 1e15:
        message = "Expected `x` and `y` to have numbers from -1e15 to 1e15. "
        raise ValueError(message + "Divide them by a number first.")
    kept = np.column_stack([_scaled(x[rows][:, columns]), labels[rows]]).astype("<f4")
    different = len(np.unique(labels))
    whole = not names and different > MOST_CLASSES and bool((labels == np.floor(labels)).all())
    return Own(kept, names, count, features, different if whole else 0)


def _numbers(x: NDArray[Any]) -> NDArray[Any]:
    """Return features as real numbers; of dates, their milliseconds."""
    if x.dtype.kind in "iufb":
        return x
    if x.dtype.kind in "mM":
        if np.isnat(x).any():
            message = "Expected `x` to have dates or durations. "
            raise ValueError(message + "Received: NaT, a missing one. Replace it first.")
        name = "datetime64[ms]" if x.dtype.kind == "M" else "timedelta64[ms]"
        return x.astype(name).astype(float)
    try:
        if x.dtype.kind == "c" or any(isinstance(one, complex) for one in x.flat):
            raise TypeError
        return x.astype(float)
    except (TypeError, ValueError):
        message = "Expected `x` to have real numbers. "
        raise ValueError(message + f"Received: an array of type {x.dtype}.") from None


def _single(y: NDArray[Any]) -> NDArray[Any]:
    """Return one label for each sample, also of one-hot rows."""
    if y.dtype.kind == "c":
        message = "Expected `y` to have labels or real numbers. "
        raise ValueError(message + "Received: complex numbers.")
    missing = np.isnat(y).any() if y.dtype.kind in "mM" else False
    if y.dtype.kind == "O":
        missing = any(map(_is_missing, y.flat))
    if missing:
        message = "Expected `y` to have a label for each sample. "
        raise ValueError(message + "Received: None, NaN or NaT, a missing one. Remove the sample.")
    if y.ndim == 2 and y.shape[1] > 1 and np.isin(y, (0, 1)).all():
        sums = y.sum(1)
        if (sums != 1).any():
            message = "Expected each row of a one-hot `y` to have a single 1. "
            message += f"Received: a row with {int(sums[sums != 1][0])} of them. "
            raise ValueError(message + "Choose one label for each sample, such as `y[:, 0]`.")
        return np.asarray(y.argmax(1))
    return y


def _is_missing(label: object) -> bool:
    if isinstance(label, float):
        return math.isnan(label)
    # pandas writes its own missing ones like this.
    return label is None or (not isinstance(label, str) and str(label) in {"<NA>", "NaT"})


def _scaled(x: NDArray[Any]) -> NDArray[np.float64]:
    """Return features that survive as float32; nearest neighbors standardize them anyway."""
    x = x.astype(float)
    mean, spread = x.mean(0), x.std(0)
    lost = np.abs(x - x.astype(np.float32)).max(0)
    # What rounding leaves of a constant feature isn't a scale.
    far = (lost > 1e-5 * spread) & (spread > 1e-12 * np.abs(mean))
    return np.where(far, (x - mean) / np.where(far, spread, 1), x)


def _classes(y: NDArray[Any]) -> tuple[tuple[str, ...], NDArray[np.float64]]:
    """Return the names of the classes with labels from 0; none for a regression."""
    if y.dtype.kind == "f" and (not np.isfinite(y).all() or (y != np.floor(y)).any()):
        return (), y.astype(float)
    names, labels = np.unique(y.astype(str) if y.dtype.kind == "O" else y, return_inverse=True)
    if len(names) > MOST_CLASSES:
        if y.dtype.kind not in "iuf":
            message = f"Expected `y` to have at most {MOST_CLASSES} classes. "
            raise ValueError(message + f"Received: {len(names)} classes.")
        return (), y.astype(float)
    whole = y.dtype.kind == "f"
    return tuple(str(int(name) if whole else name) for name in names), labels.astype(float)


def _evenly(count: int, most: int) -> list[int]:
    kept = min(count, most)
    return [i * count // kept for i in range(kept)]


def script() -> str:
    """Return the text of the page's wines."""
    x, y = _wine()
    rows = (
        [*(f"{value:.3f}".rstrip("0").rstrip(".") for value in row), str(int(label))]
        for row, label in zip(x, y, strict=True)
    )
    return _TEXT.replace("{lines}", "\n".join(",".join(row) for row in rows))


if __name__ == "__main__":
    _TARGET.write_text(script())
