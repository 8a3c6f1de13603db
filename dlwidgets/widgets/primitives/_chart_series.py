"""The points of a chart's series: where they come from, and what the page has of them."""

from __future__ import annotations

import csv
import functools
import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets.training.table import Table
from dlwidgets.widgets._core.wire import BYTES_PER_POINT, decimate, pack, take

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets.training.table import Points


@dataclass
class Series:
    """A series of a chart.

    Attributes:
        points: Returns its points from an index on.
        reference: Whether it is a curve of an earlier run.
        own: The points, where the chart keeps them itself.
        sent: How many points the page has.
    """

    points: Callable[[int], Points]
    reference: bool = False
    own: Table | None = None
    sent: int = 0

    @classmethod
    def appended(cls) -> Series:
        """Return a series without points that gets them by `append`."""
        own = Table()
        own.extend(step=[], epoch=[], time=[], values={"value": []})
        return cls(functools.partial(own.points, "value"), own=own)

    def append(
        self,
        key: str,
        step: Sequence[int],
        value: Sequence[float],
        epoch: Sequence[float] | None,
        time: Sequence[float] | None,
    ) -> None:
        """Append points, as `Chart.append` does.

        Raises:
            ValueError: The columns differ in length, or the points come from elsewhere.
        """
        if self.own is None:
            message = f"Expected a series without a source. Received: {key!r}, which has one."
            raise ValueError(message)
        n = len(step)
        columns = [[0.0] * n if c is None else c for c in (epoch, time, value)]
        if any(len(c) != n for c in columns):
            lengths = [n, *(len(c) for c in columns)]
            message = (
                "`step`, `epoch`, `time` and `value` must have the same length. "
                f"Received: lengths {lengths}"
            )
            raise ValueError(message)
        self.own.extend(step=step, epoch=columns[0], time=columns[1], values={"value": columns[2]})


def snapshot_entries(series: Mapping[str, Series], size: int) -> dict[str, Any]:
    """Return all series, reduced to fit into a number of bytes.

    Args:
        series: By key.
        size: Bytes for all points together.
    """
    # Only what was sent: the page counts points, and later ones are appended.
    everything = {key: take(one.points(0), slice(0, one.sent)) for key, one in series.items()}
    entries = {}
    left = size // BYTES_PER_POINT
    # Short series first: they leave more for the long ones.
    order = sorted(everything, key=lambda key: len(everything[key]))
    for i, key in enumerate(order):
        points = decimate(everything[key], max(4, left // (len(order) - i)))
        left -= len(points)
        entries[key] = {
            "total": series[key].sent,
            "count": len(points),
            "data": memoryview(pack(points)),
        }
    return entries


def csv_text(points: Mapping[str, Points], names: Mapping[str, str]) -> str:
    """Return points as CSV with the columns series, step, epoch, time_s and value.

    Args:
        points: By the key of the series.
        names: Of the series, by key.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["series", "step", "epoch", "time_s", "value"])
    for key, one in points.items():
        columns = (c.tolist() for c in (one.step, one.epoch, one.time, one.value))
        writer.writerows(zip(itertools.repeat(names[key]), *columns))
    return out.getvalue()
