"""Histograms of a model, of a run that trains, and of a recorded run, as a page shows them."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.histogram_history import HistogramHistory
from dlwidgets.widgets._live.moment import moment_of
from tests.helpers.models import small_cnn
from tests.helpers.page import displayed, from_page, messages
from tests.helpers.training import settled, stepped
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.data import Dataset
    from dlwidgets.recording.recorded_run import RecordedRun


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, digits: Dataset) -> RecordedRun:
    """A run of a small CNN, recorded with a probe."""
    probe = (digits.x_test[:20], digits.y_test[:20])
    run = dl.fit(
        small_cnn(),
        digits.x_train[:320],
        digits.y_train[:320],
        epochs=3,
        record=dl.record(tmp_path_factory.mktemp("runs"), probe=probe),
    )
    run.wait()
    return dl.open_run(run.recording.path)


def names(view: Any) -> list[str]:
    """What the page calls the histograms that it shows."""
    return [str(one["label"]) for one in view.plot.names]


FIRST = "first/kernel"


def series(view: Any, label: str) -> Any:
    """The histograms that the page shows under a name."""
    ids = {str(one["label"]): one["id"] for one in view.plot.names}
    return view.plot.series(ids[label])


def steps(view: Any, label: str) -> list[int]:
    """Their steps."""
    return series(view, label).step.tolist()


def first_of(found: Any) -> Any:
    """The histograms of the first layer's kernel, as they were recorded."""
    return next(found[name] for name in found if name.endswith(f"/{FIRST}"))


def at_rest(view: Any) -> None:
    until(lambda: not view.busy and bool(view.plot.names), "histograms", seconds=60)


def test_a_model_has_its_weights_at_once(digits: Dataset, views: list[Any]) -> None:
    model = small_cnn()
    view = dl.Histograms(model)
    views.append(view)
    at_rest(view)
    assert names(view)[:2] == ["first/kernel", "first/bias"]
    kernel = model.get_layer("first").get_weights()[0]
    counts, _ = np.histogram(kernel, 30)
    assert series(view, FIRST).counts[0].tolist() == counts.tolist()
    view.kind = "gradients"
    until(lambda: "Pass samples" in view.message, "a message")
    view.show(model, digits.x_test[:30], digits.y_test[:30])
    until(lambda: names(view)[:1] == ["first/kernel"] and not view.busy, "gradients")
    assert view.plot.names[0]["id"].startswith("gradients/")
    assert view.message == ""


def test_a_run_gets_a_histogram_per_update(digits: Dataset, views: list[Any]) -> None:
    run = dl.fit(small_cnn(), digits.x_train, digits.y_train, epochs=2, start=False)
    view = dl.Histograms(run, digits.x_test[:30], digits.y_test[:30], class_names="abcdefghij")
    views.append(view)
    at_rest(view)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 2)
    until(lambda: steps(view, FIRST)[-1] == run.step_count, "the step")
    first = len(steps(view, FIRST))
    stepped(run, 3)
    until(lambda: steps(view, FIRST)[-1] == run.step_count, "the step")
    assert len(steps(view, FIRST)) > first >= 2
    shown = series(view, FIRST)
    assert shown.epoch[-1] == pytest.approx(run.step_count * 32 / len(digits.x_train), abs=0.02)
    assert shown.time[-1] > 0
    # Another kind has a history too, and goes on.
    view.kind = "predictions"
    until(lambda: len(names(view)) == 10, "predictions")
    assert names(view) == list("abcdefghij")
    stepped(run, 1)
    until(lambda: steps(view, "a")[-1] == run.step_count, "predictions")
    run.stop()
    run.wait()


def test_a_run_that_is_recorded_has_its_beginning(
    tmp_path: Path, digits: Dataset, views: list[Any]
) -> None:
    run = dl.fit(small_cnn(), digits.x_train[:64], digits.y_train[:64], record=dl.record(tmp_path))
    run.wait()
    view = dl.Histograms(run)
    views.append(view)
    assert steps(view, FIRST)[0] == 0
    until(lambda: not view.busy, "the update")
    assert steps(view, FIRST)[-1] == run.step_count
    assert len(names(view)) == 6


def test_layers_are_chosen_and_stay(digits: Dataset, views: list[Any]) -> None:
    view = dl.Histograms(small_cnn(), digits.x_test[:10], digits.y_test[:10])
    views.append(view)
    at_rest(view)
    view.layer_field.value = "second"
    assert view.layer == "second"
    assert names(view) == ["second/kernel", "second/bias"]
    view.kind = "activations"
    until(lambda: names(view) == ["second"], "activations of the layer")
    view.layer = ""
    assert names(view) == ["first", "second", "flat", "classes"]
    view.kind_field.value = "weights"
    assert view.kind == "weights"
    view.layer = "there is none"
    assert names(view) == []


def test_a_recorded_run_shows_what_was_recorded(recording: RecordedRun, views: list[Any]) -> None:
    view = dl.Histograms(recording)
    views.append(view)
    at_rest(view)
    found = recording.histograms()
    assert steps(view, FIRST) == [one.step for one in first_of(found)]
    assert steps(view, FIRST)[-1] == recording.step_count == 30
    assert series(view, FIRST).epoch[-1] == pytest.approx(3)
    for kind in ("gradients", "activations", "predictions"):
        view.kind = kind
        assert len(names(view)) >= 4
        assert view.message == ""
    assert names(view)[3] == "class 3"
    assert view.follower.controls.layout.display == "none"


