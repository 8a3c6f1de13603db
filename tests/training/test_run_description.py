"""What a recording says of its run."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.training.run_description import describe


def own_metric(y_true: Any, y_pred: Any) -> Any:
    return keras.ops.mean(keras.ops.abs(y_true - y_pred))


@pytest.mark.parametrize("built", [False, True])
@pytest.mark.parametrize(
    ("metrics", "weighted", "names"),
    [
        (["accuracy"], None, ["accuracy"]),
        ([keras.metrics.AUC(name="area"), own_metric], ["mae"], ["area", "own_metric", "mae"]),
        (None, None, []),
    ],
)
def test_the_metrics_are_those_that_it_was_compiled_with(
    built: bool, metrics: Any, weighted: Any, names: list[str]
) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=metrics, weighted_metrics=weighted)
    if built:
        model.fit(np.zeros((4, 2)), np.zeros((4, 1)), verbose=0)
    found = describe(model, {"epochs": 1}, {}, [])["compile"]
    assert found["loss"] == "binary_crossentropy"
    assert found["metrics"] == names
