"""The cases that the page is tested with, and Keras's layers and its image generator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _augmentation as engine
from dlwidgets.concepts._augmentation import Throw

CASES = json.loads((Path(__file__).parent / "cases" / "augmentation.json").read_text())
IMAGE = np.array(CASES["image"], "float32")
BOOK = {name: engine.FIELDS[name].value for name in engine.FIELDS if name not in ("throw", "at")}


def test_the_cases_are_what_keras_computes() -> None:
    keras = load_keras()
    height, width = IMAGE.shape
    for case in CASES["samples"]:
        throw, mode = Throw(*case["throw"]), case["fill_mode"]
        matrix = engine.matrix_of(throw, height, width)
        np.testing.assert_allclose(matrix[:2].ravel(), case["matrix"], atol=1e-9)
        found = engine.sample(IMAGE, matrix, mode)
        np.testing.assert_allclose(found.ravel(), case["pixels"], atol=1e-9)
        transform = matrix.ravel()[:8].astype("float32")
        by_keras = keras.ops.image.affine_transform(IMAGE[..., None], transform, fill_mode=mode)
        np.testing.assert_allclose(found, np.asarray(by_keras)[..., 0], atol=1e-5)
        assert engine.filled(matrix, height, width) == pytest.approx(case["filled"])
    assert {case["fill_mode"] for case in CASES["samples"]} == set(engine.FILL_MODES)


def test_each_number_is_that_of_a_layer_of_keras() -> None:
    layers = load_keras().layers
    pairs: list[tuple[Any, Throw]] = [
        (layers.RandomRotation((0.1, 0.1), fill_mode="reflect"), Throw(angle=36)),
        (layers.RandomTranslation((0.2, 0.2), (-0.1, -0.1)), Throw(right=-0.1, down=0.2)),
        (layers.RandomZoom((0.25, 0.25), (-0.3, -0.3)), Throw(zoom_x=0.7, zoom_y=1.25)),
    ]
    for layer, throw in pairs:
        expected = np.asarray(layer(IMAGE[None, ..., None], training=True))[0, ..., 0]
        matrix = engine.matrix_of(throw, *IMAGE.shape)
        np.testing.assert_allclose(engine.sample(IMAGE, matrix, "reflect"), expected, atol=1e-5)
    flipped = engine.sample(IMAGE, engine.matrix_of(Throw(flip_x=1), *IMAGE.shape), "nearest")
    np.testing.assert_allclose(flipped, IMAGE[:, ::-1])


@pytest.mark.filterwarnings("ignore:Please import")
def test_the_order_is_that_of_the_book_s_generator() -> None:
    load_keras()
    import tensorflow as tf

    generator = tf.keras.preprocessing.image.ImageDataGenerator(fill_mode="nearest")
    side = min(IMAGE.shape)
    square = IMAGE[:side, :side]
    for number in range(6):
        throw = engine.throw_of({**BOOK, "vertical_flip": True}, 4, number)
        parameters = {
            "theta": throw.angle,
            "tx": -throw.right * side,
            "ty": -throw.down * side,
            "shear": np.degrees(throw.shear),
            "zx": throw.zoom_x,
            "zy": throw.zoom_y,
            "flip_horizontal": throw.flip_x,
            "flip_vertical": throw.flip_y,
        }
        expected = generator.apply_transform(square[..., None], parameters)[..., 0]
        found = engine.sample(square, engine.matrix_of(throw, side, side), "nearest")
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_throws_are_those_of_the_page_and_stay_within_the_ranges() -> None:
    for case in CASES["throws"]:
        throw = engine.throw_of(case["values"], case["seed"], case["number"])
        np.testing.assert_allclose(throw, case["throw"], atol=1e-9)
    many = np.array([engine.throw_of(BOOK, 1, number) for number in range(800)])
    angle, right, _, shear, zoom_x, zoom_y, flip_x, flip_y = many.T
    assert (np.abs(angle).max() <= 40, np.abs(angle).max() > 38) == (True, True)
    assert (np.abs(right).max() <= 0.2, np.abs(shear).max() <= 0.2) == (True, True)
    assert (zoom_x.min() >= 0.8, zoom_y.max() <= 1.2) == (True, True)
    assert np.mean(angle) == pytest.approx(0, abs=2)
    assert (flip_x.mean(), flip_y.mean()) == (pytest.approx(0.5, abs=0.06), 0)
    # A larger range is the same dice, thrown farther.
    wide = engine.throw_of({**BOOK, "rotation": 80}, 1, 5)
    assert wide.angle == pytest.approx(2 * angle[5])
    assert wide.right == right[5]


def test_what_signs_read_as() -> None:
    for sign, angle, flip_x, flip_y, reads in CASES["signs"]:
        throw = Throw(angle=angle, flip_x=flip_x, flip_y=flip_y)
        assert engine.reads_as(sign, throw) == reads, (sign, throw)
    # Two flips are half a turn.
    for sign in [*map(str, range(10)), "b", "pod"]:
        both = engine.reads_as(sign, Throw(flip_x=1, flip_y=1))
        assert both == engine.reads_as(sign, Throw(angle=180))
        assert engine.reads_as(sign, Throw(180, flip_x=1, flip_y=1)) == sign


@pytest.mark.parametrize("throw", [[1] * 9, [[1]], ["a"], [200], [0, 0, 0, 0, 0], [np.nan]])
def test_what_is_no_throw_is_said(throw: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected .*throw.*Received"):
        engine.checked_throw(throw)
