"""`dl.fork`: a new run from the weights of a recorded one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.resuming import dropping
from tests.helpers.training import compile_for_digits, digits, same_weights

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished run of two epochs, with states at its last step alone."""
    x, y = digits(640)
    record = dl.record(tmp_path_factory.mktemp("runs"), resume_every=1000.0)
    run = dl.fit(dropping(), x, y, epochs=2, batch_size=64, record=record).wait()
    assert run.recording is not None
    return run.recording.path


def slots(model: Any) -> list[np.ndarray]:
    return [variable.numpy() for variable in model.optimizer.variables]


def test_a_fork_begins_from_recorded_weights(path: Path) -> None:
    x, y = digits(640)
    rec = dl.open_run(path)
    run = dl.fork(rec, x, y, epochs=1, start=False)
    same_weights(run.model, rec.model())
    assert run.batch_size == 64
    assert run.start().wait().step_count == 10
    assert run.recording is not None
    assert run.recording.path.parent == path.parent
    assert run.recording.info["parent"] == {"run": rec.id, "step": 20}


def test_its_optimizer_goes_on_where_a_state_is_of_that_very_step(path: Path) -> None:
    x, y = digits(640)
    run = dl.fork(path, x, y, step=20, start=False)
    assert "with its weights and its optimizer" in run.message
    assert int(run.model.optimizer.iterations) == 20
    trained = dropping()
    trained.fit(x, y, epochs=2, batch_size=64, verbose=0)
    for one, expected in zip(slots(run.model), slots(trained), strict=True):
        np.testing.assert_array_equal(one, expected)


def test_a_model_that_is_given_keeps_its_learning_rate(path: Path) -> None:
    x, y = digits(640)
    model = compile_for_digits(dropping(), optimizer=keras.optimizers.Adam(0.5))
    run = dl.fork(path, x, y, model=model, start=False)
    assert int(run.model.optimizer.iterations) == 20
    assert run.learning_rate == 0.5


def test_its_optimizer_starts_from_scratch_at_other_steps_and_as_another_one(path: Path) -> None:
    x, y = digits(640)
    first = dl.fork(path, x, y, step=0, model=dropping(seed=9), start=False)
    same_weights(first.model, dropping())
    other = compile_for_digits(dropping(), optimizer=keras.optimizers.RMSprop(0.01))
    second = dl.fork(path, x, y, model=other, start=False)
    for run in (first, second):
        assert "The optimizer starts from scratch" in run.message
        assert int(run.model.optimizer.iterations) == 0


@pytest.mark.parametrize("step", [-3, 2.5, True])
def test_a_step_that_is_none(path: Path, step: Any) -> None:
    with pytest.raises(ValueError, match="Expected `step` to be a whole number of at least 0"):
        dl.fork(path, *digits(320), step=step)
