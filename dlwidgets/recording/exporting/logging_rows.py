"""A recording as what `wandb.log` and its relatives take: one dictionary per step."""

from __future__ import annotations

import heapq
import itertools
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.recording.exporting.pictures import pixels_of
from dlwidgets.recording.exporting.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dlwidgets.recording.exporting.source import Source

    Logged = tuple[int, dict[str, Any]]

EPOCH, SECONDS = "epoch", "seconds"
"""Rows beside the curves, by which they can be drawn as well."""


def logged(
    source: Source,
    points: int | None,
    library: Any,
    text: Callable[[str], Any],
    notes: list[str],
) -> Iterator[Logged]:
    """Yield steps, ascending, and what to log there.

    Args:
        source: The recording.
        points: Points of each curve; None for all.
        library: Has ``Histogram(np_histogram=…)`` and ``Image(…)``.
        text: Makes what the library shows as a text.
        notes: Gets sentences about what is missing.
    """
    merged = heapq.merge(
        _curves(source, points),
        _histograms(source, library),
        _samples(source, library, text, notes),
        key=operator.itemgetter(0),
    )
    for step, group in itertools.groupby(merged, operator.itemgetter(0)):
        data: dict[str, Any] = {}
        for _, found in group:
            data.update(found)
        yield step, data


def _curves(source: Source, points: int | None) -> Iterator[Logged]:
    for row in rows_of(source, points):
        yield row.step, {**row.values, EPOCH: row.epoch, SECONDS: row.time}


def _histograms(source: Source, library: Any) -> Iterator[Logged]:
    every = ((h.step, name, h) for name, series in source.histograms.items() for h in series)
    for step, name, h in sorted(every, key=operator.itemgetter(0)):
        edges = np.linspace(h.low, h.high, len(h.counts) + 1)
        if h.low == h.high:  # bins need a width
            edges = np.linspace(h.low - 0.5, h.high + 0.5, len(h.counts) + 1)
        yield step, {name: library.Histogram(np_histogram=(h.counts.tolist(), edges.tolist()))}


def _samples(
    source: Source, library: Any, text: Callable[[str], Any], notes: list[str]
) -> Iterator[Logged]:
    for sample, content in source.readable_samples(notes):
        name = f"samples/{sample.name}"
        if isinstance(content, str):
            yield sample.step, {name: text(content)}
        elif (pixels := pixels_of(content)) is not None:
            yield sample.step, {name: library.Image(pixels)}
