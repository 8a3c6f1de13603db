"""The cases that the page is tested with, computed anew with NumPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets.concepts import _tensors as engine

CASES = json.loads((Path(__file__).parent / "cases" / "tensors.json").read_text())


def by_numpy(act: Any) -> list[int] | None:
    try:
        return list(act())
    except (IndexError, ValueError):
        return None


def test_slices_are_those_of_numpy() -> None:
    x = np.zeros((10, 28, 28))
    for case in CASES["slices"]:
        index = tuple(map(engine.index_of, case["axes"]))
        assert by_numpy(lambda index=index: x[index].shape) == case["shape"]
        for axis, size, taken in zip(index, x.shape, case["ranges"], strict=True):
            found = by_numpy(lambda a=axis, n=size: np.atleast_1d(np.arange(n)[a]))
            ends = found and [found[0], found[-1] + 1]
            assert ends == taken


def test_shapes_are_those_of_numpy() -> None:
    for case in CASES["broadcasts"]:
        a, b = case["a"], case["b"]
        assert by_numpy(lambda a=a, b=b: np.broadcast_shapes(tuple(a), tuple(b))) == case["result"]
        assert engine.broadcast(a, b) == case["result"]
    for case in CASES["reshapes"]:
        array, to = np.arange(case["size"]), case["to"]
        assert by_numpy(lambda x=array, to=to: x.reshape(to).shape) == case["result"]
        assert engine.reshaped(case["size"], to) == case["result"]


def test_products_and_orders_are_those_of_numpy() -> None:
    for case in CASES["transposes"]:
        array = np.arange(np.prod(case["shape"])).reshape(case["shape"])
        assert array.T.ravel().tolist() == case["order"]
    for case in CASES["dots"]:
        if case["product"] is None:
            with pytest.raises(ValueError, match="not aligned"):
                np.dot(case["left"], case["right"])
        else:
            assert np.dot(case["left"], case["right"]).tolist() == case["product"]


def test_the_tensors_of_the_book() -> None:
    clips = np.prod(engine.SIZES["video"], dtype=np.int64)
    assert clips == 106_168_320
    assert clips * np.dtype("float32").itemsize / 2**20 == 405


def test_the_loop_computes_what_numpy_does() -> None:
    x, y = np.random.default_rng(0).standard_normal((2, 50))
    np.testing.assert_allclose(engine.naive_relu_of_sum(list(x), list(y)), np.maximum(x + y, 0))
    times = engine.timed(1000)
    assert times["size"] == 1000
    assert min(times["loop"], times["numpy"]) > 0


def test_an_array_is_shortened_to_what_a_page_takes() -> None:
    kept, samples = engine.checked_tensor(np.zeros((1000, 28, 28), np.uint8))
    assert (len(kept), samples) == (45, 1000)
    kept, samples = engine.checked_tensor([1.5, 2])
    assert (kept.dtype, kept.shape, samples) == (np.dtype("<f4"), (2,), 2)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros(()),
        np.zeros((0, 3)),
        np.zeros((1, 2, 2, 2)),
        np.zeros((1, 1, 1, 1, 1)),
        ["a"],
        [np.nan],
        np.zeros((2, 300, 300)),
    ],
)
def test_what_can_not_be_shown_is_said(array: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected an array .*Received"):
        engine.checked_tensor(array)
