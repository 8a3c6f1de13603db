"""A first network: the handwritten digits of "Deep Learning with Python", 2.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 2.1"


def dense(lab: Lab) -> dict[str, float]:
    """Dense 512 on MNIST, 5 epochs of batches of 128."""
    keras = load_keras()
    mnist = lab.load("mnist").normalized()
    model = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x_train, x_test = mnist.x_train.reshape(-1, 784), mnist.x_test.reshape(-1, 784)
    run = lab.fit(model, x_train, mnist.y_train, epochs=5, batch_size=128, name="Dense 512")
    test = model.evaluate(x_test, mnist.y_test, verbose=0, return_dict=True)
    return {
        "parameters": model.count_params(),
        "updates": run.step_count,
        "accuracy": run.history["accuracy"][-1],
        "test_accuracy": test["accuracy"],
    }


TUTORIAL = Tutorial(
    number=2,
    rows=(
        Row(
            system="dense",
            figure="parameters",
            title=tr("Parameters"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="dense",
            figure="updates",
            title=tr("Updates of the weights"),
            printed="2,345",
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="dense",
            figure="accuracy",
            title=tr("Training accuracy, last epoch"),
            printed="0.989",
            where=SOURCE,
            why=tr("The start of the weights and the order of the samples are random."),
            metric="accuracy",
        ),
        Row(
            system="dense",
            figure="test_accuracy",
            title=tr("Test accuracy"),
            printed="0.9785",
            where=SOURCE,
            why=tr("Three seeds differ by more than the source and we do."),
            metric="val_accuracy",
        ),
    ),
    systems=(System("dense", dense, tr("MNIST, Dense 512, 5 epochs")),),
)
