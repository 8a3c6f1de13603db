"""Images in class folders: what is read, and what is said about what can't be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from dlwidgets import data
from dlwidgets.data.errors import CorruptDataError, DataError, DataNotFoundError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "images"
    folder.mkdir()
    return folder


def _write(folder: Path, **counts: int) -> Path:
    """Small real images of digits, one color per class so that labels can be checked."""
    digits = data.load("digits28").x_train
    for label, (name, count) in enumerate(counts.items()):
        (folder / name).mkdir(parents=True)
        for i in range(count):
            pixels = np.zeros((28, 28, 3), np.uint8)
            pixels[..., label] = digits[i]
            Image.fromarray(pixels).save(folder / name / f"{i}.png")
    return folder


def test_class_folders_become_training_and_validation(place: Path) -> None:
    folder = data.from_directory(_write(place / "pets", cat=12, dog=8), size=(14, 14), batch_size=4)
    assert folder.class_names == ("cat", "dog")
    assert [a + b for a, b in zip(folder.counts, folder.held_out, strict=True)] == [12, 8]
    for dataset, counts in ((folder.train, folder.counts), (folder.validation, folder.held_out)):
        batches = list(dataset)
        x = np.concatenate([x.numpy() for x, _ in batches])
        y = np.concatenate([y.numpy() for _, y in batches])
        assert np.bincount(y, minlength=2).tolist() == list(counts)
        assert (x.shape[1:], x.dtype, x.min() >= 0, x.max() <= 1) == (
            (14, 14, 3),
            np.float32,
            True,
            True,
        )
        np.testing.assert_array_equal(x.sum(axis=(1, 2))[:, :2].argmax(axis=1), y)
    weights = folder.class_weights()
    assert weights[0] * folder.counts[0] == pytest.approx(weights[1] * folder.counts[1])


def test_images_in_memory_are_a_data_set(place: Path) -> None:
    folder = data.from_directory(_write(place, cat=10, dog=10), size=(28, 28))
    found = folder.load(limit=8)
    assert (found.x_train.shape, found.x_train.dtype, len(found.x_test)) == (
        (8, 28, 28, 3),
        np.uint8,
        2,
    )
    np.testing.assert_array_equal(
        found.x_train.sum(axis=(1, 2))[:, :2].argmax(axis=1), found.y_train
    )
    assert found.normalized().x_train.max() <= 1


def test_a_folder_that_is_split_stays_so(place: Path) -> None:
    _write(place / "Training", apple=4, pear=4)
    _write(place / "Test", apple=2, pear=1)
    folder = data.from_directory(place)
    assert (folder.counts, folder.held_out) == ((4, 4), (2, 1))
    assert sum(len(y) for _, y in folder.validation) == 3
    (place / "Test/plum").mkdir()
    Image.new("RGB", (4, 4)).save(place / "Test/plum/1.png")
    with pytest.raises(DataError, match="In only one of them: plum"):
        data.from_directory(place)


def test_random_changes_pass_through_keras_layers(place: Path) -> None:
    import keras

    folder = data.from_directory(_write(place, cat=4, dog=4), size=(28, 28))
    dark = keras.layers.Lambda(lambda x: x * 0)
    assert all(np.abs(x).max() == 0 for x, _ in folder.batches(augment=[dark]))


def test_corrupt_images_are_named(place: Path) -> None:
    _write(place, cat=3, dog=3)
    whole = place / "cat/0.png"
    (place / "cat/torn.png").write_bytes(whole.read_bytes()[:150])
    (place / "dog/text.jpg").write_text("not an image")
    Image.open(whole).save(place / "dog/other.png", format="TIFF")
    with pytest.raises(CorruptDataError, match=r"3 of 9 images can't be used") as raised:
        data.from_directory(place)
    for part in (
        "torn.png: it is truncated",
        "text.jpg: it is no image",
        "other.png: it is a TIFF",
    ):
        assert part in str(raised.value)


@pytest.mark.parametrize(
    ("counts", "extra", "error", "message"),
    [
        ({}, None, DataNotFoundError, "is empty"),
        ({"cat": 2}, None, DataError, "one class folder, cat"),
        ({"cat": 2, "dog": 0}, None, DataNotFoundError, "class folders without images: dog"),
        ({"cat": 2, "dog": 2}, "cat/notes.txt", DataError, "Received also: cat/notes.txt"),
        ({"cat": 2, "dog": 2}, "cat/photo.webp", DataError, "Received also: cat/photo.webp"),
        ({}, "photo.jpg", DataNotFoundError, "has 1 images, but no folders"),
    ],
)
def test_a_folder_that_cannot_be_used_says_why(
    place: Path,
    counts: dict[str, int],
    extra: str | None,
    error: type[Exception],
    message: str,
) -> None:
    _write(place, **counts)
    if extra is not None:
        (place / extra).write_text("text")
    with pytest.raises(error, match=message):
        data.from_directory(place)


def test_a_folder_that_is_not_there() -> None:
    with pytest.raises(DataNotFoundError, match="no folder nowhere"):
        data.from_directory("nowhere")
    with pytest.raises(DataNotFoundError, match=r"only\(\[\"cat\", \"dog\"\]\)") as raised:
        data.load("cats_vs_dogs")
    assert "PetImages" in str(raised.value)


def test_a_folder_with_a_known_name_is_found(own: Path) -> None:
    _write(own / "PetImages", Cat=5, Dog=5)
    (own / "PetImages/Cat/Thumbs.db").write_text("not data")
    found = data.load("cats_vs_dogs")
    assert (found.name, found.class_names, found.origin) == (
        "cats_vs_dogs",
        ("Cat", "Dog"),
        "$DLWIDGETS_DATA",
    )
    assert data.available()["cats_vs_dogs"].local
