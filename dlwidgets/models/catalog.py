"""The models and optimizers that a page offers by name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras
from dlwidgets.models.builders import batch_norm_cnn, line_neuron, mlp, small_cnn

if TYPE_CHECKING:
    from collections.abc import Callable

OPTIMIZERS = {
    "adam": "Adam",
    "sgd": "SGD",
    "momentum": "SGD with momentum 0.9",
    "rmsprop": "RMSprop",
}
"""Names of optimizers, and what to call them on a page."""


@dataclass(frozen=True)
class Choice:
    """A model that can be chosen.

    Attributes:
        name: Its key in `catalog`.
        title: What to call it on a page.
        about: One sentence on what it is.
        task: "classification" or "regression"; it fits data of the same task.
        images: Whether it needs images, shape (height, width, channels).
        learning_rate: A rate that works with its default optimizer.
        epochs: A number of epochs after which something has been learned.
        batch_size: Samples per step to begin with.
        build: Makes it, from input shape and number of classes, and the keywords dropout, l2 and
            dtype.
    """

    name: str
    title: str
    about: str
    task: str
    images: bool
    learning_rate: float
    epochs: int
    batch_size: int
    build: Callable[..., Any]


def catalog() -> dict[str, Choice]:
    """The models on offer, simplest first."""
    return {
        choice.name: choice
        for choice in (
            Choice(
                "line",
                "One neuron",
                "A single linear neuron: two parameters, a slope and an intercept.",
                "regression",
                False,
                0.01,
                200,
                2,
                _line,
            ),
            Choice(
                "mlp",
                "MLP 200-150",
                "Two dense layers with ReLU; knows nothing of neighbouring pixels.",
                "classification",
                False,
                0.001,
                20,
                32,
                mlp,
            ),
            Choice(
                "small_cnn",
                "Small CNN 32-64",
                "Two convolutions with max pooling.",
                "classification",
                True,
                0.001,
                15,
                32,
                small_cnn,
            ),
            Choice(
                "batch_norm_cnn",
                "CNN with batch normalisation",
                "Four convolutions with batch normalisation, LeakyReLU and dropout.",
                "classification",
                True,
                0.001,
                10,
                32,
                batch_norm_cnn,
            ),
        )
    }


def _line(_input_shape: tuple[int, ...], _classes: int, **_: Any) -> Any:
    return line_neuron()


def compiled(
    name: str,
    *,
    input_shape: tuple[int, ...],
    classes: int,
    optimizer: str = "adam",
    learning_rate: float = 0.001,
    dropout: float = 0.0,
    l2: float = 0.0,
    dtype: str | None = None,
    xla: bool = False,
) -> Any:
    """Build a model of the catalog and compile it for its task.

    Args:
        name: A key of `catalog`.
        input_shape: Of one sample.
        classes: Number of classes; ignored for regression.
        optimizer: A key of `OPTIMIZERS`.
        learning_rate: Above 0.
        dropout: 0 to below 1.
        l2: At least 0.
        dtype: A dtype policy such as "mixed_float16", None for float32.
        xla: Compile the training step with XLA.

    Returns:
        A compiled Keras model: sparse categorical cross-entropy and accuracy for classification,
        mean squared error for regression.

    Raises:
        ValueError: A name that is not there, or a number out of its range.

    Example:
        >>> dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10).count_params()
        44660
    """
    keras = load_keras()
    choices = catalog()
    _require(name in choices, "model", ", ".join(choices), name)
    _require(optimizer in OPTIMIZERS, "optimizer", ", ".join(OPTIMIZERS), optimizer)
    _require(0 < learning_rate < math.inf, "learning_rate", "a number above 0", learning_rate)
    _require(0 <= dropout < 1, "dropout", "at least 0 and below 1", dropout)
    _require(0 <= l2 < math.inf, "l2", "a number of at least 0", l2)
    choice = choices[name]
    model = choice.build(input_shape, classes, dropout=dropout, l2=l2, dtype=dtype)
    makers = {
        "adam": lambda: keras.optimizers.Adam(learning_rate),
        "sgd": lambda: keras.optimizers.SGD(learning_rate),
        "momentum": lambda: keras.optimizers.SGD(learning_rate, momentum=0.9),
        "rmsprop": lambda: keras.optimizers.RMSprop(learning_rate),
    }
    regression = choice.task == "regression"
    model.compile(
        optimizer=makers[optimizer](),
        loss="mean_squared_error" if regression else "sparse_categorical_crossentropy",
        metrics=[] if regression else ["accuracy"],
        jit_compile=xla,
    )
    return model


def _require(holds: bool, name: str, expected: str, received: object) -> None:
    if not holds:
        message = f"{name} must be {expected}. Received: {received!r}"
        raise ValueError(message)
