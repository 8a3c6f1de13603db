"""Following a Run: what is drawn, when, and at whose cost."""

from __future__ import annotations

import re
import threading
import time
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.calling import NotBuiltError
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets._live import budget as budgets
from dlwidgets.widgets._live.budget import Budget, budget_of
from dlwidgets.widgets._live.controls import CommonControls
from dlwidgets.widgets._live.follower import Follower
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Seen:
    """A view that notes what it is given to draw; tests may replace `compute` and `draw`."""

    def __init__(self) -> None:
        self.drawn: list[tuple[int, Any]] = []
        self.errors: list[Exception] = []
        self.compute: Callable[[Any], Any] = lambda model: model.get_weights()
        self.draw: Callable[[Any], None] = self.note
        self.follower: Follower[Any] = Follower(
            self.do_compute, self.do_draw, self.errors.append, name="test"
        )

    def note(self, result: Any) -> None:
        self.drawn.append((self.follower.step, result))

    def do_compute(self, model: Any) -> Any:
        return self.compute(model)

    def do_draw(self, result: Any) -> None:
        self.draw(result)


@pytest.fixture
def view() -> Iterator[Seen]:
    seen = Seen()
    yield seen
    seen.follower.close()


def mlp() -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


@pytest.fixture
def run() -> Iterator[Any]:
    digits = dl.data.load("digits").normalized()
    x = digits.x_train.reshape(len(digits.x_train), -1)
    started = dl.fit(mlp(), x, digits.y_train, epochs=10_000, batch_size=32)
    yield started
    started.stop()
    until(lambda: started.state.ended, "the end of the run", 60)


def test_a_finished_model_is_drawn_once_and_again_when_asked(view: Seen) -> None:
    view.follower.show(mlp())
    until(lambda: len(view.drawn) == 1, "the first drawing")
    assert view.follower.controls.layout.display == "none"
    view.follower.ask()
    until(lambda: len(view.drawn) == 2, "the second drawing")


def test_a_run_is_followed_to_its_last_weights(view: Seen, run: Any) -> None:
    view.follower.show(run)
    until(lambda: len(view.drawn) >= 3, "three drawings")
    run.stop()
    until(lambda: run.state.ended and view.drawn[-1][0] == run.step_count, "the last drawing")
    steps = [step for step, _ in view.drawn]
    assert steps == sorted(steps)
    assert steps[0] < steps[-1]
    np.testing.assert_array_equal(view.drawn[-1][1][0], run.model.get_weights()[0])
    assert f"After step {run.step_count:,}." in view.follower.controls.caption.value


def test_hold_freezes_the_view_and_its_end_shows_what_was_missed(view: Seen, run: Any) -> None:
    view.follower.show(run)
    until(lambda: view.drawn, "a drawing")
    view.follower.hold = True
    until(lambda: not view.follower.busy, "the look under way")
    held = view.drawn[-1]
    run.stop()
    until(lambda: run.state.ended, "the end", 60)
    view.follower.ask()  # the visitor moves a slider meanwhile
    until(lambda: view.drawn[-1] is not held, "the answer to the slider")
    assert view.drawn[-1][0] == held[0]
    view.follower.hold = False
    until(lambda: view.drawn[-1][0] == run.step_count, "the newest weights")


def test_a_view_out_of_sight_looks_again_when_it_is_seen(view: Seen, run: Any) -> None:
    view.follower.awake = False
    view.follower.show(run)
    run.stop()
    until(lambda: run.state.ended, "the end", 60)
    assert not view.follower.tick()
    assert view.drawn == []
    view.follower.awake = True
    until(lambda: view.drawn and view.drawn[-1][0] == run.step_count, "the newest weights")


def test_a_view_that_is_opened_waits_for_no_budget(view: Seen, run: Any) -> None:
    view.follower.show(run)
    until(lambda: view.drawn, "a drawing")
    view.follower.awake = False
    until(lambda: not view.follower.busy, "the look under way")
    budgets.budget_of(run).spend(1e6)  # nobody would look again today
    before = len(view.drawn)
    view.follower.awake = True
    until(lambda: len(view.drawn) > before, "a look at once")
    late = Seen()
    late.follower.show(run)
    until(lambda: late.drawn, "a look of a view that is new")
    late.follower.close()


def test_single_steps_of_a_paused_run_are_seen(view: Seen, run: Any) -> None:
    view.follower.show(run)
    run.pause()
    until(lambda: run.state.value == "paused", "the pause")
    until(lambda: view.drawn and view.drawn[-1][0] == run.step_count, "the pause's weights")
    before = run.step_count
    run.step()
    until(lambda: view.drawn[-1][0] == before + 1, "the next step")


def test_a_model_shown_later_replaces_the_run(view: Seen, run: Any) -> None:
    view.follower.show(run)
    until(lambda: view.drawn, "a drawing")
    other = mlp()
    view.follower.show(other)
    until(lambda: view.drawn[-1][0] == -1, "the model")
    np.testing.assert_array_equal(view.drawn[-1][1][0], other.get_weights()[0])
    assert view.follower.controls.layout.display == "none"


