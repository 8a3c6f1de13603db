"""What keeps a history while a run trains adds nothing of a recorded step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.widgets import ConfusionMatrix, LayerInspector
from dlwidgets.widgets._live.moment import moment_of
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dlwidgets.data import Dataset


@pytest.fixture
def run(digits: Dataset, tmp_path: Path) -> Iterator[dl.Run]:
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    run = dl.fit(model, digits.x_train, digits.y_train, epochs=100_000, record=str(tmp_path))
    until(lambda: run.recording is not None and len(run.recording.snapshots) > 1, "snapshots")
    yield run
    run.stop()
    run.wait()


def test_views_look_back_while_the_run_trains(run: dl.Run, digits: Dataset) -> None:
    inspector = LayerInspector(run, digits.x_train[:16], digits.y_train[:16])
    matrix = ConfusionMatrix(run, digits.x_test, digits.y_test)
    views: list[Any] = [inspector, matrix]
    until(lambda: len(matrix.judging.history.steps) > 2 and inspector.history.step > 0, "histories")
    begun, trained = run.step_count, matrix.judging.history.steps[1]
    moment_of(run).go(0)
    until(lambda: all(v.shown_step == 0 and not v.busy for v in views), "step 0")
    kept = (matrix.judging.history.steps, inspector.history.step)
    assert matrix.judging.step == 0
    assert trained in kept[0], "what came before is kept"
    assert kept[1] > 0
    until(lambda: run.step_count > begun + 50, "a training that goes on")
    assert (matrix.judging.history.steps, inspector.history.step) == kept

    # The weights that are trained are not those that are shown.
    assert run.recording is not None
    first = [*run.recording.weights(0).values()]
    now = run.snapshot(60).weights
    assert any(not np.array_equal(a, b) for a, b in zip(first, now, strict=True))

    moment_of(run).go(None)
    until(lambda: all(v.shown_step > begun for v in views), "the present")
    until(lambda: matrix.judging.history.steps[-1] > kept[0][-1], "a history that goes on")
    for view in views:
        view.close()
