"""The table of figures shows what files and runs say, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.course import results as files
from dlwidgets.course.tutorial import Row, System, Tutorial
from dlwidgets.widgets.course import results
from tests.course.test_results import measured
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path
    from types import SimpleNamespace

    from dlwidgets.training.run import Run


@pytest.fixture
def tutorial(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> files.Results:
    made = Tutorial(
        number=7,
        rows=(
            Row(
                system="dense",
                figure="accuracy",
                title="Accuracy",
                printed="0.98",
                where="2.1",
                metric="loss",
            ),
            Row(system="dense", figure="accuracy", title="Again", where="2.1"),
            Row(system="huge", figure="accuracy", title="Accuracy", printed="0.99", where="2.2"),
        ),
        systems=(
            System("dense", lambda _: {}, "Dense 512"),
            System("huge", None, why_not="A day."),
        ),
    )
    known = files.Results()
    monkeypatch.setattr(results, "tutorial", lambda _number: made)
    monkeypatch.setattr(results.files, "read", lambda _path: known)
    return known


def test_measured_figures_have_their_spread_and_what_is_missing_says_why(
    tutorial: files.Results,
) -> None:
    before = dl.ResultsTable(7)
    assert before.rows[0]["measured"] == "not run"
    assert "make course" in before.rows[0]["how"]
    for seed, accuracy in enumerate((0.91, 0.92, 0.96), 1):
        tutorial.add("dense", measured(seed, accuracy))
    dense, _, huge = dl.ResultsTable(7).rows
    assert dense["printed"] == "0.98"
    assert dense["measured"] == "0.9300 (0.9100 to 0.9600)"
    assert dense["how"].startswith("Dense 512. 3 trainings of 10 steps, 2 s each. 2 CPU cores")
    assert (huge["measured"], huge["how"]) == ("not run", "A day.")


def test_small_print_is_not_repeated_below_itself(tutorial: files.Results) -> None:
    tutorial.add("dense", measured(1))
    rows = dl.ResultsTable(7).rows
    assert [bool(row["where"]) for row in rows] == [True, False, True]
    assert [row["how"][:5] for row in rows] == ["Dense", "", "A day"]


def test_the_readers_run_has_a_column(tutorial: files.Results) -> None:
    def train(size: SimpleNamespace) -> Run:
        model = dl.models.compiled("line", input_shape=(1,), classes=0)
        x = np.ones((size.samples, 1))
        return dl.fit(model, x, x, epochs=size.epochs)

    trial = dl.Trial(train, quick={"samples": 64, "epochs": 2}, fast={"samples": 64, "epochs": 2})
    table = dl.ResultsTable(7, trial, system="dense")
    assert table.run_title == "This run"
    assert table.rows[0]["here"] == ""
    trial.start()
    run = trial.wait(60)
    until(lambda: table.rows[0]["here"] == f"{run.history['loss'][-1]:.4f}", "the run's figure")
    assert table.rows[2]["here"] == ""
    trial.close()
