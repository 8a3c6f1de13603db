"""Following a generator: frames in bounded memory, verdicts, and images side by side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets import models
from dlwidgets.generate.gan_tracking import Frame, FrameHistory, GanTracker, contact_sheet


@pytest.fixture(scope="module")
def digits(gan_digits: np.ndarray) -> np.ndarray:
    return gan_digits


def frame(step: int, size: int = 2) -> Frame:
    return Frame(np.zeros((1, size, size, 1), "uint8"), step, step / 10, 0.0, 1.0)


def test_a_film_stays_small_and_spans_everything() -> None:
    history = FrameHistory(max_bytes=10_000, max_frames=40)
    for step in range(0, 30_000, 3):
        history.add(frame(step, 30))  # 900 bytes: eleven fit
    steps = [f.step for f in history.frames]
    assert history.nbytes <= 10_000
    assert (steps[0], steps[-1]) == (0, 29_997)
    assert len(steps) >= 5
    gaps = np.diff(steps)[:-1]
    assert gaps.max() <= 2 * gaps.min(), "evenly in steps"
    many = FrameHistory(max_frames=40)
    for step in range(1000):
        many.add(frame(step))
        assert len(many.frames) <= 40
        assert many.frames[-1].step == step, "the newest is always there"


def test_a_run_is_watched_with_the_same_latent_vectors(digits: np.ndarray) -> None:
    gan = models.small_gan(seed=1)
    run = dl.fit(gan, digits, batch_size=64, epochs=2)
    tracker = GanTracker(run, digits, n=5, seed=3)
    run.wait(60)
    last = tracker.update()
    assert last.step == run.step_count == 46
    assert last.epoch == 2.0
    expected = np.asarray(gan(np.random.default_rng(3).standard_normal((5, 16), np.float32)))
    pixels = np.rint((expected.clip(-1, 1) + 1) * 127.5)
    np.testing.assert_allclose(last.pixels, pixels, atol=1)
    assert tracker.source.cloned
    verdict = tracker.verdict()
    assert verdict is not None
    assert verdict.real_accuracy == pytest.approx(run.metrics["real_accuracy"].value.mean())
    assert not verdict.collapsed, "too early to tell"


def test_a_finished_generator_that_makes_one_image_has_collapsed(digits: np.ndarray) -> None:
    tracker = GanTracker(
        lambda z: np.repeat(digits[:1], len(z), axis=0), digits, n=20, latent_dim=3
    )
    assert tracker.verdict() is None
    assert tracker.update().diversity == pytest.approx(1.0)
    verdict = tracker.verdict()
    assert verdict is not None
    assert verdict.collapsed
    assert verdict.real_diversity > 10
    fine = GanTracker(lambda z: digits[: len(z)], digits, n=20, latent_dim=3)
    fine.update()
    assert not fine.verdict().collapsed  # type: ignore[union-attr]


def test_a_discriminator_that_is_left_alone_wins(digits: np.ndarray) -> None:
    gan = models.small_gan(seed=1, dropout=0.0, label_noise=0.0, g_learning_rate=1e-12)
    run = dl.fit(gan, digits, batch_size=64, epochs=16)
    tracker = GanTracker(run, digits)
    run.wait(120)
    tracker.update()
    verdict = tracker.verdict()
    assert verdict is not None
    assert verdict.discriminator_won
    assert verdict.real_accuracy > 0.97
    assert verdict.fake_accuracy > 0.97
    past = replace(tracker.history.frames[-1], step=210)  # of a step that is looked back at
    then = tracker.verdict(past)
    assert then is not None
    accuracies = run.metrics["real_accuracy"].value[110:210]
    assert then.real_accuracy == pytest.approx(accuracies.mean())
    early = tracker.verdict(replace(past, step=12))
    assert early is not None
    assert not early.discriminator_won


def test_nearest_real_images_beside_the_generated_one(digits: np.ndarray) -> None:
    tracker = GanTracker(lambda z: digits[10 : 10 + len(z)], digits, n=4, latent_dim=2)
    tracker.data_range = (-1.0, 1.0)
    beside = tracker.nearest(tracker.update(), 2, k=3)
    assert beside.index[0] == 12
    assert beside.distance[0] == pytest.approx(0.0, abs=2e-3)
    assert beside.distance[1] == pytest.approx(
        np.sqrt(((digits[beside.index[1]] - digits[12]) ** 2).mean()) / 2, abs=2e-3
    )
    assert beside.pixels.shape == (4, 8, 8, 1)
    np.testing.assert_array_equal(beside.pixels[0], beside.pixels[1])


def test_what_cannot_be_watched_is_named(digits: np.ndarray) -> None:
    gan = models.small_gan(seed=1)
    with pytest.raises(ValueError, match=r"Received: \(1438, 8\)"):
        GanTracker(gan, digits[..., 0, 0])
    with pytest.raises(ValueError, match="NaN or infinity"):
        GanTracker(gan, np.full((3, 8, 8, 1), np.nan))
    with pytest.raises(ValueError, match="Set `latent_dim`"):
        GanTracker(lambda z: z, digits)
    with pytest.raises(ValueError, match="Received: 401"):
        GanTracker(gan, digits, n=401)
    with pytest.raises(ValueError, match=r"\(4, 4, 1\). Received: \(8, 8, 1\)"):
        GanTracker(gan, digits[:, ::2, ::2]).update()
    with pytest.raises(ValueError, match=r"\(n, 16\). Received: \(36, 5\)"):
        GanTracker(gan.generator, digits, latent_dim=5).update()


def test_what_is_not_finite_is_black_and_has_no_diversity(digits: np.ndarray) -> None:
    tracker = GanTracker(lambda z: np.full((len(z), 8, 8, 1), np.nan), digits, n=3, latent_dim=2)
    broken = tracker.update()
    assert broken.pixels.max() == 0
    assert np.isnan(broken.diversity)
    assert not tracker.verdict().collapsed  # type: ignore[union-attr]


def test_a_contact_sheet_holds_every_image() -> None:
    pixels = np.arange(5, dtype="uint8")[:, None, None, None] * np.ones((1, 2, 3, 1), "uint8")
    sheet = contact_sheet(pixels, columns=3, width=13)
    assert sheet.shape == (7, 13, 3)
    for i in range(5):
        top, left = 1 + 3 * (i // 3), 1 + 4 * (i % 3)
        assert (sheet[top : top + 2, left : left + 3] == i).all()
    assert (sheet[0] == 255).all()
    assert (sheet[4:6, 9:12] == 255).all(), "no sixth image"
    assert contact_sheet(pixels, columns=3, width=130).shape == (70, 130, 3)
