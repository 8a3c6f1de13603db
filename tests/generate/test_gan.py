"""What is said of a GAN's images, against computations of its own and on real digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.spatial.distance import cdist

import dlwidgets as dl
from dlwidgets import models
from dlwidgets.generate import gan as looking
from dlwidgets.models import gan as gans

if TYPE_CHECKING:
    from dlwidgets.data import Dataset


def test_distances_against_scipy(digits: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = digits.x_train[:7], digits.x_train[5:95]
    expected = cdist(a.reshape(7, -1), b.reshape(90, -1)) / 8  # root of the mean of 64 pixels
    np.testing.assert_allclose(looking.distances(a, b), expected, atol=1e-7)
    monkeypatch.setattr(looking, "PAIRS_AT_ONCE", 7 * 64 * 4)  # in parts
    np.testing.assert_allclose(looking.distances(a, b), expected, atol=1e-7)
    with pytest.raises(ValueError, match=r"\(8, 8, 1\) and \(8, 8\)"):
        looking.distances(a, b[..., 0])


def test_nearest_real_images(digits: Dataset) -> None:
    real = digits.x_train
    asked = real[[3, 40]] + 0.01
    found = looking.nearest_real(asked, real, k=4)
    expected = cdist(asked.reshape(2, -1), real.reshape(len(real), -1)).argsort(axis=1)[:, :4]
    np.testing.assert_array_equal(found.index, expected)
    assert found.index[:, 0].tolist() == [3, 40]
    np.testing.assert_allclose(found.distance[:, 0], 0.01, rtol=1e-4)
    assert (np.diff(found.distance, axis=1) >= 0).all()
    for k in (0, len(real) + 1):
        with pytest.raises(ValueError, match=f"Received: {k:,}"):
            looking.nearest_real(asked, real, k=k)


def test_diversity_counts_different_images(digits: Dataset) -> None:
    x = digits.x_train
    width = looking.typical_distance(x)
    assert looking.diversity(np.repeat(x[:1], 20, axis=0), bandwidth=width) == pytest.approx(1.0)
    far = np.eye(6) * 1e6
    assert looking.diversity(far, bandwidth=1.0) == pytest.approx(6.0)
    # Three of one and one of another: exp of the entropy of ¾ and ¼.
    shares = np.array([0.75, 0.25])
    entropy = -(shares * np.log(shares)).sum()
    assert looking.diversity(far[[0, 0, 0, 1]], bandwidth=1.0) == pytest.approx(np.exp(entropy))
    few = looking.diversity(np.repeat(x[:3], 12, axis=0), bandwidth=width)
    many = looking.diversity(x[:36], bandwidth=width)
    assert few <= 3 + 1e-9 < 15 < many <= 36


def test_diversity_is_the_exponential_of_the_kernels_entropy(digits: Dataset) -> None:
    x = digits.x_train[:12].reshape(12, -1)
    kernel = np.exp(-((cdist(x, x) / 8) ** 2) / (2 * 0.2**2)) / 12
    # By the matrix's singular values, which are its eigenvalues, as it is positive.
    values = np.linalg.svd(kernel, compute_uv=False)
    expected = np.exp(-(values * np.log(values)).sum())
    assert looking.diversity(x, bandwidth=0.2) == pytest.approx(expected, rel=1e-6)


def test_diversity_of_what_is_no_image(digits: Dataset) -> None:
    broken = digits.x_train[:4].copy()
    broken[1, 0, 0] = np.nan
    assert np.isnan(looking.diversity(broken, bandwidth=0.1))
    with pytest.raises(ValueError, match="0 images"):
        looking.diversity(broken[:0], bandwidth=0.1)
    with pytest.raises(ValueError, match=r"bandwidth 0\.0"):
        looking.diversity(broken, bandwidth=0.0)
    with pytest.raises(ValueError, match="Received: 5 that are the same"):
        looking.typical_distance(np.zeros((5, 8, 8, 1)))


def test_collapse_and_victory_from_numbers() -> None:
    assert looking.collapsed(1.0, 24.0)
    assert looking.collapsed(5.0, 24.0)
    assert not looking.collapsed(12.0, 24.0)
    assert looking.collapsed(1.0, 2.0), "one image for all, even where real ones are few"
    won = ([1.0] * 9, [0.99] * 9, [6.0] * 9)
    assert looking.discriminator_won(*won)
    assert not looking.discriminator_won([0.6] * 9, *won[1:])
    assert not looking.discriminator_won(won[0], [0.9] * 9, won[2])
    assert not looking.discriminator_won(*won[:2], [0.8] * 9)
    assert not looking.discriminator_won([], [], [])
    assert not looking.discriminator_won(*won[:2], [np.nan] * 9)


def test_latent_vectors_are_fixed_by_their_seed() -> None:
    one, more = looking.latent_vectors(4, 16, seed=2), looking.latent_vectors(9, 16, seed=2)
    np.testing.assert_array_equal(one, more[:4])
    assert one.dtype == np.float32
    assert not np.array_equal(one, looking.latent_vectors(4, 16, seed=3))
    for wrong in ({"n": 0}, {"latent_dim": 0}, {"seed": -1}):
        with pytest.raises(ValueError, match="Received"):
            looking.latent_vectors(**{"n": 1, "latent_dim": 1, "seed": 0, **wrong})


def test_a_grid_is_the_generators_answer_whatever_the_batches() -> None:
    gan = models.small_gan(seed=1)
    z = looking.latent_vectors(10, 16)
    whole = looking.sample_grid(gan.generator, z)
    np.testing.assert_allclose(whole, gan.generator.predict(z, verbose=0), atol=1e-6)
    np.testing.assert_allclose(looking.sample_grid(gan, z, batch_size=3), whole, atol=1e-6)


def test_a_grid_ends_early_by_budget_and_by_hand() -> None:
    def generator(z: np.ndarray) -> np.ndarray:
        return np.zeros((len(z), 2, 2), "float32")

    z = np.zeros((10, 4), "float32")
    assert looking.sample_grid(generator, z, batch_size=4, budget=0.0).shape == (4, 2, 2, 1)
    answers = iter([False, True])
    cut = looking.sample_grid(generator, z, batch_size=4, canceled=lambda: next(answers))
    assert len(cut) == 8


def test_latent_vectors_of_another_size_are_named() -> None:
    gan = models.small_gan(seed=1)
    for model in (gan, gan.generator):
        with pytest.raises(ValueError, match=r"\(n, 16\)\. Received: \(3, 5\)"):
            looking.sample_grid(model, np.zeros((3, 5), "float32"))
    with pytest.raises(ValueError, match=r"shape \(3, 1\)"):
        looking.sample_grid(gan.discriminator, np.zeros((3, 8, 8, 1), "float32")[:, 0, 0] * 0)


@pytest.mark.slow
def test_after_two_minutes_the_images_are_digits_and_of_all_kinds(digits: Dataset) -> None:
    from sklearn.linear_model import LogisticRegression

    x = gans.to_range(digits.x_train, (-1.0, 1.0))
    gan = models.small_gan(seed=1)
    dl.fit(gan, x, batch_size=64, epochs=400).wait(280)
    images = looking.sample_grid(gan, looking.latent_vectors(300, 16))
    width = looking.typical_distance(x)
    made = looking.diversity(images, bandwidth=width)
    real = looking.diversity(x[:300], bandwidth=width)
    assert made >= 0.6 * real
    # As near to a real digit as half of a typical distance: noise is as diverse, but not that near.
    nearest = looking.nearest_real(images, x, k=1).distance[:, 0]
    assert np.median(nearest) < width
    assert np.median(nearest) > 0.1, "and not learned by heart"
    judge = LogisticRegression(max_iter=500).fit(x.reshape(len(x), -1), digits.y_train)
    kinds = judge.predict(images.reshape(300, -1))
    assert len(set(kinds)) == 10
    assert np.bincount(kinds, minlength=10).max() < 100, "no digit is a third of all"
