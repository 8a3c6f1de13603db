"""What a run was, in tables, whatever run.json holds."""

from __future__ import annotations

from dlwidgets.widgets.training._page_facts import created, facts_of, parameters_of


def test_names_and_values_are_readable() -> None:
    info = {
        "compile": {"optimizer": {"class": "Adam", "learning_rate": 0.0010000000474974513}},
        "data": {
            "x": {"kind": "array", "shape": [1000, 8], "dtype": "float32", "crc32": 7},
            "validation_data[0]": {"kind": "array", "shape": [200, 8], "dtype": "float32"},
            "validation_data[1]": {"kind": "array", "shape": [200], "dtype": "int64"},
        },
        "fit": {"batch_size": 32, "class_weight": None, "shuffle": True, "callbacks": ["A", "B"]},
        "git": "0123456",
        "machine": {"gpus": []},
    }
    tables = {
        str(t["title"]): {str(r["name"]): r["value"] for r in t["rows"]} for t in facts_of(info)
    }
    assert tables == {
        "Compiled with": {"optimizer.class": "Adam", "optimizer.learning rate": "0.001"},
        "Data": {
            "x": "1000 × 8 float32",
            "validation x": "200 × 8 float32",
            "validation y": "200 int64",
        },
        "Arguments of fit": {"batch size": "32", "shuffle": "True", "callbacks": "A, B"},
        "Source code": {"commit": "0123456"},
    }


def test_anything_else_is_left_out() -> None:
    odd = {"model": "text", "fit": ["list"], "data": None, "versions": {"keras": "x" * 9999}}
    (table,) = facts_of(odd)
    assert len(table["rows"][0]["value"]) == 400
    assert parameters_of(odd) == parameters_of({"model": {"parameters": "many"}}) == 0
    assert parameters_of({"model": {"parameters": 7}}) == 7


def test_when_it_began_is_in_seconds() -> None:
    assert created({"created": "1970-01-02T00:00:00+00:00"}) == 86_400
    assert created({"created": 5}) == 5
    assert created({"created": "yesterday"}) == created({}) == 0
