"""Networks that the sources take with ImageNet weights, here without, and heads on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.named.building import sequential
from dlwidgets.models.named.model import PYTHON, NamedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel

_WEIGHTS = tr(
    "Random weights. `keras.applications` downloads those of ImageNet: `weights='imagenet'`."
)
_PHOTO = (150, 150, 3)


def _base(kind: str, shape: tuple[int | None, ...]) -> Any:
    application = getattr(load_keras().applications, kind)
    return application(weights=None, include_top=False, input_shape=shape)


def _vgg16() -> KerasModel:
    model: KerasModel = load_keras().applications.VGG16(weights=None)
    return model


def _head() -> KerasModel:
    keras = load_keras()
    layers = [
        keras.Input((4 * 4 * 512,)),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dropout(0.5),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    return sequential(layers, name="vgg16_head")


def _on_vgg16(name: str, first_trained: str = "") -> KerasModel:
    keras = load_keras()
    base = _base("VGG16", _PHOTO)
    trained = False
    for layer in base.layers:
        trained = trained or layer.name == first_trained
        layer.trainable = trained
    layers = [
        keras.Input(_PHOTO),
        base,
        keras.layers.Flatten(),
        keras.layers.Dense(256, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    return sequential(layers, name=name)


MODELS = (
    NamedModel(
        name="vgg16_base",
        title=tr("VGG16 without its classifier"),
        source=f"{PYTHON}, 5.3",
        task="features",
        input_shape=_PHOTO,
        parameters=14_714_688,
        printed=True,
        note=_WEIGHTS,
        build=lambda: _base("VGG16", _PHOTO),
    ),
    NamedModel(
        name="vgg16_head",
        title=tr("A head on features of VGG16"),
        source=f"{PYTHON}, 5.3.1",
        task="binary",
        input_shape=(8192,),
        parameters=2_097_665,
        build=_head,
    ),
    NamedModel(
        name="vgg16_frozen",
        title=tr("VGG16, frozen, with a head"),
        source=f"{PYTHON}, 5.3.1",
        task="binary",
        input_shape=_PHOTO,
        parameters=16_812_353,
        non_trainable=14_714_688,
        printed=True,
        note=_WEIGHTS,
        build=lambda: _on_vgg16("vgg16_frozen"),
    ),
    NamedModel(
        name="vgg16_fine_tuned",
        title=tr("VGG16 with its last block to fine-tune, and a head"),
        source=f"{PYTHON}, 5.3.2",
        task="binary",
        input_shape=_PHOTO,
        parameters=16_812_353,
        non_trainable=7_635_264,
        printed=True,
        note=_WEIGHTS,
        build=lambda: _on_vgg16("vgg16_fine_tuned", "block5_conv1"),
    ),
    NamedModel(
        name="vgg16",
        title=tr("VGG16 for 1,000 classes"),
        source=f"{PYTHON}, 5.4.3",
        task="classification",
        input_shape=(224, 224, 3),
        parameters=138_357_544,
        note=_WEIGHTS,
        build=_vgg16,
    ),
    NamedModel(
        name="inception_v3_base",
        title=tr("Inception V3 without its classifier, for DeepDream"),
        source=f"{PYTHON}, 8.2",
        task="features",
        input_shape=(None, None, 3),
        parameters=21_802_784,
        non_trainable=34_432,
        note=_WEIGHTS,
        build=lambda: _base("InceptionV3", (None, None, 3)),
    ),
    NamedModel(
        name="vgg19_base",
        title=tr("VGG19 without its classifier, for style transfer"),
        source=f"{PYTHON}, 8.3",
        task="features",
        input_shape=(None, None, 3),
        parameters=20_024_384,
        note=_WEIGHTS,
        build=lambda: _base("VGG19", (None, None, 3)),
    ),
)
