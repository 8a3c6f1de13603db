"""Drawings placed as the digits of the data sets are: against the data sets themselves."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from dlwidgets import data
from dlwidgets.vision.drawing import DIGITS, MNIST, Placement, place_drawing


def drawing(tall: int, wide: int, top: int = 20, left: int = 30) -> np.ndarray:
    """A filled box on paper of 112×112."""
    ink = np.zeros((112, 112), np.uint8)
    ink[top : top + tall, left : left + wide] = 255
    return ink


def box(image: np.ndarray) -> tuple[int, int]:
    return int((image > 0.05).any(1).sum()), int((image > 0.05).any(0).sum())


@pytest.mark.parametrize(("tall", "wide"), [(80, 40), (40, 80), (10, 10), (110, 110), (100, 4)])
def test_ink_fits_into_20_pixels_and_keeps_its_shape(tall: int, wide: int) -> None:
    placed = place_drawing(drawing(tall, wide, 1, 1), (28, 28))
    longest = 20 / max(tall, wide)
    height, width = box(placed)
    assert abs(height - tall * longest) <= 1
    assert abs(width - max(1, wide * longest)) <= 1
    assert placed.sum() == pytest.approx(tall * wide * longest**2, rel=1e-3)


def test_where_it_was_drawn_and_how_large_does_not_matter() -> None:
    small = np.asarray(Image.fromarray(drawing(80, 40)).resize((56, 56), Image.Resampling.NEAREST))
    for other in (drawing(80, 40, 3, 70), small):
        for size in ((28, 28), (8, 8)):
            np.testing.assert_allclose(
                place_drawing(drawing(80, 40), size), place_drawing(other, size), atol=1e-5
            )


def test_the_centre_of_mass_is_where_mnist_has_it() -> None:
    ink = drawing(80, 10)
    ink[90:100, 30:70] = 255  # an L, whose box is centered elsewhere
    placed = place_drawing(ink, (28, 28))
    for axis in (0, 1):
        mass = (placed.sum(1 - axis) * np.arange(28)).sum() / placed.sum()
        assert mass == pytest.approx(14, abs=0.05)
    assert box(placed)[0] in (20, 21)  # rows at the ends may be there in part


def test_mnist_digits_come_back() -> None:
    found = data.available()["mnist"]
    if found.where == "download":
        pytest.skip("MNIST is not on this machine")
    digits = data.load("mnist").normalized().x_test[:100, ..., 0]
    moved = [np.roll(np.kron(d, np.ones((4, 4))), (9, -6), (0, 1)) for d in digits]
    again = np.stack([place_drawing(m, (28, 28)) for m in moved])
    off = np.abs(again - digits).mean((1, 2))
    shifted = np.abs(np.roll(again, 1, 1) - digits).mean((1, 2))
    assert np.median(off) < 0.04
    assert (off < shifted).mean() > 0.8


def test_digits_fill_their_eight_rows() -> None:
    real = data.load("digits").normalized().x_train[..., 0]
    assert (np.array([box(d)[0] for d in real]) == 8).all()  # what the placement rests on
    for wide in (30, 60, 90):
        placed = place_drawing(drawing(90, wide), (8, 8))
        height, width = box(placed)
        assert height == 8
        assert 3 <= width <= 8
        left = (placed.sum(0) * np.arange(8)).sum() / placed.sum()
        assert left == pytest.approx(3.5, abs=0.05)
    assert place_drawing(drawing(90, 30), (8, 8), MNIST).sum() < placed.sum()
    assert DIGITS != MNIST


def test_no_ink_and_what_is_no_drawing() -> None:
    assert not place_drawing(np.zeros((50, 50)), (28, 28)).any()
    dot = np.zeros((112, 112))
    dot[-1, -1] = 1
    assert np.isfinite(place_drawing(dot, (28, 28))).all()
    assert place_drawing(np.ones((5, 9)), (3, 4), Placement(1, 1)).max() == pytest.approx(1)
    with pytest.raises(ValueError, match=r"shape \(2, 3, 4\)"):
        place_drawing(np.zeros((2, 3, 4)), (8, 8))
    with pytest.raises(ValueError, match="NaN or infinity"):
        place_drawing(np.full((9, 9), np.nan), (8, 8))
