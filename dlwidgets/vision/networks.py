"""Networks for images: which of their layers to use, the pixels they expect, their weights."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.data.search import keras_home
from dlwidgets.vision.features import complete_layers, feature_layer, feature_layers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.vision.features import Scaling

_MAX_LAYERS = 8
_CONTENT_DEPTH = 0.6
WEIGHTS_URL = "https://storage.googleapis.com/tensorflow/keras-applications/"


def _md5() -> Any:
    # Not for safety, but as `keras.applications` checks it.
    return hashlib.md5(usedforsecurity=False)


@dataclass(frozen=True)
class Network:
    """A network for DeepDream and style transfer.

    Attributes:
        name: A short name.
        title: What it is called on a page.
        scaling: The pixel values that it expects.
        dream: Layers for DeepDream, with their initial weights.
        content: The layer that represents the content in a style transfer; "" while the layers
            aren't known.
        style: The layers that represent the style.
        trained_on: For a network that is trained here: "photographs", or a name of
            `dlwidgets.data`; else "".
    """

    name: str
    title: str
    scaling: Scaling
    dream: Mapping[str, float] = field(hash=False)
    content: str
    style: tuple[str, ...]
    trained_on: str = ""

    @property
    def layers(self) -> list[str]:
        """All layers used, from input to output as far as it is known."""
        names = {*self.dream, *self.style, self.content} - {""}
        if names <= set(self.dream):
            return list(self.dream)
        # The names of the book's networks are numbered.
        return sorted(names)


class PretrainedNetwork(Network, ABC):
    """A network whose weights are in a file."""

    @property
    @abstractmethod
    def found(self) -> bool:
        """Whether its weights are on this machine."""

    @abstractmethod
    def load(self) -> KerasModel:
        """Return the model with its weights, from this machine; nothing is downloaded.

        Raises:
            FileNotFoundError: The weights aren't on this machine; the message says how to get them.
            ValueError: The file is damaged, or another one.
        """


@dataclass(frozen=True)
class KerasNetwork(PretrainedNetwork):
    """A network of `keras.applications`.

    Attributes:
        builder: The function of `keras.applications`.
        file: The file in Keras's cache that holds its weights.
        nbytes: That file's size.
        md5: Its checksum, as `keras.applications` has it.
    """

    builder: str = field(kw_only=True)
    file: str = field(kw_only=True)
    nbytes: int = field(kw_only=True)
    md5: str = field(kw_only=True)

    @property
    def path(self) -> Path:
        """Where Keras keeps its weights."""
        return keras_home() / "models" / self.file

    @property
    def url(self) -> str:
        """The URL of its weights."""
        return f"{WEIGHTS_URL}{self.name}/{self.file}"

    @property
    def found(self) -> bool:
        """Whether its weights are on this machine; an incomplete file doesn't count."""
        return self.path.is_file() and self.path.stat().st_size == self.nbytes

    @property
    def problem(self) -> str:
        """What is wrong with the file in the place of the weights; "" if nothing."""
        if self.found or not self.path.is_file():
            return ""
        return tr(
            "{path} is incomplete, or contains other weights: it has {found} bytes instead of "
            "{expected}.",
            path=self.path,
            found=self.path.stat().st_size,
            expected=self.nbytes,
        )

    def load(self) -> KerasModel:
        """Return the model with its weights, from this machine; nothing is downloaded."""
        if not self.found:
            message = tr(
                "The weights of {network} aren't on this machine, because {path} is missing or "
                "incomplete. `{call}` downloads them.",
                network=self.title,
                path=self.path,
                call=f"keras.applications.{self.builder}(include_top=False)",
            )
            raise FileNotFoundError(message)
        with self.path.open("rb") as file:
            found = hashlib.file_digest(file, _md5).hexdigest()
        if found != self.md5:
            message = tr(
                "{path} is damaged, or contains other weights than those of `keras.applications`: "
                "its checksum is {found}, not {expected}. Delete it, or use your own model.",
                path=self.path,
                found=found,
                expected=self.md5,
            )
            raise ValueError(message)
        build = getattr(load_keras().applications, self.builder)
        try:
            # By the file's name: for "imagenet", Keras would download a damaged file again.
            model: KerasModel = build(include_top=False, weights=str(self.path))
        except (OSError, KeyError, ValueError) as error:
            message = tr(
                "{path} doesn't contain the weights of {network}. Delete it. ({error})",
                path=self.path,
                network=self.builder,
                error=error,
            )
            raise ValueError(message) from error
        return model


@dataclass(frozen=True)
class OpenedNetwork(PretrainedNetwork):
    """A trained model that a page has opened.

    Attributes:
        model: The model.
    """

    model: KerasModel = field(kw_only=True, hash=False)

    @property
    def found(self) -> bool:
        """Whether its weights are on this machine; they are."""
        return True

    def load(self) -> KerasModel:
        """Return the model."""
        return self.model


