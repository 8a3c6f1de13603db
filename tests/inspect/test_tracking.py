"""What is followed while a model trains: the names of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

from dlwidgets.inspect.tracking import weight_paths
from dlwidgets.recording.rebuilding import set_weights

if TYPE_CHECKING:
    from pathlib import Path

L = keras.layers


def sequential(name: str, layer: str) -> Any:
    """A model of two layers, of which the first has a name."""
    return keras.Sequential(
        [keras.Input((4,)), L.Dense(3, name=layer), L.Dense(2, name="last")], name=name
    )


def nested() -> Any:
    """A model with a model in it, of the same layer names."""
    x = keras.Input((4,))
    return keras.Model(x, L.Dense(1, name="first")(sequential("inner", "first")(x)), name="outer")


@pytest.mark.parametrize(
    ("model", "first"),
    [
        (lambda: sequential("mlp", "first"), "first/kernel"),
        (lambda: sequential("same", "same"), "same/kernel"),
        (nested, None),
    ],
)
def test_a_weight_has_one_name_before_and_after_its_model_is_loaded(
    tmp_path: Path, model: Any, first: str | None
) -> None:
    built = model()
    built.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert weight_paths(built) == weight_paths(loaded)
    assert len({*weight_paths(built)}) == len(built.weights)
    if first is not None:
        assert weight_paths(built)[0] == first


def test_weights_of_an_older_recording_still_fit() -> None:
    model = sequential("mlp", "first")
    paths = [f"mlp/{path}" for path in weight_paths(model)]
    arrays = [np.full(weight.shape, i + 1.0) for i, weight in enumerate(model.weights)]
    set_weights(model, dict(reversed([*zip(paths, arrays, strict=True)])))
    for weight, array in zip(model.get_weights(), arrays, strict=True):
        np.testing.assert_array_equal(weight, array)
