"""Splits of data into training and validation: the reference for what the page computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers
from dlwidgets.concepts._random import shuffled
from dlwidgets.concepts._splits_data import Samples, copied, dice, series, wine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

TRAPS = ("none", "sorted", "duplicates", "time", "scaling", "selection")
PROTOCOLS = ("holdout", "kfold", "iterated")
SEEDS = 40
"""The scores of so many seeds are shown side by side."""
KEPT_COLUMNS = 20
"""Where features are selected, so many are kept."""

FIELDS: dict[str, Field] = {
    "data": Choice("wine", ("wine", "own")),
    "trap": Choice("none", TRAPS),
    "protocol": Choice("kfold", PROTOCOLS),
    "folds": Number(5, 2, 10),
    "repeats": Number(3, 2, 5),
    "share": Number(20, 10, 50),
    "copies": Number(50, 10, 100),
    "neighbors": Number(1, 1, 15),
    "features": Number(4, 1, 13),
    "seed": Number(0, 0, 999),
    "at": Numbers((), 1, 50, digits=0, least=0, most=1),
}
"""The state of the widget."""


@dataclass(frozen=True)
class Split:
    """One model: what it is trained on and what it is validated on.

    Attributes:
        order: All samples in the order in which they are shown.
        train: Those that it is trained on.
        validation: Those that give the score.
    """

    order: tuple[int, ...]
    train: tuple[int, ...]
    validation: tuple[int, ...]


@dataclass(frozen=True)
class Measured:
    """The scores of all models of a protocol.

    Attributes:
        splits: What each model got.
        scores: The accuracy of each, or the mean absolute error of a regression.
        wrong: How many validation samples of each were wrong; 0 in a regression.
    """

    splits: tuple[Split, ...]
    scores: tuple[float, ...]
    wrong: tuple[int, ...]

    @property
    def mean(self) -> float:
        """The mean of the scores."""
        return float(np.mean(self.scores))

    @property
    def spread(self) -> float:
        """The standard deviation of the scores, divided by n."""
        return float(np.std(self.scores))


def samples_of(values: Mapping[str, Any], own: Samples | None = None) -> Samples:
    """Return the samples that a state is about.

    Args:
        values: All values of the state.
        own: The user's samples, if there are some.
    """
    trap = values["trap"]
    mine = own if values["data"] == "own" else None
    if trap == "time" and mine is None:
        return series()
    base = mine if mine is not None else wine(values["features"])
    if trap == "selection":
        return dice(base)
    return copied(base, values["copies"]) if trap == "duplicates" else base


def splits(
    samples: Samples, values: Mapping[str, Any], *, careless: bool, seed: int | None = None
) -> tuple[Split, ...]:
    """Return what each model of a protocol is trained and validated on.

    Args:
        samples: As `samples_of` returns them.
        values: All values of the state.
        careless: Whether the trap closes.
        seed: Of the order; by default the state's.
    """
    trap, protocol = values["trap"], values["protocol"]
    # The samples that stay together: a copy and its original.
    apart = trap != "duplicates" or careless
    units = [[i] for i in range(len(samples.y))] if apart else _families(samples)
    in_order = trap == ("sorted" if careless else "time")
    repeats = values["repeats"] if protocol == "iterated" and not in_order else 1
    found = []
    for repeat in range(repeats):
        first = values["seed"] if seed is None else seed
        count = len(units)
        order = list(range(count)) if in_order else shuffled(count, first + 1000 * repeat)
        ordered = [units[i] for i in order]
        for train, start, end in _blocks(count, values, forward=trap == "time" and not careless):
            taken = ordered[: train if train is not None else start]
            rest = ordered[end:] if train is None else []
            found.append(
                Split(_flat(ordered), _flat([*taken, *rest]), _flat(ordered[start:end])),
            )
    return tuple(found)


def _families(samples: Samples) -> list[list[int]]:
    units = [[i] for i in range(samples.originals)]
    for i in range(samples.originals, len(samples.y)):
        units[samples.source[i]].append(i)
    return units


def _flat(units: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(i for unit in units for i in unit)


def _blocks(
    count: int, values: Mapping[str, Any], *, forward: bool
) -> list[tuple[int | None, int, int]]:
    """Return the end of training where nothing later is used, and both ends of each block."""
    if values["protocol"] == "holdout":
        held = -(-values["share"] * count // 100)
        return [(count - held, count - held, count)]
    folds = min(values["folds"], count - 1)
    if forward:
        size = count // (folds + 1)
        starts = range(count - folds * size, count, size)
        return [(start, start, start + size) for start in starts]
    sizes = [count // folds + (fold < count % folds) for fold in range(folds)]
    ends = np.cumsum(sizes)
    return [(None, int(end) - size, int(end)) for size, end in zip(sizes, ends, strict=True)]


def predict(
    samples: Samples,
    split: Split,
    *,
    neighbors: int,
    statistics: Sequence[int] | None = None,
    select: bool = False,
) -> NDArray[Any]:
    """Return what the nearest neighbors say of the validation samples.

    Args:
        samples: All samples.
        split: What is training, and what validation.
        neighbors: How many of the nearest training samples vote; of equally near ones, those that
            come first.
        statistics: The samples that mean, standard deviation and selected features come from; by
            default the training samples.
        select: Whether only the 20 features are used that go best with the labels.
    """
    known = np.array(split.train if statistics is None else statistics)
    x = samples.x
    if select:
        x = x[:, best_columns(x[known], samples.y[known], samples.classes)]
    mean, spread = x[known].mean(0), x[known].std(0)
    # What rounding leaves of a constant feature isn't a scale.
    scaled = (x - mean) / np.where(spread > 1e-12 * np.abs(mean), spread, 1)
    train = np.sort(split.train)
    found = []
    for i in split.validation:
        distances = ((scaled[train] - scaled[i]) ** 2).sum(1)
        near = train[np.argsort(distances, kind="stable")[:neighbors]]
        if samples.classes:
            found.append(np.argmax(np.bincount(samples.y[near].astype(int))))
        else:
            found.append(samples.y[near].mean())
    return np.array(found)


def best_columns(x: NDArray[Any], y: NDArray[Any], classes: int) -> list[int]:
    """Return the columns that go best with the labels: the highest F of an analysis of variance.

    Args:
        x: Features, shape (n, d).
        y: Labels, or values of a regression, shape (n,).
        classes: How many classes there are; 0 in a regression.
    """
    centered = x - x.mean(0)
    whole = (centered**2).sum(0)
    if classes:
        parts = [centered[y == label] for label in range(classes) if (y == label).any()]
        explained = sum(len(part) * part.mean(0) ** 2 for part in parts)
    else:
        off = y - y.mean()
        explained = (centered * off[:, None]).sum(0) ** 2 / max((off**2).sum(), 1e-300)
    # F grows with the share that is explained, for all columns in the same way.
    share = np.asarray(explained) / np.where(whole > 0, whole, 1)
    return sorted(np.argsort(-share, kind="stable")[:KEPT_COLUMNS].tolist())


def measure(
    samples: Samples, values: Mapping[str, Any], *, careless: bool, seed: int | None = None
) -> Measured:
    """Train and validate all models of a protocol.

    Args:
        samples: As `samples_of` returns them.
        values: All values of the state.
        careless: Whether the trap closes.
        seed: Of the order; by default the state's.
    """
    trap = values["trap"]
    everything = range(len(samples.y)) if careless and trap in {"scaling", "selection"} else None
    made = splits(samples, values, careless=careless, seed=seed)
    scores, wrong = [], []
    for split in made:
        predicted = predict(
            samples,
            split,
            neighbors=values["neighbors"],
            statistics=everything,
            select=trap == "selection",
        )
        truth = samples.y[list(split.validation)]
        if samples.classes:
            wrong.append(int((predicted != truth).sum()))
            scores.append(1 - wrong[-1] / len(truth))
        else:
            wrong.append(0)
            scores.append(float(np.abs(predicted - truth).mean()))
    return Measured(made, tuple(scores), tuple(wrong))


def baseline(samples: Samples) -> float:
    """Return the score of an answer that looks at nothing: the most frequent class, or the median.

    Args:
        samples: All samples.
    """
    if samples.classes:
        return float(np.bincount(samples.y.astype(int)).max() / len(samples.y))
    return float(np.abs(samples.y - np.median(samples.y)).mean())
