"""A convnet on MNIST, with and without pooling: "Deep Learning with Python", 5.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 5.1"
SOURCE_POOLING = "Deep Learning with Python, 5.1.2"


def convnet(shrink: str = "max", units: int = 64) -> KerasModel:
    """Return the convnet of the source, compiled.

    Args:
        shrink: What makes the feature maps smaller: `"max"` or `"average"` for pooling, `"stride"`
            for a stride of 2 in the first two convolutions, `"none"` for nothing.
        units: Units of the Dense layer before the last one.

    Returns:
        A Sequential model for images of shape (28, 28, 1) and 10 classes.

    Example:
        >>> from dlwidgets.course.t13_a_convnet_on_mnist import convnet
        >>> convnet().count_params()
        93322
    """
    keras = load_keras()
    pools = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    layers = [keras.Input((28, 28, 1))]
    for filters in (32, 64):
        strides = 2 if shrink == "stride" else 1
        layers.append(keras.layers.Conv2D(filters, 3, strides=strides, activation="relu"))
        if shrink in pools:
            layers.append(pools[shrink](2))
    layers += [
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(units, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    model: KerasModel = keras.Sequential(layers)
    model.compile("rmsprop", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _trained(
    lab: Lab, model: KerasModel, name: str, epochs: int = 5, samples: int | None = None
) -> dict[str, float]:
    mnist = lab.load("mnist").normalized()
    x, y = mnist.x_train[:samples], mnist.y_train[:samples]
    run = lab.fit(model, x, y, epochs=epochs, batch_size=64, name=name)
    test = model.evaluate(mnist.x_test, mnist.y_test, verbose=0, return_dict=True)
    return {
        "parameters": model.count_params(),
        "accuracy": run.history["accuracy"][-1],
        "test_accuracy": test["accuracy"],
        "milliseconds": 1000 * lab.seconds / lab.steps,
    }


def max_pooling(lab: Lab) -> dict[str, float]:
    """The convnet of the source, 5 epochs of batches of 64."""
    model = convnet()
    base = sum(layer.count_params() for layer in model.layers[:5])
    flat = int(model.layers[5].output.shape[-1])
    return {"base": base, "flat": flat, **_trained(lab, model, "Convnet")}


def average_pooling(lab: Lab) -> dict[str, float]:
    """The same with average pooling."""
    return _trained(lab, convnet("average"), "Average pooling")


def strides(lab: Lab) -> dict[str, float]:
    """The same with strides instead of pooling."""
    return _trained(lab, convnet("stride"), "Strides")


def few_images(lab: Lab) -> dict[str, float]:
    """The convnet of the source on 2,000 images, 2 epochs."""
    return _trained(lab, convnet(), "Few images", epochs=2, samples=2_000)


def no_pooling(lab: Lab) -> dict[str, float]:
    """The same without pooling and with Dense 512."""
    model = convnet("none", units=512)
    flat, dense = int(model.layers[3].output.shape[-1]), model.layers[4].count_params()
    trained = _trained(lab, model, "No pooling", epochs=2, samples=2_000)
    return {"flat": flat, "dense": dense, **trained}


_FEW = tr("The source counts the weights of the network without pooling, but doesn't train it.")

TUTORIAL = Tutorial(
    number=13,
    rows=(
        Row(
            system="max_pooling",
            figure="base",
            title=tr("Parameters of the three convolutions"),
            printed="55,744",
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="max_pooling",
            figure="parameters",
            title=tr("Parameters of the convnet"),
            printed="93,322",
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="max_pooling",
            figure="test_accuracy",
            title=tr("Test accuracy"),
            printed="0.9908",
            where=SOURCE,
            why=tr(
                "The start of the weights and the order of the samples are random. The text of the "
                "source says 99.3%, its own output 0.9908."
            ),
            metric="val_accuracy",
        ),
        Row(
            system="average_pooling",
            figure="test_accuracy",
            title=tr("Test accuracy with average pooling"),
            where=SOURCE_POOLING,
            why=tr("The source says that max pooling usually works better, without a figure."),
        ),
        Row(
            system="strides",
            figure="test_accuracy",
            title=tr("Test accuracy with strides instead of pooling"),
            where=SOURCE_POOLING,
            why=tr("The source says that strides are rarely used, without a figure."),
        ),
        Row(
            system="no_pooling",
            figure="flat",
            title=tr("Numbers after Flatten without pooling"),
            printed="30,976",
            where=SOURCE_POOLING,
            digits=0,
        ),
        Row(
            system="no_pooling",
            figure="dense",
            title=tr("Parameters of Dense 512 behind it"),
            printed="15.8 million",
            where=SOURCE_POOLING,
            why=tr("30,976 · 512 + 512 = 15,860,224, so rounded it is 15.9 million."),
            digits=0,
        ),
        *(
            Row(system=system, figure=figure, title=title, why=_FEW, digits=digits)
            for system, figure, title, digits in (
                ("few_images", "test_accuracy", tr("2,000 images, 2 epochs: test accuracy"), 3),
                ("few_images", "milliseconds", tr("… milliseconds per step"), 0),
                ("no_pooling", "test_accuracy", tr("… test accuracy without pooling"), 3),
                ("no_pooling", "milliseconds", tr("… its milliseconds per step"), 0),
            )
        ),
    ),
    systems=(
        System("max_pooling", max_pooling, tr("MNIST, the convnet of the source, 5 epochs")),
        System("average_pooling", average_pooling, tr("MNIST, average pooling, 5 epochs"), seeds=1),
        System("strides", strides, tr("MNIST, strides, 5 epochs"), seeds=1),
        System("few_images", few_images, tr("MNIST, 2,000 images, 2 epochs"), seeds=1),
        System(
            "no_pooling",
            no_pooling,
            tr("MNIST, no pooling, Dense 512, 2,000 images, 2 epochs"),
            seeds=1,
        ),
    ),
)
