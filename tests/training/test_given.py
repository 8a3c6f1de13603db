"""What a run was given: found again as long as somebody has it."""

from __future__ import annotations

import gc

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.given import Given
from dlwidgets.training.run_engine import engine_of


def test_data_are_found_again_in_their_structure() -> None:
    x, y = {"a": np.ones(3), "b": np.zeros(3)}, np.arange(3)
    held_out = [np.ones(2)], np.ones(2)
    given = Given.of(
        {"x": x, "y": y, "validation_data": held_out, "sample_weight": None}, {}, (), None
    )
    found = given.data()
    assert found is not None
    assert found["x"]["b"] is x["b"]
    assert found["y"] is y
    assert isinstance(found["validation_data"], tuple)
    assert found["validation_data"][0][0] is held_out[0][0]
    assert found["sample_weight"] is None


def test_data_that_nobody_has_are_gone() -> None:
    x = np.ones((3, 1))
    given = Given.of({"x": x}, {}, (), None)
    assert given.data() is not None
    del x
    gc.collect()
    assert given.data() is None
    assert Given.of({"x": [1.0, 2.0]}, {}, (), None).data() is None  # nobody can be asked for it


def test_validation_data_made_for_the_call_are_known_while_it_trains() -> None:
    x, y, model = np.ones((64, 1)), np.full(64, 3.0), dl.models.line_neuron()
    model.compile("sgd", "mse")
    run = dl.fit(model, x, y, validation_data=(x[:8].copy(), 3 * x[:8]), start=False)
    given = engine_of(run).given
    assert given is not None
    gc.collect()
    found = given.data()
    assert found is not None
    assert found["validation_data"][1].shape == (8, 1)
    del found
    run.start()
    run.wait()
    gc.collect()
    after = given.data()  # those for training are still there, whatever became of the others
    assert after is not None
    assert after["x"] is x


def test_lost_validation_data_leave_those_for_training() -> None:
    x, held_out = np.ones((3, 1)), np.ones((2, 1))
    given = Given.of({"x": x, "validation_data": (held_out, held_out)}, {}, (), None)
    del held_out
    gc.collect()
    assert given.data() == {"x": x, "validation_data": None}


@pytest.mark.parametrize("most", [64_000_000, 4])
def test_the_weights_before_the_first_step_are_kept_unless_they_are_large(
    most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dlwidgets.training.given.MAX_WEIGHT_BYTES", most)
    model = dl.models.line_neuron()
    model.compile("sgd", "mse")
    before = model.get_weights()
    x = np.ones((8, 1))
    run = dl.fit(model, x, 3 * x, epochs=1).wait()
    given = engine_of(run).given
    assert given is not None
    assert given.arguments["epochs"] == 1
    if most < 8:
        assert given.initial is None
    else:
        assert given.initial is not None
        assert all(np.array_equal(a, b) for a, b in zip(before, given.initial, strict=True))
        assert not np.array_equal(model.get_weights()[0], before[0])
