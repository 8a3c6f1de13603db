"""The timeline of a run, and the viewer of a recorded one."""

from __future__ import annotations

import io
import itertools
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from dlwidgets.recording import RecordedRun, open_run
from dlwidgets.widgets import RunTimeline, RunViewer, TrainingPanel
from dlwidgets.widgets._core.pixels import COLORMAPS
from dlwidgets.widgets._live.moment import moment_of
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.pictures import picture_of_grid
from tests.helpers.digit_recordings import PROBE, Recording
from tests.helpers.fake_runs import running
from tests.helpers.page import displayed, from_page, messages
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.data import Dataset

STEPS = [0, 1, 5, 12, 20, 25]


@pytest.fixture(scope="module")
def made(digits: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Recording:
    recording = Recording(tmp_path_factory.mktemp("runs"), digits)
    recording.snapshot()
    recording.record(STEPS[1:])
    recording.recorder.mark("pause", "Paused after step 25")
    recording.writer.media(12, "dream", digits.x_test[:2], "image")
    recording.writer.media(20, "poem", "roses are red", "text")
    recording.writer.media(20, "poem marks", np.zeros((3, 3), np.uint16), "marks")
    recording.writer.media(20, "sketch", digits.x_test[0], "drawing")
    recording.close()
    return recording


@pytest.fixture
def recorded(made: Recording) -> RecordedRun:
    return open_run(made.path)


def seek(timeline: Any, step: int) -> None:
    from_page(timeline, {"type": "seek", "step": step, "asked": 1})


def test_it_shows_snapshots_epochs_and_what_happened(recorded: RecordedRun) -> None:
    timeline = RunTimeline(recorded)
    assert timeline.steps.tolist() == STEPS
    assert (timeline.last_step, timeline.lives, timeline.epoch_ends["count"]) == (25, False, 2)
    assert [(e["kind"], e["step"]) for e in timeline.events] == [("pause", 25)]


def test_timelines_of_one_run_show_the_same(recorded: RecordedRun) -> None:
    one, other = RunTimeline(recorded), RunTimeline(recorded)
    seek(one, 11)
    assert (one.position, other.position, moment_of(recorded).step) == (12, 12, 12)
    assert len(messages(one, "answered")) == 1
    seek(other, -1)
    assert (one.position, moment_of(recorded).step) == (-1, None)


def test_each_place_is_answered_once_it_is_shown(recorded: RecordedRun) -> None:
    class Slow:
        def moved(self, _step: int | None) -> bool:
            return True

    timeline, view, moment = RunTimeline(recorded), Slow(), moment_of(recorded)
    moment.join(view)
    for asked, step in enumerate((1, 5, 12), 1):
        from_page(timeline, {"type": "seek", "step": step, "asked": asked})
    assert messages(timeline, "answered") == []
    moment.shown(view, moment.number - 2)
    moment.shown(view, moment.number)
    assert [content["asked"] for content, _ in messages(timeline, "answered")] == [1, 3]
    from_page(timeline, {"type": "seek", "step": 0, "asked": 4})
    timeline.clear()
    assert [content["asked"] for content, _ in messages(timeline, "answered")] == [1, 3, 4]


def test_a_run_that_is_not_recorded_says_how_to() -> None:
    timeline = RunTimeline(running())
    assert "record=True" in str(timeline.empty_text)
    panel = TrainingPanel(running())
    assert not displayed(panel, panel.timeline)


def test_a_moment_whose_snapshot_was_thinned_out_moves_to_the_nearest(
    recorded: RecordedRun, still: None
) -> None:
    timeline = RunTimeline(recorded)
    moment_of(recorded).go(13)
    timeline.tick()
    assert (moment_of(recorded).step, timeline.position) == (12, 12)


def test_the_cursor_of_each_chart_is_at_the_moment(recorded: RecordedRun) -> None:
    panel = TrainingPanel(recorded)
    moment_of(recorded).go(12)
    cursors = [chart.cursor for chart in panel.charts]
    assert all(cursor == cursors[0] for cursor in cursors)
    assert cursors[0] == {"step": 12.0, "epoch": pytest.approx(1.2), "time": pytest.approx(0.6)}
    moment_of(recorded).go(None)
    assert all(chart.cursor == {} for chart in panel.charts)


def test_the_viewer_shows_curves_predictions_and_activations(
    made: Recording, recorded: RecordedRun
) -> None:
    viewer = RunViewer(recorded)
    assert viewer.probe is not None
    assert viewer.samples is not None
    probe, samples = viewer.probe, viewer.samples
    until(lambda: probe.shown_step == 25 and not probe.busy, "the last snapshot", 30)
    until(lambda: len(viewer.panel.charts[0].series) == 2, "curves", 30)
    assert len(viewer.panel.charts[0].points("step/loss")) == 25
    assert displayed(viewer, viewer.timeline)
    seek(viewer.timeline, 1)
    until(lambda: probe.shown_step == 1 and not probe.busy, "step 1", 30)
    assert probe.grid.count == PROBE
    names = made.digits.class_names
    expected = names[int(made.predictions[1][0].argmax())]
    assert probe.grid.labels[0].startswith(f"{expected} ")
    assert probe.bars.labels[0] == expected
    assert probe.maps.count == 32
    until(lambda: samples.grids[0].count == 2 and samples.texts[0].value != "", "samples", 30)
    assert "roses are red" in samples.texts[0].value
    assert [str(g.title) for g in samples.grids if displayed(viewer, g)] == [
        "dream after step 12",
        "sketch after step 20",
    ]
    probe.grid.selected = 3
    assert probe.bars.labels[0] == names[int(made.predictions[1][3].argmax())]
    viewer.close()


def test_samples_without_labels_have_their_prediction_below(
    tmp_path: Path, digits: Dataset
) -> None:
    made = Recording(tmp_path, digits, labeled=False)
    made.snapshot()
    viewer = RunViewer(made.close())
    probe = viewer.probe
    assert probe is not None
    until(lambda: probe.shown_step == 0 and not probe.busy, "the snapshot", 30)
    best = int(made.predictions[0][0].argmax())
    assert probe.grid.labels[0].startswith(f"{digits.class_names[best]} ")
    assert "true" not in probe.grid.labels[0]
    viewer.close()


def test_the_viewer_says_what_an_interrupted_run_is(tmp_path: Path, digits: Dataset) -> None:
    path = Recording(tmp_path, digits).close("interrupted")
    viewer = RunViewer(str(path))
    assert viewer.panel.bar.state == "interrupted"
    assert f"dl.resume({str(path)!r}, x, y)" in str(viewer.panel.message)
    assert str(viewer.timeline.empty_text) == "No snapshots were recorded."


def test_the_viewer_grows_while_another_writes(tmp_path: Path, digits: Dataset) -> None:
    writing = Recording(tmp_path, digits)
    writing.snapshot()
    viewer = RunViewer(open_run(writing.path))
    until(lambda: viewer.panel.bar.state == "running", "the run", 30)
    assert viewer.timeline.lives
    writing.record([3])
    until(lambda: viewer.timeline.steps.tolist() == [0, 3], "another snapshot", 30)
    chart = viewer.panel.charts[0]
    until(lambda: bool(chart.series) and len(chart.points("step/loss")) == 3, "the curve", 30)
    writing.close()
    until(lambda: viewer.panel.bar.state == "finished" and not viewer.timeline.lives, "end", 30)
    viewer.close()


def test_the_film_of_a_view_shows_each_snapshot(recorded: RecordedRun) -> None:
    viewer = RunViewer(recorded)
    probe, timeline = viewer.probe, viewer.timeline
    assert probe is not None
    until(lambda: probe.maps.count == 32 and not probe.busy, "feature maps", 30)
    moment_of(recorded).go(5)
    until(lambda: probe.shown_step == 5 and not probe.busy, "step 5", 30)
    until(
        lambda: list(timeline.films) == ["Recorded feature maps", "Recorded samples"], "films", 30
    )
    from_page(timeline, {"type": "film", "film": timeline.film_ids[0], "request": 9})
    until(lambda: messages(timeline, "film"), "a film", 30)
    ((content, (gif,)),) = messages(timeline, "film")
    assert (content["request"], content["name"]) == (9, "recorded-feature-maps.gif")
    with Image.open(io.BytesIO(gif)) as film:
        assert film.n_frames == len(STEPS)
        frames = [np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(film)]
    assert all((a != b).any() for a, b in itertools.pairwise(frames))
    assert moment_of(recorded).step == 5, "as before"
    until(lambda: not timeline.film_busy, "the end", 30)
    viewer.close()


def test_a_film_has_the_colors_of_the_page(digits: Dataset) -> None:
    grid = ImageGrid(colormap="viridis", columns=2)
    grid.show(np.array([[[0]], [[255]]], np.uint8))
    picture = picture_of_grid(grid)
    assert picture[0, 0].tolist() == [68, 1, 84]
    assert picture[0, -1].tolist() == [253, 231, 37]
    for colormap in COLORMAPS:
        grid.colormap = colormap
        assert picture_of_grid(grid).dtype == np.uint8


def test_a_recorded_run_displays_itself(recorded: RecordedRun) -> None:
    bundle = recorded._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"] == repr(recorded)


def test_the_viewer_needs_no_tensorflow_and_little_memory(made: Recording) -> None:
    code = f"""
import sys, time
import dlwidgets as dl
viewer = dl.RunViewer(dl.open_run({str(made.path)!r}))
while viewer.probe.shown_step < 0 or viewer.probe.busy:
    time.sleep(0.05)
viewer.timeline._on_seek({{"step": 5, "asked": 1}})
while viewer.probe.shown_step != 5:
    time.sleep(0.05)
assert viewer.probe.maps.count == 32, viewer.probe.message_line.value
print([m for m in sys.modules if m.split(".")[0] in ("tensorflow", "keras")])
print(open("/proc/self/status").read().split("VmRSS:")[1].split()[0])
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env=dict(os.environ),
    )
    loaded, kilobytes = done.stdout.splitlines()[-2:]
    assert loaded == "[]"
    assert int(kilobytes) < 200_000


def test_a_seek_while_snapshots_are_read_is_not_taken_back(
    recorded: RecordedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    timeline = RunTimeline(recorded)
    seek(timeline, 12)
    nearest = timeline._nearest

    def meanwhile(step: float) -> int:
        found = nearest(step)
        monkeypatch.undo()
        seek(timeline, 0)
        return found

    monkeypatch.setattr(timeline, "_nearest", meanwhile)
    timeline._stay_at_a_snapshot()
    assert (moment_of(recorded).step, timeline.position) == (0, 0)
