"""What every live view offers to its user."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import keras
import pytest

from dlwidgets._messages import tr
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from tests.helpers.page import css_classes, from_page, messages
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


class Parameters(LiveView, ipywidgets.VBox):
    """The number of a model's parameters, as a view of it."""

    def __init__(self) -> None:
        self.count = ipywidgets.IntText()
        self.may_compute = threading.Event()
        self.may_compute.set()
        self.message_line = MessageLine()
        self.follower = Follower(self._compute, self._draw, self.say_error, name="parameters")
        super().__init__([self.count, self.message_line, self.follower.controls])

    def _compute(self, model: Any) -> int:
        self.may_compute.wait(30)
        count: int = model.count_params()
        if not count:
            raise ValueError(tr("Expected a model with weights."))
        return count

    def _draw(self, count: int) -> None:
        self.count.value = count
        self.say("")


@pytest.fixture
def view() -> Iterator[Parameters]:
    made = Parameters()
    yield made
    made.close()


def model(*layers: Any) -> Any:
    return keras.Sequential([keras.Input((3,)), *layers])


def test_a_message_is_shown_while_there_is_one(view: Parameters) -> None:
    assert (view.message, view.message_line.layout.display) == ("", "none")
    view.follower.show(model(keras.layers.ReLU()))
    until(lambda: view.message, "the reason")
    assert "Expected a model with weights." in view.message
    assert view.message.args["reason"].id == "Expected a model with weights."  # type: ignore[attr-defined]
    assert view.message_line.layout.display is None
    view.follower.show(model(keras.layers.Dense(2)))
    until(lambda: view.count.value == 8, "the number")
    until(lambda: not view.busy, "rest")
    assert (view.message, view.message_line.layout.display) == ("", "none")


def test_hold_is_the_button(view: Parameters) -> None:
    button = view.follower.controls.hold
    view.hold = True
    assert (button.value, button.description) == (True, "Held")
    button.value = False
    assert not view.hold


def test_a_closed_view_follows_no_longer(view: Parameters) -> None:
    view.follower.show(model(keras.layers.Dense(2)))
    until(lambda: not view.busy, "rest")
    view.close()
    view.follower.ask()
    assert not view.busy
    assert view.follower.controls.comm is None


def test_a_page_that_asks_is_answered_when_the_view_has_shown_what_was_wanted(
    view: Parameters,
) -> None:
    def answers() -> list[float]:
        return [content["asked"] for content, _ in messages(view.message_line, "answered")]

    assert "dlw-live" in css_classes(view)
    from_page(view.message_line, {"type": "asked", "asked": 1})
    assert answers() == [1]
    view.may_compute.clear()
    view.follower.show(model(keras.layers.Dense(2)))
    from_page(view.message_line, {"type": "asked", "asked": 2})
    from_page(view.message_line, {"type": "asked", "asked": "3"})
    assert answers() == [1]
    view.may_compute.set()
    until(lambda: answers() == [1, 2], "an answer")
    assert view.count.value == 8
