"""The view of a GAN on real, small trainings, and its page."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets import models
from dlwidgets.generate import gan_tracking
from dlwidgets.generate.gan import latent_vectors
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets import GanDashboard, GanMonitor
from dlwidgets.widgets._live.budget import budget_of
from dlwidgets.widgets.generate import gan_monitor
from dlwidgets.widgets.generate._gan_messages import verdict_colors
from tests.helpers.page import (
    ChartPage,
    displayed,
    from_page,
    messages,
    press_start,
    seen,
    set_on_page,
)
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def digits(gan_digits: np.ndarray) -> np.ndarray:
    return gan_digits


def train(digits: np.ndarray, runs: list[Any], epochs: int = 3, **settings: Any) -> Any:
    gan = models.small_gan(**{"seed": 1, **settings})
    run = dl.fit(gan, digits, batch_size=64, epochs=epochs)
    runs.append(run)
    return run


def pixels(grid: Any) -> np.ndarray:
    atlas = grid.atlas
    shape = [atlas[k] for k in ("count", "height", "width", "channels")]
    return np.frombuffer(atlas["data"], np.uint8).reshape(shape)


def ended(view: GanMonitor, run: Any) -> None:
    run.wait(120)
    until(lambda: f"after step {run.step_count:,} " in view.grid.title, "the last picture", 60)


def test_a_run_from_beginning_to_end(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs)
    view = GanMonitor(run, digits, images=10, seed=4)
    ended(view, run)
    made = np.asarray(run.model(latent_vectors(10, 16, 4)))
    np.testing.assert_allclose(pixels(view.grid), np.rint((made + 1) * 127.5), atol=1)
    until(lambda: view.tick() is False, "all is sent")
    losses, accuracies = (ChartPage().read(chart).series for chart in view.charts[:2])
    for name, series in {**losses, **accuracies}.items():
        np.testing.assert_allclose(series, run.metrics[name].value, rtol=1e-6)
    assert set(losses) == {"d_loss", "g_loss"}
    assert set(accuracies) == {"real_accuracy", "fake_accuracy"}
    assert {"generated", "real images"} <= set(ChartPage().read(view.charts[2]).series)
    assert view.follower.controls.caption.value.startswith(f"After step {run.step_count:,}.")
    assert view.warnings == []


def test_the_discriminator_judges_each_image(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs)
    view = GanMonitor(run, digits, images=10, seed=4)
    ended(view, run)
    until(lambda: not view.busy, "rest")
    latent = latent_vectors(10, 16, 4)
    logits = np.asarray(run.model.discriminator(run.model.generator(latent)))[:, 0]
    real = 1 / (1 + np.exp(-logits))
    assert [float(label.rstrip("%")) for label in view.grid.labels] == pytest.approx(
        100 * real, abs=0.51
    )
    # The frame is blue for real, red for generated, and between them by the probability.
    assert verdict_colors(np.array([0, 0.5, 1])) == ["#d6322d", "#9aa0a6", "#1f6fd6"]
    shown, wanted = (
        [[int(color[i : i + 2], 16) for i in (1, 3, 5)] for color in colors]
        for colors in (view.grid.border_colors, verdict_colors(real))
    )
    np.testing.assert_allclose(shown, wanted, atol=1)
    set_on_page(view.grid, selected=7)
    until(lambda: view.flow.verdict.values[0] == pytest.approx(real[7], abs=1e-3), "its verdict")
    np.testing.assert_array_equal(pixels(view.flow.image)[0], pixels(view.grid)[7])
    noise = pixels(view.flow.noise)[0].ravel().astype(float)
    assert np.corrcoef(noise, latent[7].clip(-2.5, 2.5))[0, 1] > 0.999


def test_a_generator_alone_has_no_verdict(digits: np.ndarray) -> None:
    view = GanMonitor(models.small_gan(seed=1).generator, digits, images=4)
    until(lambda: view.grid.count == 4, "the images")
    assert view.grid.labels == view.grid.border_colors == []
    assert view.flow.verdict.values == []
    assert not displayed(view, view.flow.verdict)


def slow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Let each update take that much processor time."""

    def slow_diversity(images: np.ndarray, *, bandwidth: float) -> float:
        end = time.thread_time() + seconds
        while time.thread_time() < end:
            pass
        return 3.0

    monkeypatch.setattr(gan_tracking.gan, "diversity", slow_diversity)