def opened_network(model: KerasModel, title: str, scaling: Scaling) -> OpenedNetwork:
    """Return a trained model as a network, with the layers of `describe_model`.

    Args:
        model: A built Keras model.
        title: What it is called on a page.
        scaling: The pixel values that it expects.

    Returns:
        The network. Its name is "", because no link can name it.

    Raises:
        ValueError: The model has no layers with feature maps, or doesn't take images.
    """
    found = describe_model(model, scaling)
    return OpenedNetwork("", title, scaling, found.dream, found.content, found.style, model=model)


_BLOCKS = tuple(f"block{i}_conv" for i in range(1, 5))
_BLOCK_WEIGHTS = dict(zip(_BLOCKS, (0.0, 0.2, 1.0, 0.0), strict=True))

DEMO_NETWORKS = tuple(
    Network(name, title, "signed", _BLOCK_WEIGHTS, _BLOCKS[-1], _BLOCKS, trained_on=trained_on)
    for name, title, trained_on in (
        ("patch_net", tr("Trained here: photographs"), "photographs"),
        ("digit_net", tr("Trained here: digits"), "digits"),
        ("mnist_net", tr("Trained here: MNIST"), "mnist"),
        ("cifar10_net", tr("Trained here: CIFAR-10"), "cifar10"),
    )
)
"""Networks of `models.patch_net`, which need no download: a page trains them while it is open."""

PRETRAINED: tuple[KerasNetwork, ...] = (
    KerasNetwork(
        "inception_v3",
        "InceptionV3 (ImageNet)",
        "signed",
        {"mixed2": 0.2, "mixed3": 3.0, "mixed4": 2.0, "mixed5": 1.5},
        "mixed5",
        ("mixed0", "mixed1", "mixed2", "mixed3"),
        builder="InceptionV3",
        file="inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        nbytes=87_910_968,
        md5="bcbd6486424b2319ff4ef7d526e38f63",
    ),
    KerasNetwork(
        "vgg19",
        "VGG19 (ImageNet)",
        "caffe",
        {"block3_conv4": 0.0, "block4_conv4": 1.0, "block5_conv2": 1.0, "block5_conv4": 0.0},
        "block5_conv2",
        tuple(f"block{i}_conv1" for i in range(1, 6)),
        builder="VGG19",
        file="vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
        nbytes=80_134_624,
        md5="253f8cb515780f3b799900260a226db6",
    ),
)
"""The book's networks with the book's layers, of `keras.applications`."""


def describe_model(
    model: KerasModel,
    scaling: Scaling,
    *,
    dream: Mapping[str, float] | None = None,
    content: str = "",
    style: Sequence[str] = (),
) -> Network:
    """Return which layers of a model to use for DeepDream and style transfer.

    By default these are some of the layers at which a convolution's block is complete, after
    normalization and activation, from input to output: for DeepDream one in the middle, for the
    content one at 60% of the depth, for the style those up to it.

    Args:
        model: A built Keras model.
        scaling: The pixel values that it expects.
        dream: Other layers for DeepDream, with their weights.
        content: Another layer for the content.
        style: Other layers for the style.

    Returns:
        The `Network`; for the book's InceptionV3 and VGG19 their own layers.

    Raises:
        LayerError: A layer doesn't exist, or has no feature maps.
        ValueError: The model has no layers with feature maps, or doesn't take images.
    """
    names = feature_layers(model)
    if not names:
        message = tr(
            "The model {name} has no layers with feature maps.",
            name=repr(model.name),
        )
        raise ValueError(message)
    network = _usual_layers(model, scaling, names)
    weights = {feature_layer(model, name): float(weight) for name, weight in (dream or {}).items()}
    if weights and not any(weights.values()):
        weights = dict.fromkeys(weights, 1.0)
    return replace(
        network,
        dream=weights or network.dream,
        content=feature_layer(model, content) if content else network.content,
        style=tuple(feature_layer(model, name) for name in style) or network.style,
    )


def _usual_layers(model: KerasModel, scaling: Scaling, names: list[str]) -> Network:
    for known in PRETRAINED:
        if {*known.dream, known.content, *known.style} <= set(names):
            return Network(known.name, model.name, scaling, known.dream, known.content, known.style)
    chosen = complete_layers(model) or names
    if len(chosen) > _MAX_LAYERS:
        last = len(chosen) - 1
        chosen = [chosen[round(i * last / (_MAX_LAYERS - 1))] for i in range(_MAX_LAYERS)]
    middle = chosen[len(chosen) // 2]
    deep = round(_CONTENT_DEPTH * (len(chosen) - 1))
    dream = {name: float(name == middle) for name in chosen}
    return Network(model.name, model.name, scaling, dream, chosen[deep], tuple(chosen[: deep + 1]))
