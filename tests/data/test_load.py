"""Loading: what comes back, from where, and without TensorFlow."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dlwidgets import data
from dlwidgets._messages import Message
from tests.helpers.data_files import images, split, write_cifar_batches, write_fashion, write_npz

if TYPE_CHECKING:
    from pathlib import Path


def test_names_are_all_described() -> None:
    assert tuple(data.available()) == data.names()


def test_available_answers_by_kind_task_channels_size_and_place(own: Path) -> None:
    write_npz(own / "mnist.npz", **split((28, 28)))
    everything = data.available()
    images = data.available(kind="image")
    assert {d.kind for d in images.values()} == {"image"}
    assert set(everything) - set(images) == {d.name for d in everything.values() if not d.channels}
    assert {d.channels for d in data.available(channels=1).values()} == {1}
    assert "cifar10" in data.available(channels=3)
    assert list(data.available(kind="image", max_side=8)) == ["digits"]
    assert list(data.available(task="regression", kind="table")) == ["line", "boston_housing"]
    assert list(data.available(local=True)) == ["digits", "digits28", "line", "ring", "mnist"]
    assert not {"digits", "digits28", "line", "ring", "mnist"} & set(data.available(local=False))
    assert everything["fashion_mnist"].class_names[9] == "Ankle boot"
    assert [d.name for d in everything.values() if d.drawable] == ["digits", "digits28", "mnist"]


def test_what_a_data_set_is_called_can_be_translated() -> None:
    found = data.available()["cifar10"]
    assert found.option == "CIFAR-10 (download)"
    for text in (found.option, found.describe(), found.details()):
        assert isinstance(text, Message)
        assert text.id != text


def test_digits_are_scikit_learns_split_once_and_for_all() -> None:
    from sklearn.datasets import load_digits

    first, again = data.load("digits"), data.load("digits")
    published = load_digits()
    assert first.x_train.shape == (1438, 8, 8)
    assert first.x_test.shape == (359, 8, 8)
    assert first.x_train.dtype == np.uint8
    np.testing.assert_array_equal(first.x_train, again.x_train)
    ours = {(x.tobytes(), int(y)) for x, y in _pairs(first)}
    theirs = zip(published.images.astype(np.uint8), published.target, strict=True)
    assert ours == {(x.tobytes(), int(y)) for x, y in theirs}
    in_test = np.bincount(first.y_test) / np.bincount(np.r_[first.y_train, first.y_test])
    assert np.all(np.abs(in_test - 0.2) < 0.01)
    assert first.num_classes == 10
    assert first.input_shape == (8, 8, 1)


def _pairs(found: data.Dataset) -> list[tuple[np.ndarray, int]]:
    train = zip(found.x_train, found.y_train, strict=True)
    return [*train, *zip(found.x_test, found.y_test, strict=True)]


def test_digits_without_the_table_come_through_scikit_learns_loader(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    expected = data.load("digits")
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    np.testing.assert_array_equal(data.load("digits").x_train, expected.x_train)


def test_line_is_the_six_points() -> None:
    line = data.load("line")
    assert line.x_train.ravel().tolist() == [-1, 0, 1, 2, 3, 4]
    assert line.y_train.tolist() == [-3, -1, 1, 3, 5, 7]
    assert (line.task, line.class_names, line.input_shape) == ("regression", (), (1,))
    np.testing.assert_array_equal(line.normalized().x_train, line.x_train)


@pytest.mark.parametrize(
    ("name", "shape", "input_shape"),
    [("mnist", (28, 28), (28, 28, 1)), ("cifar10", (32, 32, 3), (32, 32, 3))],
)
def test_npz_is_found_in_own_folder_before_the_keras_cache(
    own: Path, keras_cache: Path, name: str, shape: tuple[int, ...], input_shape: tuple[int, ...]
) -> None:
    arrays = split(shape)
    write_npz(own / f"{name}.npz", **arrays)
    write_npz(keras_cache / f"{name}.npz", **{**arrays, "x_train": images(shape, seed=7)})
    found = data.load(name)
    np.testing.assert_array_equal(found.x_train, arrays["x_train"])
    assert (found.origin, found.source) == ("$DLWIDGETS_DATA", own / f"{name}.npz")
    assert found.y_train.dtype == np.int64
    assert found.input_shape == input_shape

    (own / f"{name}.npz").unlink()
    assert data.load(name).origin == "Keras cache"


def test_labels_in_a_column_become_a_row(own: Path) -> None:
    arrays = split((32, 32, 3))
    write_npz(own / "cifar10.npz", **{**arrays, "y_train": arrays["y_train"][:, np.newaxis]})
    assert data.load("cifar10").y_train.tolist() == arrays["y_train"].tolist()


def test_fashion_mnist_from_its_four_files(keras_cache: Path) -> None:
    write_fashion(keras_cache)
    found = data.load("fashion_mnist")
    np.testing.assert_array_equal(found.x_train, images((28, 28)))
    np.testing.assert_array_equal(found.x_test, images((28, 28), 10, 1))
    assert found.class_names[9] == "Ankle boot"
    assert found.source == keras_cache / "fashion-mnist"


@pytest.mark.parametrize(
    "folder", ["cifar-10-batches-py", "cifar-10-batches-py-target/cifar-10-batches-py"]
)
def test_cifar10_from_the_batches_of_the_keras_cache(keras_cache: Path, folder: str) -> None:
    write_cifar_batches(keras_cache / folder)
    found = data.load("cifar10")
    assert found.x_train.shape == (20, 32, 32, 3)
    np.testing.assert_array_equal(found.x_train[:4], images((3, 32, 32), 4).transpose(0, 2, 3, 1))
    assert found.y_test.tolist() == [0, 3, 9, 5]


def test_imdb_keeps_each_review_with_its_label(own: Path) -> None:
    def reviews(n: int) -> np.ndarray:
        texts = np.empty(n, object)
        texts[:] = [[i + 1] * (i + 1) for i in range(n)]
        return texts

    half = {"x_train": reviews(6), "y_train": np.arange(6) % 2}
    write_npz(own / "imdb.npz", **half, x_test=reviews(4), y_test=np.arange(4) % 2)
    found = data.load("imdb")
    assert sorted(len(text) for text in found.x_train) == [1, 2, 3, 4, 5, 6]
    assert all(len(x) % 2 != y for x, y in zip(found.x_train, found.y_train, strict=True))
    with pytest.raises(ValueError, match="lists of word ranks"):
        found.normalized()


def test_boston_housing_is_split_as_keras_splits_it(own: Path) -> None:
    x = np.arange(130, dtype=float).reshape(10, 13)
    write_npz(own / "boston_housing.npz", x=x, y=x[:, 0])
    found = data.load("boston_housing")
    assert (len(found.x_train), len(found.x_test)) == (8, 2)
    np.testing.assert_array_equal(found.x_train[:, 0], found.y_train)
    scaled = found.normalized().x_train
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(scaled.std(axis=0), 1, atol=1e-6)


def test_normalized_images_span_zero_to_one() -> None:
    digits = data.load("digits")
    scaled = digits.normalized()
    assert scaled.x_train.shape == (1438, 8, 8, 1)
    assert scaled.x_train.dtype == np.float32
    assert (scaled.x_train.min(), scaled.x_train.max()) == (0.0, 1.0)
    assert digits.x_train.max() == 16
    assert scaled.input_shape == digits.input_shape


def test_progress_is_reported(own: Path) -> None:
    write_npz(own / "mnist.npz", **split((28, 28)))
    told: list[tuple[float | None, str]] = []
    data.load("mnist", progress=lambda fraction, text: told.append((fraction, text)))
    assert told == [(None, "Reading MNIST"), (1.0, "Loaded MNIST")]


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("mnits", "mnist"), ("Fashion-MNIST", "fashion_mnist"), ("cifar-10", "cifar10")],
)
def test_unknown_name_names_the_nearest(wrong: str, nearest: str) -> None:
    with pytest.raises(data.UnknownDatasetError, match=f"Did you mean '{nearest}'") as raised:
        data.load(wrong)
    assert repr(wrong) in str(raised.value)


def test_unlike_any_name_lists_the_names() -> None:
    with pytest.raises(data.UnknownDatasetError, match="Known: digits, digits28, line, ring, mn"):
        data.load("../../etc/passwd")


@pytest.mark.usefixtures("own")
def test_available_says_where_and_how_large(own: Path, keras_cache: Path) -> None:
    path = write_npz(own / "mnist.npz", **split((28, 28)))
    write_fashion(keras_cache)
    found = data.available()
    assert found["digits"].describe().endswith("images, 8×8, included in scikit-learn")
    assert (found["mnist"].where, found["mnist"].path) == ("environment", path)
    assert found["mnist"].nbytes == path.stat().st_size
    assert found["fashion_mnist"].where == "keras"
    assert found["cifar10"].describe() == (
        "CIFAR-10: 50,000 + 10,000 color images, 32×32, download of 170\u00a0MB"
    )
    assert [name for name, item in found.items() if not item.local] == [
        "cifar10",
        "boston_housing",
        "imdb",
        "reuters",
        "jena_climate",
        "nyc_weather",
        "glove",
        "cats_vs_dogs",
        "fruits_360",
    ]


def test_local_data_needs_no_tensorflow(own: Path) -> None:
    write_npz(own / "mnist.npz", **split((28, 28)))
    code = (
        "import sys; from dlwidgets import data; data.available();"
        "data.load('digits'), data.load('line'), data.load('mnist').normalized();"
        "print([m for m in ('tensorflow', 'keras', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.usefixtures("real_data")
@pytest.mark.parametrize(
    ("name", "train", "test"),
    [
        ("mnist", (60000, 28, 28), (10000, 28, 28)),
        ("cifar10", (50000, 32, 32, 3), (10000, 32, 32, 3)),
        ("imdb", (25000,), (25000,)),
        ("boston_housing", (404, 13), (102, 13)),
    ],
)
def test_real_data_is_whole(name: str, train: tuple[int, ...], test: tuple[int, ...]) -> None:
    found = data.load(name, download_missing=False)
    assert (found.x_train.shape, found.x_test.shape) == (train, test)
    if found.task == "classification":
        counts = np.bincount(found.y_train, minlength=found.num_classes)
        assert counts.min() > 0.08 * len(found.y_train)


def test_reuters_is_shuffled_and_split_as_keras_does(own: Path) -> None:
    texts = np.empty(10, object)
    texts[:] = [[i + 1] * (i + 1) for i in range(10)]
    write_npz(own / "reuters.npz", x=texts, y=np.arange(10))
    found = data.load("reuters")
    order = np.arange(10)
    np.random.RandomState(113).shuffle(order)
    assert [*found.y_train, *found.y_test] == order.tolist()
    assert all(len(x) == y + 1 for x, y in zip(found.x_train, found.y_train, strict=True))
    assert (len(found.y_test), found.num_classes, found.class_names[3]) == (2, 46, "earn")
