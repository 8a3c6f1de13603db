"""Runs that end before their model has weights: what their views say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras

import dlwidgets as dl
from dlwidgets.widgets._live.follower import Follower
from tests.helpers.page import seen
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.training import Run


def messages(run: Run) -> tuple[list[str], Any]:
    """What a view of a run is told, and its follower, which is to be closed."""
    told: list[str] = []
    follower: Follower[Any] = Follower(
        lambda model: model.get_weights(),
        lambda _: told.append("drawn"),
        lambda error: told.append(str(error)),
        name="test",
    )
    follower.show(run)
    return told, follower


def without_input() -> Any:
    """A model that gets its weights in its first step."""
    model = keras.Sequential([keras.layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def test_a_run_that_fails_before_there_are_weights_says_so() -> None:
    def no_data() -> Iterator[Any]:
        raise OSError("the disk is gone")
        yield

    failing = dl.fit(without_input(), no_data(), start=False)
    early, follower = messages(failing)
    failing.start()
    until(lambda: early, "what went wrong")
    late, other = messages(failing)
    until(lambda: late, "what went wrong, in a view that is opened later")
    wanted = f"The run failed before there was anything to show. {failing.message}"
    assert early == late == [wanted]
    assert "the disk is gone" in failing.message
    follower.close()
    other.close()


def test_the_message_of_a_view_says_that_the_run_failed() -> None:
    def no_data() -> Iterator[Any]:
        raise OSError("the disk is gone")
        yield

    failing = dl.fit(without_input(), no_data(), start=False)
    digits = dl.data.load("digits").normalized()
    x = digits.x_test.reshape(len(digits.x_test), -1)
    views = [dl.EmbeddingView(failing, x), dl.FilterViewer(failing)]
    seen(views[1].grid)
    failing.start()
    for view in views:
        until(lambda view=view: "before there was anything to show" in view.message, "why")
        view.close()


def test_a_run_that_is_stopped_before_there_are_weights_says_so() -> None:
    digits = dl.data.load("digits").normalized()
    x = digits.x_train.reshape(len(digits.x_train), -1)
    stopped = dl.fit(without_input(), x, digits.y_train, start=False)
    told, follower = messages(stopped)
    stopped.stop()
    until(lambda: told, "why there is nothing")
    assert told == ["The run was stopped before its first step, so there is nothing to show."]
    follower.close()
