"""Watching a run for a doctor: when what is looked at, and on which thread."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.data._structures import leaves_of, map_leaves, to_array
from dlwidgets.data.samples import is_stream
from dlwidgets.inspect.diagnosis import Diagnosis, Setup, diagnose
from dlwidgets.inspect.diagnosis.looking_inside import MAX_SAMPLES, InsideProbe
from dlwidgets.inspect.diagnosis.observing import (
    curves_of,
    facts_of,
    first_rate,
    learned_from,
    recorded_setup,
    setup_of,
)
from dlwidgets.inspect.tracking import compiled_loss
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.moment import keep_reading
from dlwidgets.widgets._live.sources import recorder_of
from dlwidgets.widgets._live.view import no_update

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.diagnosis import DataFacts, InsideFacts
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run

    _Learned = tuple[Setup | None, DataFacts | None, tuple[Nested, Nested] | None, str]

_FIRST = 1.0  # seconds after the start
_INTERVAL = 2.0  # seconds between two diagnoses
_INSIDE = 6.0  # seconds between two looks inside the model
_SHARE = 200  # a diagnosis takes at most one of so many parts of the time
_DOUBTFUL = frozenset({"not_learning", "mismatched_labels", "rate_low", "rate_high"})
"""What a look inside may explain better."""


class Watch:
    """Diagnoses a run every two seconds, from what its recorder holds.

    The data are looked at once. The model's insides are looked at by a `Follower`, within the time
    budget of the run's views, only while somebody reads the details, or where the run doesn't learn
    and the reason isn't known.

    Args:
        on_news: Called on the watch's thread with each diagnosis.
    """

    def __init__(self, on_news: Callable[[Diagnosis], None]) -> None:
        self._on_news = on_news
        self._lock = threading.Lock()
        self._worker = Worker("dlwidgets-doctor", self._failed)
        self.follower: Follower[InsideFacts | None] = Follower(
            self._look_inside,
            self._take_inside,
            self._not_inside,
            name="doctor-inside",
            news=_seldom,
        )
        self.follower.awake = False
        self.follower.controls.hold.layout.display = "none"
        # A Run is held by its training thread, and by its user: not here, as its model is large.
        self._find: Callable[[], Run | RecordedRun | None] = _nothing
        self._recorder: Recorder | None = None
        self._next = 0.0
        self._forget()

    def _forget(self) -> None:
        self.setup: Setup | None = None
        self.data: DataFacts | None = None
        self.inside: InsideFacts | None = None
        self.problem = ""
        self._samples: tuple[Nested, Nested] | None = None
        self._probe: InsideProbe | None = None
        self._given: dict[str, Any] | None = None
        self._followed = self._last = self._known = False
        self._first_epoch = 0
        self.diagnosis = Diagnosis(early=True)
        self.reading = False

    @property
    def run(self) -> Run | RecordedRun | None:
        """The run; `None` for none, or for one that has ended and is gone."""
        return self._find()

    def show(self, run: Run | RecordedRun, given: dict[str, Any] | None) -> None:
        """Watch a run.

        Args:
            run: The run.
            given: Its data, as arguments of `fit`; `None` for those that it was given.
        """
        reading = self.reading
        self.leave()
        with self._lock:
            self._find = (lambda: run) if isinstance(run, RecordedRun) else weakref.ref(run)
            self._recorder, self._given = recorder_of(run), given
            self._first_epoch = 0 if isinstance(run, RecordedRun) else run.initial_epoch
            self.reading = reading
            self._next = time.monotonic() + _FIRST
        if isinstance(run, RecordedRun) or run.state.ended:
            self._next = 0.0
        TICKER.add(self)

    def leave(self) -> None:
        """Watch no run."""
        TICKER.remove(self)
        self.follower.leave()
        with self._lock:
            self._find, self._recorder = _nothing, None
            self._forget()

    def close(self) -> None:
        """End its threads."""
        TICKER.remove(self)
        self._worker.close()
        self.follower.close()

    def read(self, reading: bool) -> None:
        """Note whether somebody reads the details.

        Args:
            reading: Whether somebody does.
        """
        self.reading = reading
        if reading and self.run is not None and self.inside is None:
            self._next, self._last = 0.0, False
            TICKER.add(self)

    @property
    def unchecked(self) -> str:
        """What can't be looked at: `"layers"`, `"data"` (and so the layers neither), or ""."""
        if not self._known:
            return ""
        if self.data is None:
            return "data"
        recorded = isinstance(self.run, RecordedRun)
        return "layers" if recorded and self._given is None else ""

    def data_of(self) -> dict[str, Any] | None:
        """Return the data of the run, as arguments of `fit`; `None` if they are gone."""
        if self._given is not None:
            return self._given
        run = self.run
        if run is None or isinstance(run, RecordedRun):
            return None
        given = engine_of(run).given
        return None if given is None else given.data()

    # -- when ------------------------------------------------------------------------------------

    def tick(self) -> bool:
        """Diagnose when it is time; called by the ticker."""
        run = self.run
        if self._recorder is None:
            return False
        if isinstance(run, RecordedRun):
            keep_reading(run)
        ended = run is None or run.state.ended  # before reading, so that nothing is missed
        now = time.monotonic()
        due = (now >= self._next or ended) and not self._worker.busy
        if due and not self._last:
            self._next = now + _INTERVAL
            self._last = ended
            recorder = self._recorder
            self._worker.submit(lambda: self._diagnose(recorder))
            return True
        if ended and self._last and not self._worker.busy and not self._waits_inside():
            self.follower.leave()
            self._followed = False
            return False
        return True

    def _waits_inside(self) -> bool:
        """Whether a look inside is still to come."""
        wanted = self._followed and self.inside is None and not self.problem
        return wanted and self.follower.source is not None

    # -- on the watch's thread -------------------------------------------------------------------

    def _diagnose(self, recorder: Recorder) -> None:
        begun, run = time.thread_time(), self.run
        error = run.error if run is not None and not isinstance(run, RecordedRun) else None
        curves = curves_of(recorder, self._first_epoch, error=error)
        if not self._known and run is not None and len(curves.loss):
            self._known = True
            self._learn_setup(run, recorder)
        found = diagnose(curves, self.setup, self.data, self.inside)
        if recorder is not self._recorder:
            return  # another run is watched since
        self.diagnosis = found
        doubtful = not found.early and bool({*found.kinds} & _DOUBTFUL)
        wanted = len(curves.loss) > 0 and (self.reading or doubtful)
        if isinstance(run, RecordedRun):  # whose model needs TensorFlow, which may not be there
            wanted = wanted and self._given is not None
        if run is not None and wanted:
            self._follow(run)
        self.follower.awake = self.reading or doubtful
        self._on_news(found)
        spent = time.thread_time() - begun
        self._next = max(self._next, time.monotonic() + spent * _SHARE)

    def _learn_setup(self, run: Run | RecordedRun, recorder: Recorder) -> None:
        """Look at the setup and the data, once."""
        setup, data, samples, problem = self._learned(run)
        if recorder is not self._recorder:
            return  # another run is watched since: to look at a stream may take seconds
        self.setup, self.data, self._samples = setup, data, samples
        self.problem = self.problem or problem

    def _learned(self, run: Run | RecordedRun) -> _Learned:
        """Return setup, data facts, the first samples, and what wasn't possible."""
        rate = first_rate(recorder_of(run))
        data, learned, problem = self.data_of(), None, ""
        setup: Setup | None = None
        if isinstance(run, RecordedRun):
            setup = recorded_setup(run.info, rate=rate)
            if data is None:
                data = _probe_data(run)
            model = None
        else:
            model = run.model
        try:
            if data is not None:
                learned = learned_from(data, model)
        except (TypeError, ValueError) as error:
            problem = no_update(error)
        if not isinstance(run, RecordedRun):
            given = engine_of(run).given
            arguments = {} if given is None else dict(given.arguments)
            if data is not None:
                arguments["sample_weight"] = data.get("sample_weight")
            try:
                setup = setup_of(run.model, arguments, learned, rate=rate)
            except (TypeError, ValueError) as error:
                problem = no_update(error)
        if learned is None or setup is None:
            missing = tr(
                "The data of this run aren't known, so their scale, order and balance weren't "
                "checked. Pass them: `dl.Doctor(run, x, y)`."
            )
            return setup, None, None, problem or missing
        samples = map_leaves(_first, learned.x), map_leaves(_first, learned.y)
        return setup, facts_of(learned, setup), samples, problem

    # -- inside the model: on the follower's thread ----------------------------------------------

    def _follow(self, run: Run | RecordedRun) -> None:
        """Look inside the model from now on."""
        if self._followed or self._samples is None:
            return
        self._followed = True
        x, y = self._samples
        loss, weights, initial = None, None, None
        if not isinstance(run, RecordedRun):
            loss, weights = compiled_loss(run.model)
            given = engine_of(run).given
            initial = None if given is None else given.initial
        self._probe = InsideProbe(x, y, loss, weights, initial=initial)
        self.follower.awake = True
        self.follower.show(run)

    def _look_inside(self, model: KerasModel) -> InsideFacts | None:
        probe = self._probe
        return None if probe is None else probe.ask(model)

    def _take_inside(self, found: InsideFacts | None) -> None:
        if found is None:
            return
        self.inside = found
        self.problem = self.problem or "".join(found.problems[:1])
        recorder = self._recorder
        if recorder is not None:
            self._worker.submit(lambda: self._diagnose(recorder))

    def _not_inside(self, error: Exception) -> None:
        self.problem = no_update(error)

    def _failed(self, error: Exception) -> None:
        self.problem = no_update(error)
        self._on_news(self.diagnosis)


def _nothing() -> None:
    return None


def _seldom(run: Run) -> int:
    """The news of a run: every few seconds, while it has steps."""
    return int(time.monotonic() / _INSIDE) if run.step_count else 0


def _first(leaf: Any) -> Any:
    """The first samples, copied: nothing else of the data is held."""
    return np.array(to_array(leaf[:MAX_SAMPLES] if hasattr(leaf, "shape") else leaf))


def _probe_data(run: RecordedRun) -> dict[str, Any] | None:
    """The samples that were recorded with each snapshot."""
    if not run.snapshots:
        return None
    try:
        probe = run.probe()
    except (RecordingError, OSError):
        return None
    if not leaves_of(probe.inputs) or is_stream(probe.inputs):
        return None
    return {"x": probe.inputs, "y": probe.labels}
