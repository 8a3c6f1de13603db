"""Damaged and hostile files: each is named with what is wrong, and nothing of it is loaded."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import numpy as np
import pytest

from dlwidgets import data
from tests.helpers.data_files import (
    images,
    labels,
    split,
    write_cifar_batches,
    write_fashion,
    write_idx,
    write_npz,
)


class Payload:
    """Would create a file if anything unpickled it."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.target,)  # type: ignore[return-value]


def fails(name: str, path: Path, what: str) -> None:
    with pytest.raises(data.CorruptDataError, match=what) as raised:
        data.load(name)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("keep", [0, 10, 0.5, 0.9, 0.999])
def test_truncated_npz(own: Path, keep: float) -> None:
    path = write_npz(own / "mnist.npz", **split((28, 28)))
    content = path.read_bytes()
    path.write_bytes(content[: int(keep * len(content)) if keep < 1 else int(keep)])
    fails("mnist", path, "truncated or not an .npz file")
    assert "truncated" in data.available()["mnist"].problem
    assert not data.available()["mnist"].local


def test_flipped_byte_in_npz(own: Path) -> None:
    path = write_npz(own / "mnist.npz", **split((28, 28)))
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(content)
    fails("mnist", path, "can't be used")


def test_something_else_under_the_name(own: Path) -> None:
    path = own / "mnist.npz"
    path.write_text("<html>Please log in to the network</html>")
    fails("mnist", path, "not an .npz file")


def test_missing_array(own: Path) -> None:
    arrays = split((28, 28))
    del arrays["y_test"]
    path = write_npz(own / "mnist.npz", **arrays)
    fails("mnist", path, "no array 'y_test'.*x_test, x_train, y_train")


@pytest.mark.parametrize(
    ("key", "value", "what"),
    [
        ("x_train", images((28, 27)), r"x_train has shape 20×28×27, expected n×28×28"),
        ("x_test", images((28,), 10), r"x_test has shape 10×28, expected n×28×28"),
        ("x_train", images((28, 28)).astype(np.float32), "dtype float32, expected uint8"),
        ("y_train", labels(19), "y_train has shape 19 for 20 inputs"),
        ("y_train", labels() + np.uint8(1), "labels from 1 to 10, expected 0 to 9"),
        ("y_train", labels().astype(np.int8) - np.int8(1), "labels from -1 to 8"),
        ("y_test", np.linspace(0, 9, 10), "dtype float64, expected integers"),
        ("x_test", images((28, 28), 0), "x_test is empty"),
        ("x_test", np.uint8(3), "not a sequence of values"),
    ],
)
def test_wrong_contents(own: Path, key: str, value: np.ndarray, what: str) -> None:
    path = write_npz(own / "mnist.npz", **{**split((28, 28)), key: value})
    fails("mnist", path, what)


def test_nan_in_a_table(own: Path) -> None:
    x = np.ones((10, 13))
    x[3, 4] = np.nan
    path = write_npz(own / "boston_housing.npz", x=x, y=np.ones(10))
    fails("boston_housing", path, "finite")
    write_npz(path, x=np.ones((10, 13)), y=np.ones(9))
    fails("boston_housing", path, "10 inputs but 9 targets")


@pytest.mark.parametrize("name", ["imdb", "mnist"])
def test_pickled_code_in_npz_does_not_run(own: Path, tmp_path: Path, name: str) -> None:
    arrays = split((28, 28))
    arrays["x_train"] = np.array([Payload(tmp_path / "ran")] * 20, object)
    path = write_npz(own / f"{name}.npz", **arrays)
    fails(name, path, "refused to load")
    assert not (tmp_path / "ran").exists()


def test_imdb_of_other_objects(own: Path) -> None:
    texts = np.array([{"a": 1}] * 4, object)
    path = write_npz(
        own / "imdb.npz", x_train=texts, y_train=labels(4), x_test=texts, y_test=labels(4)
    )
    fails("imdb", path, "not a sequence of lists")


def test_pickled_code_in_cifar_batch_does_not_run(keras_cache: Path, tmp_path: Path) -> None:
    folder = write_cifar_batches(keras_cache / "cifar-10-batches-py")
    batch = {b"data": Payload(tmp_path / "ran"), b"labels": [0]}
    (folder / "test_batch").write_bytes(pickle.dumps(batch, protocol=2))
    fails("cifar10", folder / "test_batch", "refused to load")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("batch", "what"),
    [
        ([1, 2], "contains a list"),
        ({b"data": np.zeros((2, 3072), np.uint8), b"labels": [1]}, "2 images but 1 labels"),
        ({b"data": np.zeros((2, 100), np.uint8), b"labels": [1, 2]}, "100 values, expected 3072"),
        ({b"data": np.zeros((2, 3072)), b"labels": [1, 2]}, "not a table of bytes"),
        (
            {b"data": np.zeros((1, 3072), np.uint8), b"labels": ["x"]},
            "not a list of integer labels",
        ),
    ],
)
def test_wrong_cifar_batch(keras_cache: Path, batch: object, what: str) -> None:
    folder = write_cifar_batches(keras_cache / "cifar-10-batches-py")
    (folder / "data_batch_3").write_bytes(pickle.dumps(batch, protocol=2))
    fails("cifar10", folder / "data_batch_3", what)


def test_truncated_cifar_batch(keras_cache: Path) -> None:
    folder = write_cifar_batches(keras_cache / "cifar-10-batches-py")
    path = folder / "data_batch_2"
    path.write_bytes(path.read_bytes()[:5000])
    fails("cifar10", path, "truncated")


def test_bad_idx_files(keras_cache: Path) -> None:
    folder = write_fashion(keras_cache)
    path = folder / "t10k-images-idx3-ubyte.gz"
    good = path.read_bytes()

    path.write_bytes(good[:-20])
    fails("fashion_mnist", path, "truncated or not a gzip file")
    path.write_bytes(b"not gzip")
    fails("fashion_mnist", path, "not a gzip file")
    path.write_bytes(gzip.compress(gzip.decompress(good)[:-100]))
    fails("fashion_mnist", path, "declares 7,840 values, but it contains 7,740")
    path.write_bytes(gzip.compress(gzip.decompress(good) + b"x"))
    fails("fashion_mnist", path, "declares 7,840")
    write_idx(path, labels(10))
    fails("fashion_mnist", path, "not an IDX file of bytes with 3 dimension")
    write_idx(path, images((28, 28), 9))
    fails("fashion_mnist", folder, "y_test has shape 10 for 9 inputs")
