"""Cats and dogs, few of them: "Deep Learning with Python", 5.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

SCRATCH = "Deep Learning with Python, 5.2.3"
AUGMENTED = "Deep Learning with Python, 5.2.5"


def network(
    shape: tuple[int, int, int],
    *,
    augmented: bool = False,
    dropout: float = 0.0,
    rate: float = 1e-4,
) -> KerasModel:
    """Return the convnet of the source, or a smaller one for smaller images, compiled.

    Args:
        shape: Height, width and 3. From 100 pixels on there are four convolutions, as in the
            source; below, three.
        augmented: Whether images are turned, moved, sheared, zoomed and flipped during training.
        dropout: Dropout rate after Flatten, at least 0 and below 1.
        rate: The learning rate of RMSprop.

    Returns:
        A Sequential model with one output, the probability of a dog.

    Example:
        >>> from dlwidgets.course.t16_cats_and_dogs import network
        >>> network((150, 150, 3)).count_params(), network((32, 32, 3)).count_params()
        (3453121, 356417)
    """
    keras = load_keras()
    layers = [keras.Input(shape)]
    if augmented:
        layers += [
            keras.layers.RandomFlip("horizontal"),
            keras.layers.RandomRotation(40 / 360, fill_mode="nearest"),
            keras.layers.RandomTranslation(0.2, 0.2, fill_mode="nearest"),
            keras.layers.RandomShear(0.2, 0.0, fill_mode="nearest"),
            keras.layers.RandomZoom(0.2, 0.2, fill_mode="nearest"),
        ]
    for filters in (32, 64, 128, 128) if min(shape[:2]) >= 100 else (32, 64, 128):
        layers += [
            keras.layers.Conv2D(filters, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
        ]
    layers.append(keras.layers.Flatten())
    if dropout:
        layers.append(keras.layers.Dropout(dropout))
    layers += [
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    model: KerasModel = keras.Sequential(layers)
    optimizer = keras.optimizers.RMSprop(rate)
    model.compile(optimizer, "binary_crossentropy", metrics=["accuracy"])
    return model


def _trained(
    lab: Lab, name: str, *, augmented: bool = False, samples: int = 2_000, epochs: int
) -> dict[str, float]:
    """Train on the first cats and dogs of CIFAR-10, and validate with a thousand others."""
    pets = lab.load("cifar10").only(["cat", "dog"]).normalized()
    model = network((32, 32, 3), augmented=augmented, dropout=0.5 * augmented, rate=5e-4)
    run = lab.fit(
        model,
        pets.x_train[:samples],
        pets.y_train[:samples].astype("float32"),
        epochs=epochs,
        batch_size=32,
        validation_data=(pets.x_test[:1_000], pets.y_test[:1_000].astype("float32")),
        name=name,
    )
    accuracy, losses = run.history["val_accuracy"], run.history["val_loss"]
    return {
        "accuracy": run.history["accuracy"][-1],
        "val_accuracy": float(np.mean(accuracy[-5:])),
        "best_epoch": int(np.argmin(losses)) + 1,
    }


def small_images(lab: Lab) -> dict[str, float]:
    """CIFAR-10's cats and dogs, 2,000 of them, the plain convnet, 20 epochs."""
    return _trained(lab, "Plain", epochs=20)


def small_augmented(lab: Lab) -> dict[str, float]:
    """The same with augmentation and dropout, 30 epochs."""
    return _trained(lab, "Augmented", augmented=True, epochs=30)


def small_more(lab: Lab) -> dict[str, float]:
    """The plain convnet with five times as many images, 10 epochs."""
    return _trained(lab, "10,000 images", samples=10_000, epochs=10)


def sizes(lab: Lab) -> dict[str, float]:
    """The weights of the network for images of 150×150 pixels."""
    del lab
    return {"parameters": network((150, 150, 3)).count_params()}


_STAND_IN = tr(
    "Not in the source: CIFAR-10's cats and dogs have 32×32 pixels instead of 150×150, and the "
    "network has three convolutions instead of four. Mean of the last 5 epochs."
)
_NO_IMAGES = tr("The source's images need an account at Kaggle, so they aren't here.")

TUTORIAL = Tutorial(
    number=16,
    rows=(
        Row(
            system="sizes",
            figure="parameters",
            title=tr("Parameters, images of 150×150"),
            printed="3,453,121",
            where=SCRATCH,
            digits=0,
        ),
        Row(
            system="plain",
            figure="val_accuracy",
            title=tr("Validation accuracy from scratch"),
            printed="0.70 to 0.72",
            where=SCRATCH,
            digits=3,
        ),
        Row(
            system="plain",
            figure="best_epoch",
            title=tr("Epoch of the lowest validation loss"),
            printed="5",
            where=SCRATCH,
            digits=0,
        ),
        Row(
            system="augmented",
            figure="val_accuracy",
            title=tr("With augmentation and dropout"),
            printed="0.82",
            where=AUGMENTED,
            digits=3,
        ),
        Row(
            system="small_images",
            figure="val_accuracy",
            title=tr("CIFAR-10's cats and dogs, from scratch"),
            why=_STAND_IN,
            digits=3,
        ),
        Row(
            system="small_images",
            figure="accuracy",
            title=tr("… its training accuracy"),
            why=_STAND_IN,
            digits=3,
        ),
        Row(
            system="small_images",
            figure="best_epoch",
            title=tr("… epoch of the lowest validation loss"),
            why=_STAND_IN,
            digits=0,
        ),
        Row(
            system="small_augmented",
            figure="val_accuracy",
            title=tr("… with augmentation and dropout"),
            why=_STAND_IN,
            digits=3,
        ),
        Row(
            system="small_more",
            figure="val_accuracy",
            title=tr("… with 10,000 images instead"),
            why=_STAND_IN,
            digits=3,
        ),
    ),
    systems=(
        System("sizes", sizes, tr("The network of the source"), seeds=1),
        System("plain", None, tr("2,000 images of 150×150, 30 epochs"), why_not=_NO_IMAGES),
        System("augmented", None, tr("2,000 images of 150×150, 100 epochs"), why_not=_NO_IMAGES),
        System("small_images", small_images, tr("2,000 images of 32×32, 20 epochs"), 2),
        System("small_augmented", small_augmented, tr("2,000 images of 32×32, 30 epochs"), 1),
        System("small_more", small_more, tr("10,000 images of 32×32, 10 epochs"), seeds=1),
    ),
)
