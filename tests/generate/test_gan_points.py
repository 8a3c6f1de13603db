"""A GAN of points: the modes that it reaches, the discriminator's surface, and that it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets import models
from dlwidgets.generate.gan_points import SURFACE, PointTracker, tracker_of
from dlwidgets.generate.gan_tracking import GanTracker

if TYPE_CHECKING:
    from dlwidgets.data import Dataset


@pytest.fixture(scope="module")
def ring() -> Dataset:
    return dl.data.load("ring")


def centers() -> np.ndarray:
    angles = 2 * np.pi * np.arange(8) / 8
    return np.column_stack([np.cos(angles), np.sin(angles)])


def to_nearest_mode(points: np.ndarray) -> float:
    return float(np.linalg.norm(points[:, None] - centers(), axis=-1).min(axis=1).mean())


def test_the_ring_has_eight_modes_of_as_many_points(ring: Dataset) -> None:
    assert (ring.x_train.shape, ring.x_test.shape) == ((2000, 2), (400, 2))
    assert np.bincount(ring.y_train).tolist() == [250] * 8
    for mode in range(8):
        points = ring.x_train[ring.y_train == mode]
        np.testing.assert_allclose(points.mean(axis=0), centers()[mode], atol=0.02)
        np.testing.assert_allclose(points.std(axis=0), 0.06, atol=0.01)
    np.testing.assert_array_equal(ring.x_train, dl.data.load("ring").x_train)


def test_points_are_followed_with_what_the_discriminator_thinks(ring: Dataset) -> None:
    gan = models.toy_gan(seed=1)
    tracker = PointTracker(gan, ring.x_train, ring.y_train, n=50, seed=3)
    made = tracker.images(gan.generator)
    latent = np.random.default_rng(3).standard_normal((50, 8), np.float32)
    np.testing.assert_allclose(made, np.asarray(gan(latent)), atol=1e-5)
    surface = tracker.surface(gan.discriminator)
    frame = tracker.add(made, 0, tracker.scores(gan.discriminator, made), surface)
    assert frame.surface is not None
    assert frame.surface.shape == (SURFACE, SURFACE)
    edge = tracker.extent * (1 - 1 / SURFACE)
    assert tracker.extent == pytest.approx(1.25 * np.abs(ring.x_train).max())
    for (row, column), place in {(0, 0): (-edge, edge), (0, -1): (edge, edge)}.items():
        logit = float(np.asarray(gan.discriminator(np.array([place], "f4")))[0, 0])
        assert frame.surface[row, column] == pytest.approx(255 / (1 + np.exp(-logit)), abs=1)
    assert (frame.count, len(frame.pixels)) == (50, 0)
    assert frame.nbytes == frame.points.nbytes + frame.surface.nbytes
    assert tracker.picture(frame, 90).shape == (90, 90, 3)


def test_modes_count_where_one_percent_of_the_points_are_near(ring: Dataset) -> None:
    tracker = PointTracker(models.toy_gan(seed=1), ring.x_train, ring.y_train)
    np.testing.assert_allclose(tracker.centers, centers(), atol=0.02)
    assert tracker.reach == pytest.approx(0.18, abs=0.01)
    at = centers()
    assert tracker.modes_reached(ring.x_test) == tracker.real_diversity == 8
    assert tracker.modes_reached(np.repeat(at[:3], 40, axis=0)) == 3
    assert tracker.modes_reached(np.zeros((40, 2))) == 0
    few = np.concatenate([np.repeat(at[:1], 399, axis=0), at[1:2]])
    assert tracker.modes_reached(few) == 1, "one of 400 is less than 1%"
    assert np.isnan(tracker.modes_reached(np.full((3, 2), np.nan)))


def test_few_modes_are_a_collapse_and_most_are_none(ring: Dataset) -> None:
    for count, collapsed in ((1, True), (4, True), (5, False), (8, False)):
        at = centers()[:count].astype("f4")
        tracker = PointTracker(
            lambda z, at=at: np.resize(at, (len(z), 2)),
            ring.x_train,
            ring.y_train,
            n=80,
            latent_dim=2,
        )
        assert tracker.update().diversity == count
        verdict = tracker.verdict()
        assert verdict is not None
        assert verdict.collapsed is collapsed


def test_points_of_one_mode_cannot_collapse() -> None:
    points = np.random.default_rng(0).normal(size=(60, 2))
    tracker = PointTracker(lambda z: z, points, latent_dim=2)
    tracker.update()
    verdict = tracker.verdict()
    assert verdict is not None
    assert not verdict.collapsed


def test_the_toy_learns_the_ring(ring: Dataset) -> None:
    gan = models.toy_gan(seed=1)
    latent = dl.generate.gan.latent_vectors(300, 8)
    before = to_nearest_mode(np.asarray(gan(latent)))
    run = dl.fit(gan, ring.x_train, batch_size=128, epochs=50)
    tracker = tracker_of(run, ring.x_train, ring.y_train, n=36, seed=0)
    run.wait(120)
    after = to_nearest_mode(np.asarray(gan(latent)))
    assert after < 0.5 * before, f"{before:.3f} -> {after:.3f}"
    assert isinstance(tracker, PointTracker)
    assert tracker.update().diversity >= 6


def test_images_and_points_have_their_own_trackers(ring: Dataset, gan_digits: np.ndarray) -> None:
    tracker = tracker_of(models.small_gan(seed=1), gan_digits, None, n=5, seed=0)
    assert type(tracker) is GanTracker
    assert tracker.surface(None) is None
    with pytest.raises(ValueError, match="one mode per real point"):
        PointTracker(models.toy_gan(), ring.x_train, ring.y_test)
    with pytest.raises(ValueError, match="without NaN"):
        PointTracker(models.toy_gan(), np.full((9, 2), np.nan))
    with pytest.raises(ValueError, match="must make points"):
        PointTracker(lambda z: z[:, :1], ring.x_train, latent_dim=2).update()
