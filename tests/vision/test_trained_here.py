"""The small networks that a page trains: what they learn from, and that they rest when left."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets import data
from dlwidgets.vision import trained_here
from dlwidgets.vision.networks import TRAINED_HERE
from dlwidgets.vision.trained_here import Trainings, offered, samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DIGITS = TRAINED_HERE[1]


class User:
    """Somebody who looks."""


def until(condition: Callable[[], Any]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def trainings() -> Iterator[Trainings]:
    made = Trainings()
    yield made
    for training in made._running.values():
        training.run.stop()
        training.run.wait(60)


def test_only_networks_whose_data_are_here_are_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DLWIDGETS_DATA", str(tmp_path))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert [n.trained_on for n in offered()] == ["photographs", "digits"]
    with pytest.raises(data.DataNotFoundError):
        samples("cifar10")
    x = np.zeros((20, 32, 32, 3), np.uint8)
    y = np.arange(20, dtype=np.uint8) % 10
    np.savez(tmp_path / "cifar10.npz", x_train=x, y_train=y, x_test=x, y_test=y)
    assert [n.trained_on for n in offered()] == ["photographs", "digits", "cifar10"]
    (train, classes), _ = samples("cifar10")
    assert train.shape[1:] == (32, 32, 3)
    assert set(train.ravel().tolist()) == {-1.0}
    np.testing.assert_array_equal(classes[:20], y)


@pytest.mark.parametrize("trained_on", ["photographs", "digits"])
def test_samples_are_pictures_with_classes(trained_on: str) -> None:
    (x, y), (x_test, y_test) = samples(trained_on)
    assert x.shape[1:] == x_test.shape[1:] == (32, 32, 3)
    assert x.dtype == x_test.dtype == np.float32
    assert x.min() >= -1
    assert 0.5 < x.max() <= 1
    assert len(np.unique(x[: 3 * 1438 : 1438], axis=0)) == 3, "a digit in other colours"
    assert set(y) == set(range(24 if trained_on == "photographs" else 10))
    assert set(y_test) <= set(y)
    assert len(x) == len(y) > 1000


def test_a_network_learns_digits_in_any_colour(trainings: Trainings) -> None:
    run = trainings.take(DIGITS, user := User())
    until(lambda: len(run.history.get("val_accuracy", [])) >= 3)
    assert max(run.history["val_accuracy"]) > 0.5, "five times chance"
    assert user


def test_a_training_is_shared_and_rests_when_the_last_one_leaves(trainings: Trainings) -> None:
    one, two = User(), User()
    run = trainings.take(DIGITS, one)
    assert trainings.take(DIGITS, two) is run
    until(lambda: run.step_count > 3)
    trainings.leave(DIGITS, one)
    step = run.step_count
    until(lambda: run.step_count > step + 3)
    trainings.leave(DIGITS, two)
    until(lambda: run.state == "paused")
    step = run.step_count
    assert trainings.take(DIGITS, one) is run
    until(lambda: run.step_count > step)


def test_one_that_somebody_has_paused_stays_so(trainings: Trainings) -> None:
    one = User()
    run = trainings.take(DIGITS, one)
    until(lambda: run.step_count > 3)
    run.pause()
    until(lambda: run.state == "paused")
    trainings.leave(DIGITS, one)
    trainings.take(DIGITS, one)
    time.sleep(0.2)
    assert run.state == "paused"


def test_the_same_training_again_has_nearly_the_same_weights(
    monkeypatch: pytest.MonkeyPatch, trainings: Trainings
) -> None:
    monkeypatch.setattr(trained_here, "_EPOCHS", 1)
    monkeypatch.setattr(trained_here, "_SAMPLES", 320)
    found = []
    for made in (trainings, other := Trainings()):
        run = made.take(DIGITS, user := User())
        run.wait(60)
        found.append(run.model.get_weights())
        assert user
    assert other
    for a, b in zip(*found, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-3)
