"""A bounded number of samples, out of all that Keras trains on."""

from __future__ import annotations

import itertools
import time
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.data import take
from tests.helpers.feeds import BATCH, ENDLESS, STREAMS, batches, endless, one_hot, slices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.data import Dataset


@pytest.fixture
def x(digits: Dataset) -> np.ndarray:
    return digits.x_test[:120]


@pytest.fixture
def y(digits: Dataset) -> np.ndarray:
    return digits.y_test[:120]


@pytest.mark.parametrize("kind", STREAMS)
def test_each_kind_gives_what_the_arrays_hold(kind: str, x: np.ndarray, y: np.ndarray) -> None:
    found = take(STREAMS[kind](x, y))
    assert len(found) == 120
    assert (found.truncated, found.note) == (False, "")
    np.testing.assert_array_equal(found.x, x)
    np.testing.assert_array_equal(found.y, one_hot(y) if "one-hot" in kind else y)


@pytest.mark.parametrize("kind", STREAMS)
@pytest.mark.parametrize("limit", [1, BATCH, 50])
def test_the_first_samples_and_how_many(
    kind: str, limit: int, x: np.ndarray, y: np.ndarray
) -> None:
    found = take(STREAMS[kind](x, y), limit=limit)
    np.testing.assert_array_equal(found.x, x[:limit])
    assert found.truncated
    many = f"{limit} samples are" if limit > 1 else "1 sample is"
    assert found.note == f"Only the first {many} used."


@pytest.mark.parametrize("kind", STREAMS)
def test_a_limit_that_is_just_met_leaves_nothing_out(
    kind: str, x: np.ndarray, y: np.ndarray
) -> None:
    assert not take(STREAMS[kind](x, y), limit=120).truncated


@pytest.mark.parametrize("kind", ENDLESS)
def test_what_has_no_end_is_read_no_further_than_needed(
    kind: str, x: np.ndarray, y: np.ndarray
) -> None:
    found = take(ENDLESS[kind](x, y), limit=300)
    np.testing.assert_array_equal(found.x, np.concatenate([x, x, x])[:300])
    assert found.truncated


def test_arrays_of_every_make(x: np.ndarray, y: np.ndarray) -> None:
    for given in (x, x.tolist(), tf.constant(x), keras.Variable(x)):
        found = take(given, y.tolist(), limit=50)
        np.testing.assert_allclose(found.x, x[:50])
        np.testing.assert_array_equal(found.y, y[:50])
        assert found.note == "Only the first 50 of 120 samples are used."
        assert take(given, y).note == ""


def test_data_frames(x: np.ndarray, y: np.ndarray) -> None:
    pandas = pytest.importorskip("pandas")
    frame, series = pandas.DataFrame(x.reshape(120, 64)), pandas.Series(y)
    found = take(frame, series, limit=50)
    np.testing.assert_array_equal(found.x, x.reshape(120, 64)[:50])
    np.testing.assert_array_equal(found.y, y[:50])


def test_inputs_in_a_dict(x: np.ndarray, y: np.ndarray) -> None:
    pair = {"image": x, "size": np.arange(120.0)}
    dataset = tf.data.Dataset.from_tensor_slices((pair, y))
    for given in (dataset.batch(BATCH), dataset):
        found = take(given, limit=100)
        assert list(found.x) == ["image", "size"]
        np.testing.assert_array_equal(found.x["image"], x[:100])
        np.testing.assert_array_equal(found.x["size"], np.arange(100))
    arrays = take(pair, {"digit": y}, limit=100)
    np.testing.assert_array_equal(arrays.x["size"], np.arange(100))
    np.testing.assert_array_equal(arrays.y["digit"], y[:100])


def test_inputs_alone(x: np.ndarray) -> None:
    found = take(tf.data.Dataset.from_tensor_slices(x).batch(BATCH))
    np.testing.assert_array_equal(found.x, x)
    assert found.y is None
    assert take(tf.data.Dataset.from_tensor_slices((x,)).batch(BATCH)).y is None


def test_a_model_tells_single_samples_from_batches(x: np.ndarray) -> None:
    single = tf.data.Dataset.from_tensor_slices(x)
    net = dl.models.mlp((8, 8, 1), 10)
    np.testing.assert_array_equal(take(single, model=net).x, x)
    np.testing.assert_array_equal(take(single.batch(8), model=net).x, x)
    # One-hot rows of eight classes look like a batch of eight.
    pairs = tf.data.Dataset.from_tensor_slices((x, np.eye(8)[np.arange(120) % 8]))
    assert take(pairs, model=net).y.shape == (120, 8)


def test_ragged_and_sparse_rows(y: np.ndarray) -> None:
    rows = [[1, 2, 3], [4], [5, 6]] * 40
    ragged = tf.data.Dataset.from_tensor_slices((tf.ragged.constant(rows), y))
    dense = np.array([[1, 2, 3], [4, 0, 0], [5, 6, 0]] * 40)
    np.testing.assert_array_equal(take(ragged.batch(3)).x, dense)
    np.testing.assert_array_equal(take(tf.ragged.constant(rows), y).x, dense)
    sparse = tf.sparse.from_dense(dense)
    np.testing.assert_array_equal(take(sparse, y, limit=7).x, dense[:7])
    dataset = tf.data.Dataset.from_tensor_slices((sparse, y)).batch(5)
    np.testing.assert_array_equal(take(dataset).x, dense)


