"""Made-up texts and weather, for tutorials whose data set isn't on this machine."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.data import Dataset, Series

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEUTRAL = (
    "the a and of to is in it this that was film movie with for as on but not story acting actor "
    "scene plot camera music director end first character time watch see one two hour year made "
    "about his her they who from by all more some when there what which would than into only"
)
_GOOD = (
    "great wonderful superb excellent touching beautiful brilliant perfect moving favorite "
    "charming funny loved masterpiece gem amazing enjoyed fresh warm clever"
)
_BAD = (
    "bad awful terrible worst boring waste dull stupid poor lame mess silly pointless annoying "
    "hated weak cheap slow fails tedious"
)
_OWN, _OTHER = 0.11, 0.04
"""How many words of a review speak for its label, and how many against it."""

TOPICS = 46


def reviews(train: int = 3_000, test: int = 1_000, seed: int = 0) -> tuple[Dataset, dict[str, int]]:
    """Return made-up reviews of films, and the rank of each word, as IMDB has them.

    Args:
        train: Training reviews.
        test: Test reviews.
        seed: Of the random numbers.

    Returns:
        A data set of lists of ranks with the labels 0 and 1, and the ranks by word.

    Example:
        >>> from dlwidgets.course.stand_ins import reviews
        >>> made_up, ranks = reviews(100, 50)
        >>> made_up.x_train.shape, ranks["the"]
        ((100,), 1)
    """
    groups = [words.split() for words in (_NEUTRAL, _BAD, _GOOD)]
    ranks = {word: rank for rank, word in enumerate(itertools.chain(*groups), start=1)}
    random = np.random.default_rng(seed)
    labels = random.integers(0, 2, train + test)
    neutral, bad, good = (np.array([ranks[word] for word in group]) for group in groups)
    x = np.empty(train + test, object)
    for place, label in enumerate(labels):
        own, other = (good, bad) if label else (bad, good)
        length = int(random.integers(20, 60))
        kinds, picks = random.random(length), random.integers(0, 1_000_000, length)
        words = np.where(kinds < _OWN, own[picks % len(own)], neutral[picks % len(neutral)])
        x[place] = np.where(kinds > 1 - _OTHER, other[picks % len(other)], words).tolist()
    made_up = _split(x, labels, train, ("negative", "positive"))
    return made_up, ranks


def stories(train: int = 4_000, test: int = 1_000, seed: int = 0) -> Dataset:
    """Return made-up news of 46 topics, some with many stories and some with few, like Reuters.

    Each topic has words of its own, and shares others with the topics next to it.

    Args:
        train: Training stories.
        test: Test stories.
        seed: Of the random numbers.

    Example:
        >>> from dlwidgets.course.stand_ins import stories
        >>> stories(500, 100).num_classes
        46
    """
    random = np.random.default_rng(seed)
    share = 1 / np.arange(1, TOPICS + 1) ** 1.1
    order = random.permutation(TOPICS)
    labels = order[random.choice(TOPICS, train + test, p=share / share.sum())]
    x = np.empty(train + test, object)
    for place, topic in enumerate(labels):
        common = 1 + (random.pareto(0.9, 45) * 12).astype(int)
        own = 1_000 + 40 * int(topic) + random.integers(0, 60, int(random.integers(1, 7)))
        stray = 1_000 + random.integers(0, 40 * TOPICS, 5)
        ranks = np.concatenate([common[common < 9_000], own, stray])
        x[place] = [int(rank) for rank in random.permutation(ranks)]
    return _split(x, labels, train, tuple(str(topic) for topic in range(TOPICS)))


def _split(
    x: NDArray[np.object_], y: NDArray[np.int64], train: int, class_names: tuple[str, ...]
) -> Dataset:
    return Dataset(
        name="made_up",
        title=tr("Made-up texts"),
        x_train=x[:train],
        y_train=y[:train].astype(np.int64),
        x_test=x[train:],
        y_test=y[train:].astype(np.int64),
        class_names=class_names,
        task="classification",
        kind="text",
        value_range=(0.0, 0.0),
        origin="dlwidgets",
    )


def weather(hours: int = 8_730, seed: int = 0) -> Series:
    """Return made-up weather, hour by hour: seasons, days, and fronts that pass in a few days.

    Args:
        hours: Rows.
        seed: Of the random numbers.

    Example:
        >>> from dlwidgets.course.stand_ins import weather
        >>> made_up = weather(500)
        >>> made_up.values.shape, made_up.target
        ((500, 4), 'temp (degC)')
    """
    random = np.random.default_rng(seed)
    time = np.arange(hours)
    front = np.zeros((hours, 2))  # pressure and warmth of the air mass, slow and fast
    for row in range(1, hours):
        front[row] = front[row - 1] * (0.985, 0.98) + random.normal(0, (0.17, 0.2))
        front[row, 1] -= 0.012 * front[row - 1, 0]
    season, day = 2 * np.pi * time / 8_766, 2 * np.pi * time / 24
    temperature = 12 - 11 * np.cos(season) - 3.5 * np.cos(day - 0.9) + 4.5 * front[:, 1]
    columns = {
        "temp (degC)": temperature + random.normal(0, 0.4, hours),
        "pressure (hPa)": 1_016 + 7 * front[:, 0] + random.normal(0, 0.3, hours),
        "humidity (%)": 65 - 12 * np.sin(day - 2.4) - 8 * front[:, 0] + random.normal(0, 4, hours),
        "wind (m/s)": np.abs(4 - 1.5 * front[:, 0] + random.normal(0, 1.5, hours)),
    }
    return Series(
        name="made_up",
        title=str(tr("Made-up weather")),
        values=np.column_stack(list(columns.values())).astype(np.float32),
        times=np.datetime64("2013-01-01T00", "h") + time,
        columns=tuple(columns),
        target="temp (degC)",
        origin="dlwidgets",
    )
