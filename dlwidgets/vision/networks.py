"""Networks for DeepDream and style transfer: which layers to use, and the pixels they expect."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.data.search import keras_home
from dlwidgets.vision.features import feature_layers

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.vision.features import Scaling

_MAX_LAYERS = 8
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
        content: The layer that represents the content in a style transfer.
        style: The layers that represent the style.
        builder: The function of `keras.applications`, "" for a network from elsewhere.
        file: The file in Keras's cache that holds its weights.
        nbytes: That file's size.
        md5: Its checksum, as `keras.applications` has it.
        trained_on: For a network that is trained here: "photographs", or a name of
            `dlwidgets.data`; else "".
    """

    name: str
    title: str
    scaling: Scaling
    dream: Mapping[str, float] = field(hash=False)
    content: str
    style: tuple[str, ...]
    builder: str = ""
    file: str = ""
    nbytes: int = 0
    md5: str = ""
    trained_on: str = ""

    @property
    def layers(self) -> list[str]:
        """All layers used, from input to output."""
        names = {*self.dream, *self.style, self.content}
        # The names of the book's networks are numbered.
        return list(self.dream) if names <= set(self.dream) else sorted(names)

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
        return bool(self.file) and self.path.is_file() and self.path.stat().st_size == self.nbytes

    @property
    def problem(self) -> str:
        """What is wrong with the file in the place of the weights; "" if nothing."""
        if not self.file or self.found or not self.path.is_file():
            return ""
        return tr(
            "{path} is incomplete, or contains other weights: it has {found} bytes instead of "
            "{expected}.",
            path=self.path,
            found=self.path.stat().st_size,
            expected=self.nbytes,
        )

    def load(self) -> Any:
        """Return the model with its weights, from this machine; nothing is downloaded.

        Raises:
            FileNotFoundError: The weights aren't on this machine; the message says how to get them.
            ValueError: The file is damaged, or another one of the same size.
        """
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
            return build(include_top=False, weights=str(self.path))
        except (OSError, KeyError, ValueError) as error:
            message = tr(
                "{path} doesn't contain the weights of {network}. Delete it. ({error})",
                path=self.path,
                network=self.builder,
                error=error,
            )
            raise ValueError(message) from error


_BLOCKS = tuple(f"block{i}_conv" for i in range(1, 5))
_BLOCK_WEIGHTS = dict(zip(_BLOCKS, (0.0, 0.2, 1.0, 0.2), strict=True))

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

PRETRAINED = (
    Network(
        "inception_v3",
        "InceptionV3 (ImageNet)",
        "signed",
        {"mixed2": 0.2, "mixed3": 3.0, "mixed4": 2.0, "mixed5": 1.5},
        "mixed5",
        ("mixed0", "mixed1", "mixed2", "mixed3"),
        "InceptionV3",
        "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        87_910_968,
        "bcbd6486424b2319ff4ef7d526e38f63",
    ),
    Network(
        "vgg19",
        "VGG19 (ImageNet)",
        "caffe",
        {"block3_conv4": 0.0, "block4_conv4": 1.0, "block5_conv2": 1.0, "block5_conv4": 0.0},
        "block5_conv2",
        tuple(f"block{i}_conv1" for i in range(1, 6)),
        "VGG19",
        "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
        80_134_624,
        "253f8cb515780f3b799900260a226db6",
    ),
)
"""The book's networks with the book's layers, of `keras.applications`."""


def describe_model(model: KerasModel, scaling: Scaling) -> Network:
    """Return which layers of a model to use: some of its convolutions, from input to output.

    Args:
        model: A built Keras model.
        scaling: The pixel values that it expects.

    Returns:
        The `Network`; for the book's InceptionV3 and VGG19 their own layers.

    Raises:
        ValueError: The model has no layers with feature maps, or doesn't take images.
    """
    names = feature_layers(model)
    if not names:
        message = tr(
            "The model {name} has no layers with feature maps.",
            name=repr(model.name),
        )
        raise ValueError(message)
    for known in PRETRAINED:
        if {*known.dream, known.content, *known.style} <= set(names):
            return Network(known.name, model.name, scaling, known.dream, known.content, known.style)
    telling = [n for n in names if any(w in n for w in ("conv", "mixed", "add", "concat"))]
    chosen = telling or names
    if len(chosen) > _MAX_LAYERS:
        last = len(chosen) - 1
        chosen = [chosen[round(i * last / (_MAX_LAYERS - 1))] for i in range(_MAX_LAYERS)]
    middle = chosen[len(chosen) // 2]
    dream = {name: float(name == middle) for name in chosen}
    return Network(model.name, model.name, scaling, dream, chosen[-1], tuple(chosen[:5]))
