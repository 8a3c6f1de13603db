"""The network whose weights come with the package: small, right, and made by its script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.data.packaged.digits28 import write
from dlwidgets.models.packaged import cifar10_cnn
from dlwidgets.models.pretrained_cnn import FILE, architecture, packed, pretrained_cnn, unpacked
from dlwidgets.vision.registry import CIFAR10_CNN, pretrained_networks

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_is_small_and_says_where_it_comes_from() -> None:
    assert FILE.stat().st_size < 400_000
    notice = FILE.with_name("NOTICE.md").read_text()
    for word in ("Krizhevsky", "python -m dlwidgets.models.packaged.cifar10_cnn"):
        assert word in notice


@pytest.mark.skipif(not dl.data.available()["cifar10"].local, reason="needs CIFAR-10")
@pytest.mark.slow
def test_it_is_as_accurate_as_the_notice_says() -> None:
    notice = FILE.with_name("NOTICE.md").read_text()
    said = float(notice.split("accuracy on its test images is ")[1].split("%")[0])
    assert said > 75
    assert abs(100 * cifar10_cnn.accuracy() - said) < 0.5


def test_it_takes_images_of_any_size() -> None:
    model = pretrained_cnn()
    images = np.random.default_rng(0).uniform(-1, 1, (2, 48, 80, 3))
    np.testing.assert_allclose(model.predict(images, verbose=0).sum(-1), 1, atol=1e-5)
    assert dl.vision.load_network("cifar10_cnn").count_params() == model.count_params()
    assert CIFAR10_CNN in pretrained_networks()
    assert CIFAR10_CNN.found


@pytest.mark.slow
def test_merging_and_eight_bits_change_little(tmp_path: Path) -> None:
    keras.utils.set_random_seed(1)
    model: Any = architecture(normalized=True)
    images = np.random.default_rng(0).uniform(-1, 1, (64, 32, 32, 3)).astype("float32")
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(images, np.arange(64) % 10, epochs=2, verbose=0)  # moves means and variances
    path = tmp_path / "weights.npz"
    write(path, cifar10_cnn.merged(model))
    expected, found = (m.predict(images, verbose=0) for m in (model, pretrained_cnn(path)))
    np.testing.assert_allclose(found, expected, atol=0.02)


def test_weights_are_rounded_to_the_nearest_of_255() -> None:
    kernel = np.random.default_rng(0).normal(size=(3, 3, 4, 5)).astype("float32")
    stored = packed("conv", kernel, np.ones(5))
    assert stored["conv.kernel"].dtype == np.int8
    again, bias = unpacked(stored, "conv")
    step = np.abs(kernel).max((0, 1, 2)) / 127
    assert (np.abs(again - kernel) <= 0.5001 * step).all()
    np.testing.assert_array_equal(bias, np.ones(5, "float32"))


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, x=np.zeros(3))
    with pytest.raises(ValueError, match=r"other\.npz doesn't contain the weights"):
        pretrained_cnn(path)
