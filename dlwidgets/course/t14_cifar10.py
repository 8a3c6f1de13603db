"""CIFAR-10, dense and convolutional: "A brief introduction to deep neural networks", 2 and 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial
from dlwidgets.models.builders import batch_norm_cnn, mlp

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

DENSE_SOURCE = "A brief introduction to deep neural networks, 2"
CNN_SOURCE = "A brief introduction to deep neural networks, 3"
SHAPE = (32, 32, 3)


def cnn(*, normalized: bool = True, leaky: bool = True, dropout: float = 0.25) -> KerasModel:
    """Return the CNN of the source, or one from which a part is missing. It isn't compiled.

    Args:
        normalized: Whether each layer is followed by batch normalization.
        leaky: Whether units leak below 0 (LeakyReLU); otherwise ReLU.
        dropout: Dropout rate before the last layer, at least 0 and below 1.

    Returns:
        A Sequential model for images of shape (32, 32, 3) and 10 classes.

    Example:
        >>> from dlwidgets.course.t14_cifar10 import cnn
        >>> cnn().count_params(), cnn(normalized=False).count_params()
        (592554, 591274)
    """
    keras = load_keras()
    activation = keras.layers.LeakyReLU if leaky else keras.layers.ReLU

    def finished() -> list[object]:
        first = [keras.layers.BatchNormalization()] if normalized else []
        return [*first, activation()]

    layers = [keras.Input(SHAPE)]
    for filters, stride in ((32, 1), (32, 2), (64, 1), (64, 2)):
        layers.append(keras.layers.Conv2D(filters, 3, strides=stride, padding="same"))
        layers += finished()
    layers += [keras.layers.Flatten(), keras.layers.Dense(128), *finished()]
    if dropout:
        layers.append(keras.layers.Dropout(dropout))
    layers.append(keras.layers.Dense(10, activation="softmax"))
    model: KerasModel = keras.Sequential(layers)
    return model


def _trained(
    lab: Lab, model: KerasModel, name: str, epochs: int = 10, samples: int | None = None
) -> dict[str, float]:
    cifar = lab.load("cifar10").normalized()
    optimizer = load_keras().optimizers.Adam(0.0005)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = cifar.x_train[:samples], cifar.y_train[:samples]
    run = lab.fit(model, x, y, epochs=epochs, batch_size=32, name=name)
    test = model.evaluate(cifar.x_test, cifar.y_test, verbose=0, return_dict=True)
    return {
        "parameters": model.count_params(),
        "not_trained": sum(int(w.numpy().size) for w in model.non_trainable_weights),
        "updates": run.step_count / epochs,
        "loss": run.history["loss"][-1],
        "accuracy": run.history["accuracy"][-1],
        "test_accuracy": test["accuracy"],
    }


def dense(lab: Lab) -> dict[str, float]:
    """Flatten, Dense 200, Dense 150, softmax; 10 epochs of batches of 32."""
    return _trained(lab, mlp(SHAPE, 10), "Dense")


def convolutional(lab: Lab) -> dict[str, float]:
    """Four convolutions with batch normalization and LeakyReLU; 10 epochs."""
    return _trained(lab, batch_norm_cnn(SHAPE, 10), "CNN")


FEW, FEW_EPOCHS = 8_000, 6


def few_images(lab: Lab) -> dict[str, float]:
    """The same CNN on 8,000 images, 6 epochs."""
    return _trained(lab, cnn(), "CNN, 8,000 images", FEW_EPOCHS, FEW)


def without_normalization(lab: Lab) -> dict[str, float]:
    """The CNN without batch normalization on 8,000 images, 6 epochs."""
    model = cnn(normalized=False)
    return _trained(lab, model, "Without batch normalization", FEW_EPOCHS, FEW)


def without_leak(lab: Lab) -> dict[str, float]:
    """The CNN with ReLU on 8,000 images, 6 epochs."""
    return _trained(lab, cnn(leaky=False), "ReLU", FEW_EPOCHS, FEW)


_RANDOM = tr("The source names neither its optimizer nor its seed. Here it is Adam with 0.0005.")
_PARTS = tr("Not in the source: it shows the whole network only.")

TUTORIAL = Tutorial(
    number=14,
    rows=(
        Row(
            system="dense",
            figure="parameters",
            title=tr("Dense: parameters"),
            printed="646,260",
            where=DENSE_SOURCE,
            digits=0,
        ),
        Row(
            system="dense",
            figure="updates",
            title=tr("Batches per epoch"),
            printed="1,563",
            where=DENSE_SOURCE,
            digits=0,
        ),
        Row(
            system="dense",
            figure="loss",
            title=tr("Dense: training loss after 10 epochs"),
            printed="1.3696",
            where=DENSE_SOURCE,
            why=_RANDOM,
        ),
        Row(
            system="dense",
            figure="accuracy",
            title=tr("Dense: training accuracy"),
            printed="0.5139",
            where=DENSE_SOURCE,
            why=_RANDOM,
        ),
        Row(
            system="dense",
            figure="test_accuracy",
            title=tr("Dense: test accuracy"),
            printed="0.4952",
            where=DENSE_SOURCE,
            why=_RANDOM,
        ),
        Row(
            system="convolutional",
            figure="parameters",
            title=tr("CNN: parameters"),
            printed="592,554",
            where=CNN_SOURCE,
            digits=0,
        ),
        Row(
            system="convolutional",
            figure="not_trained",
            title=tr("CNN: not trainable"),
            printed="640",
            where=CNN_SOURCE,
            digits=0,
        ),
        Row(
            system="convolutional",
            figure="accuracy",
            title=tr("CNN: training accuracy"),
            printed="0.7699",
            where=CNN_SOURCE,
            why=tr("The source names neither epochs nor optimizer. Here: 10 epochs of Adam."),
            metric="accuracy",
        ),
        Row(
            system="convolutional",
            figure="test_accuracy",
            title=tr("CNN: test accuracy"),
            printed="0.7170",
            where=CNN_SOURCE,
            why=tr("The source names neither epochs nor dropout rate. Here: 10 epochs, 25%."),
            metric="val_accuracy",
        ),
        Row(
            system="few_images",
            figure="test_accuracy",
            title=tr("CNN on 8,000 images: test accuracy"),
            why=_PARTS,
        ),
        Row(
            system="without_normalization",
            figure="test_accuracy",
            title=tr("… without batch normalization"),
            why=_PARTS,
        ),
        Row(
            system="without_leak",
            figure="test_accuracy",
            title=tr("… with ReLU instead of LeakyReLU"),
            why=_PARTS,
        ),
    ),
    systems=(
        System("dense", dense, tr("CIFAR-10, Dense 200 and 150, 10 epochs")),
        System("convolutional", convolutional, tr("CIFAR-10, four convolutions, 10 epochs")),
        System("few_images", few_images, tr("CIFAR-10, 8,000 images, 6 epochs"), seeds=1),
        System(
            "without_normalization",
            without_normalization,
            tr("CIFAR-10, 8,000 images, no batch normalization, 6 epochs"),
            seeds=1,
        ),
        System("without_leak", without_leak, tr("CIFAR-10, 8,000 images, ReLU, 6 epochs"), seeds=1),
    ),
)
