"""Batch normalization and separable convolutions: "Deep Learning with Python", 7.3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 7.3.1"
FILTERS = ((32, 64), (64, 128), (64, 128))


def network(
    kind: str = "separable", *, size: int = 32, normalized: bool = False, rate: float = 0.001
) -> KerasModel:
    """Return the classifier of the source, compiled.

    Args:
        kind: `"separable"` as in the source, or `"plain"` with usual convolutions.
        size: Height and width of the images, at least 32; 64 in the source. The number of
            parameters doesn't depend on it.
        normalized: Whether each convolution is followed by batch normalization.
        rate: The learning rate of RMSprop.

    Returns:
        A Sequential model for color images of 10 classes.

    Example:
        >>> from dlwidgets.course.t26_normalize_separate import network
        >>> network(size=64).count_params(), network("plain", size=64).count_params()
        (38949, 282282)
    """
    keras = load_keras()
    convolution = keras.layers.SeparableConv2D if kind == "separable" else keras.layers.Conv2D
    layers = [keras.Input((size, size, 3))]
    for number, block in enumerate(FILTERS):
        if number:
            layers.append(keras.layers.MaxPooling2D())
        for filters in block:
            layers.append(convolution(filters, 3, activation="relu"))
            if normalized:
                layers.append(keras.layers.BatchNormalization())
    layers += [
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(32, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
    model: KerasModel = keras.Sequential(layers)
    optimizer = keras.optimizers.RMSprop(rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def products(model: KerasModel) -> int:
    """Return how many multiplications the layers of a network make for one image.

    Args:
        model: A Sequential model of convolutions, pooling and Dense layers.

    Example:
        >>> from dlwidgets.course.t26_normalize_separate import network, products
        >>> round(products(network("plain")) / products(network()), 1)
        8.0
    """
    keras = load_keras()
    total = 0
    for layer in model.layers:
        if not isinstance(
            layer, keras.layers.Conv2D | keras.layers.SeparableConv2D | keras.layers.Dense
        ):
            continue
        shape = layer.output.shape[1:]
        places = int(shape[0] * shape[1]) if len(shape) == 3 else 1
        matrices = [weight for weight in layer.weights if len(weight.shape) > 1]
        total += places * sum(int(weight.numpy().size) for weight in matrices)
    return total


SAMPLES, EPOCHS = 10_000, 4


def _trained(lab: Lab, model: KerasModel, name: str) -> dict[str, float]:
    cifar = lab.load("cifar10").normalized()
    x, y = cifar.x_train[:SAMPLES], cifar.y_train[:SAMPLES]
    run = lab.fit(model, x, y, epochs=EPOCHS, batch_size=64, name=name)
    test = model.evaluate(cifar.x_test, cifar.y_test, verbose=0, return_dict=True)
    return {
        "seconds": lab.seconds / EPOCHS,
        "accuracy": run.history["accuracy"][-1],
        "test_accuracy": test["accuracy"],
    }


def counts(lab: Lab) -> dict[str, float]:
    """Weights and products of both networks, without training."""
    del lab
    both = {kind: network(kind) for kind in ("plain", "separable")}
    found = {f"{kind}_parameters": model.count_params() for kind, model in both.items()}
    return found | {f"{kind}_products": products(model) / 1e6 for kind, model in both.items()}


def separable(lab: Lab) -> dict[str, float]:
    """The network of the source on 10,000 images of CIFAR-10, 4 epochs."""
    return _trained(lab, network(), "Separable")


def plain(lab: Lab) -> dict[str, float]:
    """The same with usual convolutions."""
    return _trained(lab, network("plain"), "Plain")


def separable_normalized(lab: Lab) -> dict[str, float]:
    """Separable, with batch normalization after each convolution."""
    return _trained(lab, network(normalized=True), "Separable, normalized")


def plain_normalized(lab: Lab) -> dict[str, float]:
    """Plain, with batch normalization after each convolution."""
    return _trained(lab, network("plain", normalized=True), "Plain, normalized")


def _claim(system: str, title: str, figure: str = "test_accuracy", why: str = "") -> Row:
    digits = 1 if figure.endswith(("products", "seconds")) else 3
    digits = 0 if figure.endswith("parameters") else digits
    return Row(
        system=system, figure=figure, title=title, where=SOURCE, why=why or _SMALL, digits=digits
    )


_SMALL = tr("The source shows the network without data and figures. Here: 10,000 images, 4 epochs.")
_COUNTED = tr("The source doesn't print it: it follows from the shapes of the layers.")
_TIME = tr(
    "The source says that separable convolutions are faster. The processor does few products per "
    "number that it reads, so it gains less than the count promises."
)

TUTORIAL = Tutorial(
    number=26,
    rows=(
        _claim("counts", tr("Usual convolutions: parameters"), "plain_parameters", _COUNTED),
        _claim("counts", tr("Separable: parameters"), "separable_parameters", _COUNTED),
        _claim("counts", tr("Usual: million products per image"), "plain_products", _COUNTED),
        _claim(
            "counts", tr("Separable: million products per image"), "separable_products", _COUNTED
        ),
        _claim("plain", tr("Usual: seconds per epoch"), "seconds", _TIME),
        _claim("separable", tr("Separable: seconds per epoch"), "seconds", _TIME),
        _claim("plain", tr("Usual: test accuracy")),
        _claim("separable", tr("Separable: test accuracy")),
        _claim("plain_normalized", tr("Usual and normalized: test accuracy")),
        _claim("separable_normalized", tr("Separable and normalized: test accuracy")),
    ),
    systems=(
        System("counts", counts, tr("Both networks, without training"), 1),
        System("plain", plain, tr("CIFAR-10, 10,000 images, usual convolutions, 4 epochs"), 1),
        System("separable", separable, tr("CIFAR-10, 10,000 images, separable, 4 epochs"), 1),
        System(
            "plain_normalized",
            plain_normalized,
            tr("CIFAR-10, 10,000 images, usual, normalized, 4 epochs"),
            1,
        ),
        System(
            "separable_normalized",
            separable_normalized,
            tr("CIFAR-10, 10,000 images, separable, normalized, 4 epochs"),
            1,
        ),
    ),
)
