"""A trial trains what it is asked to, at the size that was chosen, and says what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.page import is_error
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import SimpleNamespace

    from dlwidgets.training.run import Run


@pytest.fixture
def make(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., dl.Trial]]:
    monkeypatch.delenv("DLWIDGETS_FAST", raising=False)
    made: list[dl.Trial] = []

    def trial(train: Any, **options: Any) -> dl.Trial:
        made.append(dl.Trial(train, **{"quick": {"samples": 96, "epochs": 2}, **options}))
        return made[-1]

    yield trial
    for one in made:
        one.close()


def train(size: SimpleNamespace) -> Run:
    model = dl.models.compiled("line", input_shape=(1,), classes=0, optimizer="sgd")
    x = np.linspace(-1, 1, size.samples or 200)[:, None]
    return dl.fit(model, x, 2 * x - 1, epochs=size.epochs, batch_size=32)


def test_nothing_is_trained_before_start(make: Callable[..., dl.Trial]) -> None:
    trial = make(train)
    assert trial.run is None
    assert trial.panel.bar.can_start
    with pytest.raises(RuntimeError, match="was started"):
        trial.wait()


def test_sizes_views_and_listeners(make: Callable[..., dl.Trial]) -> None:
    shown: list[Run] = []
    heard: list[Run] = []

    def views(run: Run) -> list[Any]:
        shown.append(run)
        return [dl.TrainingPanel(run)]

    trial = make(train, full={"samples": None, "epochs": 3, "minutes": 2}, views=views)
    trial.on_run(heard.append)
    trial.start()
    first = trial.wait(60)
    assert (len(first.history["loss"]), first.step_count) == (2, 6)
    assert trial.children[-1].children
    trial.start("full")
    second = trial.wait(60)
    assert (len(second.history["loss"]), second.step_count) == (3, 21)
    assert shown == heard == [first, second]
    assert trial.panel.run is second
    assert trial._about.value == "all samples, 3 epochs, about 2 min"


def test_start_replaces_a_run_that_trains(make: Callable[..., dl.Trial]) -> None:
    trial = make(train, quick={"samples": 96, "epochs": 100_000})
    trial.start()
    trial._prepared.wait(60)
    first = trial.run
    assert first is not None
    trial.start()
    until(lambda: trial.run not in (None, first), "the second run")
    assert first.state.ended
    assert trial.run is not None
    trial.run.stop()


def test_what_went_wrong_is_said_and_start_works_again(make: Callable[..., dl.Trial]) -> None:
    def broken(size: SimpleNamespace) -> Run:
        model = dl.models.compiled("line", input_shape=(1,), classes=0)
        return dl.fit(model, np.zeros((size.samples, 7)), np.zeros(size.samples))

    trial = make(broken)
    trial.start()
    until(lambda: "7" in trial.panel.message or trial.run, "the error")
    until(lambda: trial.panel.bar.can_start or trial.panel.bar.can_restart, "the button")


def test_views_that_fail_say_why_and_the_run_goes_on(make: Callable[..., dl.Trial]) -> None:
    trial = make(train, views=lambda run: [run.history["no such metric"]])
    trial.start()
    assert trial.wait(60).step_count == 6
    (line,) = trial.children[-1].children
    assert is_error(line)
    assert "no such metric" in line.value
    assert trial.panel.bar.can_restart


def test_it_is_small_in_tests(
    monkeypatch: pytest.MonkeyPatch, make: Callable[..., dl.Trial]
) -> None:
    monkeypatch.setenv("DLWIDGETS_FAST", "1")
    trial = dl.Trial(train, quick={"samples": 4_000, "epochs": 5, "rate": 0.1})
    assert trial.sizes["quick"] == {"samples": 200, "epochs": 1, "rate": 0.1}
    own = dl.Trial(train, quick={"samples": 4_000, "epochs": 5}, fast={"samples": 9, "epochs": 2})
    assert own.sizes["quick"] == {"samples": 9, "epochs": 2}
    trial.close()
    own.close()


def test_an_unknown_size(make: Callable[..., dl.Trial]) -> None:
    with pytest.raises(ValueError, match=r"one of \['quick'\]\. Received: 'huge'"):
        make(train).start("huge")
