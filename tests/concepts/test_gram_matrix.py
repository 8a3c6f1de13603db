"""The cases that the page is tested with, computed anew with NumPy and SciPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import correlate

from dlwidgets.concepts import _gram_matrix as engine

CASES = json.loads((Path(__file__).parent / "cases" / "gram-matrix.json").read_text())
IMAGE = np.array(CASES["image"])


def by_scipy(image: np.ndarray) -> np.ndarray:
    kernels = [np.reshape(kernel, (3, 3)) for kernel in CASES["kernels"].values()]
    return np.stack([np.maximum(0, correlate(image, k, mode="nearest")) for k in kernels])


def test_feature_maps_and_their_products_are_those_of_scipy_and_numpy() -> None:
    maps = by_scipy(IMAGE)
    np.testing.assert_allclose(maps.reshape(6, -1), CASES["maps"], atol=1e-8)
    np.testing.assert_allclose(engine.features(IMAGE), maps, atol=1e-12)
    products = np.einsum("iyx,jyx->ij", maps, maps) / IMAGE.size
    np.testing.assert_allclose(products, CASES["gram"], atol=1e-8)
    np.testing.assert_allclose(engine.gram(maps), products)


def test_a_shuffle_moves_each_pixel_once_and_changes_losses_as_numpy_says() -> None:
    maps, tables = by_scipy(IMAGE), np.array(CASES["gram"])
    for case in CASES["shuffles"]:
        options = {name: case[name] for name in ("share", "tile", "seed")}
        places = engine.sources(*IMAGE.shape, **options)
        assert places.ravel().tolist() == case["sources"]
        assert sorted(case["sources"]) == list(range(IMAGE.size))
        # In all maps alike: no entry changes.
        alike = engine.gram(maps.reshape(6, -1)[:, places])
        np.testing.assert_allclose(alike, tables, atol=1e-8)
        moved = by_scipy(IMAGE.ravel()[places])
        after = np.einsum("iyx,jyx->ij", moved, moved) / IMAGE.size
        assert engine.content_loss(maps, moved) == pytest.approx(case["content"])
        assert np.sum((tables - after) ** 2) / 144 == pytest.approx(case["style"], abs=1e-7)
        assert engine.style_loss(tables, after) == pytest.approx(case["style"], abs=1e-7)
    moved = [np.mean(np.array(c["sources"]) != np.arange(42)) for c in CASES["shuffles"]]
    assert moved[0] == 1
    assert moved[1] == 0.5
    assert moved[-2:] == [0, 0]  # a tile that doesn't fit, and no share


def test_it_is_the_book_s_style_loss() -> None:
    a, b = np.random.default_rng(0).random((2, 6, 5, 5))
    size = 25
    sums = [m.reshape(6, -1) @ m.reshape(6, -1).T for m in (a, b)]
    printed = np.sum((sums[0] - sums[1]) ** 2) / (4 * 6**2 * size**2)
    assert engine.style_loss(engine.gram(a), engine.gram(b)) == pytest.approx(printed)


def test_larger_tiles_keep_more_of_the_style() -> None:
    image = 0.5 + 0.5 * np.sin(np.add.outer(np.arange(96), np.arange(96)) / 4)
    tables = [
        engine.gram(
            engine.features(image.ravel()[engine.sources(96, 96, share=1, tile=tile, seed=0)])
        )
        for tile in (1, 16)
    ]
    single, large = (engine.style_loss(engine.gram(engine.features(image)), t) for t in tables)
    assert large < single / 20


def test_features_are_shortened_to_what_a_page_takes() -> None:
    maps, channels = engine.checked_features(np.zeros((1, 14, 14, 64)))
    assert (maps.shape, maps.dtype, channels) == ((8, 14, 14), np.dtype("<f4"), 64)
    assert engine.checked_features(np.zeros((60, 50, 3)))[0].shape == (3, 60, 50)
    assert engine.checked_features(np.zeros((90, 90, 3)))[0].shape == (1, 90, 90)


@pytest.mark.parametrize(
    "maps",
    [np.zeros((2, 3)), np.zeros((2, 4, 4, 3)), [[[np.inf]]], [[["a"]]], np.zeros((200, 100, 1))],
)
def test_what_are_no_features_is_said(maps: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `features` .*Received"):
        engine.checked_features(maps)
