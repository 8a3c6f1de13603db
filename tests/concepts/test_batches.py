"""The cases that the page is tested with, counted by Keras, tf.data and NumPy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.concepts import _batches as engine

CASES = json.loads((Path(__file__).parent / "cases" / "batches.json").read_text())


@pytest.mark.parametrize("case", CASES["plans"])
def test_the_counts_are_those_of_tf_data(case: dict[str, Any]) -> None:
    samples, size, drop = case["samples"], case["batch_size"], case["drop_remainder"]
    plan = engine.plan(samples, size, case["epochs"], drop)
    for name in ("iterations", "last", "updates", "seen", "left_out"):
        assert getattr(plan, name) == case[name]
    sizes = np.diff([*range(0, samples, size), samples])
    if drop:
        sizes = sizes[sizes == size]
    data = tf.data.Dataset.range(samples).batch(size, drop_remainder=drop)
    assert int(data.cardinality()) == plan.iterations == len(sizes)
    assert plan.last == (sizes[-1] if len(sizes) else 0)
    assert plan.seen == sizes.sum() * case["epochs"]
    assert engine.noise(samples, size) == pytest.approx(case["noise"])


def test_fit_makes_as_many_steps() -> None:
    steps: list[int] = []
    count = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: steps.append(batch)
    )
    model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    model.fit(np.zeros((25, 1)), np.zeros(25), 6, epochs=3, verbose=0, callbacks=[count])
    plan = engine.plan(25, 6, 3)
    assert len(steps) == plan.updates == 15
    assert max(steps) + 1 == plan.iterations
    assert int(model.optimizer.iterations) == plan.updates


def test_an_epoch_uses_each_sample_once_in_the_order_of_the_page() -> None:
    orders = [case["order"] for case in CASES["orders"]]
    for case in CASES["orders"]:
        found = engine.epoch_order(case["samples"], case["epoch"], case["seed"])
        assert found == case["order"]
        assert sorted(found) == list(range(case["samples"]))
    assert orders[0] != orders[1]
    assert engine.epoch_order(5, 3, 7, shuffle=False) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("samples", "size"), [(24, 6), (200, 32)])
def test_the_noise_is_that_of_means_without_replacement(samples: int, size: int) -> None:
    random = np.random.default_rng(0)
    gradients = random.normal(3, 2, samples)
    means = [random.permutation(gradients)[:size].mean() for _ in range(20_000)]
    assert np.std(means) / np.std(gradients) == pytest.approx(engine.noise(samples, size), rel=0.02)
    assert engine.noise(samples, 1) == 1
    assert engine.noise(samples, samples + 5) == 0
    assert engine.noise(1, 1) == 0


def test_labels_become_classes() -> None:
    assert engine.checked_labels(["b", "a", "b"]).tolist() == [1, 0, 1]
    assert engine.checked_labels(np.eye(3)[[2, 0]]).tolist() == [1, 0]
    assert engine.checked_labels([[7], [5]]).tolist() == [1, 0]
    for wrong, message in (
        (np.zeros((2, 3, 4)), r"shape \(2, 3, 4\)"),
        ([], r"shape \(0,\)"),
        (5, r"shape \(\)"),
        (np.arange(300), "300 classes"),
    ):
        with pytest.raises(ValueError, match=message):
            engine.checked_labels(wrong)