def test_batches_padded_to_their_own_length() -> None:
    rows = [[1, 2, 3], [4], [5, 6], [7]]
    dataset = tf.data.Dataset.from_generator(
        lambda: iter(rows), output_signature=tf.TensorSpec((None,), tf.int32)
    )
    text = keras.Sequential([keras.Input((None,)), keras.layers.Embedding(9, 2)])
    found = take(dataset.padded_batch(2), model=text)
    np.testing.assert_array_equal(found.x, [[1, 2, 3], [4, 0, 0], [5, 6, 0], [7, 0, 0]])
    assert found.note == "Shorter sequences are padded with zeros."
    assert take(dataset, model=text).x.shape == (4, 3)


def test_texts() -> None:
    dataset = tf.data.Dataset.from_tensor_slices((["no", "yes", "no"], [0, 1, 0]))
    for given in (dataset.batch(2), dataset):
        found = take(given)
        assert found.x.tolist() == [b"no", b"yes", b"no"]
        assert found.y.tolist() == [0, 1, 0]


def test_names_of_classes(tmp_path: Any, x: np.ndarray, y: np.ndarray) -> None:
    folder = tmp_path / "images"
    for i, digit in itertools.product(range(3), ("one", "two")):
        (folder / digit).mkdir(parents=True, exist_ok=True)
        at = np.flatnonzero(y == ("one", "two").index(digit) + 1)[i]
        keras.utils.save_img(folder / digit / f"{i}.png", x[at])
    images = keras.utils.image_dataset_from_directory(folder, image_size=(8, 8), verbose=False)
    found = take(images)
    assert found.class_names == ("one", "two")
    assert found.x.shape == (6, 8, 8, 3)
    assert take(slices(x, y)).class_names == ()


def test_what_a_generator_gave_is_kept(x: np.ndarray, y: np.ndarray) -> None:
    generator = batches(x, y)
    first = take(generator, limit=40)
    again = take(generator, limit=100)
    np.testing.assert_array_equal(first.x, x[:40])
    np.testing.assert_array_equal(again.x, x[:100])
    np.testing.assert_array_equal(take(generator).x, x)


def test_a_slow_source_is_left_after_a_while(x: np.ndarray, y: np.ndarray) -> None:
    def slow() -> Iterator[Any]:
        for batch in endless(x, y):
            time.sleep(0.01)
            yield batch

    found = take(slow(), limit=10**6, seconds=0.1)
    assert BATCH <= len(found) < 10**6
    assert found.truncated

    def nothing() -> Iterator[Any]:
        while True:
            yield x[:0], y[:0]

    with pytest.raises(ValueError, match=r"The generator gave no samples within 100.ms\."):
        take(nothing(), seconds=0.1)


def test_memory_is_bounded() -> None:
    large = np.zeros((1, 5000, 5000), np.float32)  # 100 MB
    found = take(((large, np.zeros(1)) for _ in itertools.count()), limit=None, seconds=60)
    assert (len(found), found.truncated) == (6, True)


def used_up() -> Iterator[Any]:
    generator = batches(np.zeros((3, 8, 8, 1)), np.zeros(3))
    list(generator)
    return generator


ERRORS: dict[str, tuple[Any, Any, type[Exception], str]] = {
    "targets twice": (
        lambda: slices(np.zeros((3, 2)), np.zeros(3)),
        np.zeros(3),
        ValueError,
        r"`x` is a tf\.data\.Dataset, which gives its own targets\. Leave out `y`\. Received: both",
    ),
    "a data set as targets": (
        lambda: np.zeros((3, 2)),
        slices(np.zeros(3), np.zeros(3)),
        TypeError,
        r"Expected `y` as an array\. Received: tf\.data\.Dataset",
    ),
    "nothing": (
        lambda: slices(np.zeros((0, 2)), np.zeros(0)).batch(2),
        None,
        ValueError,
        r"The tf\.data\.Dataset gave no samples\.",
    ),
    "a generator that was used": (used_up, None, ValueError, r"It can be read only once"),
    "too many parts": (
        lambda: ((1, 2, 3, 4) for _ in range(3)),
        None,
        ValueError,
        r"Expected elements `x`, `\(x, y\)` or `\(x, y, sample_weight\)`\. Received: 4 parts",
    ),
    "different sizes": (
        lambda: (np.zeros((1, side, side, 1)) for side in (8, 9)),
        None,
        ValueError,
        r"All samples must have the same shape\. Received: \(8, 8, 1\), \(9, 9, 1\)",
    ),
    "no data at all": (
        lambda: dl.data.load("digits"),
        None,
        TypeError,
        r"Expected samples: arrays, a `tf\.data\.Dataset`, .* Received: Dataset",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_can_not_be_used(case: str) -> None:
    make, y, error, text = ERRORS[case]
    with pytest.raises(error, match=text):
        take(make(), y)
