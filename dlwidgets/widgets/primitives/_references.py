"""The reference curves that a chart keeps of earlier runs."""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.widgets._core.wire import take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlwidgets.training.table import Points


_PINNED = "ref4/pinned"  # the page colors runs by this number


@dataclass(frozen=True)
class Reference:
    """A reference curve.

    Attributes:
        spec: Its entry in the chart's `series`.
        points: Returns its points from an index on.
        subject: What it can be compared within.
    """

    spec: dict[str, Any]
    points: Callable[[int], Points]
    subject: str


class References:
    """Reference curves of several subjects, of which a chart draws those of one.

    Attributes:
        subject: What is compared now.
    """

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._kept: list[Reference] = []
        self.subject = ""

    def keep(self, name: str, curves: Iterable[tuple[dict[str, Any], Points]]) -> list[Reference]:
        """Keep the curves of a run, and return them.

        Args:
            name: Shown before each curve's name.
            curves: The curves that are drawn, as entry of `series` and points.
        """
        run = f"ref{next(self._numbers)}"  # the page colors runs by this number
        kept = []
        for spec, points in curves:
            title = tr("{run}: {series}", run=name, series=spec["name"])
            own = {"id": f"{run}/{spec['id']}", "name": title, "reference": True}
            kept.append(Reference({**spec, **own}, functools.partial(_from, points), self.subject))
        self._kept += kept
        return kept

    def pin(self, name: str, spec: dict[str, Any], points: Points) -> Reference:
        """Keep a curve of the pinned run, and return it. All of its curves have one color.

        Args:
            name: The name of the run.
            spec: The entry of `series` of the curve that it is compared with.
            points: Its points.
        """
        title = tr("{run}: {series}", run=name, series=spec["name"])
        own = {"id": f"{_PINNED}/{spec['id']}", "name": title, "reference": True}
        kept = Reference({**spec, **own}, functools.partial(_from, points), self.subject)
        self._kept.append(kept)
        return kept

    def unpin(self) -> list[str]:
        """Forget the curves of the pinned run, and return their ids."""
        gone = [one.spec["id"] for one in self._kept if one.spec["id"].startswith(_PINNED)]
        self._kept = [one for one in self._kept if one.spec["id"] not in gone]
        return gone

    def drawn(self) -> list[Reference]:
        """Return the curves of the subject that is compared now."""
        return [one for one in self._kept if one.subject == self.subject]

    def clear(self) -> None:
        """Forget the curves of all subjects."""
        self._kept = []


def _from(points: Points, start: int) -> Points:
    return take(points, slice(start, None))
