"""Measured figures: written, read, resumed, and never invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dlwidgets.course import __main__ as course
from dlwidgets.course import results
from dlwidgets.course.results import Measured, Results
from dlwidgets.course.tutorial import System, Tutorial
from dlwidgets.data import DataNotFoundError

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.course.lab import Lab


def measured(seed: int, accuracy: float = 0.9) -> Measured:
    return Measured(
        seed=seed,
        figures={"accuracy": accuracy},
        steps=10,
        seconds=1.5,
        hardware="2 CPU cores, x86_64",
        versions={"keras": "3.15.0"},
        date="2026-12-01",
    )


def test_what_is_written_is_read(tmp_path: Path) -> None:
    made = Results()
    made.add("dense", measured(2, 0.92))
    made.add("dense", measured(1, 0.91))
    made.leave_out("large", "It takes a day.")
    path = tmp_path / "results" / "02.json"
    results.write(path, made)
    read = results.read(path)
    assert read.values("dense", "accuracy") == [0.91, 0.92]
    assert read.seeds("dense") == {1, 2}
    assert read.not_run == {"large": "It takes a day."}
    assert not list(path.parent.glob("*.part"))


def test_a_seed_is_measured_once_and_what_was_measured_is_never_left_out() -> None:
    made = Results()
    made.leave_out("dense", "no data")
    made.add("dense", measured(1, 0.91))
    made.add("dense", measured(1, 0.95))
    made.leave_out("dense", "no data")
    assert made.values("dense", "accuracy") == [0.95]
    assert made.not_run == {}


def test_a_damaged_file_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "02.json"
    path.write_text('{"systems": {"dense": [')
    with pytest.raises(ValueError, match=r"02\.json is damaged.*Delete it and run `make course`"):
        results.read(path)


def test_measuring_goes_on_where_it_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained: list[int] = []

    def slope(lab: Lab) -> dict[str, float]:
        from dlwidgets.models import line_neuron

        trained.append(lab.seed)
        if lab.seed == 3:
            raise KeyboardInterrupt
        line = lab.load("line")
        model = line_neuron()
        model.compile("sgd", "mse")
        run = lab.fit(model, line.x_train, line.y_train, epochs=2, name="line", verbose=0)
        return {"slope": float(model.get_weights()[0][0, 0]), "loss": run.history["loss"][-1]}

    def without_data(lab: Lab) -> dict[str, float]:
        message = "No topics here.\nPut them there."
        raise DataNotFoundError(message)

    made = Tutorial(
        number=77,
        systems=(
            System("line", slope, "y = 2x - 1", seeds=3),
            System("topics", without_data),
            System("huge", None, why_not="It takes a day."),
        ),
    )
    monkeypatch.setattr(course, "tutorial", lambda _number: made)
    options = ["--only", "77", "--to", str(tmp_path), "--runs", str(tmp_path / "runs")]
    with pytest.raises(KeyboardInterrupt):
        course.main(options)
    monkeypatch.setitem(vars(made), "systems", (System("line", slope, seeds=2), *made.systems[1:]))
    assert course.main(options) == 0
    assert trained == [1, 2, 3]
    known = results.read(tmp_path / "results" / "77.json")
    assert len(set(known.values("line", "slope"))) == 2, "the seeds differ"
    assert known.measured["line"][0].steps == 2
    assert "CPU cores" in known.measured["line"][0].hardware
    assert known.not_run == {"topics": "No topics here.", "huge": "It takes a day."}
    assert len(list((tmp_path / "runs").iterdir())) == 2, "the runs are recorded"
