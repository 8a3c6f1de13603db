"""Buttons that play and save how an image developed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets.vision.film import encode_animation
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.primitives.download_button import DownloadButton

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

_PLAY = tr("Play the steps")


class FilmPlayer(ClosesChildren, ipywidgets.Box):
    """A button that plays the steps of an image in its place, and one that saves them as a GIF.

    Args:
        show: Plays a GIF file; called with None to end that.
        on_error: Called with what went wrong.

    Attributes:
        play: The button that plays the steps while it is pressed.
        save: The button that downloads them, as soon as they have been played.
    """

    def __init__(
        self, show: Callable[[bytes | None], None], on_error: Callable[[Exception], None]
    ) -> None:
        self._show = show
        self._next: tuple[Sequence[NDArray[np.uint8]], str] = (), ""
        self._frames: Sequence[NDArray[np.uint8]] = ()
        self._file = "", b""  # of the animation that has been made
        self._worker = Worker("dlwidgets-film", on_error)
        self.play = ipywidgets.ToggleButton(
            description=_PLAY,
            tooltip=tr("Show how the image develops, from the smallest octave to the largest."),
            disabled=True,
            layout={"width": "auto"},
        )
        self.save = DownloadButton(
            lambda: self._file,
            label=tr("Save as GIF"),
            hint=tr("Download the animation. Play it first."),
            disabled=True,
        )
        self.play.observe(self._toggled, "value")
        super().__init__([self.play, self.save], layout={"flex_flow": "row wrap"})
        self.add_class("dlw-actions")

    @property
    def busy(self) -> bool:
        """Whether the animation is being made."""
        return self._worker.busy

    def offer(self, frames: Sequence[NDArray[np.uint8]], name: str) -> None:
        """Play these steps from the next press on.

        Args:
            frames: The image at each step, uint8, shape (height, width, 3).
            name: Name of the file without its ending.
        """
        self._next = frames, name
        self.play.disabled = len(frames) < 2

    def stop(self) -> None:
        """Show the image again, and cancel an animation that is being made."""
        self.play.value = False

    def _toggled(self, change: Change[bool]) -> None:
        if change["new"]:
            frames, name = self._next
            self._frames = frames
            self.play.description = tr("Making the animation…")
            self._worker.submit(lambda: self._make(frames, f"{name}.gif"))
        else:
            self.play.description = _PLAY
            self._show(None)

    def _make(self, frames: Sequence[NDArray[np.uint8]], name: str) -> None:
        try:
            gif = encode_animation(frames, stop=lambda: not self._wanted(frames))
        except CanceledError:
            return
        except Exception:
            if self._wanted(frames):
                self.stop()
            raise
        if self._wanted(frames):
            self._file = name, gif
            self.play.description = tr("Stop playing")
            self._show(gif)
            self.save.disabled = False

    def _wanted(self, frames: Sequence[NDArray[np.uint8]]) -> bool:
        return bool(self.play.value) and frames is self._frames

    def _release(self) -> None:
        self._frames = ()
        self._worker.close()
        super()._release()
