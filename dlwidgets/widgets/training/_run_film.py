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
"""For all frames of a film. A view that takes longer gets fewer frames."""

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
    wanted, note, done = _evenly(steps, MAX_FRAMES), "", 0
    if len(wanted) < len(steps):
        note = tr(
            "A film has at most {most} frames: these {n} of {all} snapshots are evenly spaced.",
            most=MAX_FRAMES,
            n=len(wanted),
            all=len(steps),
        )
    try:
        while done < len(wanted):
            tell(Progress(done, len(wanted), note))
            begun = time.monotonic()
            view.visit(wanted[done])
            if _drawn(view, film, stop) and view.drawn_step != shown and film.shows():
                shown = view.drawn_step
                frames.append(captioned(film.picture(), caption(shown)))
            done += 1
            seconds = time.monotonic() - begun
            if done == 1 and seconds * len(wanted) > MOST_SECONDS:
                most = max(_FEWEST, int(MOST_SECONDS / seconds))
                wanted = _evenly(steps, most)
                note = tr(
                    "A frame takes about {seconds} s, so the film has {n} of {all} snapshots, "
                    "evenly spaced.",
                    seconds=round(seconds),
                    n=len(wanted),
                    all=len(steps),
                )
        tell(Progress(done, len(wanted), note))
    finally:
        view.end_visit()
    if len(frames) < 2:
        raise ValueError(tr("A film needs at least two snapshots with images."))
    return encode_animation(frames, seconds=1 / speed, longest=LONGEST, stop=stop)


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
