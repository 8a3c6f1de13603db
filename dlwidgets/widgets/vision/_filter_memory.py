"""Finished images of filters at recorded steps, so that none is computed twice."""

from __future__ import annotations

import json
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets.widgets.vision._filter_job import shown_of
from dlwidgets.widgets.vision._filter_messages import labels_of, progress_text, tooltips_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.filters import FilterProgress

MOST_BYTES = 64_000_000
"""Of the images that are kept."""

_STEP = "network_steps"


@dataclass(frozen=True, eq=False)
class Ascent:
    """Images of filters, and what is said of them.

    Attributes:
        filters: Which filters.
        images: uint8, shape (n, height, width, channels).
        labels: One text per image.
        tooltips: One text per image.
        borders: One color per image; "" for none.
        text: How far the ascent is.
        taken: Steps taken with each.
        points: Step, seconds and mean activation of each point of the chart.
        settings: What the images were made with.
    """

    filters: list[int]
    images: NDArray[np.uint8]
    labels: list[str]
    tooltips: list[str]
    borders: list[str]
    text: str
    taken: int
    points: tuple[tuple[int, float, float], ...]
    settings: dict[str, Any]

    @property
    def step(self) -> int:
        """Steps that the network was trained for."""
        return int(self.settings[_STEP])


def ascent_of(
    state: FilterProgress, settings: dict[str, Any], points: list[tuple[int, float, float]]
) -> Ascent:
    """Return what is shown of an ascent.

    Args:
        state: Its state.
        settings: Those of its job.
        points: As for `Ascent`.
    """
    bad = (state.dead | state.broken).tolist()
    return Ascent(
        state.filters.tolist(),
        shown_of(state, settings),
        labels_of(state),
        tooltips_of(state),
        ["bad" if wrong else "" for wrong in bad],
        progress_text(state),
        int(state.taken.min()),
        tuple(points),
        settings,
    )


class AscentMemory:
    """Keeps finished ascents of one run, in bounded memory; the oldest are dropped.

    Args:
        most: Bytes of their images.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, int], Ascent] = OrderedDict()

    def clear(self) -> None:
        """Forget them: another run is shown."""
        self._kept.clear()

    def keep(self, ascent: Ascent) -> None:
        """Keep a finished ascent.

        Args:
            ascent: Its settings are those of the job that was asked for.
        """
        self._kept[_key(ascent.settings)] = ascent
        while sum(kept.images.nbytes for kept in self._kept.values()) > self._most:
            self._kept.popitem(last=False)

    def find(self, settings: Mapping[str, Any]) -> Ascent | None:
        """Return the ascent that was made with these settings at this step, if it is kept.

        Args:
            settings: Those of a job.
        """
        key = _key(settings)
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def nearest(self, settings: Mapping[str, Any]) -> Ascent | None:
        """Return the ascent with these settings at the nearest step that is kept.

        Args:
            settings: Those of a job.
        """
        question, step = _key(settings)
        found = [kept for (asked, _), kept in self._kept.items() if asked == question]
        return min(found, key=lambda kept: abs(kept.step - step), default=None)


def _key(settings: Mapping[str, Any]) -> tuple[str, int]:
    asked = {name: value for name, value in settings.items() if name != _STEP}
    return json.dumps(asked, sort_keys=True, default=str), int(settings[_STEP])
