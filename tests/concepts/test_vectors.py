"""The cases that the page is tested with, computed anew with NumPy and SciPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.ndimage import affine_transform

from dlwidgets.concepts import _vectors as engine

CASES = json.loads((Path(__file__).parent / "cases" / "vectors.json").read_text())
IMAGE = np.array(CASES["image"], float)


def by_scipy(matrix: list[list[float]], shift: list[float]) -> np.ndarray:
    """Rows and columns to the plane, back through the matrix, and to rows and columns."""
    height, width = IMAGE.shape
    half = max(height, width) / 2
    place = np.array(
        [[0, 1 / half, (0.5 - width / 2) / half], [-1 / half, 0, (height / 2 - 0.5) / half]]
    )
    place = np.vstack([place, [0, 0, 1]])
    by = np.block([[np.array(matrix), np.array(shift)[:, None]], [np.zeros(2), 1]])
    back = np.linalg.inv(place) @ np.linalg.inv(by) @ place
    return affine_transform(IMAGE, back, order=1, mode="grid-constant")


def test_the_cases_are_what_numpy_and_scipy_compute() -> None:
    compared = 0
    for case in CASES["matrices"]:
        matrix, shift = np.array(case["matrix"], float), case["shift"]
        np.testing.assert_allclose(matrix @ CASES["a"] + shift, case["moved"])
        determinant = np.linalg.det(matrix)
        np.testing.assert_allclose(determinant, case["determinant"], atol=1e-9)
        warped = engine.warp(IMAGE, matrix, shift)
        np.testing.assert_allclose(warped.ravel(), case["warped"], atol=1e-5)
        if abs(determinant) > 1e-9:
            np.testing.assert_allclose(warped, by_scipy(matrix.tolist(), shift), atol=1e-9)
            compared += 1
    assert compared > 5


def test_a_matrix_is_a_shear_a_scaling_and_a_rotation() -> None:
    for case in CASES["matrices"]:
        parts = engine.decompose(case["matrix"])
        np.testing.assert_allclose(parts, case["parts"], atol=1e-6)
        np.testing.assert_allclose(engine.compose(parts), case["matrix"], atol=1e-9)
        assert parts.x >= 0
        # NumPy's own: the rotation is orthogonal, and the rest triangular.
        _, triangle = np.linalg.qr(np.array(case["matrix"], float))
        np.testing.assert_allclose(abs(triangle[0, 0]), parts.x, atol=1e-9)


def test_the_rotation_of_the_book() -> None:
    angle = 0.3
    u, v = [np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]
    columns = np.array([u, v]).T
    np.testing.assert_allclose(engine.decompose(columns), [np.degrees(angle), 1, 1, 0], atol=1e-9)
    # As rows the same numbers turn the other way.
    assert engine.decompose([u, v]).angle == pytest.approx(-np.degrees(angle))


def test_a_matrix_that_rounding_has_left_is_flat() -> None:
    for angle in (0.3, 1, 2.2, -0.7):
        to = np.array([np.cos(angle), np.sin(angle)])
        onto = engine.checked_matrix(np.outer(to, to))
        assert np.linalg.det(onto) != 0
        assert not engine.warp(IMAGE, onto).any()
    assert engine.is_flat(np.zeros((2, 2)))
    assert not engine.is_flat([[0.01, 0], [0, 0.01]])


def test_known_matrices_are_those_of_the_page() -> None:
    assert CASES["presets"] == {
        name: np.array(matrix, float).ravel().tolist() for name, matrix in engine.PRESETS.items()
    }


@pytest.mark.parametrize("matrix", ["turn", [1, 2], np.eye(3), [["a", "b"]] * 2, [[10, 0], [0, 1]]])
def test_what_is_no_matrix_is_said(matrix: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected .*matrix.*Received"):
        engine.checked_matrix(matrix)
