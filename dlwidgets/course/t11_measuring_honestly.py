"""Measuring honestly: splits, leaks and metrics that deceive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.course.tutorial import Row, System, Tutorial

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.course.lab import Lab

    Array = NDArray[Any]

EVALUATE = "Deep Learning with Python, 4.2"
WORKFLOW = "Deep Learning with Python, 4.5"
METRICS = tr("The chapter on neural networks, error metrics")

SPLITS = 20
"""Other shuffles of the same samples."""
TRIED = 40
"""Networks of which the best is chosen."""


def everything(lab: Lab) -> tuple[Array, Array]:
    """Return all 1,797 small digits, flat, in a random order, with their labels."""
    digits = lab.load("digits").normalized()
    x = np.concatenate([digits.x_train, digits.x_test]).reshape(-1, 64)
    y = np.concatenate([digits.y_train, digits.y_test])
    order = np.random.default_rng(lab.seed).permutation(len(x))
    return x[order], y[order]


def score(lab: Lab, x: Array, y: Array, x_val: Array, y_val: Array, **options: Any) -> float:
    """Return the accuracy on validation samples of a network trained on others.

    Args:
        lab: Where it is trained.
        x: Training samples, flat.
        y: Their labels.
        x_val: Validation samples.
        y_val: Their labels.
        **options: `units` of the hidden layer and `epochs`.
    """
    keras = load_keras()
    hidden = keras.layers.Dense(options.get("units", 32), activation="relu")
    layers = [keras.Input((x.shape[1],)), hidden, keras.layers.Dense(10, activation="softmax")]
    model = keras.Sequential(layers)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    lab.fit(model, x, y, epochs=options.get("epochs", 20), batch_size=32, name="digits")
    accuracy = model.evaluate(x_val, y_val, verbose=0, return_dict=True)["accuracy"]
    return float(accuracy)


def holdout(lab: Lab) -> dict[str, float]:
    """300 samples, 60 of them held out: what another shuffle does to the score."""
    x, y = everything(lab)
    x, y = x[:300], y[:300]
    scores = []
    for _ in range(SPLITS):
        order = np.random.permutation(300)
        x, y = x[order], y[order]
        scores.append(score(lab, x[60:], y[60:], x[:60], y[:60]))
    return {"mean": float(np.mean(scores)), "lowest": min(scores), "highest": max(scores)}


def sorted_classes(lab: Lab) -> dict[str, float]:
    """The first 80% of digits in the order of their classes train, the rest validates."""
    x, y = everything(lab)
    share, order = len(x) * 8 // 10, np.argsort(y, kind="stable")
    shuffled = score(lab, x[:share], y[:share], x[share:], y[share:])
    x, y = x[order], y[order]
    return {"shuffled": shuffled, "sorted": score(lab, x[:share], y[:share], x[share:], y[share:])}


def copies(lab: Lab) -> dict[str, float]:
    """Labels without any meaning, and a copy of each sample: half of the copies validates."""
    x, _ = everything(lab)
    x, y = x[:300], np.random.default_rng(lab.seed).integers(0, 10, 300)
    twice = np.random.default_rng(lab.seed).permutation(np.repeat(np.arange(300), 2))
    train, held_out = twice[:480], twice[480:]
    options = {"units": 256, "epochs": 200}
    new = held_out[~np.isin(held_out, train)]
    return {
        "with_copies": score(lab, x[train], y[train], x[held_out], y[held_out], **options),
        "honest": score(lab, x[:240], y[:240], x[240:], y[240:], **options),
        "without_copy": len(new),
    }


def best_of_many(lab: Lab) -> dict[str, float]:
    """Forty networks, the best on 60 validation samples, and its score on 1,200 others."""
    keras = load_keras()
    x, y = everything(lab)
    best, tested, all_scores = -1.0, 0.0, []
    for _ in range(TRIED):
        layers = [keras.Input((64,)), keras.layers.Dense(32, activation="relu")]
        model = keras.Sequential([*layers, keras.layers.Dense(10, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        lab.fit(model, x[60:360], y[60:360], epochs=15, batch_size=32, name="one of many")
        found = model.evaluate(x[:60], y[:60], verbose=0, return_dict=True)["accuracy"]
        all_scores.append(found)
        if found > best:
            test = model.evaluate(x[597:], y[597:], verbose=0, return_dict=True)
            best, tested = found, test["accuracy"]
    return {"chosen": best, "tested": tested, "mean": float(np.mean(all_scores))}


def never_fake(_lab: Lab) -> dict[str, float]:
    """A hundred users, one of them fake, and a detector that always answers no."""
    fake = np.arange(100) == 0
    answer = np.zeros(100, bool)
    found = (answer & fake).sum()
    return {"accuracy": np.mean(answer == fake), "recall": found / fake.sum()}


def baselines(lab: Lab) -> dict[str, float]:
    """What always saying the most frequent class gets."""
    shares = {}
    for name in ("mnist", "imdb"):
        data = lab.load(name)
        most = np.bincount(data.y_train).argmax()
        shares[name] = np.mean(data.y_test == most)
    return shares


def _row(system: str, figure: str, title: str, printed: str = "", where: str = "") -> Row:
    why = "" if printed else _NO_FIGURE
    return Row(
        system=system,
        figure=figure,
        title=title,
        printed=printed,
        where=where or EVALUATE,
        why=why,
        digits=3,
    )


_NO_FIGURE = tr("The source describes it without figures.")

TUTORIAL = Tutorial(
    number=11,
    rows=(
        _row("fake", "accuracy", tr("Never fake: accuracy"), "0.99", METRICS),
        _row("fake", "recall", tr("Never fake: recall"), "0", METRICS),
        _row("baselines", "mnist", tr("Always the same digit"), "0.1", WORKFLOW),
        _row("baselines", "imdb", tr("Always the same verdict on films"), "0.5", WORKFLOW),
        _row("holdout", "mean", tr("20 shuffles: mean")),
        _row("holdout", "lowest", tr("20 shuffles: lowest")),
        _row("holdout", "highest", tr("20 shuffles: highest")),
        _row("sorted", "shuffled", tr("Shuffled classes")),
        _row("sorted", "sorted", tr("Sorted classes")),
        _row("copies", "with_copies", tr("Labels by lot, with copies")),
        _row("copies", "honest", tr("Labels by lot, without copies")),
        _row("chosen", "chosen", tr("The best of 40 networks: validation")),
        _row("chosen", "tested", tr("The best of 40 networks: test")),
        _row("chosen", "mean", tr("Mean of the 40 networks: validation")),
    ),
    systems=(
        System("fake", never_fake, tr("Computed, without training"), seeds=1),
        System("baselines", baselines, tr("Computed, without training"), seeds=1),
        System("holdout", holdout, tr("300 digits, 60 held out, 20 shuffles")),
        System("sorted", sorted_classes, tr("1,797 digits, 80% train")),
        System("copies", copies, tr("300 digits with random labels, each twice")),
        System("chosen", best_of_many, tr("40 networks, 60 validation samples"), seeds=1),
    ),
)