def test_the_caption_names_the_step_that_was_looked_at(view: Seen, run: Any) -> None:
    """Another view of the Run takes over newer weights before this one has drawn."""
    other, looked = ModelSource(run), []
    compute = view.compute

    def note(model: Any) -> Any:
        looked.append(view.follower.step)
        return compute(model)

    def slow(_result: Any) -> None:
        view.follower.hold = True
        until(lambda: other.refresh() or other.step > looked[-1], "newer weights")

    view.compute, view.draw = note, slow
    view.follower.show(run)
    caption = view.follower.controls.caption
    until(lambda: caption.value and not view.follower.busy, "the look")
    assert caption.value.startswith(f"After step {looked[-1]:,}.")


def test_a_run_that_is_replaced_tells_no_errors(
    view: Seen, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    refresh = ModelSource.refresh

    def late(source: ModelSource, seen: int | None = None) -> None:
        if source.run is not None:
            begun.set()
            assert go_on.wait(60)
            raise TimeoutError
        refresh(source, seen)

    monkeypatch.setattr(ModelSource, "refresh", late)
    view.follower.show(run)
    assert begun.wait(60)
    view.follower.show(mlp())
    go_on.set()
    until(lambda: view.drawn, "the model")
    assert view.errors == []


def test_what_fails_is_told_and_the_next_look_succeeds(view: Seen) -> None:
    view.follower.show(keras.Sequential([keras.layers.Dense(2)]))
    until(lambda: view.errors, "the error")
    assert isinstance(view.errors[0], NotBuiltError)
    assert "no weights yet" in str(view.errors[0])
    view.follower.show(mlp())
    until(lambda: view.drawn, "the drawing")


def test_all_views_of_a_run_share_one_copy_and_one_budget(run: Any) -> None:
    views = [Seen(), Seen()]
    try:
        for view in views:
            view.follower.show(run)
        until(lambda: all(view.drawn for view in views), "both views")
        first, second = (view.follower for view in views)
        models = [f.source.use(lambda model: model) for f in (first, second) if f.source]
        assert models[0] is models[1] is not run.model
        first.controls.share.value = 10.0
        assert second.controls.share.value == 10.0
    finally:
        for view in views:
            view.follower.close()


def test_a_page_has_one_hold_and_one_budget_for_all_of_its_views(run: Any) -> None:
    views = [Seen(), Seen()]
    controls = [view.follower.controls for view in views]
    common = CommonControls(controls)
    try:
        assert all(c.share.layout.display == c.hold.layout.display == "none" for c in controls)
        common.share.value = 10.0
        for view in views:
            view.follower.show(run)
        assert budget_of(run).share == 10.0, "chosen before the run began"
        common.share.value = 5.0
        assert budget_of(run).share == 5.0
        common.hold.value = True
        assert [view.follower.hold for view in views] == [True, True]
        views[0].follower.hold = False  # it may have done so by itself
        assert [c.hold.layout.display for c in controls] == [None, "none"]
        common.hold.value = False
        assert [view.follower.hold for view in views] == [False, False]
        assert [c.hold.layout.display for c in controls] == ["none", "none"]
    finally:
        for view in views:
            view.follower.close()


class Clock:
    """Time that passes when it is told to."""

    now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_looking_takes_no_more_than_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(budgets, "time", clock)
    budget, views = Budget(2.0), [Seen().follower for _ in range(3)]
    spent = dict.fromkeys(range(3), 0)
    seconds, cost = 300.0, 0.2
    for _ in range(int(seconds / 0.1)):
        clock.now += 0.1
        for i, view in enumerate(views):
            if budget.turn(view):
                budget.spend(cost)
                spent[i] += 1
    total = sum(spent.values()) * cost
    assert 0.9 * 0.02 * seconds <= total <= 0.02 * seconds + 2 * cost
    assert max(spent.values()) - min(spent.values()) <= 1  # each in its turn
    for view in views:
        view.close()


@pytest.mark.parametrize("share", budgets.SHARES)
def test_a_slow_view_keeps_the_others_waiting_for_seconds_only(
    share: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    monkeypatch.setattr(budgets, "time", clock)
    budget, (slow, other) = Budget(share), [Seen().follower for _ in range(2)]
    assert budget.turn(slow)
    budget.spend(30.0)
    clock.now += 1.0
    assert not budget.turn(other)
    clock.now += 9.1
    assert budget.turn(other)
    for view in (slow, other):
        view.close()


def test_looks_that_fail_cost_as_well(
    view: Seen, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[float] = []
    monkeypatch.setattr(Budget, "spend", lambda _, seconds: spent.append(seconds))

    def fail(_model: Any) -> None:
        raise ValueError

    view.compute = fail
    view.follower.show(run)
    until(lambda: len(view.errors) >= 3, "three failures")
    until(lambda: len(spent) >= 2, "their cost")


def test_computing_on_other_threads_costs_as_well(
    view: Seen, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    spent: list[float] = []
    monkeypatch.setattr(Budget, "spend", lambda _, seconds: spent.append(seconds))
    # As this thread waits for TensorFlow's, or for a GPU.
    view.compute = lambda _model: time.sleep(0.1)
    view.follower.show(run)
    until(lambda: spent, "the cost of an update")
    assert spent[0] >= 0.1


def test_what_is_chosen_for_a_view_out_of_sight_waits_for_its_opening(view: Seen) -> None:
    view.follower.show(mlp())
    until(lambda: len(view.drawn) == 1, "the first drawing")
    view.follower.awake = False
    for _ in range(3):
        view.follower.ask()
    until(lambda: not view.follower.busy, "rest")
    assert len(view.drawn) == 1
    view.follower.awake = True
    until(lambda: len(view.drawn) == 2, "what was asked for")


def test_a_view_that_asks_no_more_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(budgets, "time", clock)
    budget, (a, b) = Budget(2.0), [Seen().follower for _ in range(2)]
    budget.spend(0.2)
    assert not budget.turn(a)  # first in the queue, and never heard of again
    clock.now += 60
    assert budget.turn(b)
    a.close()
    b.close()


def test_a_view_with_news_of_its_own_is_updated_by_these_alone(run: Any) -> None:
    drawn, epochs = [], [0]
    one: Follower[Any] = Follower(
        lambda _: None, drawn.append, drawn.append, name="test", news=lambda _: epochs[0]
    )
    one.show(run)
    until(lambda: len(drawn) == 1, "the first drawing")
    step = run.step_count
    until(lambda: run.step_count > step + 50 and not one.busy, "more steps")
    assert len(drawn) == 1
    epochs[0] = 1
    until(lambda: len(drawn) == 2, "another drawing")
    one.close()


def test_a_busy_hand_goes_first(view: Seen, run: Any) -> None:
    view.follower.show(run)
    until(lambda: len(view.drawn) >= 2, "two drawings")
    view.follower.delay(1e6)
    until(lambda: not view.follower.busy, "the update in progress")
    count, step = len(view.drawn), run.step_count
    until(lambda: run.step_count > step + 200, "more steps")
    assert len(view.drawn) == count
    run.stop()
    until(lambda: run.state.ended and view.drawn[-1][0] == run.step_count, "the last drawing")


def test_a_model_that_cannot_be_copied_is_looked_at_between_steps() -> None:
    class Odd(keras.layers.Layer):
        def __init__(self, secret: object) -> None:
            super().__init__()
            self.secret = secret

        def call(self, x: Any) -> Any:
            return x

    model = keras.Sequential([keras.Input((64,)), Odd(object()), keras.layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    digits = dl.data.load("digits").normalized()
    x = digits.x_train.reshape(len(digits.x_train), -1)
    run = dl.fit(model, x, digits.y_train, epochs=10_000, batch_size=32)
    try:
        source = ModelSource(run)
        source.refresh()
        assert source.cloned is False
        assert source.use(lambda m: m) is model
    finally:
        run.stop()
        until(lambda: run.state.ended, "the end of the run", 60)


def test_a_view_that_costs_little_waits_for_no_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(budgets, "time", clock)
    budget, (cheap, slow) = Budget(10.0), [Seen().follower for _ in range(2)]
    turns = {"cheap": 0, "slow": 0}
    for _ in range(300):  # a minute
        clock.now += 0.2
        if budget.turn(cheap, 0.002):
            budget.spend(0.002)
            turns["cheap"] += 1
        if budget.turn(slow, 0.3):
            budget.spend(0.3)
            turns["slow"] += 1
    assert turns["cheap"] == 300
    total = turns["cheap"] * 0.002 + turns["slow"] * 0.3
    assert 0.9 * 6 <= total <= 6 + 0.3, "10% of a minute"
    for view in (cheap, slow):
        view.close()


def test_views_of_a_run_show_the_same_step(run: Any) -> None:
    """A view that has shown older weights takes over those that another one has loaded."""
    first, second = ModelSource(run), ModelSource(run)
    first.refresh()
    seen = first.step
    until(lambda: run.step_count > seen, "one more step")
    second.refresh(seen)
    assert second.step > seen
    shown = second.step
    until(lambda: run.step_count > shown, "one more step")
    first.refresh(seen)
    assert first.step == shown
    first.refresh(shown)
    assert first.step > shown


def test_the_caption_tells_how_often_the_view_is_updated(view: Seen, run: Any) -> None:
    times: list[float] = []
    view.draw = lambda _: times.append(time.monotonic())
    view.follower.show(run)
    caption = view.follower.controls.caption
    until(lambda: len(times) > 15, "some updates")
    view.follower.hold = True
    until(lambda: not view.follower.busy, "rest")
    found = re.search(r"Updated every (\d+)\xa0ms", caption.value)
    assert found, caption.value
    assert float(found[1]) == pytest.approx(1000 * np.diff(times[-12:]).mean(), rel=0.2)
