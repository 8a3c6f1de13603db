"""`run.history`, also for those who treat it as Keras's `History`."""

from __future__ import annotations

import pytest

import dlwidgets as dl
from tests.helpers.training import digits, mlp, settled


def test_it_is_what_keras_returns() -> None:
    x, y = digits(320)
    wanted = mlp().fit(x, y, epochs=4, initial_epoch=1, validation_split=0.2, verbose=0)
    run = dl.fit(mlp(), x, y, epochs=4, initial_epoch=1, validation_split=0.2).wait()
    found = run.history
    assert found.epoch == wanted.epoch == [1, 2, 3]
    assert found.params == {**wanted.params, "verbose": 0}
    assert set(found.history) == set(wanted.history)
    assert found["val_loss"] == found.history["val_loss"]
    assert found == found.history
    assert found.history["loss"] == pytest.approx(wanted.history["loss"], rel=1e-5)
    assert run.epoch == 3


def test_before_an_epoch_has_ended_that_is_said() -> None:
    run = dl.fit(mlp(), *digits(320), epochs=3, start=False)
    run.pause()
    run.start()
    settled(run)
    with pytest.raises(KeyError, match=r"No epoch has ended yet, so there is no 'val_loss'\."):
        run.history["val_loss"]
    assert run.history.epoch == []
    assert run.history.get("val_loss") is None
    assert "val_loss" not in run.history
    assert dict(run.history) == {}


def test_a_name_that_was_not_logged() -> None:
    run = dl.fit(mlp(), *digits(320)).wait()
    with pytest.raises(KeyError, match=r"Expected one of accuracy, loss\. Received: 'val_acc'"):
        run.history["val_acc"]
