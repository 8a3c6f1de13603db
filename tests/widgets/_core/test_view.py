"""What all views share: messages from strangers, and traits that many threads set."""

from __future__ import annotations

import logging
import sys
import threading
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from dlwidgets.widgets import Chart, RunBar
from dlwidgets.widgets._core.view import View, finite_number
from tests.helpers.page import from_page

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def eager_threads() -> Iterator[None]:
    """Threads take turns as often as the interpreter can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_nothing_is_lost_when_several_threads_set_traits() -> None:
    bar = RunBar()
    rounds = 400
    problems: list[BaseException] = []

    def count(trait: str, *, held: bool) -> None:
        try:
            for i in range(1, rounds + 1):
                if held:
                    with bar.hold_sync():
                        setattr(bar, trait, i)
                else:
                    setattr(bar, trait, i)
        except BaseException as error:  # noqa: BLE001 - shown by the test
            problems.append(error)

    threads = [
        threading.Thread(target=count, args=(trait,), kwargs={"held": held})
        for trait, held in (("step", True), ("epoch", True), ("seq", False), ("elapsed", True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    page: dict[str, Any] = {}
    order: dict[str, list[int]] = {}
    for _, data, _ in bar.comm.sent:
        state = data.get("state", {})
        page.update(state)
        for name in ("step", "epoch", "seq", "elapsed"):
            if name in state:
                order.setdefault(name, []).append(state[name])
    for name in ("step", "epoch", "seq", "elapsed"):
        assert page[name] == rounds, name
        assert order[name] == sorted(order[name]), f"{name} went back"


def test_what_is_set_while_another_thread_sends_is_not_forgotten() -> None:
    bar = RunBar()
    sending, go, inside, leave = (threading.Event() for _ in range(4))
    real = bar.comm.publish_msg

    def slow(*arguments: Any, **options: Any) -> None:
        real(*arguments, **options)
        sending.set()
        assert go.wait(20)

    bar.comm.publish_msg = slow

    def one() -> None:
        with bar.hold_sync():
            bar.step = 1

    def other() -> None:
        with bar.hold_sync():
            bar.epoch = 5
            inside.set()
            assert leave.wait(20)

    threads = [threading.Thread(target=one), threading.Thread(target=other)]
    threads[0].start()
    assert sending.wait(20)
    threads[1].start()
    inside.wait(0.3)  # it may not get this far before the first is done
    go.set()
    threads[0].join(20)
    leave.set()
    threads[1].join(20)
    sent = [data["state"] for _, data, _ in bar.comm.sent if data.get("method") == "update"]
    assert {"step": 1} in sent
    assert {"epoch": 5} in sent


class Echo(View):
    _messages: ClassVar[frozenset[str]] = frozenset({"good", "missing"})

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []

    def _on_good(self, content: Any) -> None:
        self.got.append(content)

    def _on_secret(self, content: Any) -> None:
        self.got.append(content)


def test_only_announced_messages_reach_their_handlers(caplog: pytest.LogCaptureFixture) -> None:
    view = Echo()
    wrong: list[Any] = [
        {"type": "secret"},
        {"type": "missing"},
        {"type": "good "},
        {"type": None},
        {"type": 1},
        {"type": ["good"]},
        {"type": {"good": 1}},
        {"type": "x" * 10**6},
        [],
        None,
        "good",
        3,
    ]
    with caplog.at_level(logging.WARNING, "dlwidgets"):
        for content in wrong:
            from_page(view, content)
    assert view.got == []
    assert not any("Exception" in record.getMessage() for record in caplog.records)
    ours = [r.getMessage() for r in caplog.records if r.name == "dlwidgets"]
    assert len(ours) == len(wrong)
    assert all(len(text) < 300 for text in ours)
    from_page(view, {"type": "good", "more": [1]})
    assert view.got == [{"type": "good", "more": [1]}]


def test_a_page_that_begins_to_listen_is_told_everything() -> None:
    bar = RunBar()
    bar.state, bar.step, bar.message = "failed", 7, "what went wrong"
    bar.layout.display = "none"
    del bar.comm.sent[:], bar.layout.comm.sent[:]
    from_page(bar, {"type": "hello"})
    _, data, _ = bar.comm.sent[0]
    assert data["method"] == "update"
    assert data["state"].items() >= {"state": "failed", "step": 7}.items()
    assert data["state"]["message"] == "what went wrong"
    ((_, layout, _),) = bar.layout.comm.sent
    assert layout["state"]["display"] == "none"


def test_what_waits_for_somebody_to_look_is_done_once_then_at_once() -> None:
    bar, done = RunBar(), []
    bar.when_seen(lambda: done.append("first"))
    assert done == []
    from_page(bar, {"type": "hello"})
    from_page(bar, {"type": "hello"})
    assert done == ["first"]
    bar.when_seen(lambda: done.append("second"))
    assert done == ["first", "second"]


@pytest.mark.usefixtures("eager_threads")
def test_what_is_sent_last_is_what_holds() -> None:
    bar = RunBar()

    def count() -> None:
        for i in range(1, 300):
            bar.step = i

    thread = threading.Thread(target=count)
    thread.start()
    while thread.is_alive():
        from_page(bar, {"type": "hello"})
    thread.join()
    seen = [data["state"]["step"] for _, data, _ in bar.comm.sent if "step" in data["state"]]
    assert seen[-1] == 299
    assert seen == sorted(seen), "an older state came after a newer one"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1.0),
        (-2.5, -2.5),
        (0, 0.0),
        (True, None),
        (None, None),
        ("1", None),
        ([1], None),
        (float("inf"), None),
        (float("-inf"), None),
        (float("nan"), None),
        (10**400, None),
        (2**53, 2.0**53),
    ],
)
def test_number_takes_finite_numbers_only(value: Any, expected: float | None) -> None:
    assert finite_number({"n": value}, "n") == expected


def test_number_of_a_missing_key() -> None:
    assert finite_number({}, "n") is None


def test_the_page_sets_only_what_it_has_controls_for() -> None:
    chart = Chart(title="Loss")
    chart.add_series("loss")
    chart.set_state({"series": [{}], "generation": 7, "title": "<b>x</b>", "log_y": True})
    assert chart.log_y
    assert (chart.title, chart.generation) == ("Loss", 0)
    assert chart.series[0]["id"] == "loss"


def test_a_value_out_of_range_from_the_page_changes_nothing() -> None:
    chart = Chart(smoothing=0.5)
    chart.set_state({"smoothing": 5.0})
    assert chart.smoothing == 0.5