@pytest.mark.slow
def test_another_share_of_the_time_counts_at_once(
    digits: np.ndarray, runs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch, 0.2)
    run = train(digits, runs, epochs=100_000)
    budget_of(run).choose(1.0)
    view = GanMonitor(run, digits, images=4)
    assert view.follower.controls.share.value == budget_of(run).share == 1.0
    until(lambda: view.frame_slider.max >= 1, "two frames", 60)
    until(lambda: not view.busy, "rest")
    frames, step = view.tracker.history.frames, run.step_count
    until(lambda: run.step_count > step + 20, "steps", 60)
    assert view.tracker.history.frames[-1] is frames[-1], "the next one is due in 20 s"
    set_on_page(view.follower.controls.share, index=4)
    assert view.follower.controls.share.value == 25.0
    begun = time.monotonic()
    until(lambda: view.tracker.history.frames[-1] is not frames[-1], "a frame")
    assert time.monotonic() - begun < 10


@pytest.mark.slow
def test_charts_show_what_was_changed_while_it_trained(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits)
    until(lambda: run.step_count > 5, "some steps", 60)
    run.set_learning_rate(0.002)
    run.at_boundary(lambda: engine_of(run).recorder.mark("note", "label noise 0.2"))
    for chart in view.charts:
        until(lambda chart=chart: len(chart.markers) == 2, "two markers")
        shown = [(m["step"], m["text"]) for m in chart.markers]
        assert shown == [(m.step, m.text) for m in run.markers]
        assert "label noise 0.2" in [text for _, text in shown]
    other = train(digits, runs, epochs=1)
    view.show(other, digits)
    ended(view, other)
    assert [chart.markers for chart in view.charts] == [[]] * 3


