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
from dlwidgets import data, models
from dlwidgets.generate.gan import latent_vectors
from dlwidgets.models.gan import to_range
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets import GanDashboard, GanMonitor
from tests.helpers.page import ChartPage, from_page, messages, seen, set_on_page, until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return to_range(data.load("digits").normalized().x_train, (-1.0, 1.0))


@pytest.fixture
def runs() -> Iterator[list[Any]]:
    """Runs that end with the test."""
    started: list[Any] = []
    yield started
    for run in started:
        run.stop()
        until(lambda run=run: run.state.ended, "the end of a run", 60)


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
    assert "takes" in view.cost.value


def test_another_share_of_the_time_counts_from_the_last_picture(
    digits: np.ndarray, runs: list[Any]
) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits)
    until(lambda: view.cost.value, "a picture", 60)

    def as_if_slow() -> bool:
        """A picture that took 20 s, 150 s ago: a hundredth of the time is up in half an hour."""
        with view._lock:
            if view._worker.busy:
                return False
            view._cost, view._looked, view._watch.seconds = 20.0, time.monotonic() - 150, 20.0
            return True

    until(as_if_slow, "a moment without a look")
    view._budget_chosen(None)
    assert "there is one every 33 min" in view.cost.value
    frames, step = view._watch.film.frames, run.step_count
    until(lambda: run.step_count > step + 20, "steps", 60)
    assert view._watch.film.frames[-1] is frames[-1]
    set_on_page(view.budget, index=3)
    until(lambda: view._watch.film.frames[-1] is not frames[-1], "a picture, since 100 s are up")


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


def test_pictures_take_no_more_than_their_share_of_the_time(
    digits: np.ndarray, runs: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dlwidgets.generate import gan_tracking

    def slow_diversity(images: np.ndarray, *, bandwidth: float) -> float:
        time.sleep(0.2)
        return 3.0

    monkeypatch.setattr(gan_tracking.looking, "diversity", slow_diversity)
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits, images=4)
    until(lambda: view.moment.max >= 1, "two pictures", 60)
    times = [frame.time for frame in view._watch.film.frames]  # type: ignore[union-attr]
    count = view.moment.max
    step = run.step_count
    until(lambda: run.step_count > step + 30, "the training goes on", 60)
    assert re.search(r"there is one every 2\d s\.", view.cost.value), view.cost.value
    assert view.moment.max == count, "0.2 s at 1 % is a picture every twenty seconds"
    assert times[1] - times[0] < 9, "what the first cost does not count: it builds the graph"
    run.pause()
    until(lambda: view._seen == run.step_count, "a run that rests is looked at at once")


def test_the_slider_goes_back_and_holds(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits, images=6)
    until(lambda: view.moment.max >= 2, "three pictures", 60)
    first = view._watch.film.frames[0]  # type: ignore[union-attr]
    set_on_page(view.moment, value=0)
    assert view.hold.value
    np.testing.assert_array_equal(pixels(view.grid), first.pixels)
    assert f"after step {first.step:,} " in view.grid.title
    most = view.moment.max
    until(lambda: view.moment.max > most, "more pictures are kept")
    np.testing.assert_array_equal(pixels(view.grid), first.pixels)
    assert view.moment.value == 0
    set_on_page(view.hold, value=False)
    until(lambda: view.moment.value == view.moment.max, "the newest again")
    before = view.grid.title
    until(lambda: view.grid.title != before, "it follows again")
    set_on_page(view.moment, value=view.moment.max)
    assert not view.hold.value


def test_a_click_shows_the_nearest_real_images(digits: np.ndarray) -> None:
    copy = digits[[5, 17, 90]]
    view = GanMonitor(Copies(copy), digits, images=3)
    until(lambda: view.grid.count == 3, "images")
    set_on_page(view.grid, selected=1)
    until(lambda: view.neighbours.count == 7, "neighbours")
    shown = pixels(view.neighbours)
    expected = np.sqrt(((digits - copy[1]) ** 2).mean(axis=(1, 2, 3))).argsort()[:6]
    np.testing.assert_allclose(shown[0], shown[1], atol=1)
    np.testing.assert_allclose(shown[1:], np.rint((digits[expected] + 1) * 127.5), atol=1)
    assert view.neighbours.labels[:2] == ["generated", "differs 0%"]
    assert view.neighbours.labels[2] != "differs 0%"
    set_on_page(view.grid, selected=-1)
    until(lambda: view.neighbours.count == 12, "some real images")
    some = digits[np.linspace(0, len(digits) - 1, 12).round().astype(int)]
    np.testing.assert_allclose(pixels(view.neighbours), np.rint((some + 1) * 127.5), atol=1)


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
    assert view.moment.disabled
    assert [part.layout.display for part in (view._charts.above, view.charts[2])] == ["none"] * 2
    before = pixels(view.grid)
    set_on_page(view.seed, value=9)
    until(lambda: view.grid.count and not np.array_equal(pixels(view.grid), before), "others")
    other = np.asarray(gan(latent_vectors(36, 16, 9)))
    np.testing.assert_allclose(pixels(view.grid), np.rint((other + 1) * 127.5), atol=1)
    assert "Mode collapse" in view.warning.value, "untrained, it makes one grey image"
    assert view.warning.layout.display is None


