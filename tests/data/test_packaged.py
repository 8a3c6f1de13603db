"""The data sets whose files come with the package."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets import data
from dlwidgets.data.packaged.digits28 import FILE, TEST, TRAIN, subset, write


def test_digits28_has_as_many_images_of_each_class() -> None:
    found = data.load("digits28")
    assert found.x_train.shape == (1000, 28, 28)
    assert found.x_test.shape == (200, 28, 28)
    assert found.x_train.dtype == found.x_test.dtype == np.uint8
    assert np.bincount(found.y_train).tolist() == [TRAIN] * 10
    assert np.bincount(found.y_test).tolist() == [TEST] * 10
    assert (found.origin, found.source) == ("dlwidgets", None)
    about = data.available(kind="image")["digits28"]
    assert about.local
    assert about.drawable
    assert (about.train, about.test) == (len(found.x_train), len(found.x_test))
    # Whoever takes the first few gets some of each class.
    assert len(np.unique(found.y_test[:40])) == 10


def test_the_file_is_small_and_says_whose_images_they_are() -> None:
    assert FILE.stat().st_size < 200_000
    notice = FILE.with_name("NOTICE.md").read_text()
    for word in ("Yann LeCun", "Corinna Cortes", "Attribution-ShareAlike 3.0"):
        assert word in notice


@pytest.mark.usefixtures("real_data")
def test_digits28_are_images_of_mnist_unchanged(tmp_path_factory: pytest.TempPathFactory) -> None:
    mnist, ours = data.load("mnist"), data.load("digits28")
    for part in ("train", "test"):
        x, y = getattr(mnist, f"x_{part}"), getattr(mnist, f"y_{part}")
        published = {(image.tobytes(), int(label)) for image, label in zip(x, y, strict=True)}
        x, y = getattr(ours, f"x_{part}"), getattr(ours, f"y_{part}")
        drawn = [(image.tobytes(), int(label)) for image, label in zip(x, y, strict=True)]
        assert published.issuperset(drawn), part
        assert len(set(drawn)) == len(drawn), "no image twice"
    again = tmp_path_factory.mktemp("made") / "digits28.npz"
    write(again, subset())
    assert again.read_bytes() == FILE.read_bytes(), "the script makes another file"
