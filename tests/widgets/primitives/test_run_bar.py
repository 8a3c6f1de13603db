"""The run bar: who may do what, and what is said about a wrong learning rate."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from keras.optimizers.schedules import CosineDecay

from dlwidgets.training import Run, State
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets import RunBar
from tests.helpers.fake_runs import RESOURCES, Model, running
from tests.helpers.page import from_page, messages

if TYPE_CHECKING:
    from collections.abc import Callable


class FakeRun:
    """Notes what it is asked for."""

    def __init__(self, state: State = State.RUNNING, *, blocking: bool = False) -> None:
        self.state, self.blocking, self.pending = state, blocking, ""
        self.asked: list[tuple[Any, ...]] = []

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *arguments: self.asked.append((name, *arguments))


def bar_of(run: Any, **traits: Any) -> RunBar:
    bar = RunBar(**traits)
    bar.run = run
    return bar


def test_buttons_reach_the_run() -> None:
    run = FakeRun()
    bar = bar_of(run)
    for kind in ("pause", "resume", "step", "stop"):
        from_page(bar, {"type": kind, "n": 1})
    assert run.asked == [("pause",), ("resume",), ("step", 1), ("stop",)]
    assert bar.seq == 4, "each is answered"


@pytest.mark.parametrize(
    ("n", "expected"),
    [
        (7, 7),
        (0, 1),
        (-3, 1),
        (1e300, 10_000),
        (10**400, 1),
        (2.9, 2),
        ("9", 1),
        (None, 1),
        ([5], 1),
        (True, 1),
        (float("nan"), 1),
    ],
)
def test_number_of_steps_is_clamped(n: Any, expected: int) -> None:
    run = FakeRun()
    from_page(bar_of(run), {"type": "step", "n": n})
    assert run.asked == [("step", expected)]


@pytest.mark.parametrize("state", [State.FINISHED, State.STOPPED, State.FAILED])
def test_clicks_after_the_end_do_nothing(state: State) -> None:
    run = FakeRun(state)
    bar = bar_of(run)
    for kind in ("pause", "resume", "step", "stop"):
        from_page(bar, {"type": kind})
    assert run.asked == []


def test_a_blocking_run_and_no_run_at_all_cannot_be_steered() -> None:
    run = FakeRun(blocking=True)
    for bar in (bar_of(run), bar_of(None)):
        for kind in ("pause", "resume", "step", "stop", "start"):
            from_page(bar, {"type": kind})
        from_page(bar, {"type": "learning_rate", "value": {}})
    assert run.asked == []


def test_a_click_that_crosses_the_end_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    class Ending(FakeRun):
        def pause(self) -> None:
            message = "cannot pause: this run has finished"
            raise RuntimeError(message)

    from_page(bar_of(Ending()), {"type": "pause"})
    assert "Exception" not in caplog.text


def test_what_is_coming_is_said_while_a_long_step_runs() -> None:
    run = FakeRun()
    run.pending = "pausing"
    bar = bar_of(run)
    from_page(bar, {"type": "pause"})
    assert bar.phase == "pausing"


# -- start -------------------------------------------------------------------------------------


def test_start_needs_permission() -> None:
    pressed: list[int] = []
    bar = RunBar(on_start=lambda: pressed.append(1), can_start=False)
    from_page(bar, {"type": "start"})
    assert pressed == []
    bar.can_start = True
    from_page(bar, {"type": "start"})
    assert pressed == [1]
    bar.run, bar.state = FakeRun(State.FINISHED), "finished"
    from_page(bar, {"type": "start"})
    assert pressed == [1], "an ended run starts again only where that was allowed"
    bar.can_restart = True
    from_page(bar, {"type": "start"})
    assert pressed == [1, 1]


def test_two_clicks_on_two_threads_start_once() -> None:
    inside, leave = threading.Event(), threading.Event()
    calls: list[int] = []

    def start() -> None:
        calls.append(1)
        inside.set()
        assert leave.wait(20)

    bar = RunBar(on_start=start, can_start=True)
    first = threading.Thread(target=from_page, args=(bar, {"type": "start"}))
    first.start()
    assert inside.wait(20)
    from_page(bar, {"type": "start"})  # returns at once, and starts nothing
    leave.set()
    first.join(20)
    assert calls == [1]


# -- learning rate -----------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["0.5", 0.5, "5e-1", " 0.5 "])
def test_learning_rate_as_typed(value: Any) -> None:
    run = Run(Model(rate=0.01), None)
    from_page(bar_of(run), {"type": "learning_rate", "value": value})
    assert float(run.model.optimizer.learning_rate) == pytest.approx(0.5)


def refusal(bar: RunBar) -> str:
    """The only refused learning rate's message, in English."""
    ((content, _),) = messages(bar, "learning_rate_error")
    return str(content["text"]["text"])


@pytest.mark.parametrize(
    "value", ["abc", "", "0", 0, -1, "-1", "nan", "inf", "1e999", 1e-60, True, "0.1; import os"]
)
def test_wrong_learning_rate_is_refused_in_words(value: Any) -> None:
    run = Run(Model(rate=0.01), None)
    bar = bar_of(run)
    from_page(bar, {"type": "learning_rate", "value": value})
    assert float(run.model.optimizer.learning_rate) == pytest.approx(0.01)
    text = refusal(bar)
    assert "a number above 0" in text
    assert repr(value) in text


@pytest.mark.parametrize("value", [None, [0.1], {"a": 1}])
def test_learning_rate_that_nobody_can_have_typed_is_ignored(value: Any) -> None:
    run = Run(Model(rate=0.01), None)
    bar = bar_of(run)
    from_page(bar, {"type": "learning_rate", "value": value})
    assert float(run.model.optimizer.learning_rate) == pytest.approx(0.01)
    assert messages(bar, "learning_rate_error") == []


def test_long_text_is_shortened_in_the_answer() -> None:
    bar = bar_of(Run(Model(), None))
    from_page(bar, {"type": "learning_rate", "value": "9" * 100_000 + "x"})
    assert len(refusal(bar)) <= 300


def test_learning_rate_of_a_schedule_and_of_an_ended_run_is_refused() -> None:
    schedule = bar_of(Run(Model(rate=CosineDecay(0.1, 10)), None))
    from_page(schedule, {"type": "learning_rate", "value": 0.5})
    assert "schedule" in refusal(schedule)
    run = running()
    engine_of(run).end_with(None)
    ended = bar_of(run)
    from_page(ended, {"type": "learning_rate", "value": 0.5})
    assert "this run is finished" in refusal(ended)
    assert float(run.model.optimizer.learning_rate) == pytest.approx(0.01)


# -- what it shows -----------------------------------------------------------------------------


def test_messages_come_and_go() -> None:
    bar = RunBar()
    bar.say("<b>careful</b>", "warning")
    assert (bar.message, bar.message_kind) == ("<b>careful</b>", "warning")
    bar.say("")
    assert (bar.message, bar.message_kind) == ("", "info")


def test_resources() -> None:
    bar = RunBar()
    bar.show_resources(RESOURCES)
    assert (bar.cpu_percent, bar.cpu_count) == (50.0, 2)
    assert (bar.memory_used, bar.memory_total) == (1e9, 16e9)
    assert bar.gpus == [
        {"name": "H", "utilization": 5, "memory_used": 1, "memory_total": 2, "temperature": 40}
    ]
