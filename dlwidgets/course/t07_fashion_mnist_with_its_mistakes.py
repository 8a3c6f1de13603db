"""Fashion-MNIST, with its mistakes: a network of sigmoids for ten kinds of clothes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

SOURCE = "Neural networks (a chapter on TensorFlow 2), 2.4"
CLOTHES = "fashion_mnist"
DIGITS = "mnist"


def network() -> KerasModel:
    """Return the network, not compiled: 500 and 200 sigmoid units, and softmax."""
    keras = load_keras()
    model: KerasModel = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(500, activation="sigmoid"),
            keras.layers.Dense(200, activation="sigmoid"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    return model


def trained(lab: Lab, data: str, loss: Any, name: str) -> dict[str, float]:
    """Train for 10 epochs with batches of 32, and test.

    Args:
        lab: Where it is trained.
        data: The name of a data set.
        loss: A loss of Keras.
        name: What the run is called.
    """
    images = lab.load(data).normalized()
    model = network()
    model.compile("adam", loss, metrics=["accuracy"])
    run = lab.fit(model, images.x_train, images.y_train, epochs=10, name=name)
    test = model.evaluate(images.x_test, images.y_test, verbose=0, return_dict=True)
    return {
        "parameters": model.count_params(),
        "first_loss": run.history["loss"][0],
        "first_accuracy": run.history["accuracy"][0],
        "loss": run.history["loss"][-1],
        "accuracy": run.history["accuracy"][-1],
        "test_loss": test["loss"],
        "test_accuracy": test["accuracy"],
        "gap": run.history["accuracy"][-1] - test["accuracy"],
    }


def fashion(lab: Lab) -> dict[str, float]:
    """The network on the clothes."""
    return trained(lab, CLOTHES, "sparse_categorical_crossentropy", "Fashion-MNIST")


def digits(lab: Lab) -> dict[str, float]:
    """The same network on handwritten digits."""
    return trained(lab, DIGITS, "sparse_categorical_crossentropy", "MNIST")


def as_printed(lab: Lab) -> dict[str, float]:
    """The same, with a loss that expects logits and gets probabilities."""
    loss = load_keras().losses.SparseCategoricalCrossentropy(from_logits=True)
    return trained(lab, DIGITS, loss, "MNIST, from_logits=True")


def softmax_twice(lab: Lab) -> dict[str, float]:
    """The same, where softmax really is applied to the probabilities once more."""
    ops = load_keras().ops

    def loss(labels: Any, probabilities: Any) -> Any:
        again = ops.softmax(probabilities)
        return ops.sparse_categorical_crossentropy(labels, again)

    return trained(lab, DIGITS, loss, "MNIST, softmax twice")


_DIGITS = tr("The source has clothes only, which are harder than digits.")
_LOGITS = tr("Keras takes the logits from before the softmax, so the setting changes nothing.")

TUTORIAL = Tutorial(
    number=7,
    rows=(
        Row(
            system="fashion",
            figure="first_loss",
            title=tr("Clothes: loss of the first epoch"),
            printed="0.5423",
            where=SOURCE,
        ),
        Row(
            system="fashion",
            figure="loss",
            title=tr("Clothes: loss of the tenth epoch"),
            printed="0.2303",
            where=SOURCE,
        ),
        Row(
            system="fashion",
            figure="accuracy",
            title=tr("Clothes: training accuracy"),
            printed="0.9128",
            where=SOURCE,
        ),
        Row(
            system="fashion",
            figure="test_loss",
            title=tr("Clothes: test loss"),
            printed="0.3185",
            where=SOURCE,
        ),
        Row(
            system="fashion",
            figure="test_accuracy",
            title=tr("Clothes: test accuracy"),
            printed="0.8871",
            where=SOURCE,
        ),
        Row(
            system="digits",
            figure="parameters",
            title=tr("Parameters"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="digits",
            figure="test_accuracy",
            title=tr("Digits: test accuracy"),
            where=SOURCE,
            why=_DIGITS,
            metric="val_accuracy",
        ),
        Row(
            system="printed",
            figure="test_accuracy",
            title=tr("Digits, loss as printed: test accuracy"),
            where=SOURCE,
            why=_LOGITS,
        ),
        Row(
            system="printed",
            figure="loss",
            title=tr("Digits, loss as printed: loss of the tenth epoch"),
            where=SOURCE,
            why=_LOGITS,
        ),
        Row(
            system="twice",
            figure="loss",
            title=tr("Digits, softmax twice: loss of the tenth epoch"),
            where=SOURCE,
            why=tr("With softmax applied twice, no loss is below 1.461."),
        ),
    ),
    systems=(
        System("fashion", fashion, tr("Fashion-MNIST, sigmoid 500-200, 10 epochs")),
        System("digits", digits, tr("MNIST, sigmoid 500-200, 10 epochs")),
        System("printed", as_printed, tr("MNIST, `from_logits=True`, 10 epochs")),
        System("twice", softmax_twice, tr("MNIST, softmax twice, 10 epochs"), seeds=1),
    ),
)
