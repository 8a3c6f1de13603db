"""Parts of a view, drawn one by one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from dlwidgets.widgets.generate._part_renderer import PartRenderer
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


class Parts:
    """Three parts that note when they are drawn; the first waits at a gate."""

    def __init__(self) -> None:
        self.drawn: list[str] = []
        self.errors: list[Exception] = []
        self.reached, self.gate = threading.Event(), threading.Event()
        self.renderer = PartRenderer(
            "test-parts", (self.first, self.second, self.third), self.errors.append
        )

    def first(self) -> None:
        self.reached.set()
        assert self.gate.wait(60)
        self.drawn.append("first")

    def second(self) -> None:
        self.drawn.append("second")
        raise ValueError

    def third(self) -> None:
        self.drawn.append("third")


@pytest.fixture
def parts() -> Iterator[Parts]:
    made = Parts()
    yield made
    made.gate.set()
    made.renderer.close()


def test_the_most_urgent_part_comes_first_and_each_once(parts: Parts) -> None:
    parts.renderer.ask(parts.first)
    assert parts.reached.wait(60)
    for part in (parts.third, parts.second, parts.third, parts.second):
        parts.renderer.ask(part)
    assert parts.renderer.busy
    parts.gate.set()
    until(lambda: not parts.renderer.busy, "rest")
    assert parts.drawn == ["first", "second", "third"]


def test_a_part_that_fails_is_told_and_the_others_are_drawn(parts: Parts) -> None:
    parts.gate.set()
    parts.renderer.ask()
    until(lambda: not parts.renderer.busy, "rest")
    assert parts.drawn == ["first", "second", "third"]
    assert len(parts.errors) == 1


def test_what_is_cleared_is_not_drawn(parts: Parts) -> None:
    parts.renderer.ask(parts.first)
    assert parts.reached.wait(60)
    parts.renderer.ask(parts.third)
    parts.renderer.clear()
    parts.gate.set()
    until(lambda: not parts.renderer.busy, "rest")
    assert parts.drawn == ["first"]
