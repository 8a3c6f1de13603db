"""Trainings as they should be."""

from __future__ import annotations

import keras
from keras import layers

from tests.helpers.doctor.case import Case
from tests.helpers.doctor.data import (
    blobs,
    boston,
    digits,
    mnist,
    multiplied,
    reviews,
    stream,
    waves,
)
from tests.helpers.doctor.models import adam, cnn, fitted, mlp, normalized, own, rmsprop, sgd, words

HEALTHY: tuple[Case, ...] = (
    Case("digits, MLP, Adam", lambda s: fitted(p := digits(s), mlp(p), epochs=10)),
    Case("digits, MLP, SGD 0.1", lambda s: fitted(p := digits(s), mlp(p), sgd(0.1), epochs=10)),
    Case("digits, MLP, SGD 0.01", lambda s: fitted(p := digits(s), mlp(p), sgd(0.01), epochs=12)),
    Case("digits, CNN", lambda s: fitted(p := digits(s), cnn(p), epochs=8)),
    Case("digits, batch norm", lambda s: fitted(p := digits(s), normalized(p), epochs=8)),
    Case("digits, subclassed", lambda s: fitted(p := digits(s), own(p), epochs=10)),
    Case(
        "digits, tanh, momentum",
        lambda s: fitted(p := digits(s), mlp(p, (48,), "tanh"), sgd(0.02, 0.9), epochs=8),
    ),
    Case(
        "digits, no validation",
        lambda s: fitted(p := digits(s), mlp(p), epochs=6, validation_data=None),
    ),
    Case(
        "digits, validation split", lambda s: fitted(p := digits(s), mlp(p), validation_split=0.2)
    ),
    Case(
        "digits, RMSprop",
        lambda s: fitted(p := digits(s), mlp(p, (64, 32)), rmsprop(0.002), epochs=6),
    ),
    Case("MNIST, MLP", lambda s: fitted(p := mnist(s), mlp(p), epochs=5)),
    Case("MNIST, CNN", lambda s: fitted(p := mnist(s), cnn(p), epochs=4)),
    Case("MNIST, deep MLP", lambda s: fitted(p := mnist(s), mlp(p, (64, 64, 64)), epochs=4)),
    Case(
        "MNIST, tf.data.Dataset",
        lambda s: fitted(
            p := mnist(s), mlp(p), x=stream(p, shuffle=True), y=None, batch_size=None, epochs=4
        ),
    ),
    Case(
        "MNIST, Rescaling in the model",
        lambda s: fitted(
            multiplied(mnist(s), 255.0),
            keras.Sequential(
                [
                    layers.Input((28, 28, 1)),
                    layers.Rescaling(1 / 255),
                    layers.Flatten(),
                    layers.Dense(64, activation="relu"),
                    layers.Dense(10, activation="softmax"),
                ]
            ),
            epochs=4,
        ),
    ),
    Case("MNIST, one epoch", lambda s: fitted(p := mnist(s), cnn(p), epochs=1)),
    Case("housing, MLP", lambda s: fitted(p := boston(s), mlp(p), adam(0.003), epochs=30)),
    Case(
        "housing, batch norm",
        lambda s: fitted(p := boston(s), normalized(p), adam(0.01), epochs=25),
    ),
    Case(
        "housing, linear model, MAE",
        lambda s: fitted(p := boston(s), mlp(p, ()), adam(0.1), loss="mae", epochs=30),
    ),
    Case("waves, MLP", lambda s: fitted(p := waves(s), mlp(p, (64, 64)), epochs=15)),
    Case("waves, subclassed, SGD", lambda s: fitted(p := waves(s), own(p), sgd(0.02), epochs=15)),
    Case("blobs, MLP", lambda s: fitted(p := blobs(s), mlp(p), epochs=8)),
    Case(
        "blobs, logistic regression",
        lambda s: fitted(p := blobs(s), mlp(p, ()), sgd(0.1), epochs=10),
    ),
    Case(
        "reviews, embedding, stopped in time",
        lambda s: fitted(p := reviews(s, 3000), words(p), epochs=5),
    ),
)
"""Trainings as they should be."""
