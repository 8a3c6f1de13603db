"""The timeline of a Run: its snapshots, what happened to it, and the moment that its views show."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.moment import Moment, keep_reading, moment_of
from dlwidgets.widgets.primitives.timeline import LIVE, Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run
    from dlwidgets.training.run_engine import RunEngine
    from dlwidgets.widgets._live.film import Film, Filmed
    from dlwidgets.widgets.primitives.timeline import TimelineEvent
    from dlwidgets.widgets.training._run_film import Progress

NOT_RECORDED = tr("This run isn't recorded. Pass `record=True` to `dl.fit` to look back at it.")
COMES = tr("Snapshots appear here during training.")
NO_SNAPSHOTS = tr("No snapshots were recorded.")

_INTERVAL = 0.4  # seconds between two updates
_LOOK = 1.0  # seconds between two looks at the disk, for snapshots of a Run of this kernel
_MAX_EVENTS = 100


class RunTimeline(Timeline):
    """The timeline of a Run or of a recorded run, which all views of it follow.

    Several timelines of one run show the same moment.

    Args:
        source: A Run with a recording, or a recorded run. `None` for an empty one until `show`.

    Attributes:
        moment: What all views of the run show; `None` before `show`.

    Example:
        >>> dl.widgets.RunTimeline()
        <RunTimeline>
    """

    def __init__(self, source: Run | RecordedRun | None = None, **kwargs: Any) -> None:
        self._lock = threading.RLock()
        self._source: Run | RecordedRun | None = None
        self.moment: Moment | None = None
        self._recording: RecordedRun | None = None  # of a Run, once it has begun
        self._seeks: deque[tuple[int, int]] = deque()  # a move, and the request it answers
        self._next = self._next_look = 0.0
        self._marked = -1
        self._films: dict[int, tuple[Filmed, Film]] = {}  # those of all members, by number
        self._numbers = itertools.count(1)
        self._filming = Worker("dlwidgets-run-film", self._film_failed)
        self._film_request, self._film_canceled = 0, False
        super().__init__(**kwargs)
        self.on_seek(self._sought)
        self.on_film(self._film_asked, self._cancel_film)
        if source is not None:
            self.show(source)

    @property
    def recording(self) -> RecordedRun | None:
        """Where the snapshots are; None where nothing is recorded."""
        source = self._source
        if source is None or isinstance(source, RecordedRun):
            return source
        if self._recording is None:
            self._recording = source.recording  # which reads its files each time
        return self._recording

    @property
    def records(self) -> bool:
        """Whether there are snapshots, or will be once the run has begun."""
        source = self._source
        if source is None or isinstance(source, RecordedRun):
            return source is not None
        return _engine_of(source).records or self.recording is not None

    def show(self, source: Run | RecordedRun) -> None:
        """Show another run.

        Args:
            source: A Run or a recorded run.
        """
        with self._lock:
            self._forget()
            self._source, self.moment = source, moment_of(source)
            self.moment.join(self)
            self.moment.on_shown(self._answer_shown, each=True)
            self.moment.on_news(self._members_changed)
            self._next, self._next_look, self._marked = 0.0, 0.0, -1
            self._update()
        TICKER.add(self)

    def clear(self) -> None:
        """Show no run."""
        with self._lock:
            self._forget()
            super().clear()
            self.empty_text = COMES

    def moved(self, step: int | None) -> bool:
        """Show the moment that another timeline, or the code of a cell, has gone to."""
        self.position = LIVE if step is None else step
        return False

    def tick(self) -> bool:
        """Show what is new; called by the ticker."""
        with self._lock:
            source, recording = self._source, self.recording
            if source is None:
                return False
            ended = source.state.ended  # before reading, so that nothing is missed
            now = time.monotonic()
            if isinstance(
                source, RecordedRun
            ):  # of a Run, only the snapshots are on the disk alone
                keep_reading(source)
            if now >= self._next or ended:
                self._next = now + _INTERVAL
                if ended and recording is not None:
                    recording.refresh()
                self._update()
            if ended:
                self.let_go()
            return not ended

    def let_go(self) -> None:
        """Keep only the recording of a Run that has ended, so that its model can go."""
        self._source = self.recording

    def _update(self) -> None:
        source, recording = self._source, self.recording
        if source is None:
            return
        if recording is None:
            self.empty_text = COMES if self.records else NOT_RECORDED
            return
        self.empty_text = NO_SNAPSHOTS if source.state.ended else COMES
        recorder = _recorder_of(source)
        now = time.monotonic()
        if recording is not source and now >= self._next_look:
            self._next_look = now + _LOOK
            recording.find_snapshots()
        snapshots = recording.snapshots
        with self.hold_sync():
            self.lives = not source.state.ended
            self.show_snapshots(
                [info.step for info in snapshots],
                [info.epoch for info in snapshots],
                last_step=source.step_count,
                times=[info.time for info in snapshots],
                epoch_ends=_epoch_ends(recorder),
            )
            markers = recorder.markers
            if len(markers) != self._marked:
                self._marked = len(markers)
                self.events = _events(markers[-_MAX_EVENTS:])
        self._stay_at_a_snapshot()
        self._offer_films()

    def _stay_at_a_snapshot(self) -> None:
        """Go to the nearest snapshot where that of the moment was thinned out."""
        moment = self.moment
        step = None if moment is None else moment.step  # read once: the user may go on meanwhile
        if moment is None or step is None or not len(self.steps):
            return
        nearest = self._nearest(step)
        if nearest != step:
            moment.go(nearest, known=step)

    def _sought(self, step: int | None) -> None:
        if self.moment is None:
            self.answer()
        else:
            self._seeks.append((self.moment.go(step), self.asked))
            self._answer_shown()

    def _answer_shown(self) -> None:
        """Answer what all views show, so that the page sends the next while they draw another."""
        moment, asked = self.moment, None
        with self._lock:
            while self._seeks and (moment is None or self._seeks[0][0] <= moment.reached):
                asked = self._seeks.popleft()[1]
        if asked is not None:
            self.answer(asked)

    # -- films ---------------------------------------------------------------------------------

    def _members_changed(self) -> None:
        """Offer the films of views of a run that has ended, where nothing else is news."""
        if not self.lives:
            self._offer_films()

    def _offer_films(self) -> None:
        """Offer the films of the views that show something now."""
        with self._lock:
            if self.moment is None or self.film_busy:
                return
            self._films = self._number(self.moment.members)
            found = [(n, film) for n, (_, film) in self._films.items() if film.shows()]
            found.sort(key=lambda pair: str(pair[1].name))
            if len(self.steps) < 2:
                found = []
            numbers, names = [n for n, _ in found], [film.name for _, film in found]
            if self.film_ids != numbers or self.films != names:
                with self.hold_sync():
                    self.film_ids, self.films = numbers, names

    def _number(self, members: list[Any]) -> dict[int, tuple[Filmed, Film]]:
        """Return the films of all members by number, which a film keeps while its view is here."""
        known = {(id(view), str(film.name)): n for n, (view, film) in self._films.items()}
        films = [(view, film) for view in members for film in getattr(view, "filmed", ())]
        return {
            known.get((id(view), str(film.name))) or next(self._numbers): (view, film)
            for view, film in films
        }

    def _film_asked(self, number: int, request: int) -> None:
        with self._lock:
            moment = self.moment
            if moment is None or number not in self._films:
                self.drop_film(request)
                return
            view, film = self._films[number]
            steps, epochs, speed = self.steps.tolist(), self.epochs.tolist(), self.speed
            self._film_request, self._film_canceled = request, False
            self.film_busy = True

        def stop() -> bool:
            gone = self.moment is not moment or id(view) not in map(id, moment.members)
            return gone or self._film_canceled

        places = dict(zip(steps, epochs, strict=True))
        self._filming.submit(lambda: self._make_film(view, film, places, speed, stop))

    def _make_film(
        self,
        view: Filmed,
        film: Film,
        places: dict[int, float],
        speed: int,
        stop: Callable[[], bool],
    ) -> None:
        from dlwidgets.widgets.training._run_film import film_of

        def caption(step: int) -> str:  # in English: a picture isn't translated
            epoch = f" · epoch {places[step]:.2f}" if step in places else ""
            return f"Step {step:,}{epoch}"

        data = film_of(
            view, film, list(places), caption=caption, speed=speed, stop=stop, tell=self._tell_film
        )
        self.send_film(self._film_request, f"{film.name.lower().replace(' ', '-')}.gif", data)
        self._end_film()

    def _end_film(self) -> None:
        """Allow the next film, once this one is answered."""
        with self.hold_sync():
            self.film_busy, self.film_note, self.film_progress = False, "", []
        self._offer_films()

    def _tell_film(self, progress: Progress) -> None:
        self.film_progress, self.film_note = [progress.done, progress.frames], progress.note

    def _cancel_film(self) -> None:
        self._film_canceled = True

    def _film_failed(self, error: Exception) -> None:
        try:
            if not isinstance(error, CanceledError):
                self.refuse_film(self._film_request, error)
            else:
                self.drop_film(self._film_request)
        finally:
            self._end_film()

    def _forget(self) -> None:
        TICKER.remove(self)
        if self.moment is not None:
            self.moment.leave(self)
        self._source = self.moment = self._recording = None
        self._films = {}
        self._answer_shown()

    def _release(self) -> None:
        self._film_canceled = True
        self._forget()
        self._filming.close()
        super()._release()


def _recorder_of(source: Run | RecordedRun) -> Recorder:
    if isinstance(source, RecordedRun):
        return source.recorder
    return _engine_of(source).recorder


def _engine_of(run: Run) -> RunEngine:
    from dlwidgets.training.run_engine import engine_of

    return engine_of(run)


def _epoch_ends(recorder: Recorder) -> Any:
    table = recorder.epochs
    names = table.names
    return table.points(names[0]).step if names else np.zeros(0, np.int64)


def _events(markers: Any) -> list[TimelineEvent]:
    return [{"step": m.step, "kind": m.kind, "text": m.text} for m in markers]
