"""Trainings that are broken in a known way, and healthy ones, on real and on made-up data."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import keras

import dlwidgets as dl
from dlwidgets.inspect.diagnosis import (
    Curves,
    DataFacts,
    Diagnosis,
    InsideFacts,
    Setup,
    diagnose,
)
from dlwidgets.inspect.diagnosis.looking_inside import inside_facts
from dlwidgets.inspect.diagnosis.observing import (
    curves_of,
    facts_of,
    first_rate,
    learned_from,
    setup_of,
)
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from tests.helpers.doctor.case import Case


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of a training at its end."""

    curves: Curves
    setup: Setup
    data: DataFacts
    inside: InsideFacts

    def diagnosis(self) -> Diagnosis:
        """The diagnosis at the end."""
        return diagnose(self.curves, self.setup, self.data, self.inside)

    def on_the_way(self) -> list[Diagnosis]:
        """The diagnoses at the ends of the epochs, as of one who doesn't look inside."""
        ends = enumerate(self.curves.epoch_steps[:-1])
        parts = [_until(self.curves, i, int(end)) for i, end in ends]
        return [diagnose(part, self.setup, self.data) for part in parts]


def is_right(case: Case, diagnosis: Diagnosis) -> bool:
    """Return whether the first finding is the right one; of a healthy run, that there is none."""
    kinds = diagnosis.kinds
    return kinds[0] in case.kinds if case.kinds and kinds else not (case.kinds or kinds)


def train(case: Case, seed: int) -> Seen:
    """Train a case to its end, and look at everything that a doctor looks at."""
    keras.utils.set_random_seed(seed)
    model, given = case.make(seed)
    run = dl.fit(model, **given, verbose=0)
    with contextlib.suppress(Exception):  # a loss that becomes NaN fails the run
        run.wait()
    engine = engine_of(run)
    assert engine.given is not None
    learned = learned_from(given, model)
    rate = first_rate(engine.recorder)
    setup = setup_of(model, engine.given.arguments, learned, rate=rate)
    x, y = learned.x[:256], learned.y[:256]
    inside = inside_facts(model, x, y, initial=engine.given.initial)
    curves = curves_of(engine.recorder, error=run.error)
    return Seen(curves, setup, facts_of(learned, setup), inside)


def _until(curves: Curves, epoch: int, step: int) -> Curves:
    cut = {name: values[: epoch + 1] for name, values in curves.epochs.items()}
    return Curves(curves.loss[:step], curves.epoch_steps[: epoch + 1], cut)