def test_without_a_probe_it_says_how_to_record_one(
    tmp_path: Path, digits: Dataset, views: list[Any]
) -> None:
    run = dl.fit(small_cnn(), digits.x_train[:64], digits.y_train[:64], record=dl.record(tmp_path))
    path = run.wait().recording.path
    view = dl.Histograms(dl.open_run(path), kind="activations")
    views.append(view)
    until(lambda: "probe=(x[:32], y[:32])" in view.message, "a message")
    assert not displayed(view, view.plot)
    view.kind = "weights"
    assert view.message == ""
    assert len(names(view)) == 6
    assert displayed(view, view.plot)

    (path / "histograms.dlw").unlink()
    bare = dl.Histograms(dl.open_run(path))
    views.append(bare)
    until(lambda: "record=True" in bare.message, "how they are recorded")
    assert not displayed(bare, bare.plot)
    assert not displayed(bare, bare.kind_field)


def test_a_recording_that_another_kernel_writes_is_read_on(
    tmp_path: Path, views: list[Any]
) -> None:
    writer = dl.recording.RunWriter.create(dl.record(tmp_path), {"model": {"name": "mlp"}})
    source = dl.training.Recorder(dl.training.Events())
    writer.follow(source)
    one = (0.0, 1.0, np.ones(30))
    source.steps.extend(step=[1], epoch=[0.1], time=[0.5], values={"loss": [1.0]})
    writer.histograms(1, {"weights/w": one}, epoch=0.1, time=0.5)
    assert writer.sync(30)
    view = dl.Histograms(dl.open_run(writer.path))
    views.append(view)
    at_rest(view)
    writer.histograms(7, {"weights/w": one, "weights/later": one})
    assert writer.sync(30)
    until(lambda: steps(view, "w") == [1, 7], "the new step")
    assert names(view) == ["w", "later"]
    # A place that wasn't recorded is looked up.
    assert series(view, "later").time.tolist() == [0.5]
    writer.close("finished")


def test_a_step_is_marked_and_selected_for_all_views(
    recording: RecordedRun, views: list[Any]
) -> None:
    one, other = dl.Histograms(recording), dl.Histograms(recording, kind="gradients")
    views += [one, other]
    at_rest(one)
    moment_of(recording).go(10)
    assert (one.plot.moment, other.plot.moment) == (10, 10)
    from_page(one.plot, {"type": "moment", "step": 20})
    assert moment_of(recording).step == 20
    assert other.at(30).plot.moment == 30
    from_page(one.plot, {"type": "moment", "step": -1})
    assert moment_of(recording).step is None
    assert (one.plot.moment, other.plot.moment, other.at().plot.moment) == (-1, 30, -1)


def test_the_viewer_of_a_run_has_them(recording: RecordedRun, views: list[Any]) -> None:
    viewer = dl.RunViewer(recording)
    views.append(viewer)
    found = viewer.histograms
    assert found is viewer.children[-1]
    at_rest(found)
    moment_of(recording).go(20)
    assert found.plot.moment == 20
    viewer.show(recording)
    assert viewer.histograms is not found
    moment_of(recording).go(None)


def test_another_source_leaves_nothing_behind(
    recording: RecordedRun, digits: Dataset, views: list[Any]
) -> None:
    view = dl.Histograms(recording, kind="predictions")
    views.append(view)
    at_rest(view)
    view.show(small_cnn(), digits.x_test[:10])
    until(lambda: not view.busy and "predictions/0" in view.history.names, "the other source")
    assert steps(view, "class 0") == [0]


def test_what_the_page_got_is_binary(recording: RecordedRun, views: list[Any]) -> None:
    view = dl.Histograms(recording)
    views.append(view)
    at_rest(view)
    from_page(view.plot, {"type": "hello"})
    content, buffers = messages(view.plot, "rows")[-1]
    assert len(content["parts"]) == len(buffers) == 6


def test_a_history_takes_each_step_once() -> None:
    history = HistogramHistory()
    one = dl.inspect.histogram([1.0, 2.0])
    for step in range(100):
        assert history.add(step, {"w": one}) == ["w"]
    assert history.add(99, {"w": one, "v": one}) == ["v"]
    assert history.series("w").step.tolist() == list(range(100))
    news = history.extend("w", dl.inspect.series_of([50, 99, 120], [one] * 3))
    assert news.step.tolist() == [120]
    assert history.last("w") == 120
    assert (history.last("other"), len(history.series("other"))) == (-1, 0)


def test_a_recorded_run_needs_no_tensorflow(recording: RecordedRun) -> None:
    code = f"""
import sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
import time
import dlwidgets as dl
view = dl.Histograms(dl.open_run({str(recording.path)!r}), kind="activations")
while not view.plot.names:
    time.sleep(0.05)
print(len(view.plot.names))
view.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=dict(os.environ),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "4"
