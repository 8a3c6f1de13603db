"""Other data are told from those that were recorded."""

from __future__ import annotations

import json
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.training.fingerprint import differences, fingerprint

X = np.arange(4000, dtype="float32").reshape(1000, 4)


def changed(row: int) -> np.ndarray:
    other = X.copy()
    other[row] += 1
    return other


@pytest.mark.parametrize(
    ("other", "told"),
    [
        (X.copy(), ""),
        (X[:900], "x as recorded: (1000, 4) float32. Received: (900, 4) float32"),
        (X.astype("float64"), "Received: (1000, 4) float64"),
        (changed(0), "Expected the values of x that were recorded"),
        (changed(999), "Expected the values of x that were recorded"),
        (X[::-1], "Expected the values of x that were recorded"),
        (None, "Expected x, as recorded. Received: none. Pass `x=`"),
        (X.tolist(), "Received: (1000, 4) float64."),
        (X[:, 0], "Received: (1000,) float32."),
        (tf.data.Dataset.from_tensor_slices(X).batch(8), "Received: tf.data"),
    ],
)
def test_what_differs_from_an_array(other: Any, told: str) -> None:
    kept = json.loads(json.dumps(fingerprint({"x": X, "y": None})))
    found = differences(kept, fingerprint({"x": other}))
    assert len(found) == bool(told)
    assert told in " ".join(found)


def test_structures_tensors_and_texts() -> None:
    data = {"x": {"a": X, "b": tf.constant(X)}, "validation_data": (X, np.array(["a", "b"]))}
    found = fingerprint(data)
    assert list(found) == ["x['a']", "x['b']", "validation_data[0]", "validation_data[1]"]
    assert found["x['a']"]["crc32"] == found["x['b']"]["crc32"]
    other = {**data, "validation_data": (X, np.array(["a", "c"]))}
    assert len(differences(found, fingerprint(other))) == 1
    (missing,) = differences(found, fingerprint({"x": data["x"]}))
    told = "Expected validation_data, as recorded. Received: none. Pass `validation_data=` as in"
    assert missing.startswith(told)


def test_data_sets_of_other_lengths() -> None:
    data = tf.data.Dataset.from_tensor_slices(X)
    kept = fingerprint({"x": data.batch(8)})
    assert not differences(kept, fingerprint({"x": data.batch(8)}))
    assert differences(kept, fingerprint({"x": data.batch(9)}))

    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return 3

    assert fingerprint({"x": Batches()}) == {"x": {"kind": "Batches", "batches": 3}}
