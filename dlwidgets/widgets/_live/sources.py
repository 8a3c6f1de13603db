"""What views ask of a Run, and in the same way of a recorded run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.recorder import Rate
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run

_RATE_STEPS = 200  # of which the speed of a run of another kernel is measured


def recorder_of(source: Run | RecordedRun) -> Recorder:
    """Return what a run has recorded: its steps, epochs and markers.

    Args:
        source: A Run or a recorded run.
    """
    return source.recorder if isinstance(source, RecordedRun) else engine_of(source).recorder


class RunFacts:
    """What is shown of a Run, beside what it records.

    Args:
        run: The Run.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    @property
    def model_name(self) -> str:
        """The name of the model."""
        return str(self._run.model.name)

    @property
    def parameters(self) -> int:
        """The number of the model's parameters; 0 before it is built."""
        model = self._run.model
        return int(model.count_params()) if model.built else 0

    @property
    def device(self) -> str:
        """Where the weights are; "" if that isn't known."""
        return self._run.device

    @property
    def blocking(self) -> bool:
        """Whether training runs inside the user's own `fit`."""
        return self._run.blocking

    @property
    def epochs(self) -> int:
        """The number of epochs, including those before `initial_epoch`."""
        return self._run.epochs

    @property
    def epochs_to_run(self) -> int:
        """How many epochs the run does."""
        return self._run.epochs_to_run

    @property
    def rates(self) -> Mapping[str, float]:
        """The learning rate of each optimizer."""
        return self._run.learning_rates

    @property
    def lock(self) -> str:
        """Why the learning rate can't be set; "" if it can."""
        return "" if self._run.state.ended else engine_of(self._run).rates.lock()

    @property
    def speed(self) -> Rate:
        """Steps and samples per second."""
        return engine_of(self._run).recorder.rate()


class RecordedFacts:
    """The same of a recorded run.

    Args:
        recorded: The recorded run.
    """

    lock = ""
    blocking = False

    def __init__(self, recorded: RecordedRun) -> None:
        self._recorded = recorded

    @property
    def model_name(self) -> str:
        """What the run is called, and its model where that is another name."""
        name, model = self._recorded.name, self._recorded.model_name
        return name if not model or model == name else f"{name} ({model})"

    @property
    def parameters(self) -> int:
        """The number of the model's parameters; 0 if that isn't known."""
        return _whole(self._about("model").get("parameters"))

    @property
    def device(self) -> str:
        """Where the weights were; "" if that isn't known."""
        return str(self._about("machine").get("device") or "")

    @property
    def epochs(self) -> int:
        """The number of epochs that the run was to do."""
        return self._recorded.epochs_total

    @property
    def epochs_to_run(self) -> int:
        """The same: recordings begin with the first epoch."""
        return self._recorded.epochs_total

    @property
    def rates(self) -> Mapping[str, float]:
        """The last learning rate that was recorded; empty if none was."""
        table = self._recorded.recorder.epochs
        if "learning_rate" not in table.names or not len(table):
            return {}
        return {"optimizer": float(table.points("learning_rate").value[-1])}

    @property
    def speed(self) -> Rate:
        """Steps per second while another kernel trains it."""
        recorder = self._recorded.recorder
        names = recorder.steps.names
        if self._recorded.state.ended or not names:
            return Rate()
        rows = recorder.steps.points(names[0], max(0, recorder.step - _RATE_STEPS))
        seconds = float(rows.time[-1] - rows.time[0]) if len(rows) > 1 else 0.0
        return Rate((len(rows) - 1) / seconds) if seconds > 0 else Rate()

    def _about(self, part: str) -> dict[str, Any]:
        found = self._recorded.info.get(part)
        return found if isinstance(found, dict) else {}


def facts_of(source: Run | RecordedRun) -> RunFacts | RecordedFacts:
    """Return what is shown of a run, beside what it records.

    Args:
        source: A Run or a recorded run.
    """
    return RecordedFacts(source) if isinstance(source, RecordedRun) else RunFacts(source)


def _whole(value: object) -> int:
    return value if type(value) is int else 0
