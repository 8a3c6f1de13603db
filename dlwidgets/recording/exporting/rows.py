"""The curves of a recording as rows for other tools: a step, and what they plot there."""

from __future__ import annotations

import heapq
import itertools
import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.recording.exporting.decimating import kept
from dlwidgets.recording.exporting.wall_time import WallTime

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from dlwidgets.recording.exporting.source import Source
    from dlwidgets.training.table import Rows

STEP, EPOCH = "train", "epoch"
"""What the names of step values and of epoch values begin with: ``train/loss``, ``epoch/loss``."""

_LOSS = "loss"
_ROWS = 10_000  # at a time


@dataclass(frozen=True)
class Row:
    """The values of one step.

    Attributes:
        step: The training step.
        epoch: The epoch as a fraction.
        time: Seconds of training.
        wall: Unix seconds.
        values: For each curve that has a point here its value.
    """

    step: int
    epoch: float
    time: float
    wall: float
    values: dict[str, float]


def rows_of(source: Source, most: int | None) -> Iterator[Row]:
    """Yield the curves of steps and epochs, ascending steps, at most one row per step.

    Args:
        source: The recording.
        most: Points of each curve; None for all.
    """
    wall = WallTime(source.created, source.events)
    whole = {n for n, vs in source.history.items() if len(vs) == len(source.epochs)}
    merged = heapq.merge(
        _rows(source.steps, STEP, wall, reported_steps(source.steps), most),
        _rows(source.epochs, EPOCH, wall, _reported_epochs(source.epochs, whole), most),
        key=operator.attrgetter("step"),
    )
    for _, group in itertools.groupby(merged, operator.attrgetter("step")):
        first, *others = group
        for other in others:
            first.values.update(other.values)
        yield first


def reported_steps(columns: Rows) -> dict[str, NDArray[np.bool_]]:
    """Return for each metric at which rows it was reported.

    A table reads NaN both where a value is NaN and where there is none. Each step has a loss, so
    a metric that is NaN beside a finite loss wasn't reported.

    Args:
        columns: Rows of the step table.
    """
    missing = {name: np.isnan(values) for name, values in columns.values.items()}
    lost = missing.get(_LOSS)
    if lost is None:
        return {name: ~nan for name, nan in missing.items()}
    return {name: ~nan | lost for name, nan in missing.items()}


def _reported_epochs(columns: Rows, whole: set[str]) -> dict[str, NDArray[np.bool_]]:
    return {
        name: np.ones(len(columns), bool) if name in whole else ~np.isnan(values)
        for name, values in columns.values.items()
    }


def _rows(
    columns: Rows,
    prefix: str,
    wall: WallTime,
    reported: Mapping[str, NDArray[np.bool_]],
    most: int | None,
) -> Iterator[Row]:
    if not len(columns):
        return
    chosen = np.zeros((len(columns.values), len(columns)), bool)
    for mask, (name, values) in zip(chosen, columns.values.items(), strict=True):
        where = np.flatnonzero(reported[name])
        if len(where):
            mask[where[kept(np.ascontiguousarray(values[where]), most)]] = True
    names = [f"{prefix}/{name}" for name in columns.values]
    anything = np.flatnonzero(chosen.any(axis=0))
    for first in range(0, len(anything), _ROWS):
        index = anything[first : first + _ROWS]
        series = [values[index].tolist() for values in columns.values.values()]
        axes = (columns.step[index], columns.epoch[index], columns.time[index])
        columns_of_block = (*axes, wall(axes[2]), np.arange(len(index)))
        masks = chosen[:, index].T.tolist()
        for (step, epoch, time, at, i), mask in zip(
            zip(*(c.tolist() for c in columns_of_block), strict=True), masks, strict=True
        ):
            found = {n: s[i] for n, s, here in zip(names, series, mask, strict=True) if here}
            yield Row(step, epoch, time, at, found)
