"""The cases that the page is tested with, computed anew with NumPy, SciPy and Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from scipy.signal import convolve2d

from dlwidgets.concepts import _convolution as engine
from dlwidgets.concepts import _pictures

CASES = json.loads((Path(__file__).parent / "cases" / "convolution.json").read_text())
IMAGE = np.array(CASES["image"], float)
ROOT = Path(__file__).parents[2]


def by_keras(case: dict[str, Any]) -> np.ndarray:
    kernel, padding = np.array(case["kernel"], "float32"), case["padding"]
    image = IMAGE.astype("float32")[None, :, :, None]
    if isinstance(padding, int):
        image, padding = keras.layers.ZeroPadding2D(padding)(image), "valid"
    layer = keras.layers.Conv2D(
        1,
        kernel.shape,
        strides=case["stride"],
        dilation_rate=case["dilation"],
        padding=padding,
        use_bias=False,
        kernel_initializer=lambda shape, dtype: kernel.reshape(shape),
    )
    return keras.ops.convert_to_numpy(layer(image))[0, :, :, 0]


def by_scipy(case: dict[str, Any]) -> np.ndarray:
    """A kernel with its gaps written out as zeros, of which each `stride`-th output is kept."""
    kernel, d, s = np.array(case["kernel"], float), case["dilation"], case["stride"]
    spread = np.zeros([d * (n - 1) + 1 for n in kernel.shape])
    spread[::d, ::d] = kernel
    p = case["padding"]
    around = [(p, p)] * 2 if isinstance(p, int) else [(0, 0)] * 2
    if p == "same":
        sizes = zip(IMAGE.shape, spread.shape, strict=True)
        every = [max(0, (-(-n // s) - 1) * s + m - n) for n, m in sizes]
        around = [(n // 2, n - n // 2) for n in every]
    padded = np.pad(IMAGE, around)
    if any(n < m for n, m in zip(padded.shape, spread.shape, strict=True)):
        return np.zeros((0, 0))
    return convolve2d(padded, spread[::-1, ::-1], "valid")[::s, ::s]


def test_the_cases_are_what_keras_and_scipy_compute() -> None:
    compared = 0
    for case in CASES["convolutions"]:
        output = np.array(case["output"], float).reshape(case["size"])
        options = {name: case[name] for name in ("stride", "padding", "dilation")}
        np.testing.assert_allclose(engine.correlate(IMAGE, case["kernel"], **options), output)
        np.testing.assert_allclose(by_scipy(case), output, atol=1e-9)
        # Keras takes a stride or a dilation, and no kernel that doesn't fit.
        if min(case["stride"], case["dilation"]) == 1 and output.size:
            np.testing.assert_allclose(by_keras(case), output, atol=1e-3)
            compared += 1
    assert compared > 60


def test_gradients_are_those_of_numpy() -> None:
    for case in CASES["gradients"]:
        found = engine.convolve(IMAGE, engine.PRESETS["sobel_x"][0], mode=case["mode"])
        x, y = (by_scipy({**PLAIN, "kernel": engine.PRESETS[n][0]}) for n in ("sobel_x", "sobel_y"))
        by_hand = np.sqrt(x**2 + y**2) if case["mode"] == "magnitude" else np.angle(x + 1j * y)
        np.testing.assert_allclose(found, by_hand)
        np.testing.assert_allclose(found, np.array(case["output"]).reshape(found.shape), atol=1e-6)


PLAIN = {"stride": 1, "padding": "valid", "dilation": 1}


def test_the_exercises_of_the_books() -> None:
    patch = [[1, 1, 1], [0, 1, 1], [0, 1, 1]]
    assert engine.correlate(patch, np.eye(3)).tolist() == [[3]]
    windows = [engine.output_size(5, 3, 1, "valid", 1), engine.output_size(5, 3, 1, "same", 1)]
    assert [n * n for n in (*windows, engine.output_size(5, 3, 2, "valid", 1))] == [9, 25, 4]
    # An array of 64×64 is halved by a stride of 2, and 5×5 stays so with zeros around it.
    assert engine.output_size(64, 3, 2, "same", 1) == 32


def test_the_exercise_with_decimals() -> None:
    """Keras computes with 32 bits: 0.3 is exact to the last printed digit, and no further."""
    image, kernel = np.array(CASES["sums"]["image"]), engine.PRESETS["horizontal"][0]
    layer = keras.layers.Conv2D(
        1, 3, use_bias=False, kernel_initializer=lambda shape, dtype: np.reshape(kernel, shape)
    )
    by_layer = keras.ops.convert_to_numpy(layer(image.astype("float32")[None, :, :, None]))
    for output in (engine.correlate(image, kernel), by_layer[0, :, :, 0]):
        np.testing.assert_allclose(output, CASES["sums"]["output"], atol=1e-6)
    assert CASES["sums"]["output"][0] == [2.8, 0.3]


def test_known_kernels_are_those_of_the_page() -> None:
    presets = {name: [np.array(k).tolist(), mode] for name, (k, mode) in engine.PRESETS.items()}
    assert presets == {name: [k, mode] for name, (k, mode) in CASES["presets"].items()}


def test_the_page_has_the_pictures_of_the_package() -> None:
    target = ROOT / "labextension" / "src" / "shared" / "concept" / "pictures.ts"
    assert target.read_text() == _pictures.script()


@pytest.mark.parametrize("kernel", ["laplace", np.zeros((6, 1)), [1, 2], [["a"]], [[200]]])
def test_what_is_no_kernel_is_said(kernel: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected .*kernel"):
        engine.checked_kernel(kernel)
