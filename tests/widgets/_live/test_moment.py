"""Time travel: all views of a run show the same recorded step, or one of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import TensorFlowMissingError
from dlwidgets.recording import RecordedRun, RecordingError, open_run
from dlwidgets.training import recorded_clone
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets import ActivationViewer, Predictions
from dlwidgets.widgets._live.moment import LATE, Moment, moment_of
from tests.helpers.digit_recordings import Recording
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dlwidgets.data import Dataset

STEPS = (1, 2, 4, 8, 16)


@pytest.fixture(scope="module")
def made(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    recording = Recording(tmp_path_factory.mktemp("runs"), digits)
    recording.snapshot()
    recording.record(STEPS)
    recording.close()
    return recording


@pytest.fixture
def recorded(made: Recording) -> RecordedRun:
    return open_run(made.path)


@pytest.fixture
def views(recorded: RecordedRun) -> Iterator[list[Any]]:
    opened: list[Any] = [ActivationViewer(recorded), ActivationViewer(recorded)]
    shows(opened, 16)
    yield opened
    for view in opened:
        view.close()


def shows(views: list[Any], step: int) -> None:
    until(
        lambda: all(v.shown_step == step and not v.busy and v.result is not None for v in views),
        f"step {step}",
        30,
    )


def test_each_snapshot_gives_the_very_weights_that_were_recorded(
    made: Recording, recorded: RecordedRun
) -> None:
    source = ModelSource(recorded)
    for step, weights in [*made.weights.items(), *reversed(made.weights.items())]:
        source.refresh(at=step)
        got = source.use(lambda model: model.get_weights())
        assert source.step == step
        assert all(np.array_equal(a, b) for a, b in zip(got, weights, strict=True))
        predicted = source.use(lambda model: model.predict(made.digits.x_test[:12], verbose=0))
        np.testing.assert_allclose(predicted, made.predictions[step], atol=1e-5)


def test_two_sources_at_different_steps_do_not_mix(made: Recording, recorded: RecordedRun) -> None:
    early, late = ModelSource(recorded), ModelSource(recorded)
    early.refresh(at=1)
    late.refresh(at=16)
    for source, step in ((early, 1), (late, 16), (early, 1)):
        got = source.use(lambda model: model.get_weights())
        assert np.array_equal(got[0], made.weights[step][0])


def test_views_follow_the_moment_of_their_run(recorded: RecordedRun, views: list[Any]) -> None:
    moment = moment_of(recorded)
    before = views[0].result.values
    moment.go(2)
    shows(views, 2)
    assert not np.array_equal(views[0].result.values, before)
    assert "2 (recorded)" in views[0].follower.controls.caption.value
    moment.go(None)
    shows(views, 16)
    assert np.array_equal(views[0].result.values, before)


def test_a_view_may_show_a_moment_of_its_own(recorded: RecordedRun, views: list[Any]) -> None:
    own, other = views
    assert own.at(step=5) is own  # 4 is the nearest
    shows([own], 4)
    moment_of(recorded).go(1)
    shows([other], 1)
    assert own.shown_step == 4
    own.at(None)
    shows([own], 16)
    own.at()
    shows([own], 1)
    with pytest.raises(ValueError, match=r"step from 0 on\. Received: -5"):
        own.at(-5)


def test_dragging_shows_the_newest_place_and_tells_once_it_is_shown(
    recorded: RecordedRun, views: list[Any]
) -> None:
    class Page:
        answers: list[int | None] = []  # noqa: RUF012 - of this test alone

        def shown(self) -> None:
            self.answers.append(moment_of(recorded).step)

    page = Page()
    moment_of(recorded).on_shown(page.shown)
    for step in (1, 2, 4, 8, 1):
        moment_of(recorded).go(step)
    shows(views, 1)
    until(lambda: bool(page.answers), "an answer")
    assert page.answers[-1] == 1


def test_without_views_a_moment_is_shown_at_once() -> None:
    class Page:
        count = 0

        def shown(self) -> None:
            self.count += 1

    moment, page = Moment(), Page()
    moment.on_shown(page.shown)
    moment.go(7)
    assert page.count == 1


def test_a_place_counts_as_shown_though_a_newer_one_has_overtaken_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Shown:
        reached: list[int] = []  # noqa: RUF012 - of this test alone
        newest = 0

        def each(self) -> None:
            self.reached.append(moment.reached)

        def last(self) -> None:
            self.newest += 1

    class Slow:
        def moved(self, _step: int | None) -> bool:
            return True

    monkeypatch.setattr("time.monotonic", lambda: now)
    now, moment, shown, one, other = 0.0, Moment(), Shown(), Slow(), Slow()
    moment.join(one)
    moment.join(other)
    moment.on_shown(shown.each, each=True)
    moment.on_shown(shown.last)
    assert [moment.go(step) for step in (10, 20, 30)] == [1, 2, 3]
    moment.shown(one, 1)
    moment.shown(other, 2)
    assert (shown.reached, shown.newest) == ([1], 0)
    moment.shown(other, 1)  # late, and no news
    moment.shown(one, 3)
    assert (shown.reached, shown.newest) == ([1, 2], 0)
    # Which is still at the third, and no longer waited for, but by what needs all views.
    now += LATE
    moment.go(40)
    assert shown.reached == [1, 2, 3]
    moment.shown(one, 4)
    assert (shown.reached, shown.newest) == ([1, 2, 3, 4], 0)
    moment.leave(other)
    assert (shown.reached, shown.newest) == ([1, 2, 3, 4], 1)


def test_a_view_out_of_sight_follows_once_it_is_seen(
    recorded: RecordedRun, views: list[Any]
) -> None:
    hidden, seen = views
    hidden.follower.awake = False
    moment_of(recorded).go(8)
    shows([seen], 8)
    assert hidden.shown_step == 16
    hidden.follower.awake = True
    shows([hidden], 8)


def test_views_of_a_recorded_run_need_tensorflow_and_say_so(
    recorded: RecordedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        message = "No TensorFlow."
        raise TensorFlowMissingError(message)

    monkeypatch.setattr(recorded_clone, "load", missing)
    view = Predictions(recorded, dl.data.load("digits").normalized())
    until(lambda: "TensorFlow" in view.message, "a message", 30)
    assert str(view.message).startswith("This view runs the model, which needs TensorFlow.")
    view.close()


def test_a_recording_without_snapshots_says_so(tmp_path: Path, digits: Dataset) -> None:
    empty = open_run(Recording(tmp_path, digits).close())
    with pytest.raises(RecordingError, match="No snapshot"):
        ModelSource(empty).use(lambda model: model)
    view = Predictions(empty, digits)
    until(lambda: "No snapshot" in view.message, "a message", 30)
    view.close()


def test_the_last_snapshot_follows_a_run_that_is_still_written(
    tmp_path: Path, digits: Dataset
) -> None:
    writing = Recording(tmp_path, digits)
    writing.snapshot()
    recorded = open_run(writing.path)
    view = ActivationViewer(recorded)
    shows([view], 0)
    writing.record([3])
    shows([view], 3)
    writing.close()
    until(lambda: recorded.state.ended, "the end", 30)
    view.close()


def test_what_corrects_a_moment_leaves_a_newer_one_alone() -> None:
    moment = Moment()
    moment.go(2)
    moment.go(0)  # by the user, while a timeline looks for the snapshot nearest to 2
    moment.go(3, known=2)
    assert moment.step == 0
    moment.go(3, known=0)
    assert moment.step == 3
