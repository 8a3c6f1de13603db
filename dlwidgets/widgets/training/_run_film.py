"""The film of a view: its picture at one snapshot after another, as an animated GIF."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets.vision.film import MAX_FRAMES, encode_animation
from dlwidgets.vision.film_frames import LONGEST, captioned

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._live.film import Film, Filmed

MOST_SECONDS = 240.0
"""For all frames of a film, about. A view that takes longer gets fewer frames."""

_FEWEST = 6  # frames, however long they take
_PAUSE = 0.02  # seconds between two looks at a view that is drawn


@dataclass(frozen=True)
class Progress:
    """How far a film is.

    Attributes:
        done: Frames that are made.
        frames: Frames that it will have.
        note: Why it has fewer frames than there are snapshots; "" if it has all.
    """

    done: int
    frames: int
    note: str


def film_of(
    view: Filmed,
    film: Film,
    steps: Sequence[int],
    *,
    caption: Callable[[int], str],
    speed: float,
    stop: Callable[[], bool],
    tell: Callable[[Progress], None] = lambda _: None,
) -> bytes:
    """Return a GIF file of what a view shows at each of some steps.

    The other views of the run stay where they are. So does the view, afterwards. A step that it
    can't show is left out.

    Args:
        view: The view.
        film: What of it is shown.
        steps: Of snapshots, ascending. Of many, some are left out, evenly.
        caption: Returns the line below the frame of a step.
        speed: Snapshots per second.
        stop: Asked again and again; True ends it.
        tell: Called after each frame.

    Raises:
        ValueError: There are fewer than two snapshots with a picture.
        CanceledError: `stop` returned True.
    """
    frames: list[NDArray[np.uint8]] = []
    shown = -1
    plan = _Plan(steps)
    try:
        while plan.steps:
            tell(plan.progress)
            begun, step = time.monotonic(), plan.steps[0]
            view.visit(step)
            if _drawn(view, film, stop) and view.drawn_step != shown and film.shows():
                shown = view.drawn_step
                frames.append(captioned(film.picture(), caption(shown)))
            plan.made(time.monotonic() - begun)
        tell(plan.progress)
    finally:
        view.end_visit()
    if len(frames) < 2:
        raise ValueError(tr("A film needs at least two snapshots with images."))
    return encode_animation(frames, seconds=1 / speed, longest=LONGEST, stop=stop)


class _Plan:
    """Which frames are still to be made, of which fewer are if they take long.

    Attributes:
        steps: Their steps, ascending.
    """

    def __init__(self, steps: Sequence[int]) -> None:
        self._all = len(steps)
        self._left = self.steps = _evenly(steps, MAX_FRAMES)
        self._most = len(self.steps)  # frames of a film that takes no time
        self._seconds: list[float] = []  # of each frame that is made
        self._note = self._noted()

    @property
    def progress(self) -> Progress:
        done = len(self._seconds)
        return Progress(done, done + len(self.steps), self._note)

    def made(self, seconds: float) -> None:
        """Go on after the first of `steps`, which has taken so long."""
        self._seconds.append(seconds)
        step = self.steps[0]
        self.steps = self.steps[1:]
        self._left = [later for later in self._left if later > step]
        done, planned = len(self._seconds), len(self.steps)
        if done < 2 or not planned:
            return
        fit = int((MOST_SECONDS - sum(self._seconds)) / max(self._each, 1e-3))
        fit = max(fit, _FEWEST - done, 1)
        # More than planned only where it is worth a new number of frames.
        if fit < planned or (fit >= 2 * planned and planned < len(self._left)):
            self.steps = _evenly([step, *self._left], fit + 1)[1:]
            self._note = self._noted()

    @property
    def _each(self) -> float:
        """Seconds of a frame, but for the first, which may build a graph, or be remembered."""
        return sum(self._seconds[1:]) / (len(self._seconds) - 1)

    def _noted(self) -> str:
        frames = len(self._seconds) + len(self.steps)
        if frames < self._most:
            return tr(
                "A frame takes about {seconds} s, so the film has {n} of {all} snapshots, "
                "evenly spaced.",
                seconds=round(self._each),
                n=frames,
                all=self._all,
            )
        if frames < self._all:
            return tr(
                "A film has at most {most} frames: these {n} of {all} snapshots are evenly spaced.",
                most=MAX_FRAMES,
                n=frames,
                all=self._all,
            )
        return ""


def _evenly(steps: Sequence[int], most: int) -> list[int]:
    at = np.unique(np.linspace(0, len(steps) - 1, min(len(steps), most)).round().astype(int))
    return [int(steps[i]) for i in at]


def _drawn(view: Filmed, film: Film, stop: Callable[[], bool]) -> bool:
    """Wait until a view shows the step that it visits, and return whether it does."""
    end = time.monotonic() + film.patience
    while view.busy:
        if stop():
            raise CanceledError
        if time.monotonic() > end:
            return False
        time.sleep(_PAUSE)
    if stop():
        raise CanceledError
    return view.drawn_step >= 0 and film.whole()
