"""Networks of keras.applications: found where Keras keeps them, never downloaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from dlwidgets.vision import imagenet
from dlwidgets.vision.imagenet import CLASSIFIERS, class_names

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def test_what_is_missing_is_said_and_not_fetched(cache: Path) -> None:
    for network in CLASSIFIERS:
        assert not network.found
        with pytest.raises(FileNotFoundError, match=rf"{network.file} is missing\. `keras\.app"):
            network.load()
        (cache / network.file).touch()
        assert network.found
    small = CLASSIFIERS[2]
    with pytest.raises(ValueError, match=r"contain the weights of MobileNetV2. Delete it"):
        small.load()


def test_names(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert class_names()[386:389] == ["African elephant", "lesser panda", "giant panda"]
    monkeypatch.setattr(imagenet, "find_spec", lambda _name: None)
    assert class_names()[386] == "class 386"
    index = {str(i): [f"n{i}", f"African_elephant_{i}"] for i in range(1000)}
    (cache / "imagenet_class_index.json").write_text(json.dumps(index))
    assert class_names()[386] == "African elephant 386"
    (cache / "imagenet_class_index.json").write_text("{")
    assert class_names()[0] == "class 0"


def test_every_network_is_one_of_keras() -> None:
    import keras

    pixels = np.full((1, 2, 2, 3), 255, np.uint8)
    for network in CLASSIFIERS:
        assert callable(getattr(keras.applications, network.name))
        assert network.preprocess(pixels).shape == (1, 2, 2, 3)
    vgg, *_ = CLASSIFIERS
    np.testing.assert_allclose(
        vgg.preprocess(pixels)[0, 0, 0], [255 - 103.939, 255 - 116.779, 255 - 123.68], rtol=1e-5
    )
    assert pixels.max() == 255
