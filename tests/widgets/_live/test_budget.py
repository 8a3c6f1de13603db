"""The budget of a Run: views that are prepared before it starts, and how often they are updated."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.widgets._live import budget as budgets
from dlwidgets.widgets._live.budget import Budget, budget_of, next_time
from dlwidgets.widgets._live.follower import Follower
from tests.helpers.training import digits, mlp
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONG = 60.0  # seconds


@pytest.fixture
def run() -> Iterator[Any]:
    x, y = digits(256)
    made = dl.fit(mlp(), x, y, epochs=100_000, start=False)
    yield made
    made.stop()
    until(lambda: made.state.ended, "the end of the run")


def _following(run: Any, compute: Any, *, awake: bool = True) -> tuple[Follower[Any], list[int]]:
    drawn: list[int] = []
    view: Follower[Any] = Follower(
        compute, lambda _: drawn.append(view.step), lambda _: None, name="prepared"
    )
    view.awake = awake
    view.show(run)
    return view, drawn


class _StandingClock:
    def monotonic(self) -> float:
        return 0.0


class _AView:
    prepared = True

    def show_share(self, share: float) -> None:
        """Its menu isn't looked at."""


def test_a_run_is_waited_for_until_its_views_have_been_drawn(run: Any) -> None:
    views = [_following(run, lambda model: model.count_params()) for _ in range(2)]
    budget_of(run).wait_for_views(_LONG)
    assert [drawn for _, drawn in views] == [[0], [0]]
    for view, _ in views:
        view.close()


def test_views_that_fail_or_are_out_of_sight_keep_no_run_waiting(run: Any) -> None:
    failing, _ = _following(run, lambda model: model.no_such_attribute)
    hidden, drawn = _following(run, lambda model: model.count_params(), awake=False)
    budget_of(run).wait_for_views(_LONG)
    assert failing.prepared
    assert hidden.prepared
    assert drawn == []
    for view in (failing, hidden):
        view.close()


def test_a_view_that_takes_long_keeps_no_run_waiting(run: Any) -> None:
    released = threading.Event()
    view, drawn = _following(run, lambda _: released.wait(_LONG))
    budget_of(run).wait_for_views(0.05)
    assert not view.prepared
    assert drawn == []
    released.set()
    until(lambda: view.prepared, "the first update")
    view.close()


@pytest.mark.parametrize(
    ("share", "rate", "seconds"),
    [
        (25.0, 0.0, 0.22),  # not known yet
        (25.0, 1000.0, 0.22),
        (25.0, 125.0, 0.32),
        (25.0, 10.0, 0.4),
        (10.0, 600.0, 0.22),
        (10.0, 312.5, 0.32),
        (50.0, 10.0, 0.22),
    ],
)
def test_between_two_updates_there_are_some_steps_within_limits(
    share: float, rate: float, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budgets, "time", _StandingClock())  # no view is forgotten meanwhile
    budget = Budget(share)
    for view in (_AView(), _AView()):
        budget.turn(view)
    assert budget.interval(rate) == pytest.approx(seconds)


def test_a_view_alone_is_updated_often_however_long_steps_take() -> None:
    budget, alone = Budget(25.0), _AView()
    budget.turn(alone)
    assert budget.interval(10.0) == pytest.approx(0.22)


@pytest.mark.parametrize("interval", [0.22, 0.32, 0.4])
def test_updates_come_as_often_as_they_should_though_only_a_tick_brings_them(
    interval: float,
) -> None:
    random, due, updates = np.random.default_rng(0), 0.0, []
    for tick in np.arange(0, 100, 0.1) + random.uniform(0, 0.01, 1000):  # never quite on time
        if tick >= due:
            updates.append(tick)
            due = next_time(due, tick, interval)
    assert np.diff(updates).mean() == pytest.approx(interval, abs=0.002)
    assert np.diff(updates).max() < interval + 0.12
