"""Runs without a network: the tests themselves are the training."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import keras
import numpy as np

from dlwidgets.training import Run, State
from dlwidgets.training.events import Event
from dlwidgets.training.executor import Execution
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Model:
    """As much of a Keras model as is looked at."""

    built = True
    metrics: tuple[Any, ...] = ()
    trainable_weights: tuple[Any, ...] = ()
    weights: tuple[Any, ...] = ()

    def __init__(self, name: str = "model", rate: Any = 0.01) -> None:
        self.name = name
        self.optimizer = keras.optimizers.SGD(rate)

    def count_params(self) -> int:
        return 1234


def running(model: Model | None = None, *, epochs: int = 3, steps_per_epoch: int = 10) -> Run:
    """A Run whose training is made of `steps` and `end_epoch`."""
    run = Run(model or Model(), lambda _: None, epochs=epochs)
    engine_of(run).recorder.steps_per_epoch = steps_per_epoch
    engine_of(run).steering.leave_ready(State.RUNNING)
    engine_of(run).recorder.clock.start()
    return run


def steps(run: Run, /, exact: Sequence[str] | None = None, **values: Sequence[float]) -> None:
    """Train some steps that give these values."""
    own = {name: np.asarray(v, np.float64) for name, v in values.items()}
    n = len(next(iter(own.values())))
    engine_of(run).recorder.exact = frozenset(own if exact is None else exact)
    last = {name: float(v[-1]) for name, v in own.items()}
    execution = Execution(n, 0.01, np.full(n, 32), own, last)
    engine_of(run).recorder.record(execution, engine_of(run).recorder.clock.seconds)


def end_epoch(run: Run, /, logs: Mapping[str, float]) -> None:
    engine_of(run).recorder.end_epoch(logs)
    engine_of(run).recorder.begin_epoch(engine_of(run).recorder.epoch + 1)


def new_rate(run: Run, rate: float) -> None:
    """What happens at a boundary where the learning rate was set."""
    before = float(run.model.optimizer.learning_rate)
    run.model.optimizer.learning_rate = rate
    engine_of(run).recorder.mark("learning_rate", f"learning rate {before:.3g} → {rate:.3g}")
    engine_of(run).events.emit(Event("learning_rate"))


RESOURCES = SimpleNamespace(
    cpu_percent=50.0,
    cpu_count=2,
    memory_used=1e9,
    memory_total=16e9,
    gpus=(SimpleNamespace(name="H", utilization=5, memory_used=1, memory_total=2, temperature=40),),
)
