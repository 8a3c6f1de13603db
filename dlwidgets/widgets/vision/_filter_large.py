"""The large image of one filter."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.widgets.vision._filter_job import shown_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.widgets.primitives.image_grid import ImageGrid
    from dlwidgets.widgets.vision._filter_job import Job

_LARGE = 192  # pixels of its side


def ascend_large(
    job: Job,
    which: int,
    grid: ImageGrid,
    *,
    stop: Callable[[], bool],
    wanted: Callable[[], bool],
    interval: float,
) -> tuple[NDArray[np.uint8], dict[str, Any]] | None:
    """Compute a large image of a filter while it is shown, and return it with its settings.

    Args:
        job: Of which layer, with which settings.
        which: The filter.
        grid: Where the image is shown.
        stop: Called before each update; True stops.
        wanted: Returns whether the filter is still the one to show.
        interval: Seconds between two images.

    Returns:
        Shape (1, height, width, channels), uint8, and JSON values; None if it was stopped.
    """
    target = job.target
    if which >= target.filters:
        return None
    side = max(_LARGE, *job.settings["size"])
    size = None if target.size is not None else (side, side)
    grid.title = tr("Filter {number}: computing a large image…", number=which)
    drawn, state = 0.0, None
    try:
        for state in job.states([which], size, stop):
            if time.perf_counter() >= drawn + interval:
                drawn = time.perf_counter()
                grid.show(shown_of(state, job.settings))
            if not wanted():
                return None
    finally:
        if wanted():  # done, canceled or failed
            grid.title = tr("Filter {number}", number=which)
    if state is None or not state.done:
        return None
    height, width = state.values.shape[1:3]
    image = shown_of(state, job.settings)
    grid.show(image)
    grid.title = tr(
        "Filter {number} of {layer}, {width}×{height} pixels",
        number=which,
        layer=target.layer,
        width=str(width),
        height=str(height),
    )
    settings = {**job.settings, "method": "maximize_filters", "filters": [which]}
    return image, {**settings, "size": [height, width]}
