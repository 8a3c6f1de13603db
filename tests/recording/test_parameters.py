"""What runs were made of, side by side."""

from __future__ import annotations

from dlwidgets.recording.parameters import parameters


def test_runs_side_by_side_with_what_differs() -> None:
    adam = {"class": "Adam", "learning_rate": 0.0010000000474974513, "beta_1": 0.9}
    first = {
        "fit": {"batch_size": 32, "shuffle": True, "class_weight": None},
        "compile": {"optimizer": adam, "metrics": ["loss", "accuracy"]},
        "state": "running",
        "model": {"name": "mlp"},
    }
    second = {
        "model": {"name": "mlp"},
        "compile": {"optimizer": {**adam, "learning_rate": 0.01}, "metrics": ["loss", "accuracy"]},
        "fit": {"batch_size": 64, "shuffle": True, "class_weight": None},
        "seeds": {"tensorflow": 7},
    }
    found = parameters([first, second])
    assert [(p.section, p.name) for p in found] == [
        ("model", "name"),
        ("compile", "optimizer.class"),
        ("compile", "optimizer.learning_rate"),
        ("compile", "optimizer.beta_1"),
        ("compile", "metrics"),
        ("fit", "batch_size"),
        ("fit", "shuffle"),
        ("fit", "class_weight"),
        ("seeds", "tensorflow"),
    ]
    assert {p.name: p.values for p in found if p.differs} == {
        "optimizer.learning_rate": ("0.001", "0.01"),
        "batch_size": ("32", "64"),
        "tensorflow": ("", "7"),
    }
    assert next(p for p in found if p.name == "metrics").values[0] == "loss, accuracy"


def test_a_damaged_or_huge_run_json_gives_a_bounded_table() -> None:
    huge = {"fit": {f"k{i}": "x" * 10_000 for i in range(5000)}, "model": "odd", "git": ["a"]}
    found = parameters([huge, {}])
    assert len(found) <= 400
    assert max(len(p.values[0]) for p in found) == 120
    assert ("model", "model", ("odd", "")) in [(p.section, p.name, p.values) for p in found]
    assert parameters([{}]) == []


def test_validation_data_are_named_as_in_fit() -> None:
    data = {"validation_data[0]": {"shape": [9, 2]}, "validation_data[1]": {"shape": [9]}}
    found = parameters([{"data": data}])
    assert [(p.name, p.values) for p in found] == [
        ("validation_x.shape", ("9, 2",)),
        ("validation_y.shape", ("9",)),
    ]
