"""The graph of a run is built once, since what its first step makes is made before."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

import dlwidgets as dl
from tests.helpers.training import digits, layers


def test_a_run_traces_its_step_once_and_has_the_metrics_of_keras() -> None:
    x, y = digits(64)
    traces: list[Any] = []

    def loss(truth: Any, answers: Any) -> Any:
        traces.append(answers)
        return keras.losses.sparse_categorical_crossentropy(truth, answers)

    def made() -> Any:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((64,)), layers.Dense(10, activation="softmax")])
        model.compile("adam", loss, metrics=["accuracy"])
        return model

    plain, observed = made(), made()
    history = plain.fit(x, y, epochs=2, shuffle=False, verbose=0).history
    traces.clear()
    run = dl.fit(observed, x, y, epochs=2, shuffle=False).wait()
    assert len(traces) == 1
    assert run.history == history
    for ours, theirs in zip(observed.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
