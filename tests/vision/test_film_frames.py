"""Frames of films: what is drawn where, in which color."""

from __future__ import annotations

import numpy as np

from dlwidgets.vision.film_frames import LONGEST, blended, captioned, matrix, tiled, with_points


def test_tiles_lie_row_by_row_with_borders_and_labels() -> None:
    tiles = np.arange(4, dtype=np.uint8).repeat(12).reshape(4, 2, 2, 3) * 40
    plain = tiled(tiles, columns=2)
    assert max(plain.shape) <= LONGEST
    corners = [plain[y, x, 0] for y in (0, -1) for x in (0, -1)]
    assert corners == [0, 40, 80, 120]
    bordered = tiled(tiles, columns=2, borders=["#ff0000", "", "", ""])
    assert bordered[0, 0].tolist() == [255, 0, 0]
    assert bordered[0, -1].tolist() == [255, 255, 255]
    labeled = tiled(tiles, columns=2, labels=["a", "b", "c", "d"])
    assert labeled.shape != plain.shape
    chinese = tiled(tiles, columns=2, labels=["中"] * 4)
    assert (chinese != labeled).any(), "letters that the font doesn't have aren't drawn as boxes"


def test_what_is_cold_stays_clear_unless_the_map_is_opaque() -> None:
    table = np.zeros((256, 3), np.uint8)
    image, heat = np.full((1, 3, 3), 200, np.uint8), np.array([[0, 128, 255]], np.uint8)
    half = blended(image, heat, table, opacity=0.5)[0, :, 0]
    assert half[0] > half[1] > half[2] == 100
    assert blended(image, heat, table, opacity=1.0).max() == 0
    signed = blended(image, heat, table, opacity=0.5, zero=128)[0, :, 0]
    assert signed[1] > signed[2]
    assert signed[1] > signed[0], "both signs count"


def test_points_lie_where_the_map_is() -> None:
    plane = np.zeros((100, 100, 3), np.uint8)
    drawn = with_points(plane, np.array([[1.0, 1.0], [9.0, 0.0]]), np.array([1, 0]), (0, 0, 2))
    assert drawn[25, 75].tolist() == [0xD1, 0x57, 0x0F]
    assert (drawn[25, 75] != drawn[75, 25]).any()
    assert drawn[:, :60].max() == 0, "points elsewhere aren't drawn"


def test_a_matrix_is_colored_by_the_shares_of_its_rows() -> None:
    picture = matrix(np.array([[8, 0], [0, 0]]), ["cat", "dog"])
    colors = {tuple(c) for c in picture.reshape(-1, 3).tolist()}
    assert {(31, 111, 214), (255, 255, 255)} <= colors
    many = matrix(np.eye(100, dtype=int), [str(i) for i in range(100)])
    assert many[0, 0].tolist() == [31, 111, 214], "no room for names"


def test_a_line_below_names_the_step() -> None:
    picture = np.zeros((50, 120, 3), np.uint8)
    one, other = captioned(picture, "Step 1"), captioned(picture, "Step 2,000")
    assert one.shape == (70, 120, 3)
    assert (one[:50] == 0).all()
    assert (one != other).any()
