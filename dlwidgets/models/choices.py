"""The models and optimizers that pages offer."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.builders import batch_norm_cnn, line_neuron, mlp, small_cnn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Availability

OPTIMIZERS = {
    "adam": "Adam",
    "sgd": "SGD",
    "momentum": tr("SGD with momentum 0.9"),
    "rmsprop": "RMSprop",
}
"""The optimizers, each with its name in menus."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A model that a page offers.

    Attributes:
        name: The key in `choices`.
        title: The name in menus.
        about: One sentence that describes the model.
        task: `"classification"` or `"regression"`, the task of the data it fits.
        kinds: The kinds of data it fits: `"image"`, `"table"` or both.
        sample_shape: The only shape of samples it fits. `None` for any shape.
        learning_rate: A learning rate that works with its default optimizer.
        epochs: A number of epochs that is enough to learn something.
        batch_size: Samples per step at first.
        dropout: The dropout rate at first.
        optimizer: The key in `OPTIMIZERS` of its default optimizer.
        build: Builds the model from input shape and number of classes, and the keyword arguments
            `dropout`, `l2` and `dtype`.
    """

    name: str
    title: str
    about: str
    task: str = "classification"
    kinds: tuple[str, ...] = ("image",)
    sample_shape: tuple[int, ...] | None = None
    learning_rate: float = 0.001
    epochs: int
    batch_size: int = 32
    dropout: float = 0.0
    optimizer: str = "adam"
    build: Callable[..., KerasModel]

    def fits(self, data_set: Availability) -> bool:
        """Return whether the model can be trained on a data set.

        Args:
            data_set: A value of `dlwidgets.data.available`.

        Example:
            >>> mnist = dl.data.available()["mnist"]
            >>> [c.name for c in dl.models.choices().values() if c.fits(mnist)]
            ['mlp', 'small_cnn', 'batch_norm_cnn']
        """
        return (
            self.task == data_set.task
            and data_set.kind in self.kinds
            and self.sample_shape in (None, data_set.shape)
        )


def choices(data_set: Availability | None = None) -> dict[str, Choice]:
    """Return the models that pages offer, by name, the simplest first.

    Args:
        data_set: A value of `dlwidgets.data.available`, for the models that fit it. `None` for all.

    Example:
        >>> list(dl.models.choices(dl.data.available()["line"]))
        ['line']
    """
    return {choice.name: choice for choice in _CHOICES if data_set is None or choice.fits(data_set)}


def _line(_input_shape: tuple[int, ...], _classes: int, **_: object) -> KerasModel:
    model: KerasModel = line_neuron()
    return model


_CHOICES = (
    Choice(
        name="line",
        title=tr("One neuron"),
        about=tr("A single linear neuron with two weights, a slope and an intercept."),
        task="regression",
        kinds=("table",),
        sample_shape=(1,),
        learning_rate=0.01,
        epochs=200,
        batch_size=2,
        optimizer="sgd",
        build=_line,
    ),
    Choice(
        name="mlp",
        title="MLP 200-150",
        about=tr("Two dense layers with ReLU. It ignores which pixels are neighbors."),
        epochs=20,
        build=mlp,
    ),
    Choice(
        name="small_cnn",
        title=tr("Small CNN 32-64"),
        about=tr("Two convolutional layers with max pooling."),
        epochs=15,
        build=small_cnn,
    ),
    Choice(
        name="batch_norm_cnn",
        title=tr("CNN with batch normalization"),
        about=tr("Four convolutional layers with batch normalization, LeakyReLU and dropout."),
        epochs=10,
        dropout=0.25,
        build=batch_norm_cnn,
    ),
)


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
) -> KerasModel:
    """Build a model that pages offer and compile it for its task.

    Args:
        name: A key of `choices()`.
        input_shape: The shape of one sample.
        classes: The number of classes. Ignored for regression.
        optimizer: A key of `OPTIMIZERS`.
        learning_rate: The learning rate, above 0.
        dropout: The dropout rate, at least 0 and below 1.
        l2: The factor of the L2 penalty of the weights, at least 0.
        dtype: A dtype policy such as `"mixed_float16"`. `None` for float32.
        xla: Whether to compile the training step with XLA.

    Returns:
        A compiled Keras model: sparse categorical cross-entropy and accuracy for classification,
        mean squared error for regression.

    Raises:
        ValueError: An unknown name, or a number outside its range.

    Example:
        >>> dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10).count_params()
        44660
    """
    keras = load_keras()
    known = choices()
    _require_one_of("name", known, name)
    _require_one_of("optimizer", OPTIMIZERS, optimizer)
    if not 0 < learning_rate < math.inf:
        _refuse(tr("Expected a `learning_rate` above 0. Received: {v}", v=repr(learning_rate)))
    if not 0 <= dropout < 1:
        _refuse(
            tr("Expected a `dropout` of at least 0 and below 1. Received: {v}", v=repr(dropout))
        )
    if not 0 <= l2 < math.inf:
        _refuse(tr("Expected an `l2` of at least 0. Received: {v}", v=repr(l2)))
    choice = known[name]
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


def _require_one_of(argument: str, known: Iterable[str], received: str) -> None:
    if received not in known:
        _refuse(
            tr(
                "Expected `{argument}` to be one of {known}. Received: {received}",
                argument=argument,
                known=", ".join(known),
                received=repr(received),
            )
        )


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)