@pytest.mark.slow
def test_updates_take_no_more_than_their_share_of_the_time(
    digits: np.ndarray, runs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow(monkeypatch, 0.2)
    run = train(digits, runs, epochs=100_000)
    budget_of(run).choose(1.0)
    view = GanMonitor(run, digits, images=4)
    assert view.follower.controls.share.value == budget_of(run).share == 1.0
    until(lambda: view.frame_slider.max >= 1, "two frames", 60)
    times = [frame.time for frame in view.tracker.history.frames]
    count = view.frame_slider.max
    step = run.step_count
    until(lambda: run.step_count > step + 30, "the run continues", 60)
    caption = view.follower.controls.caption.value
    assert re.search(r"An update takes 2\d\d\xa0ms\.", caption), caption
    assert view.frame_slider.max == count, "0.2 s at 1% is a frame every twenty seconds"
    assert times[1] - times[0] < 9, "what the first costs does not count: it builds the graph"
    run.pause()
    newest = view.tracker.history
    until(lambda: newest.frames[-1].step == run.step_count, "a run that is paused is seen at once")


@pytest.mark.slow
def test_the_slider_goes_back_and_holds(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits, images=6)
    until(lambda: view.frame_slider.max >= 2, "three pictures", 60)
    first = view.tracker.history.frames[0]
    set_on_page(view.frame_slider, value=0)
    assert view.hold
    np.testing.assert_array_equal(pixels(view.grid), first.pixels)
    assert f"after step {first.step:,} " in view.grid.title
    most = view.frame_slider.max
    until(lambda: view.frame_slider.max > most, "more pictures are kept")
    np.testing.assert_array_equal(pixels(view.grid), first.pixels)
    assert view.frame_slider.value == 0
    set_on_page(view.follower.controls.hold, value=False)
    until(lambda: view.frame_slider.value == view.frame_slider.max, "the newest again")
    before = view.grid.title
    until(lambda: view.grid.title != before, "it follows again")
    set_on_page(view.frame_slider, value=view.frame_slider.max)
    assert not view.hold


def test_a_click_shows_the_nearest_real_images(digits: np.ndarray) -> None:
    copy = digits[[5, 17, 90]]
    view = GanMonitor(Copies(copy), digits, images=3)
    until(lambda: view.grid.count == 3, "images")
    set_on_page(view.grid, selected=1)
    until(lambda: view.neighbors.count == 7, "neighbors")
    shown = pixels(view.neighbors)
    expected = np.sqrt(((digits - copy[1]) ** 2).mean(axis=(1, 2, 3))).argsort()[:6]
    np.testing.assert_allclose(shown[0], shown[1], atol=1)
    np.testing.assert_allclose(shown[1:], np.rint((digits[expected] + 1) * 127.5), atol=1)
    assert view.neighbors.labels[:2] == ["generated", "differs by 0%"]
    assert view.neighbors.labels[2] != "differs by 0%"
    set_on_page(view.grid, selected=-1)
    until(lambda: view.neighbors.count == 12, "some real images")
    some = digits[np.linspace(0, len(digits) - 1, 12).round().astype(int)]
    np.testing.assert_allclose(pixels(view.neighbors), np.rint((some + 1) * 127.5), atol=1)


class Copies:
    """A generator that has learned some images by heart."""

    latent_dim = 4
    data_range = (-1.0, 1.0)

    def __init__(self, images: np.ndarray) -> None:
        self.images = images

    def __call__(self, latent: np.ndarray) -> np.ndarray:
        return self.images[: len(latent)]


def test_a_finished_model_shows_pictures_and_no_charts(digits: np.ndarray) -> None:
    gan = models.small_gan(seed=2)
    view = GanMonitor(gan, digits, images=36)
    until(lambda: view.grid.count == 36, "images")
    made = np.asarray(gan(latent_vectors(36, 16, 0)))
    np.testing.assert_allclose(pixels(view.grid), np.rint((made + 1) * 127.5), atol=1)
    assert view.frame_slider.disabled
    assert not any(displayed(view, chart) for chart in view.charts)
    before = pixels(view.grid)
    set_on_page(view.seed, value=9)
    until(lambda: view.grid.count and not np.array_equal(pixels(view.grid), before), "others")
    other = np.asarray(gan(latent_vectors(36, 16, 9)))
    np.testing.assert_allclose(pixels(view.grid), np.rint((other + 1) * 127.5), atol=1)
    (warning,) = view.warnings
    assert "Mode collapse" in warning, "untrained, it makes one gray image"


@pytest.mark.slow
def test_a_discriminator_that_wins_is_told_in_words(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=16, dropout=0.0, label_noise=0.0, g_learning_rate=1e-9)
    view = GanMonitor(run, digits)
    ended(view, run)
    warning = view.warnings[-1]
    assert "The discriminator has won" in warning
    assert "Lower the discriminator's learning rate" in warning
    second = train(digits, runs, epochs=1)
    view.show(second, digits)
    ended(view, second)
    assert view.warnings == []


def test_a_saved_picture_holds_its_settings(digits: np.ndarray) -> None:
    import io

    from PIL import Image

    from dlwidgets.vision.images import read_settings

    view = GanMonitor()
    view.settings = {"label_noise": 0.05}
    from_page(view.save, {"type": "download", "request": 1})
    assert messages(view.save, "file") == []
    view.show(models.small_gan(seed=2), digits)
    until(lambda: not view.save.disabled, "a picture")
    from_page(view.save, {"type": "download", "request": 2})
    ((file, (png,)),) = messages(view.save, "file")
    assert file["name"] == "gan-step-0.png"
    settings = read_settings(png)
    assert settings["label_noise"] == 0.05
    assert settings["latent_seed"] == 0
    picture = np.asarray(Image.open(io.BytesIO(png)))
    scale = picture.shape[0] // (4 * 9 + 1)
    first = picture[scale : 9 * scale : scale, scale : 9 * scale : scale, 0]
    np.testing.assert_array_equal(first, pixels(view.grid)[0, ..., 0])
    assert "seed 0" in view.caption.value
    assert "=" not in view.caption.value, "settings are for the file, in words for readers"


def test_what_does_not_fit_is_said_and_the_view_lives_on(digits: np.ndarray) -> None:
    view = GanMonitor()
    with pytest.raises(ValueError, match="Received: None"):
        view.show(models.small_gan(), None)
    view.show(models.small_gan(), digits)
    until(lambda: "distinct" in view.grid.title, "a picture")
    view.show(models.small_gan(), digits[:, ::2, ::2])
    assert view.grid.title == "Generated images", "nothing of the one before"
    until(lambda: "can't be updated" in view.message, "the reason")
    assert "(8, 8, 1)" in view.message
    view.show(models.small_gan(), digits)
    until(lambda: view.grid.count == 36, "pictures")
    until(lambda: not view.message, "the message to go")


def test_the_page_closed_in_the_middle(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits)
    until(lambda: view.grid.count, "a picture", 60)
    view.close()
    step = run.step_count
    until(lambda: run.step_count > step + 50, "the training goes on", 60)


# -- the dashboard -----------------------------------------------------------------------------


@pytest.fixture
def dashboard() -> Iterator[GanDashboard]:
    made = GanDashboard()
    seen(made.panel.bar)
    yield made
    if made.run is not None:
        made.run.stop()
        until(lambda: made.run.state.ended, "the end of the run", 60)


def test_the_page_begins_by_itself_and_its_sliders_steer(dashboard: GanDashboard) -> None:
    until(lambda: dashboard.run is not None, "a run", 60)
    run = dashboard.run
    until(lambda: dashboard.monitor.grid.count == 36, "images", 60)
    # The first images are real ones, and a rate that is set before the first step isn't marked.
    until(lambda: run.step_count > 0, "the first step", 120)
    form = dashboard.form
    set_on_page(form.label_noise, value=0.2)
    until(lambda: run.model.label_noise == pytest.approx(0.2), "label noise")
    set_on_page(form.d_learning_rate, value=0.01)
    until(
        lambda: float(run.model.d_optimizer.learning_rate) == pytest.approx(0.01),
        "the discriminator's rate",
    )
    set_on_page(form.g_learning_rate, value=0.02)
    until(lambda: run.learning_rate == pytest.approx(0.02), "the generator's rate")
    from_page(dashboard.panel.bar, {"type": "learning_rate", "value": 0.03})
    rates = {"optimizer": 0.03, "d_optimizer": 0.01}
    until(lambda: run.learning_rates == pytest.approx(rates), "the panel's rate, the generator's")
    # Rates that change at one boundary share a marker.
    changes = ("label noise 0.2", "Learning rate of d_optimizer 0.002 → 0.01", "→ 0.03")
    until(
        lambda: all(any(text in m.text for m in run.markers) for text in changes),
        "a marker of each change",
    )
    assert dashboard.monitor.settings["label_noise"] == pytest.approx(0.2)
    saved = ipywidgets.Widget.get_manager_state()["state"]
    sizes = {entry["model_name"]: len(json.dumps(entry)) for entry in saved.values()}
    assert max(sizes.values()) <= 50_000, sizes


@pytest.mark.slow
def test_another_start_takes_the_switches_over(dashboard: GanDashboard) -> None:
    until(lambda: dashboard.run is not None, "a run", 60)
    first = dashboard.run
    first.stop()
    until(lambda: dashboard.panel.bar.can_restart, "the end", 60)
    form = dashboard.form
    form.dropout.value, form.clip.value, form.output.value = 0.0, False, "sigmoid"
    form.epochs.value = 1
    press_start(dashboard)
    until(lambda: dashboard.run is not first, "another run", 60)
    run = dashboard.run
    assert run.model.data_range == (0.0, 1.0)
    assert run.model.optimizer.clipvalue is run.model.d_optimizer.clipvalue is None
    run.wait(60)
    until(lambda: f"after step {run.step_count} " in dashboard.monitor.grid.title, "its images")
    tracker = dashboard.monitor.tracker
    assert tracker is not None
    assert (tracker.real.min(), tracker.real.max()) == (0.0, 1.0)


def test_the_printed_scale_is_a_choice(dashboard: GanDashboard) -> None:
    until(lambda: dashboard.run is not None, "a run", 60)
    first = dashboard.run
    first.stop()
    until(lambda: dashboard.panel.bar.can_restart, "the end", 60)
    dashboard.form.output.value, dashboard.form.epochs.value = "mismatch", 1
    press_start(dashboard)
    until(lambda: dashboard.run is not first, "another run", 60)
    dashboard.run.wait(60)
    tracker = dashboard.monitor.tracker
    assert tracker is not None
    assert tracker.data_range == (-1.0, 1.0), "tanh"
    assert (tracker.real.min(), tracker.real.max()) == (0.0, 1.0)


def test_a_run_whose_images_do_not_fit_is_told_and_trains_on(
    digits: np.ndarray, runs: list[Any]
) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits[:, ::2, ::2])
    until(lambda: "can't be updated" in view.message, "the reason", 60)
    step = run.step_count
    until(lambda: run.step_count > step + 50, "the training goes on", 60)
    assert run.state == "running"
    assert view.grid.count == 0


