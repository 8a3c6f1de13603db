"""TensorBoard's own reader finds what was recorded."""

from __future__ import annotations

import io
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting import event_file, export
from dlwidgets.training import State
from tests.helpers.recordings import (
    CREATED,
    MadeRecording,
    damaged,
    diverging,
    histogram,
    recording,
)

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip(
    "tensorboard", reason="TensorBoard isn't installed: its reader checks these exports"
)


def accumulator(folder: Path) -> Any:
    """What TensorBoard's reader has read in a folder, every point."""
    from tensorboard.backend.event_processing import plugin_event_accumulator

    guidance = {plugin_event_accumulator.TENSORS: 0}
    found = plugin_event_accumulator.EventAccumulator(str(folder), size_guidance=guidance)
    return found.Reload()


def series(found: Any, tag: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Steps, times and values of a curve."""
    from tensorboard.util import tensor_util

    events = found.Tensors(tag)
    values = [float(tensor_util.make_ndarray(e.tensor_proto)) for e in events]
    return (
        np.array([e.step for e in events]),
        np.array([e.wall_time for e in events]),
        np.array(values),
    )


def test_curves_have_their_values_steps_and_times(tmp_path: Path) -> None:
    rec = recording()
    found = accumulator(export(rec, "tensorboard", tmp_path / "tb").path)
    for name in ("loss", "accuracy"):
        points = rec.steps.points(name)
        steps, times, values = series(found, f"train/{name}")
        np.testing.assert_array_equal(steps, points.step)
        np.testing.assert_array_equal(values, points.value.astype(np.float32))
        # The run began a second after it was made, and was paused for a minute at step 250.
        pause = np.where(points.step > 250, 60.0, 0.0)
        np.testing.assert_allclose(times, CREATED + 1 + points.time + pause)
    steps, _, values = series(found, "epoch/val_loss")
    assert steps.tolist() == [100, 200, 300, 400, 500]
    np.testing.assert_array_equal(values, rec.epochs.points("val_loss").value.astype(np.float32))


def test_the_common_reader_finds_scalars_too(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    export(recording(), "tensorboard", tmp_path)
    found = EventAccumulator(str(tmp_path)).Reload()
    assert [e.step for e in found.Scalars("epoch/loss")] == [100, 200, 300, 400, 500]
    assert found.Tags()["scalars"] == [
        "train/loss", "train/accuracy", "epoch/loss", "epoch/val_loss"
    ]  # fmt: skip


def test_a_long_curve_is_decimated_with_its_spikes(tmp_path: Path) -> None:
    rec = recording(12_000, 1200)
    loss = np.array(rec.steps.points("loss").value)
    loss[5432] = 77.0
    rec.steps = type(rec.steps)()
    step = np.arange(1, 12_001)
    rec.steps.extend(step=step, epoch=step / 1200, time=step / 100, values={"loss": loss})
    few = series(accumulator(export(rec, "tensorboard", tmp_path / "few").path), "train/loss")
    assert 1500 < len(few[0]) <= 2000
    assert few[2].max() == 77.0
    assert few[0][few[2].argmax()] == 5433
    all_of_it = export(rec, "tensorboard", tmp_path / "all", points=None).path
    np.testing.assert_array_equal(series(accumulator(all_of_it), "train/loss")[0], step)


def test_nan_is_shown_where_it_was_and_not_where_nothing_was_reported(tmp_path: Path) -> None:
    found = accumulator(export(diverging(), "tensorboard", tmp_path).path)
    steps, _, values = series(found, "train/loss")
    assert len(steps) == 300
    assert np.isnan(values[-10:]).all()
    assert np.isinf(values[-20:-10]).all()
    late, _, _ = series(found, 'train/odd, "name"\nof a metric')
    assert late[0] == 151


def test_histograms_have_tensorboards_buckets(tmp_path: Path) -> None:
    from tensorboard.plugins.histogram import metadata, summary_v2
    from tensorboard.util import tensor_util

    values = np.random.default_rng(0).normal(size=1000)
    counts, _ = np.histogram(values, 30)
    rec = recording()
    rec.series["weights/dense/kernel"][0] = histogram(100, values.min(), values.max(), counts)
    found = accumulator(export(rec, "tensorboard", tmp_path).path)
    tags = found.PluginTagToContent(metadata.PLUGIN_NAME)
    assert set(tags) == set(rec.series)
    first, *others = found.Tensors("weights/dense/kernel")
    assert first.step == 100
    assert [e.step for e in others] == [200, 300, 400, 500]
    # What TensorBoard itself makes of the same values.
    theirs = summary_v2.histogram_pb("x", values, buckets=30).value[0].tensor
    np.testing.assert_allclose(
        tensor_util.make_ndarray(first.tensor_proto), tensor_util.make_ndarray(theirs)
    )
    same = summary_v2.histogram_pb("x", np.full(7, 0.5), buckets=30).value[0].tensor
    (equal,) = found.Tensors("activations/relu")
    np.testing.assert_array_equal(
        tensor_util.make_ndarray(equal.tensor_proto), tensor_util.make_ndarray(same)
    )


def test_images_and_texts(tmp_path: Path) -> None:
    rec = recording()
    pixels = np.random.default_rng(0).integers(0, 255, (6, 9, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG")
    rec.made[1].content = out.getvalue()
    found = accumulator(export(rec, "tensorboard", tmp_path).path)
    assert set(found.PluginTagToContent("images")) == {"samples/digits"}
    grid, single = found.Tensors("samples/digits")
    width, height, png = grid.tensor_proto.string_val
    with Image.open(io.BytesIO(png)) as image:
        assert image.size == (int(width), int(height)) == (3 * 9 - 1, 2 * 9 - 1)
        np.testing.assert_array_equal(np.asarray(image)[9:17, :8], rec.made[0].content[3, :, :, 0])
    width, height, png = single.tensor_proto.string_val
    assert (int(width), int(height)) == (9, 6)
    with Image.open(io.BytesIO(png)) as image:
        np.testing.assert_array_equal(np.asarray(image), pixels)
    (text,) = found.Tensors("samples/text")
    assert text.tensor_proto.string_val[0].decode() == "    one\n    # two <b>"
    (pause, _resumed) = found.Tensors("events")
    assert pause.step == 250
    assert pause.tensor_proto.string_val[0].decode() == "    pause: pause at step 250"


def test_settings_are_hyperparameters(tmp_path: Path) -> None:
    from tensorboard.plugins.hparams import metadata

    found = accumulator(export(recording(), "tensorboard", tmp_path).path)
    content = found.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content
    parameters = metadata.parse_session_start_info_plugin_data(content).hparams
    assert parameters["fit.epochs"].number_value == 5
    assert parameters["fit.shuffle"].bool_value is True
    assert parameters["data.x.shape"].string_value == "[1438, 8, 8, 1]"
    assert "data.x.crc32" not in parameters
    assert parameters["compile.optimizer.name"].string_value == "adam"


def test_a_damaged_recording_is_exported_with_what_is_whole(tmp_path: Path) -> None:
    rec = damaged(RecordingError("media/x.npz is damaged or incomplete."))
    exported = export(rec, "tensorboard", tmp_path)
    assert exported.notes == (
        "steps.dlw is damaged after step 500.",
        "media/x.npz is damaged or incomplete.",
    )
    assert "steps.dlw is damaged" in repr(exported)
    assert len(series(accumulator(tmp_path), "train/loss")[0]) == 500


def test_a_run_that_is_still_written(tmp_path: Path) -> None:
    rec = recording()
    rec.state = State.RUNNING
    exported = export(rec, "tensorboard", tmp_path)
    assert exported.notes == (
        "The run is still training, so the export contains its first 500 steps.",
    )


def test_a_run_without_a_step(tmp_path: Path) -> None:
    found = accumulator(export(MadeRecording(), "tensorboard", tmp_path).path)
    assert found.Tags()["tensors"] == []


def test_two_runs_are_never_mixed(tmp_path: Path) -> None:
    export(recording(), "tensorboard", tmp_path)
    with pytest.raises(RecordingError, match="overwrite=True"):
        export(recording(), "tensorboard", tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    export(recording(200), "tensorboard", tmp_path, overwrite=True)
    assert len(series(accumulator(tmp_path), "train/loss")[0]) == 200
    (tmp_path / "events.out.tfevents.1.other").write_bytes(b"")
    with pytest.raises(RecordingError, match="two runs as one"):
        export(recording(), "tensorboard", tmp_path, overwrite=True)
    assert (tmp_path / "notes.txt").exists()


def test_nothing_half_is_left_where_it_fails(tmp_path: Path) -> None:
    rec = recording()
    rec.made[-1].content = RuntimeError("broken in the middle")
    with pytest.raises(RuntimeError, match="in the middle"):
        export(rec, "tensorboard", tmp_path / "tb")
    assert list((tmp_path / "tb").iterdir()) == []


def test_a_file_in_the_way_and_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tb").write_text("a file")
    with pytest.raises(RecordingError, match="Expected a folder"):
        export(recording(), "tensorboard", tmp_path / "tb")

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(event_file.EventFile, "_write", full)
    with pytest.raises(RecordingError, match=r"Couldn't write .*full: No space left on device"):
        export(recording(), "tensorboard", tmp_path / "full")
    assert list((tmp_path / "full").iterdir()) == []


def test_without_tensorboard_tensorflow_writes_the_same_curves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = series(
        accumulator(export(recording(), "tensorboard", tmp_path / "a").path), "train/loss"
    )
    missing(monkeypatch, "tensorboard")
    export(recording(), "tensorboard", tmp_path / "b")
    monkeypatch.undo()
    found = accumulator(tmp_path / "b")
    for one, other in zip(theirs, series(found, "train/loss"), strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(found.Tensors("weights/dense/kernel")) == 5


def test_without_either_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(monkeypatch, "tensorboard", "tensorflow")
    with pytest.raises(RecordingError, match="pip install tensorboard"):
        export(recording(), "tensorboard", tmp_path / "tb")
    assert not (tmp_path / "tb").exists()


def missing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Pretend that packages aren't installed."""
    from dlwidgets.recording.exporting import as_tensorboard

    real = event_file.find_spec
    for module in (event_file, as_tensorboard):
        monkeypatch.setattr(module, "find_spec", lambda name: None if name in names else real(name))


def test_tensorflow_is_never_imported(tmp_path: Path) -> None:
    code = """
import sys
import tests.helpers.recordings as made
from dlwidgets.recording.exporting import export
export(made.recording(), "tensorboard", sys.argv[1])
assert not {"tensorflow", "keras"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=100)
