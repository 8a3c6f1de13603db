"""What the catalog says about a network of the sources, and the names of the sources."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets._keras_types import KerasModel, Shape

PYTHON = "Deep Learning with Python"
AZURE = "Convolutional neural networks (a chapter on TensorFlow 1)"
MAKER = "Neural networks (a chapter on TensorFlow 2)"
INTRODUCTION = "A brief introduction to deep neural networks"


@dataclass(frozen=True, kw_only=True)
class NamedModel:
    """A network that a source describes, with the number of its parameters.

    Attributes:
        name: The key in `catalog`.
        title: The name for people.
        source: The source and its section, such as "Deep Learning with Python, 2.1".
        task: `"binary"`, `"classification"`, `"regression"`, `"features"` for a network without a
            last layer of its own, `"generation"`, or `"several"` for outputs of different tasks.
        input_shape: The shape of one sample, or one shape per input by its name. `None` where a
            size isn't fixed.
        parameters: The number of all parameters.
        non_trainable: How many of them training doesn't change.
        printed: Whether the source prints the number of parameters. Otherwise it is counted.
        note: What differs from the printed code, in a sentence or two; "" if nothing does.
        build: Builds the network with random weights, not compiled.

    Example:
        >>> named = dl.models.catalog()["mnist_convnet"]
        >>> named.source, named.parameters, named.build().count_params()
        ('Deep Learning with Python, 5.1', 93322, 93322)
    """

    name: str
    title: str
    source: str
    task: str
    input_shape: Shape | dict[str, Shape]
    parameters: int
    non_trainable: int = 0
    printed: bool = False
    note: str = ""
    build: Callable[[], KerasModel]
