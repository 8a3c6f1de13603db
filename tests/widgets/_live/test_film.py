"""Films of the views that follow a timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets._canceled import CanceledError
from dlwidgets.recording import RecordedRun, open_run
from dlwidgets.widgets import ConfusionMatrix, HeatmapViewer, LatentExplorer, RunTimeline
from dlwidgets.widgets._live.film import Film
from dlwidgets.widgets._live.moment import moment_of
from dlwidgets.widgets.training import _run_film
from dlwidgets.widgets.training._run_film import film_of
from tests.helpers.digit_recordings import Recording
from tests.helpers.page import from_page, messages
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.data import Dataset

STEPS = (1, 2, 4)


@pytest.fixture
def recorded(digits: Dataset, tmp_path: Path) -> RecordedRun:
    recording = Recording(tmp_path, digits)
    recording.snapshot()
    recording.record(STEPS)
    return open_run(recording.close())


class Slow:
    """A view that shows each step at once, but for some."""

    def __init__(self, without: tuple[int, ...] = ()) -> None:
        self.busy, self.drawn_step, self.visited = False, -2, []
        self.without = without
        self.film = Film("Slow", self.picture, lambda: True)
        self.filmed = [self.film]

    def picture(self) -> np.ndarray:
        return np.full((60, 60, 3), self.drawn_step % 256, np.uint8)

    def visit(self, step: int) -> None:
        self.visited.append(step)
        self.drawn_step = -2 if step in self.without else step

    def end_visit(self) -> None:
        self.visited.append(None)


def made(view: Any, steps: Any, **options: Any) -> tuple[bytes, list[Any], list[str]]:
    told: list[Any] = []
    captions: list[str] = []

    def caption(step: int) -> str:
        captions.append(str(step))
        return str(step)

    options = {"stop": lambda: False, "tell": told.append, "speed": 10} | options
    return film_of(view, view.film, steps, caption=caption, **options), told, captions


def test_of_many_snapshots_some_are_left_out_evenly_and_it_says_so() -> None:
    view = Slow()
    gif, told, captions = made(view, list(range(0, 1000, 10)))
    assert gif[:6] == b"GIF89a"
    assert len(captions) == 48
    assert set(np.diff(view.visited[:-1])) == {20, 30}
    assert view.visited[-1] is None, "it shows again what it has shown"
    assert "at most 48 frames: these 48 of 100 snapshots" in told[-1].note
    assert (told[-1].done, told[-1].frames) == (48, 48)


def test_a_view_that_takes_long_gets_fewer_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_run_film, "MOST_SECONDS", 0.0)
    view = Slow()
    _, told, captions = made(view, list(range(100)))
    assert len(captions) == 6
    assert "the film has 6 of 100 snapshots" in told[-1].note


@pytest.mark.parametrize(
    ("seconds", "frames"), [([60, 1], 48), ([0, 180], 6), ([0] * 20 + [180], 23), ([9], 26)]
)
def test_the_number_of_frames_follows_how_long_they_take(seconds: list[int], frames: int) -> None:
    plan, count = _run_film._Plan(range(0, 480, 10)), 0
    while plan.steps:
        last = plan.steps[0]
        plan.made(seconds[min(count, len(seconds) - 1)])
        count += 1
    assert (count, last) == (frames, 470)


def test_a_step_that_it_cannot_show_is_left_out() -> None:
    assert made(Slow(without=(2,)), [1, 2, 3])[2] == ["1", "3"]
    with pytest.raises(ValueError, match="at least two snapshots"):
        made(Slow(without=(2, 3)), [1, 2, 3])


def test_a_film_is_canceled_while_a_frame_is_drawn() -> None:
    view = Slow()
    view.busy = True
    with pytest.raises(CanceledError):
        made(view, [1, 2], stop=lambda: True)
    assert view.visited == [1, None]


def test_views_are_filmed_out_of_sight_and_the_others_stay(
    recorded: RecordedRun, digits: Dataset
) -> None:
    x, y = digits.x_test[:40], digits.y_test[:40]
    heat, matrix = HeatmapViewer(recorded, x, y), ConfusionMatrix(recorded, x, y)
    timeline = RunTimeline(recorded)
    until(lambda: heat.overlay.count == 1 and bool(matrix.plot.matrix), "both views", 60)
    until(lambda: list(timeline.films) == ["Confusion matrix", "Heat maps"], "their films", 60)
    heat.follower.awake = matrix.awake = False
    moment_of(recorded).go(2)
    numbers = list(timeline.film_ids)
    for number, name in zip(numbers, ("confusion-matrix", "heat-maps"), strict=True):
        from_page(timeline, {"type": "film", "film": number, "request": number})
        until(lambda: not timeline.film_busy, "the film", 60)
        content, (gif,) = messages(timeline, "film")[-1]
        assert content["name"] == f"{name}.gif"
        assert gif[:6] == b"GIF89a"
        assert moment_of(recorded).step == 2
    assert not messages(timeline, "film_error")
    assert heat.follower.drawn_step == 4, "it isn't drawn again before it is seen"
    heat.follower.awake = True
    until(lambda: heat.shown_step == 2 and not heat.busy, "the moment", 30)
    for view in (timeline, heat, matrix):
        view.close()


def test_a_film_that_is_canceled_in_the_page_sends_none(recorded: RecordedRun) -> None:
    timeline, view = RunTimeline(recorded), Slow()
    view.moved = lambda _step: False  # type: ignore[attr-defined]
    view.busy = True
    moment_of(recorded).join(view)  # type: ignore[arg-type]
    moment_of(recorded).shown(view)  # type: ignore[arg-type]
    assert list(timeline.films) == ["Slow"]
    (number,) = timeline.film_ids
    other = Slow()
    other.film = other.filmed[0] = Film("A film before it", other.picture, lambda: True)
    other.moved = view.moved  # type: ignore[attr-defined]
    moment_of(recorded).join(other)  # type: ignore[arg-type]
    moment_of(recorded).shown(other)  # type: ignore[arg-type]
    assert timeline.film_ids[1] == number, "a film keeps its number"
    from_page(timeline, {"type": "film", "film": number, "request": 5})
    until(lambda: list(timeline.film_progress) == [0, 4], "its beginning", 30)
    from_page(timeline, {"type": "cancel_film"})
    until(lambda: not timeline.film_busy, "its end", 30)
    until(lambda: messages(timeline, "film_canceled"), "the answer", 30)
    assert not messages(timeline, "film")
    assert list(timeline.film_progress) == []
    assert (view.visited, other.visited) == ([0, None], [])
    moment_of(recorded).leave(view)  # type: ignore[arg-type]
    moment_of(recorded).shown(other)  # type: ignore[arg-type]
    from_page(timeline, {"type": "film", "film": number, "request": 6})
    assert messages(timeline, "film_canceled")[-1][0]["request"] == 6, "its view is gone"
    timeline.close()


def test_the_map_of_a_latent_space_is_a_picture(digits: Dataset) -> None:
    import dlwidgets as dl

    view = LatentExplorer(dl.models.dense_vae((8, 8, 1), 2), digits.x_test[:30], n=4)
    (film,) = view.follower.filmed
    until(lambda: film.shows() and not view.busy, "the map", 60)
    picture = film.picture()
    assert picture.shape == (480, 480, 3)
    assert ((picture == [0x1F, 0x6F, 0xD6]).all(axis=-1)).any(), "points in the class's color"
    view.close()
