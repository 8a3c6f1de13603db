"""House prices and k folds: the regression of "Deep Learning with Python", 3.6."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.course.lab import Lab

    Array = NDArray[np.float64]

FOLDS = 4
SOURCE = "Deep Learning with Python, 3.6"


def network() -> KerasModel:
    """Return the compiled network: 13 features, two layers of 64 units, one linear unit."""
    keras = load_keras()
    model: KerasModel = keras.Sequential(
        [
            keras.Input((13,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    model.compile("rmsprop", "mse", metrics=["mae"])
    return model


def standardized(train: Array, *others: Array) -> list[NDArray[np.float32]]:
    """Return features with mean 0 and standard deviation 1 over the first array given.

    Args:
        train: The samples whose statistics count, shape (n, features).
        *others: Samples that are shifted and scaled in the same way.
    """
    mean, spread = train.mean(axis=0), train.std(axis=0)
    return [((x - mean) / spread).astype(np.float32) for x in (train, *others)]


def smoothed(values: ArrayLike, factor: float = 0.9) -> Array:
    """Return an exponential moving average.

    Args:
        values: Shape (n,).
        factor: The weight of the past.

    Example:
        >>> from dlwidgets.course.t10_house_prices_and_k_folds import smoothed
        >>> smoothed([1, 2, 2], 0.5).tolist()
        [1.0, 1.5, 1.75]
    """
    kept: list[float] = []
    for value in np.asarray(values, float):
        kept.append(kept[-1] * factor + value * (1 - factor) if kept else float(value))
    return np.array(kept)


def folds(lab: Lab, epochs: int, *, inside: bool = False) -> Array:
    """Return the validation MAE of each fold after each epoch, shape (folds, epochs).

    Args:
        lab: Where the networks are trained.
        epochs: Passes over the three folds that train.
        inside: Whether each fold is scaled by the statistics of its own training samples, and not
            by those of all of them, as the source does.
    """
    homes = lab.load("boston_housing")
    everything = standardized(homes.x_train)[0]
    size, found = len(everything) // FOLDS, []
    for fold in range(FOLDS):
        held_out = np.zeros(len(everything), bool)
        held_out[fold * size : (fold + 1) * size] = True
        x, x_val = everything[~held_out], everything[held_out]
        if inside:
            x, x_val = standardized(homes.x_train[~held_out], homes.x_train[held_out])
        run = lab.fit(
            network(),
            x,
            homes.y_train[~held_out],
            epochs=epochs,
            batch_size=1,
            validation_data=(x_val, homes.y_train[held_out]),
            name=f"fold {fold + 1}",
        )
        found.append(run.history["val_mae"])
    return np.array(found)


def of_the_last_epoch(errors: Array) -> dict[str, float]:
    """Return the figures of folds after their last epoch."""
    last = errors[:, -1]
    return {"mean": last.mean(), "best": last.min(), "worst": last.max()}


def four_folds(lab: Lab) -> dict[str, float]:
    """Four folds, 100 epochs with batches of one sample."""
    return of_the_last_epoch(folds(lab, 100))


def scaled_inside(lab: Lab) -> dict[str, float]:
    """The same, with each fold scaled by its own training samples."""
    return of_the_last_epoch(folds(lab, 100, inside=True))


def long(lab: Lab) -> dict[str, float]:
    """Four folds of 500 epochs: when does the mean of the folds stop falling?"""
    mean = folds(lab, 500).mean(axis=0)
    curve = smoothed(mean[10:])
    return {
        "best_epoch": int(np.argmin(curve)) + 11,
        "best": curve.min(),
        "at_80": curve[80 - 11],
        "at_500": curve[-1],
    }


def tested(lab: Lab, x_train: Any, y_train: Any, x_test: Any, y_test: Any) -> float:
    """Return the test MAE after 80 epochs with batches of 16."""
    model = network()
    lab.fit(model, x_train, y_train, epochs=80, batch_size=16, name="80 epochs")
    error = model.evaluate(x_test, y_test, verbose=0, return_dict=True)["mae"]
    return float(error)


def final(lab: Lab) -> dict[str, float]:
    """All 404 training samples, 80 epochs with batches of 16, and the test."""
    homes = lab.load("boston_housing")
    x_train, x_test = standardized(homes.x_train, homes.x_test)
    median = np.median(homes.y_train)
    return {
        "test_mae": tested(lab, x_train, homes.y_train, x_test, homes.y_test),
        "median_mae": float(np.abs(homes.y_test - median).mean()),
        "parameters": network().count_params(),
    }


def unscaled(lab: Lab) -> dict[str, float]:
    """The same without scaling the features."""
    homes = lab.load("boston_housing")
    x_train, x_test = (x.astype(np.float32) for x in (homes.x_train, homes.x_test))
    return {"test_mae": tested(lab, x_train, homes.y_train, x_test, homes.y_test)}


TUTORIAL = Tutorial(
    number=10,
    rows=(
        Row(
            system="final",
            figure="parameters",
            title=tr("Parameters"),
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="folds",
            figure="mean",
            title=tr("MAE of four folds, mean"),
            printed="2.9948",
            where=SOURCE,
            why=tr("Other seeds: three of them differ by 0.4."),
        ),
        Row(
            system="folds",
            figure="best",
            title=tr("The best fold"),
            printed="2.5883",
            where=SOURCE,
        ),
        Row(
            system="folds",
            figure="worst",
            title=tr("The worst fold"),
            printed="3.1856",
            where=SOURCE,
        ),
        Row(
            system="inside",
            figure="mean",
            title=tr("MAE of four folds, each scaled by itself"),
            where=SOURCE,
        ),
        Row(
            system="long",
            figure="best_epoch",
            title=tr("Epoch with the lowest smoothed MAE"),
            printed="80",
            where=SOURCE,
            digits=0,
        ),
        Row(
            system="final",
            figure="test_mae",
            title=tr("Test MAE after 80 epochs"),
            printed="2.5532",
            where=SOURCE,
            why=tr("One of many seeds: ten of them differ by 0.45."),
        ),
        Row(
            system="unscaled",
            figure="test_mae",
            title=tr("Test MAE without scaling"),
            where=SOURCE,
        ),
        Row(
            system="final",
            figure="median_mae",
            title=tr("Test MAE of always saying the median"),
            where=SOURCE,
        ),
    ),
    systems=(
        System("final", final, tr("80 epochs, batches of 16"), seeds=10),
        System("unscaled", unscaled, tr("80 epochs, batches of 16, features unscaled")),
        System("folds", four_folds, tr("4 folds, 100 epochs, batches of 1")),
        System("inside", scaled_inside, tr("4 folds, 100 epochs, batches of 1"), seeds=1),
        System("long", long, tr("4 folds, 500 epochs, batches of 1"), seeds=1),
    ),
)
