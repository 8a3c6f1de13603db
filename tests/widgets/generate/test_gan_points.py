"""The view of a GAN that makes points, and its place on the GAN page."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import dlwidgets as dl
from dlwidgets import models
from dlwidgets.generate.gan_points import PointTracker
from dlwidgets.vision.images import read_settings
from dlwidgets.widgets import GanDashboard, GanMonitor
from dlwidgets.widgets.generate._gan_samples import GanSamples
from dlwidgets.widgets.primitives.chart import Chart
from tests.helpers.page import ChartPage, displayed, from_page, messages, seen, set_on_page
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


@pytest.fixture(scope="module")
def ring() -> Dataset:
    return dl.data.load("ring")


@pytest.fixture
def run(ring: Dataset) -> Iterator[Any]:
    made = dl.fit(models.toy_gan(seed=1), ring.x_train, batch_size=128, epochs=100_000)
    yield made
    made.stop()
    until(lambda: made.state.ended, "the end of the run", 60)


def places(view: GanMonitor) -> np.ndarray:
    return np.frombuffer(view.plane.points["places"], "<f4").reshape(-1, 2)


def test_real_and_generated_points_lie_over_what_the_discriminator_thinks(
    ring: Dataset, run: Any
) -> None:
    view = GanMonitor(run, ring.x_train, ring.y_train)
    until(lambda: len(view.tracker.history.frames) >= 2, "two frames", 60)
    assert displayed(view, view.plane)
    assert not displayed(view, view.grid)
    assert not displayed(view, view.neighbors)
    run.stop()
    run.wait(60)
    until(lambda: f"after step {run.step_count:,} " in view.plane.title, "the last frame", 60)
    assert "of 8 modes" in view.plane.title
    classes = np.frombuffer(view.plane.points["classes"], "<u2")
    assert np.bincount(classes).tolist() == [400, 400]
    latent = dl.generate.gan.latent_vectors(400, 8, 0)
    made = np.asarray(run.model(latent))
    np.testing.assert_allclose(places(view)[400:], made, atol=1e-4)
    chosen = np.linspace(0, 1999, 400).round().astype(int)
    np.testing.assert_array_equal(places(view)[:400], ring.x_train[chosen])
    surface = np.frombuffer(view.plane.surface["data"], np.uint8)
    assert surface.std() > 5, "it isn't the same everywhere"
    tracker = view.tracker
    assert isinstance(tracker, PointTracker)
    frame = tracker.history.frames[-1]
    np.testing.assert_array_equal(surface, 255 - frame.surface.ravel())
    assert view.plane.extent == tracker.extent
    until(lambda: view.tick() is False, "all is sent")
    assert {"generated", "real images"} <= set(ChartPage().read(view.charts[2]).series)
    assert view.charts[2].title == "Modes reached"

    # A point is judged as an image is, and says so under the pointer.
    from_page(view.plane, {"type": "pick", "row": 400 + 7})
    logit = float(np.asarray(run.model.discriminator(made[7:8]))[0, 0])
    real = 1 / (1 + np.exp(-logit))
    until(lambda: view.flow.verdict.values[0] == pytest.approx(real, abs=1e-3), "its verdict")
    from_page(view.plane, {"type": "hover", "row": 407, "asked": 3})
    assert f"probability of {100 * real:.0f}" in view.plane.hovered["text"]
    from_page(view.plane, {"type": "hover", "row": 3, "asked": 4})
    assert view.plane.hovered["text"] == "real point"
    from_page(view.plane, {"type": "pick", "row": 3})
    assert view.plane.selected == -1

    # The slider goes back, and a picture of the plane is saved.
    first = tracker.history.frames[0]
    set_on_page(view.frame_slider, value=0)
    np.testing.assert_array_equal(places(view)[400:], first.points)
    assert f"after step {first.step:,} " in view.plane.title
    from_page(view.save, {"type": "download", "request": 1})
    ((file, (png,)),) = messages(view.save, "file")
    assert file["name"] == f"gan-step-{first.step}.png"
    assert Image.open(io.BytesIO(png)).size == (480, 480)
    assert read_settings(png)["images"] == 400
    view.close()


def test_another_seed_gives_other_points(ring: Dataset) -> None:
    view = GanMonitor(models.toy_gan(seed=1), ring.x_train, ring.y_train)
    until(lambda: len(places(view)) == 800, "points")
    before = places(view)[400:].copy()
    set_on_page(view.seed, value=5)
    until(lambda: len(places(view)) == 800 and not np.array_equal(places(view)[400:], before), "")
    made = np.asarray(models.toy_gan(seed=1)(dl.generate.gan.latent_vectors(400, 8, 5)))
    np.testing.assert_allclose(places(view)[400:], made, atol=1e-4)
    assert view.tracker.real_diversity == 8
    view.close()


def test_after_points_come_images_again(ring: Dataset, gan_digits: np.ndarray) -> None:
    view = GanMonitor(models.toy_gan(seed=1), ring.x_train, ring.y_train)
    until(lambda: len(places(view)) == 800, "points")
    view.show(models.small_gan(seed=1), gan_digits)
    until(lambda: view.grid.count == 36, "images")
    assert not displayed(view, view.plane)
    assert view.plane.surface == {}
    assert view.charts[2].title == "Distinct images"
    view.close()


def test_the_page_trains_on_the_ring_and_steers() -> None:
    page = GanDashboard(start=False)
    form = page.form
    form.dataset.value = "ring"
    assert form.output.disabled
    form.epochs.value = 100_000
    seen(page.panel.bar)
    page.start()
    try:
        until(lambda: page.run is not None and len(places(page.monitor)) == 800, "points", 120)
        assert page.run.model.image_shape == (2,)
        set_on_page(form.d_learning_rate, value=0.01)
        until(
            lambda: float(page.run.model.d_optimizer.learning_rate) == pytest.approx(0.01),
            "the discriminator's rate",
        )
        page.run.pause()
        until(lambda: page.run.state == "paused", "a pause", 60)
        until(lambda: page.monitor.tracker.history.frames[-1].step == page.run.step_count, "it")
        code = page.code()
        assert "toy_gan(" in code
        assert "dl.GanMonitor(run, data.x_train, data.y_train)" in code
    finally:
        until(lambda: page.run is not None, "a run", 60)
        page.run.stop()
        until(lambda: page.run.state.ended, "the end of the run", 60)
    form.dataset.value = "digits"
    assert not form.output.disabled
    page.close()


def test_the_background_is_explained_only_where_it_is_drawn(ring: Dataset) -> None:
    view = GanMonitor(models.toy_gan(seed=1), ring.x_train, ring.y_train)
    until(lambda: len(view.tracker.history.frames) >= 1, "a frame", 60)
    frame, tracker = view.tracker.history.frames[-1], view.tracker
    shown = GanSamples(Chart(), lambda: None)
    shown.show(frame, tracker)
    assert "The background is blue" in shown.caption.value
    shown.show(replace(frame, surface=None), tracker)
    assert frame.scores is not None
    assert "The background" not in shown.caption.value
    assert "latent seed 0" in shown.caption.value
    shown.close()
    view.close()
