"""What a GAN's view shows, as one picture and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.generate.gan_frames import Frame
    from dlwidgets.generate.gan_tracking import GanTracker

_COLUMNS = 9


def sheet_of(frame: Frame | None, tracker: GanTracker | None) -> NDArray[np.uint8]:
    """Return the images or points of a frame as one picture, uint8, shape (height, width, 3).

    Args:
        frame: The frame.
        tracker: What made it.
    """
    from dlwidgets.generate.gan_points import PointTracker
    from dlwidgets.generate.gan_tracking import contact_sheet

    assert frame is not None, "the button is disabled until there is a frame"
    assert tracker is not None
    if isinstance(tracker, PointTracker):
        return tracker.picture(frame)
    sheet: NDArray[np.uint8] = contact_sheet(frame.pixels, columns=_COLUMNS)
    return sheet


def image_file(
    frame: Frame | None, tracker: GanTracker | None, settings: Mapping[str, Any]
) -> tuple[str, bytes]:
    """Return name and content of a PNG file with a frame, and what it is made from.

    Args:
        frame: The frame.
        tracker: What made it.
        settings: What else is written into the file.
    """
    from dlwidgets.vision.images import encode_png

    sheet = sheet_of(frame, tracker)
    assert frame is not None, "there is a sheet of it"
    assert tracker is not None
    known = {
        **settings,
        "latent_seed": tracker.seed,
        "images": frame.count,
        "step": frame.step,
        "epoch": round(frame.epoch, 3),
    }
    return f"gan-step-{frame.step}.png", encode_png(sheet, known)
