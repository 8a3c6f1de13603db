"""The images of a generator, kept with its run."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from dlwidgets.generate.gan_frames import Frame
    from dlwidgets.training.run import Run

GENERATED = "generated images"
"""What the images are called among the samples of a run."""

_INTERVAL = 1.0  # seconds between two frames


class FrameRecorder:
    """Records what a generator makes with its run, once a second at most."""

    def __init__(self) -> None:
        self._recorded = -_INTERVAL  # when that was last

    def record(self, run: Run | None, frame: Frame) -> None:
        """Record a frame, unless one has just been. The last of a run is always recorded.

        Args:
            run: The Run; None for none.
            frame: What the generator made. Points aren't recorded.
        """
        recording = engine_of(run).recording if run is not None else None
        if run is None or recording is None or frame.points is not None or not frame.step:
            return
        now = time.monotonic()
        if now - self._recorded < _INTERVAL and not run.state.ended:
            return
        self._recorded = now
        recording.writer.media(frame.step, GENERATED, frame.pixels)
