"""Watching and steering: the text model of "Deep Learning with Python", 7.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from dlwidgets.course.lab import Lab

SOURCE = "Deep Learning with Python, 7.2"
LENGTH, WORDS = 500, 2_000


def convolutions(lab: Lab) -> dict[str, float]:
    """Embedding and 1-D convolutions on IMDB, up to 20 epochs."""
    keras = load_keras()
    layers = keras.layers
    reviews = lab.load("imdb")
    shifted = [np.asarray(ranks, int) + 3 for ranks in reviews.x_train]
    known = [np.where(words < WORDS, words, 2) for words in shifted]
    rows = keras.utils.pad_sequences(known, maxlen=LENGTH)
    model = keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(WORDS, 128),
            layers.Conv1D(32, 7, activation="relu"),
            layers.MaxPooling1D(5),
            layers.Conv1D(32, 7, activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("rmsprop", "binary_crossentropy", metrics=["accuracy"])
    run = lab.fit(
        model,
        rows,
        reviews.y_train,
        epochs=20,
        batch_size=128,
        validation_split=0.2,
        callbacks=[keras.callbacks.EarlyStopping("val_loss", patience=2)],
        name="Embedding and convolutions",
    )
    losses = run.history["val_loss"]
    return {
        "parameters": model.count_params(),
        "epochs": len(losses),
        "best_epoch": int(np.argmin(losses)) + 1,
        "accuracy": run.history["val_accuracy"][int(np.argmin(losses))],
    }


_NONE = tr("The source shows curves, and prints no figure.")

TUTORIAL = Tutorial(
    number=25,
    rows=(
        Row(
            system="convolutions",
            figure="parameters",
            title=tr("Parameters"),
            where=SOURCE,
            why=tr("They follow from the printed layers."),
            digits=0,
        ),
        Row(
            system="convolutions",
            figure="epochs",
            title=tr("Epochs, with a patience of 2"),
            printed="20",
            where=SOURCE,
            why=tr("The source trains without early stopping here."),
            digits=1,
        ),
        Row(
            system="convolutions",
            figure="best_epoch",
            title=tr("Epoch with the lowest validation loss"),
            where=SOURCE,
            why=_NONE,
            digits=1,
        ),
        Row(
            system="convolutions",
            figure="accuracy",
            title=tr("Validation accuracy of that epoch"),
            where=SOURCE,
            why=_NONE,
        ),
    ),
    systems=(
        System("convolutions", convolutions, tr("IMDB, 500 words, Embedding 128, Conv1D"), seeds=1),
    ),
)
