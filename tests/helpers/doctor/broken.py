"""Trainings with a fault each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
from keras import layers

from tests.helpers.doctor.case import Case, Problem
from tests.helpers.doctor.data import (
    blobs,
    boston,
    digits,
    mnist,
    multiplied,
    noisy_labels,
    one_against_all,
    ordered,
    rare,
    reviews,
    shuffled_labels,
    stream,
    waves,
    with_gaps,
)
from tests.helpers.doctor.models import (
    adam,
    cnn,
    fitted,
    growing,
    logarithm,
    mlp,
    normalized,
    own,
    rmsprop,
    root,
    sgd,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_NEGATIVE = {"bias_initializer": keras.initializers.Constant(-6.0)}
_BELOW = {"kernel_initializer": keras.initializers.RandomUniform(-0.6, -0.2)}
_ZERO = {"kernel_initializer": "zeros"}
_TINY = {"kernel_initializer": keras.initializers.RandomNormal(stddev=1e-5)}


def _shuffled(seed: int, source: Callable[[int], Problem]) -> Problem:
    return shuffled_labels(source(seed), seed)


_HIGH = ("rate_high",)
_LOW = ("rate_low",)
_OVER = ("overfitting",)
_DEAD = ("dead_units",)
_SCALE = ("unscaled_inputs",)
_ORDER = ("sorted_labels",)
_MATCH = ("mismatched_labels",)
_RARE = ("class_imbalance",)
_NOT = ("not_learning",)
_NAN = ("nan",)

BROKEN: tuple[Case, ...] = (
    Case(
        "high: digits, MLP, Adam 0.5",
        lambda s: fitted(p := digits(s), mlp(p, (64, 64)), adam(0.5)),
        _HIGH,
    ),
    Case(
        "high: MNIST, CNN, Adam 0.2",
        lambda s: fitted(p := mnist(s), cnn(p), adam(0.2), epochs=3),
        _HIGH,
    ),
    Case("high: digits, MLP, SGD 30", lambda s: fitted(p := digits(s), mlp(p), sgd(30.0)), _HIGH),
    Case("high: housing, MLP, SGD 0.5", lambda s: fitted(p := boston(s), mlp(p), sgd(0.5)), _HIGH),
    Case(
        "high: waves, MLP, SGD 1 with momentum",
        lambda s: fitted(p := waves(s), mlp(p), sgd(1.0, 0.9)),
        _HIGH,
    ),
    Case(
        "high: digits, subclassed, RMSprop 0.5",
        lambda s: fitted(p := digits(s), own(p), rmsprop(0.5)),
        _HIGH,
    ),
    Case("low: digits, MLP, Adam 1e-6", lambda s: fitted(p := digits(s), mlp(p), adam(1e-6)), _LOW),
    Case(
        "low: MNIST, CNN, SGD 1e-5",
        lambda s: fitted(p := mnist(s), cnn(p), sgd(1e-5), epochs=3),
        _LOW,
    ),
    Case(
        "low: housing, MLP, Adam 1e-6",
        lambda s: fitted(p := boston(s), mlp(p), adam(1e-6), epochs=15),
        _LOW,
    ),
    Case(
        "low: waves, batch norm, SGD 1e-6",
        lambda s: fitted(p := waves(s), normalized(p), sgd(1e-6)),
        _LOW,
    ),
    Case(
        "low: digits, subclassed, RMSprop 1e-6",
        lambda s: fitted(p := digits(s), own(p), rmsprop(1e-6)),
        _LOW,
    ),
    Case(
        "low: digits, MLP, SGD 3e-4",
        lambda s: fitted(p := digits(s), mlp(p), sgd(3e-4), epochs=8),
        _LOW,
    ),
    Case(
        "over: MNIST, 150 samples, MLP",
        lambda s: fitted(p := mnist(s, 150), mlp(p, (256, 256)), adam(0.003), epochs=30),
        _OVER,
    ),
    Case(
        "over: reviews, embedding",
        lambda s: fitted(p := reviews(s), words(p, 32), adam(0.01), epochs=9),
        _OVER,
    ),
    Case(
        "over: housing, 50 samples",
        lambda s: fitted(p := boston(s, 50), mlp(p, (256, 256)), adam(0.01), epochs=70),
        _OVER,
    ),
    Case(
        "over: waves, 80 noisy samples",
        lambda s: fitted(p := waves(s, 80, 0.7), mlp(p, (128, 128)), adam(0.005), epochs=50),
        _OVER,
    ),
    Case(
        "over: digits, 40% wrong labels",
        lambda s: fitted(
            noisy_labels(p := digits(s, 600), s, 0.4), mlp(p, (256, 128)), adam(0.003), epochs=30
        ),
        _OVER,
    ),
    Case(
        "over: blobs, 100 samples",
        lambda s: fitted(p := blobs(s, 100), mlp(p, (128, 128)), adam(0.005), epochs=30),
        _OVER,
    ),
    Case(
        "dead: digits, MLP, biases of -6",
        lambda s: fitted(p := digits(s), mlp(p, (64,), **_NEGATIVE)),
        _DEAD,
    ),
    Case(
        "dead: MNIST, CNN, biases of -6",
        lambda s: fitted(p := mnist(s), cnn(p, **_NEGATIVE), epochs=3),
        _DEAD,
    ),
    Case(
        "dead: digits, weights below 0",
        lambda s: fitted(p := digits(s), mlp(p, (64,), **_BELOW)),
        _DEAD,
    ),
    Case(
        "dead: waves, deep MLP, biases of -6",
        lambda s: fitted(p := waves(s), mlp(p, (32, 32), **_NEGATIVE)),
        _DEAD,
    ),
    Case(
        "dead: MNIST, MLP, weights below 0",
        lambda s: fitted(p := mnist(s), mlp(p, (64, 32), **_BELOW), epochs=3),
        _DEAD,
    ),
    Case(
        "scale: MNIST, MLP, 0 to 255",
        lambda s: fitted(p := multiplied(mnist(s), 255.0), mlp(p), epochs=4),
        _SCALE,
    ),
    Case(
        "scale: MNIST, CNN, 0 to 255",
        lambda s: fitted(p := multiplied(mnist(s), 255.0), cnn(p), sgd(0.01), epochs=3),
        _SCALE,
    ),
    Case("scale: housing as it is", lambda s: fitted(p := boston(s, scaled=False), mlp(p)), _SCALE),
    Case(
        "scale: waves, one feature ×1000",
        lambda s: fitted(
            p := multiplied(waves(s), np.array([1, 1, 1, 1, 1, 1000], "float32")), mlp(p)
        ),
        _SCALE,
    ),
    Case(
        "scale: digits / 1000",
        lambda s: fitted(p := multiplied(digits(s), 1e-3), mlp(p), sgd(0.01)),
        _SCALE,
    ),
    Case(
        "order: digits, no shuffling",
        lambda s: fitted(ordered(p := digits(s)), mlp(p), shuffle=False),
        _ORDER,
    ),
    Case(
        "order: MNIST, CNN, no shuffling",
        lambda s: fitted(ordered(p := mnist(s)), cnn(p), shuffle=False, epochs=3),
        _ORDER,
    ),
    Case(
        "order: digits, validation split",
        lambda s: fitted(ordered(p := digits(s)), mlp(p), validation_split=0.2),
        _ORDER,
    ),
    Case(
        "order: housing by price, no shuffling",
        lambda s: fitted(ordered(p := boston(s)), mlp(p), shuffle=False),
        _ORDER,
    ),
    Case(
        "order: waves by target, no shuffling",
        lambda s: fitted(ordered(p := waves(s)), own(p), shuffle=False),
        _ORDER,
    ),
    Case(
        "order: MNIST as a tf.data.Dataset",
        lambda s: fitted(
            p := mnist(s),
            mlp(p),
            x=stream(ordered(p), shuffle=False),
            y=None,
            batch_size=None,
            epochs=3,
        ),
        _ORDER,
    ),
    Case(
        "match: digits, MLP", lambda s: fitted(p := _shuffled(s, digits), mlp(p), epochs=10), _MATCH
    ),
    Case("match: MNIST, CNN", lambda s: fitted(p := _shuffled(s, mnist), cnn(p), epochs=5), _MATCH),
    Case(
        "match: housing",
        lambda s: fitted(p := _shuffled(s, boston), mlp(p), adam(0.005), epochs=20),
        _MATCH,
    ),
    Case(
        "match: waves, batch norm",
        lambda s: fitted(p := _shuffled(s, waves), normalized(p), epochs=10),
        _MATCH,
    ),
    Case(
        "match: blobs, subclassed",
        lambda s: fitted(p := _shuffled(s, blobs), own(p), epochs=10),
        _MATCH,
    ),
    Case(
        "rare: digits, is it a 3?, 1 in 20",
        lambda s: fitted(p := rare(one_against_all(digits(s), 3), 0.4, s), mlp(p)),
        _RARE,
    ),
    Case(
        "rare: MNIST, few nines",
        lambda s: fitted(p := rare(mnist(s), 0.05, s), cnn(p), epochs=3),
        _RARE,
    ),
    Case("rare: blobs, 3%", lambda s: fitted(p := blobs(s, 1500, 0.03), own(p)), _RARE),
    Case(
        "rare: reviews, few good ones",
        lambda s: fitted(p := rare(reviews(s), 0.06, s), words(p), epochs=3),
        _RARE,
    ),
    Case(
        "not: digits, ten layers of sigmoid",
        lambda s: fitted(p := digits(s), mlp(p, (32,) * 10, "sigmoid"), sgd(0.1)),
        _NOT,
    ),
    Case(
        "not: blobs, softmax of one unit",
        lambda s: fitted(
            blobs(s),
            keras.Sequential(
                [
                    layers.Input((8,)),
                    layers.Dense(16, activation="relu"),
                    layers.Dense(1, activation="softmax"),
                ]
            ),
            epochs=5,
        ),
        _NOT,
    ),
    Case(
        "not: digits, all weights 0",
        lambda s: fitted(p := digits(s), mlp(p, (32, 32), "tanh", **_ZERO)),
        _NOT,
    ),
    Case(
        "not: MNIST, tiny weights in six layers",
        lambda s: fitted(p := mnist(s), mlp(p, (32,) * 6, "tanh", **_TINY), sgd(0.05), epochs=3),
        _NOT,
    ),
    Case(
        "nan: digits, a gap in the data",
        lambda s: fitted(with_gaps(p := digits(s), s), mlp(p)),
        _NAN,
    ),
    Case(
        "nan: housing, infinity in the data",
        lambda s: fitted(with_gaps(p := boston(s), s, np.inf), mlp(p)),
        _NAN,
    ),
    Case(
        "nan: waves, logarithm of the output",
        lambda s: fitted(p := waves(s), mlp(p), loss=logarithm),
        _NAN,
    ),
    Case("nan: blobs, root in the loss", lambda s: fitted(p := blobs(s), mlp(p), loss=root), _NAN),
    Case(
        "nan: waves, a rate that doubles",
        lambda s: fitted(p := waves(s), mlp(p), keras.optimizers.SGD(growing(0.01)), epochs=20),
        ("nan", "rate_high"),
    ),
)
"""Trainings with a fault each."""
