"""The pump that keeps views up to date, and the worker behind a control."""

from __future__ import annotations

import functools
import gc
import logging
import threading
import time
from typing import TYPE_CHECKING

from dlwidgets.widgets._core import worker as worker_module
from dlwidgets.widgets._core.ticker import INTERVAL, Ticker
from dlwidgets.widgets._core.worker import Worker
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest


class Member:
    """Ticks as often as it says."""

    def __init__(self, ticks: float = float("inf"), fails: bool = False) -> None:
        self.left, self.fails, self.times = ticks, fails, []  # type: ignore[var-annotated]
        self.thread: threading.Thread | None = None

    def tick(self) -> bool:
        self.thread = threading.current_thread()
        self.times.append(time.monotonic())
        if self.fails:
            message = "this view is broken"
            raise ValueError(message)
        self.left -= 1
        return self.left > 0


def threads(name: str) -> int:
    return sum(t.name == name for t in threading.enumerate())


def ended(*members: Member) -> Callable[[], bool]:
    """Whether the thread that ticked these has ended."""
    return lambda: not any(m.thread is None or m.thread.is_alive() for m in members)


def test_members_tick_until_they_are_done() -> None:
    pump, three, one = Ticker(), Member(3), Member(1)
    pump.add(three)
    pump.add(one)
    until(ended(three, one), "the end of the pump's thread")
    assert (len(three.times), len(one.times)) == (3, 1)
    pump.add(again := Member(2))
    until(ended(again), "its end, after a second start")
    assert len(again.times) == 2


def test_a_member_that_fails_again_and_again_is_dropped_and_the_others_live_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    pump, broken, sound = Ticker(), Member(fails=True), Member(4)
    with caplog.at_level(logging.ERROR, "dlwidgets"):
        pump.add(broken)
        pump.add(sound)
        until(ended(broken, sound), "the end")
    assert len(broken.times) == 5
    assert len(sound.times) == 4
    assert "this view is broken" in caplog.text


def test_ticks_are_not_more_often_than_ten_a_second() -> None:
    pump, member = Ticker(), Member(6)
    pump.add(member)
    until(ended(member), "the end")
    took = member.times[-1] - member.times[0]
    assert took >= 5 * INTERVAL * 0.8


def test_a_member_that_nobody_holds_is_forgotten() -> None:
    pump, held = Ticker(), [Member()]
    pump.add(held[0])
    until(lambda: held[0].times, "a tick")
    thread = held[0].thread
    held.clear()

    def forgotten() -> bool:
        gc.collect()
        return not thread.is_alive()

    until(forgotten, "the end of the pump's thread")


def test_removed_member_ticks_no_more() -> None:
    pump, member, other = Ticker(), Member(), Member()
    pump.add(member)
    pump.add(other)
    until(lambda: member.times, "a tick")
    pump.remove(member)
    pump.remove(member)  # twice does no harm
    seen = len(other.times)
    until(lambda: len(other.times) > seen + 1, "ticks of the other")
    count = len(member.times)
    until(lambda: len(other.times) > seen + 4, "more of them")
    assert len(member.times) == count
    pump.remove(other)
    until(ended(other), "the end")


# -- worker ------------------------------------------------------------------------------------


def test_only_the_latest_request_is_done() -> None:
    worker, done = Worker("latest"), []
    inside, leave = threading.Event(), threading.Event()

    def long() -> None:
        inside.set()
        assert leave.wait(20)
        done.append("first")

    worker.submit(long)
    assert inside.wait(20)
    for i in range(100):
        worker.submit(lambda i=i: done.append(i))
    assert worker.busy
    assert done == []
    leave.set()
    until(lambda: not worker.busy, "rest")
    assert done == ["first", 99]
    worker.close()


def test_errors_are_told_and_the_next_request_is_done() -> None:
    told: list[Exception] = []
    done = threading.Event()
    worker = Worker("failing", told.append)
    worker.submit(lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    until(lambda: told, "the error")
    worker.submit(done.set)
    assert done.wait(20)
    assert [type(e) for e in told] == [ZeroDivisionError]
    worker.close()


def test_close_drops_what_waits_and_ends_the_thread() -> None:
    worker, done = Worker("closing"), []
    inside, leave = threading.Event(), threading.Event()
    worker.submit(lambda: (inside.set(), leave.wait(20)))  # type: ignore[arg-type,return-value]
    assert inside.wait(20)
    worker.submit(lambda: done.append("waits"))
    worker.close()
    worker.submit(lambda: done.append("too late"))
    leave.set()
    until(lambda: threads("closing") == 0, "the end of the thread")
    assert done == []


def test_no_thread_before_the_first_request() -> None:
    worker = Worker("not started")
    assert threads("not started") == 0
    assert not worker.busy
    worker.close()


def test_a_member_added_again_while_it_ticks_for_the_last_time_is_ticked_once_more() -> None:
    pump = Ticker()
    ticks: list[int] = []

    class Member:
        def tick(self) -> bool:
            ticks.append(1)
            if len(ticks) == 1:
                pump.add(self)  # as another thread may, between its last look and its end
            return False

    member = Member()
    pump.add(member)
    until(lambda: len(ticks) == 2, "the second tick")


def test_a_worker_has_a_thread_only_while_it_has_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_module, "IDLE", 0.02)
    worker, done = Worker("seldom"), list[int]()
    for turn in range(3):
        worker.submit(functools.partial(done.append, turn))
        until(lambda: threads("seldom") == 0 and done)
    assert done == [0, 1, 2]
    worker.close()