def test_a_discriminator_that_wins_is_told_in_words(digits: np.ndarray, runs: list[Any]) -> None:
    run = train(digits, runs, epochs=16, dropout=0.0, label_noise=0.0, g_learning_rate=1e-9)
    view = GanMonitor(run, digits)
    ended(view, run)
    assert "The discriminator has won" in view.warning.value
    assert "Lower the discriminator's learning rate" in view.warning.value
    second = train(digits, runs, epochs=1)
    view.show(second, digits)
    ended(view, second)
    assert view.warning.value == ""


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
    assert "label noise 0.05" in view.when.value


def test_what_does_not_fit_is_said_and_the_view_lives_on(digits: np.ndarray) -> None:
    view = GanMonitor()
    with pytest.raises(ValueError, match="Received: None"):
        view.show(models.small_gan(), None)
    view.show(models.small_gan(), digits)
    until(lambda: "differ" in view.grid.title, "a picture")
    view.show(models.small_gan(), digits[:, ::2, ::2])
    assert view.grid.title == "Generated images", "nothing of the one before"
    until(lambda: "No picture" in view.warning.value, "the reason")
    assert "(8, 8, 1)" in view.warning.value
    view.show(models.small_gan(), digits)
    until(lambda: view.grid.count == 36, "pictures")
    assert "No picture" not in view.warning.value


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
    made = GanDashboard(start=True)
    seen(made.panel.bar)
    yield made
    if made.run is not None:
        made.run.stop()
        until(lambda: made.run.state.ended, "the end of the run", 60)


def test_the_page_begins_by_itself_and_its_sliders_steer(dashboard: GanDashboard) -> None:
    until(lambda: dashboard.run is not None, "a run", 60)
    run = dashboard.run
    until(lambda: dashboard.monitor.grid.count == 36, "images", 60)
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
    until(lambda: len(run.markers) >= 3, "markers")
    assert {"label noise 0.2", "discriminator's learning rate 0.01"} <= {
        m.text for m in run.markers
    }
    assert dashboard.monitor.settings["label_noise"] == pytest.approx(0.2)
    saved = ipywidgets.Widget.get_manager_state()["state"]
    sizes = {entry["model_name"]: len(json.dumps(entry)) for entry in saved.values()}
    assert max(sizes.values()) <= 50_000, sizes


def test_another_start_takes_the_switches_over(dashboard: GanDashboard) -> None:
    until(lambda: dashboard.run is not None, "a run", 60)
    first = dashboard.run
    first.stop()
    until(lambda: dashboard.panel.bar.can_restart, "the end", 60)
    form = dashboard.form
    form.dropout.value, form.clip.value, form.output.value = 0.0, False, "sigmoid"
    form.epochs.value = 1
    from_page(dashboard.panel.bar, {"type": "start"})
    until(lambda: dashboard.run is not first, "another run", 60)
    run = dashboard.run
    assert run.model.data_range == (0.0, 1.0)
    assert run.model.optimizer.clipvalue is run.model.d_optimizer.clipvalue is None
    run.wait(60)
    until(lambda: f"after step {run.step_count} " in dashboard.monitor.grid.title, "its images")
    watch = dashboard.monitor._watch
    assert watch is not None
    assert (watch.real.min(), watch.real.max()) == (0.0, 1.0)


def test_the_printed_scale_is_a_choice(dashboard: GanDashboard) -> None:
    until(lambda: dashboard.run is not None, "a run", 60)
    first = dashboard.run
    first.stop()
    until(lambda: dashboard.panel.bar.can_restart, "the end", 60)
    dashboard.form.output.value, dashboard.form.epochs.value = "mismatch", 1
    from_page(dashboard.panel.bar, {"type": "start"})
    until(lambda: dashboard.run is not first, "another run", 60)
    dashboard.run.wait(60)
    watch = dashboard.monitor._watch
    assert watch is not None
    assert watch.data_range == (-1.0, 1.0), "tanh"
    assert (watch.real.min(), watch.real.max()) == (0.0, 1.0)


def test_a_run_whose_images_do_not_fit_is_told_and_trains_on(
    digits: np.ndarray, runs: list[Any]
) -> None:
    run = train(digits, runs, epochs=100_000)
    view = GanMonitor(run, digits[:, ::2, ::2])
    until(lambda: "No picture" in view.warning.value, "the reason", 60)
    step = run.step_count
    until(lambda: run.step_count > step + 50, "the training goes on", 60)
    assert run.state == "running"
    assert view.grid.count == 0