@pytest.mark.slow
def test_moments_of_the_past_while_it_trains_and_of_a_recorded_run(
    digits: np.ndarray, runs: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        gan_monitor, "collapse_warning", lambda _verdict, frame: f"Collapse at {frame.step}"
    )
    gan = models.small_gan(seed=1)
    run = dl.fit(gan, digits, batch_size=64, epochs=100_000, record=dl.record(tmp_path))
    runs.append(run)
    live = GanMonitor(run, digits, images=10, seed=4)
    until(lambda: live.follower.step >= 4 and not live.busy, "the present", 60)
    live.at(step=1)  # without a timeline, nobody else reads the recording
    until(lambda: "after step 1 " in live.grid.title and live.follower.in_past, "step 1", 30)
    until(lambda: live.warnings == ["Collapse at 1"], "its warning, not the present's", 30)
    live.at(None)
    until(lambda: live.follower.step > 4 and not live.follower.in_past, "the present", 30)
    run.stop()
    run.wait(60)
    until(lambda: live.follower.step == run.step_count and not live.busy, "the last images", 60)
    assert run.recording is not None
    recorded = dl.open_run(run.recording.path)
    # The images are made again once the run has ended, and only then always recorded.
    until(
        lambda: recorded.samples("generated images")[-1].step == run.step_count, "their record", 30
    )
    until(lambda: not live.busy, "the last images", 30)
    sample = recorded.samples("generated images")[-1]
    np.testing.assert_array_equal(sample.load(), pixels(live.grid))
    view = GanMonitor(recorded, digits, images=10, seed=4)
    steps = [snapshot.step for snapshot in recorded.snapshots]
    for step in (steps[-1], steps[1], steps[len(steps) // 2]):
        view.at(step=step)
        until(lambda: f"after step {step:,} " in view.grid.title and not view.busy, "it", 30)  # noqa: B023
        made = np.asarray(recorded.model(step).generator(latent_vectors(10, 16, 4)))
        np.testing.assert_allclose(pixels(view.grid), np.rint((made + 1) * 127.5), atol=1)
        per_epoch = -(-len(digits) // 64)
        assert f"(epoch {step / per_epoch:.1f})" in view.grid.title
    until(lambda: view.tick() is False, "all is sent")
    for chart, names in zip(
        view.charts, (("d_loss", "g_loss"), ("real_accuracy", "fake_accuracy")), strict=False
    ):
        sent = ChartPage().read(chart).series
        for name in names:
            np.testing.assert_allclose(sent[name], recorded.metrics[name].value, rtol=1e-6)
    assert view.charts[2].layout.display == "none"
    view.close()
    live.close()
