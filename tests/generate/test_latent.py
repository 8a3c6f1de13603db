"""Grids, paths and concept vectors against the decoder called by hand."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.generate import latent
from dlwidgets.models.vae_builders import dense_vae


@pytest.fixture(scope="module")
def vae() -> Any:
    keras.utils.set_random_seed(3)
    return dense_vae((8, 8, 1), latent_dim=3, hidden=(16,), seed=1)


def by_hand(vae: Any, *code: float) -> np.ndarray:
    return np.asarray(vae.decoder(np.array([code], "f4")))[0]


def test_corners_of_the_grid_against_the_decoder(vae: Any) -> None:
    grid = latent.latent_grid(vae.decoder, latent_dim=3, axes=(2, 0), rest=[9.0, 0.5, 9.0])
    assert grid.shape == (15, 15, 8, 8, 1)
    edge = 1.6448536  # scipy.stats.norm.ppf(0.95)
    corners = {(0, 0): (-1, 1), (0, 14): (1, 1), (14, 0): (-1, -1), (14, 14): (1, -1)}
    for (row, column), (right, up) in corners.items():
        expected = by_hand(vae, up * edge, 0.5, right * edge)
        np.testing.assert_allclose(grid[row, column], expected, atol=1e-5)
    np.testing.assert_allclose(grid[7, 7], by_hand(vae, 0, 0.5, 0), atol=1e-5)


def test_a_map_is_decoded_at_the_centers_of_its_tiles(vae: Any) -> None:
    tiles = latent.latent_map(
        vae.decoder, 5, (1.0, -2.0), 0.5, latent_dim=3, axes=(2, 0), rest=[9.0, 0.5, 9.0]
    )
    assert tiles.shape == (5, 5, 8, 8, 1)
    for row in range(5):
        for column in range(5):
            right, up = 0.5 + 0.1 + 0.2 * column, -1.5 - 0.1 - 0.2 * row
            expected = by_hand(vae, up, 0.5, right)
            np.testing.assert_allclose(tiles[row, column], expected, atol=1e-5)


@pytest.mark.parametrize(
    ("center", "radius"), [((0.0, 0.0), 0.0), ((np.nan, 0.0), 1.0), ((0.0, 0.0), np.inf)]
)
def test_a_map_of_no_square_is_refused(center: tuple[float, float], radius: float) -> None:
    with pytest.raises(ValueError, match="radius above 0"):
        latent.map_codes(3, center, radius)


def test_quantiles_against_scipy() -> None:
    from scipy.stats import norm

    got = latent.normal_quantiles(15, 0.05, 0.95)
    np.testing.assert_allclose(got, norm.ppf(np.linspace(0.05, 0.95, 15)), atol=1e-6)
    assert latent.normal_quantiles(1) == pytest.approx(0.0)


def test_large_sets_are_decoded_in_batches_with_the_same_result(vae: Any) -> None:
    codes = np.random.default_rng(0).normal(size=(25, 3))
    whole, parts = (
        latent.decode(vae.decoder, codes),
        latent.decode(vae.decoder, codes, batch_size=7),
    )
    np.testing.assert_allclose(whole, parts, atol=1e-6)
    assert latent.decode(vae.decoder, np.zeros((0, 3))).shape == (0, 8, 8, 1)


def test_a_grid_follows_the_weights(vae: Any) -> None:
    other = dense_vae((8, 8, 1), latent_dim=3, hidden=(16,))
    before = latent.latent_grid(other.decoder, 2, latent_dim=3)
    other.set_weights([2 * w + 0.1 for w in other.get_weights()])
    after = latent.latent_grid(other.decoder, 2, latent_dim=3)
    corner = np.float32(latent.normal_quantiles(2)[0])
    np.testing.assert_allclose(after[1, 0], by_hand(other, corner, corner, 0.0), atol=1e-5)
    assert np.abs(after - before).max() > 1e-3


def test_a_path_is_straight_and_has_both_ends(vae: Any) -> None:
    start, end = [1.0, -1.0, 0.0], [0.0, 1.0, 2.0]
    images = latent.path(vae.decoder, start, end, 5)
    for i in range(5):
        code = [a + (b - a) * i / 4 for a, b in zip(start, end, strict=True)]
        np.testing.assert_allclose(images[i], by_hand(vae, *code), atol=1e-5)


def test_a_concept_vector_leads_from_one_group_to_the_other() -> None:
    rng = np.random.default_rng(0)
    a = rng.normal(size=(40, 3))
    got = latent.concept_vector(a, np.concatenate([a, a + np.array([2.0, 0.0, -4.0])]))
    np.testing.assert_allclose(got, [1.0, 0.0, -2.0], atol=1e-5)


def test_codes_are_the_means(vae: Any) -> None:
    images = np.random.default_rng(0).random((10, 8, 8, 1))
    codes = latent.encode(vae.encoder, images, batch_size=4)
    np.testing.assert_allclose(codes, vae.encoder(images.astype("f4"))[0], atol=1e-5)


def test_the_plane_shows_nearly_all_codes_and_holds_still() -> None:
    codes = np.random.default_rng(0).normal(0, 2, (1000, 3))
    radius = latent.plane_radius(codes, (0, 2))
    assert (np.abs(codes[:, [0, 2]]).max(axis=1) <= radius).mean() > 0.99
    assert radius == latent.plane_radius(codes * 0.98, (0, 2))
    assert latent.plane_radius(np.zeros((0, 2))) == latent.plane_radius([[np.nan, 1.0]]) == 3.0


def test_centers_of_groups() -> None:
    codes = [[0.0, 1.0], [2.0, 3.0], [8.0, 8.0]]
    centers = latent.group_centers(codes, [4, 4, 7], [7, 4, 1])
    np.testing.assert_array_equal(centers[:2], [[8, 8], [1, 2]])
    assert np.isnan(centers[2]).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda v: latent.latent_grid(v.decoder), r"takes latent vectors of 3 .*\(225, 2\)"),
        (lambda v: latent.decode(v.decoder, [1.0, 2.0, 3.0]), r"shape \(3,\)"),
        (lambda v: latent.decode(v.decoder, [[np.nan, 0, 0]]), "finite"),
        (lambda v: latent.decode(v.encoder, [[0.0, 0, 0]]), "input shape .*8, 8"),
        (lambda v: latent.encode(v.encoder, np.zeros((2, 9, 8, 1))), r"Received: .*\(9, 8, 1\)"),
        (lambda v: latent.encode(v.encoder, np.zeros((2, 8, 8))), r"Received: .*\(8, 8\)"),
        (lambda v: latent.check_fit(v.decoder, dense_vae().encoder), "vectors of 3 numbers"),
        (lambda _: latent.normal_quantiles(0), "1 to 50. Received: 0"),
        (lambda _: latent.normal_quantiles(5, 0.0, 0.9), "0 < low < high < 1"),
        (lambda _: latent.normal_quantiles(5, 0.9, 0.1), "0 < low < high < 1"),
        (lambda _: latent.grid_codes(axes=(1, 1)), r"two different dimensions.*\(1, 1\)"),
        (lambda _: latent.grid_codes(axes=(0, 2)), "from 0 to 1"),
        (lambda _: latent.grid_codes(latent_dim=1), "at least two"),
        (lambda _: latent.grid_codes(rest=[1.0]), "`rest` must have 2 numbers"),
        (lambda _: latent.path_codes([0.0], [0.0, 1.0]), "of the same length"),
        (lambda _: latent.path_codes([0.0], [1.0], 1), "2 to 1,000. Received: 1"),
        (lambda _: latent.concept_vector(np.zeros((0, 2)), [[0, 1]]), "Received: 0 and 1"),
        (lambda _: latent.concept_vector([[0.0]], [[0, 1]]), "the same latent_dim"),
    ],
)
def test_bad_input_is_named(vae: Any, call: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call(vae)


def test_a_decoder_that_gives_no_images() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(64)])
    with pytest.raises(ValueError, match=r"returns images .*Received: output of shape \(1, 64\)"):
        latent.decode(model, [[0.0, 0.0]])
