"""A timeline of a run: a thumb to drag to any snapshot, a film, and the way back to the present."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypedDict

import numpy as np
from traitlets import Bool, Dict, Enum, Int, List, Unicode

from dlwidgets._messages import tr
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.text import Records, Text, Texts
from dlwidgets.widgets._core.view import View, finite_number
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.widgets.primitives.chart import Chart

LIVE = -1
"""The `position` of a timeline that shows the newest weights."""

SPEEDS = (1, 2, 5, 10, 20)
"""Snapshots per second of a film, to choose from."""

MAX_SNAPSHOTS = 4000
"""Snapshots that a timeline shows at most: 8 bytes each in a saved notebook."""

MAX_EPOCHS = 1000
"""Ends of epochs that are marked at most."""

_STEPS = np.dtype("<u4")
_EPOCHS = np.dtype("<f4")


class TimelineEvent(TypedDict):
    """Something that happened to a run, as `Timeline.events` takes it."""

    step: int
    kind: str
    text: str


class Timeline(View):
    """A slim bar from step 0 to the newest step, with a tick for each snapshot.

    The thumb is dragged, or moved by the keyboard: arrows for the snapshot before and after, Page
    Up and Page Down for a tenth of them, Home and End for the first and the last, Space to play,
    Escape for the present. `RunTimeline` connects it to a Run.

    While the thumb is dragged, the page sends the newest position only, and waits for `answer`
    before it sends the next.

    Args:
        empty_text: Shown while there are no snapshots.

    Attributes:
        position: The step that is shown; -1 for the newest weights.
        last_step: Steps done so far.
        steps: The steps of the snapshots, in ascending order.
        events: What happened, as marks with a tooltip.
        lives: Whether the run goes on, so that there is a present to return to.
        speed: Snapshots per second of the film. The user can change it.
        films: Names of the views whose film can be saved; see `on_film`.
        film_ids: A number for each of `films`, which no other film ever has.
        film_busy: Whether a film is being made.
        film_progress: How many of how many of its frames are made; empty before the first.
        film_note: What you should know about it; "" for nothing.
        epochs: The epochs of `steps`, with a fraction.
        charts: The model ids of charts of the same run; see `lead`.
        asked: Number of the latest request from the page.

    Example:
        >>> timeline = dl.widgets.primitives.timeline.Timeline()
        >>> timeline.show_snapshots([0, 100, 200], [0.0, 0.5, 1.0], last_step=240)
        >>> timeline.steps.tolist()
        [0, 100, 200]
    """

    _model_name = Unicode("TimelineModel").tag(sync=True)
    _view_name = Unicode("TimelineView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"seek", "film", "cancel_film"})
    _controls: ClassVar[frozenset[str]] = frozenset({"speed"})

    position = Int(LIVE).tag(sync=True)
    last_step = Int(0).tag(sync=True)
    snapshots = Dict().tag(sync=True)
    epoch_ends = Dict().tag(sync=True)
    events = Records()
    lives = Bool(False).tag(sync=True)
    speed = Enum(list(SPEEDS), default_value=5).tag(sync=True)
    films = Texts()
    film_ids = List(Int()).tag(sync=True)
    charts = List(Unicode()).tag(sync=True)
    film_busy = Bool(False).tag(sync=True)
    film_progress = List(Int()).tag(sync=True)
    film_note = Text()
    empty_text = Text(tr("Snapshots appear here during training."))

    def __init__(self, **kwargs: Any) -> None:
        self.asked = 0
        self.steps, self.epochs = np.zeros(0, np.int64), np.zeros(0)
        self._seek_listeners: list[Callable[[int | None], None]] = []
        self._film: Callable[[int, int], None] | None = None
        self._film_cancel: Callable[[], None] | None = None
        super().__init__(**kwargs)

    def on_seek(self, listener: Callable[[int | None], None]) -> None:
        """Call `listener(step)` when the user goes to a snapshot; `None` is the present."""
        self._seek_listeners.append(listener)

    def on_film(
        self, make: Callable[[int, int], None], cancel: Callable[[], None] | None = None
    ) -> None:
        """Call `make(film, request)` when the user asks for a film, one of `film_ids`.

        The film may be gone by then. It must return soon, and calls `send_film`, `refuse_film` or
        `drop_film` later.

        Args:
            make: The function.
            cancel: Called when the user no longer wants it.
        """
        self._film, self._film_cancel = make, cancel

    def lead(self, charts: Sequence[Chart]) -> None:
        """Let the cursors of charts follow the thumb at once, before Python hears of it.

        Args:
            charts: Charts of the same run. Their cursors are put at the moment here as well.
        """
        self.charts = [chart.model_id for chart in charts if chart.model_id]

    def show_snapshots(
        self,
        steps: Sequence[int],
        epochs: Sequence[float],
        *,
        last_step: int,
        times: Sequence[float] | None = None,
        epoch_ends: Sequence[int] = (),
    ) -> None:
        """Show the snapshots of a run in place of the current ones.

        Args:
            steps: Their steps, ascending, shape (n,).
            epochs: Their epochs as fractions, shape (n,).
            last_step: Steps done so far.
            times: Their seconds of training, shape (n,), for the charts that it leads.
            epoch_ends: The last step of each epoch that has ended.

        Raises:
            ValueError: There isn't one epoch per step.
        """
        if len(steps) != len(epochs):
            message = tr(
                "Expected one epoch per snapshot. Received: {steps} steps and {epochs} epochs",
                steps=len(steps),
                epochs=len(epochs),
            )
            raise ValueError(message)
        kept = _evenly(len(steps), MAX_SNAPSHOTS)
        ends = np.asarray(epoch_ends, np.int64)[_evenly(len(epoch_ends), MAX_EPOCHS)]
        self.steps = np.asarray(steps, np.int64)[kept]
        of = self.epochs = np.asarray(epochs, np.float64)[kept]
        with self.hold_sync():
            self.last_step = max(int(last_step), *self.steps[-1:].tolist(), 0)
            if self.snapshots.get("count") != len(kept) or not self._same(self.steps):
                self.snapshots = {
                    "count": len(kept),
                    "steps": raw_bytes(self.steps.astype(_STEPS)),
                    "epochs": raw_bytes(of.astype(_EPOCHS)),
                }
                if times is not None:
                    seconds = np.asarray(times, np.float64)[kept]
                    self.snapshots |= {"times": raw_bytes(seconds.astype(_EPOCHS))}
            if self.epoch_ends.get("count") != len(ends):
                self.epoch_ends = {"count": len(ends), "steps": raw_bytes(ends.astype(_STEPS))}

    def clear(self) -> None:
        """Show no run."""
        self.steps, self.epochs = np.zeros(0, np.int64), np.zeros(0)
        with self.hold_sync():
            self.position, self.last_step, self.lives = LIVE, 0, False
            self.snapshots, self.epoch_ends, self.events = {}, {}, []
            self.films, self.film_ids = [], []

    def answer(self, asked: int | None = None) -> None:
        """Tell the page that what it asked for is shown, so that it may ask for the next.

        Args:
            asked: The number of the request, and so of every one before it; None for the latest.
        """
        self.send({"type": "answered", "asked": self.asked if asked is None else asked})

    def send_film(self, request: int, name: str, data: bytes) -> None:
        """Send the file of a film that was asked for.

        Args:
            request: The page's number of it.
            name: The file's name.
            data: Its content.
        """
        self.send({"type": "film", "request": request, "name": name}, [data])

    def refuse_film(self, request: int, error: Exception) -> None:
        """Say why there is no film.

        Args:
            request: The page's number of it.
            error: What was raised.
        """
        self.send({"type": "film_error", "request": request, "text": explain(error)})

    def drop_film(self, request: int) -> None:
        """Say that a film isn't made, because the user has canceled it, or its view is gone.

        Args:
            request: The page's number of it.
        """
        self.send({"type": "film_canceled", "request": request})

    def _same(self, steps: Any) -> bool:
        sent = np.frombuffer(self.snapshots["steps"], _STEPS)
        return bool(np.array_equal(sent, steps))

    # -- from the page -------------------------------------------------------------------------

    def _on_seek(self, content: dict[str, Any]) -> None:
        step, asked = finite_number(content, "step"), finite_number(content, "asked")
        if step is None or asked is None or not 0 <= asked < 2**31:
            return
        self.asked = int(asked)
        wanted = None if step < 0 or not len(self.steps) else self._nearest(step)
        self.position = LIVE if wanted is None else wanted
        for listener in self._seek_listeners:
            listener(wanted)
        if not self._seek_listeners:
            self.answer()

    def _nearest(self, step: float) -> int:
        return int(self.steps[np.abs(self.steps - step).argmin()])

    def _on_film(self, content: dict[str, Any]) -> None:
        film, request = finite_number(content, "film"), finite_number(content, "request")
        if request is None or not 0 <= request < 2**31:
            return
        if film is None or self._film is None or self.film_busy:  # for another page
            self.drop_film(int(request))
        else:
            self._film(int(film), int(request))

    def _on_cancel_film(self, _content: dict[str, Any]) -> None:
        if self.film_busy and self._film_cancel is not None:
            self._film_cancel()


def _evenly(count: int, most: int) -> Any:
    """Return the indices of at most so many of a sequence, with the first and the last."""
    if count <= most:
        return np.arange(count)
    return np.unique(np.linspace(0, count - 1, most).round().astype(np.int64))
