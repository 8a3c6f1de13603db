"""Recorded histograms of weights, gradients, activations and predictions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from dlwidgets.recording.blocks import Block


@dataclass(frozen=True)
class Histogram:
    """How values were distributed at a step.

    Attributes:
        step: Training steps done.
        epoch: Epochs as a fraction; NaN if it wasn't recorded.
        time: Seconds of training; NaN if they weren't recorded.
        low: The lowest value.
        high: The highest value.
        counts: How many values are in each of the equally wide bins between, shape (bins,).
    """

    step: int
    epoch: float
    time: float
    low: float
    high: float
    counts: NDArray[np.int64]


def histograms_in(blocks: Iterable[Block], name: str | None = None) -> dict[str, list[Histogram]]:
    """Return the histograms in blocks, for each name ascending by step, one per step.

    Args:
        blocks: Of the file of histograms. Where it has two of a step, the later counts: a run
            records its last step whatever was recorded before, and may go on from an earlier one.
        name: Only those of this name.
    """
    found: dict[str, dict[int, Histogram]] = {}
    for block in blocks:
        names, step = block.header.get("names"), block.header.get("step")
        columns = dict(block.columns)
        low, high, counts = (columns.get(n) for n in ("low", "high", "counts"))
        if not isinstance(names, list) or type(step) is not int or len(names) != block.rows:
            continue
        if low is None or high is None or counts is None or (low.ndim, high.ndim) != (1, 1):
            continue
        epoch, time = (_number(block.header, key) for key in ("epoch", "time"))
        for row, called in enumerate(map(str, names)):
            if counts.ndim == 2 and name in (None, called):
                values = counts[row].astype(np.int64)
                one = Histogram(step, epoch, time, float(low[row]), float(high[row]), values)
                found.setdefault(called, {})[step] = one
    return {called: [of[step] for step in sorted(of)] for called, of in found.items()}


def _number(header: Mapping[str, object], key: str) -> float:
    value = header.get(key)
    return float(value) if isinstance(value, (int, float)) else math.nan
