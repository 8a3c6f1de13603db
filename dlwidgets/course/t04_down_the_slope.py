"""Figures of tutorial 4: plain gradient descent, momentum as a book prints it, and as it means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._gradient_descent import LANDSCAPES, descend
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets.course.lab import Lab

_VALLEY_RATE, _ENOUGH, _MOST_STEPS = 0.05, 0.01, 1000
_NETWORK_RATE, _EPOCHS = 0.01, 20
_WHERE = "Deep Learning with Python, 2.4.3"


def valley(_lab: Lab) -> dict[str, float]:
    """Count the steps in the valley until the loss is at most 0.01, as the printed loop does."""
    surface = LANDSCAPES["valley"]
    found = {}
    for optimizer in ("sgd", "printed", "momentum"):
        path = descend(
            lambda w, _step: surface.gradient(w),
            surface.start,
            optimizer,
            steps=_MOST_STEPS,
            learning_rate=_VALLEY_RATE,
        )
        steps = (step for step, w in enumerate(path) if surface.loss(w) <= _ENOUGH)
        found[f"steps_{optimizer}"] = float(next(steps))
    return found


def plain(lab: Lab) -> dict[str, float]:
    """Train the network of section 2.1 by SGD without momentum."""
    return _digits(lab, "plain")


def printed(lab: Lab) -> dict[str, float]:
    """Train it by the optimizer that the printed loop is."""
    return _digits(lab, "printed", momentum=0.1, nesterov=True)


def meant(lab: Lab) -> dict[str, float]:
    """Train it by momentum as the text describes it."""
    return _digits(lab, "meant", momentum=0.9)


def _digits(lab: Lab, name: str, **options: Any) -> dict[str, float]:
    keras = load_keras()
    mnist = lab.load("digits28").normalized()
    x_train, x_test = (x.reshape(-1, 784) for x in (mnist.x_train, mnist.x_test))
    model: Any = keras.Sequential(
        [
            keras.Input((784,)),
            keras.layers.Dense(512, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    optimizer = keras.optimizers.SGD(_NETWORK_RATE, **options)
    model.compile(optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    run = lab.fit(model, x_train, mnist.y_train, epochs=_EPOCHS, batch_size=128, name=name)
    _, accuracy = model.evaluate(x_test, mnist.y_test, verbose=0)
    return {"loss": run.history["loss"][-1], "test_accuracy": accuracy}


_NONE = tr("The source prints no result of its loop.")


def _network_rows(system: str, loss: str, accuracy: str) -> tuple[Row, Row]:
    """Return the rows of a trained network, whose titles are given."""
    titles = {"loss": loss, "test_accuracy": accuracy}
    first, second = (
        Row(
            system=system,
            figure=figure,
            title=title,
            where=_WHERE,
            why=_NONE,
        )
        for figure, title in titles.items()
    )
    return first, second


TUTORIAL = Tutorial(
    number=4,
    rows=(
        *(
            Row(
                system="valley",
                figure=f"steps_{optimizer}",
                title=title,
                where=_WHERE,
                why=_NONE,
                digits=0,
            )
            for optimizer, title in (
                ("sgd", tr("Steps of plain gradient descent")),
                ("printed", tr("Steps of the printed loop")),
                ("momentum", tr("Steps of momentum 0.9")),
            )
        ),
        *_network_rows("plain", tr("Loss, plain"), tr("Test accuracy, plain")),
        *_network_rows("printed", tr("Loss, as printed"), tr("Test accuracy, as printed")),
        *_network_rows("meant", tr("Loss, as meant"), tr("Test accuracy, as meant")),
    ),
    systems=(
        System("valley", valley, about=tr("Valley, rate 0.05, until the loss is 0.01"), seeds=1),
        System("plain", plain, about=tr("1,000 images of MNIST, Dense 512, 20 epochs: plain SGD")),
        System("printed", printed, about=tr("The same with momentum 0.1, Nesterov, as printed")),
        System("meant", meant, about=tr("The same with momentum 0.9, as meant")),
    ),
)
