"""The Keras model of a recorded run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordingError, RunWriter
from tests.helpers.models import small_cnn

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.data import Dataset


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[RunWriter, Any]:
    model = small_cnn()
    writer = RunWriter.create(dl.record(tmp_path), {"model": {"name": model.name}})
    model.save(writer.path / "model.keras")
    return writer, model


def tensors(model: Any) -> dict[str, np.ndarray]:
    return {name: np.array(v.numpy()) for name, v in dl.recording.named_variables(model).items()}


def test_it_predicts_as_it_did_at_each_step(
    recorded: tuple[RunWriter, Any], digits: Dataset
) -> None:
    writer, model = recorded
    expected = {}
    for step in (0, 5, 10):
        expected[step] = model.predict(digits.x_train[:8], verbose=0)
        writer.offer_snapshot(step, step / 5, step, tensors(model))
        assert writer.sync(30)
        model.fit(digits.x_train[:160], digits.y_train[:160], verbose=0)
    writer.close("finished")
    read = dl.open_run(writer.path)
    for step, predictions in expected.items():
        made = read.model(step)
        np.testing.assert_array_equal(made.predict(digits.x_train[:8], verbose=0), predictions)
    assert read.model().optimizer is not None


def test_weights_of_another_model_are_refused(recorded: tuple[RunWriter, Any]) -> None:
    writer, model = recorded
    weights = tensors(model)
    name = next(iter(weights))
    writer.close("finished")
    with pytest.raises(RecordingError, match=f"The weight '{name}' wasn't recorded"):
        dl.recording.set_weights(model, {n: w for n, w in weights.items() if n != name})
    with pytest.raises(
        RecordingError, match=rf"Expected '{name}' with shape .* Received: .* \(2,\)"
    ):
        dl.recording.set_weights(model, weights | {name: np.zeros(2)})


def test_variables_of_the_same_path_keep_apart() -> None:
    import keras

    class Twins(keras.Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name="twins")
            self.one, self.other = (keras.layers.Dense(3, name="d") for _ in range(2))

        def call(self, x: Any) -> Any:
            return self.one(x) + 2 * self.other(x)

    first, second = Twins(), Twins()
    for model in (first, second):
        model(np.zeros((1, 4)))
    assert len(tensors(first)) == len(first.variables) == 4
    dl.recording.set_weights(second, tensors(first))
    x = np.random.default_rng(0).random((5, 4))
    np.testing.assert_array_equal(first(x), second(x))


def test_a_custom_loss_is_not_needed(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(loss=lambda y, p: (y - p) ** 2)
    writer = RunWriter.create(dl.record(tmp_path), {})
    model.save(writer.path / "model.keras")
    writer.offer_snapshot(1, 1, 1, tensors(model))
    writer.close("finished")
    x = np.ones((1, 2))
    np.testing.assert_array_equal(dl.open_run(writer.path).model()(x), model(x))


@pytest.mark.parametrize("damage", [b"", b"PK", b"x" * 100])
def test_a_damaged_model_is_named(recorded: tuple[RunWriter, Any], damage: bytes) -> None:
    writer, model = recorded
    writer.offer_snapshot(1, 1, 1, tensors(model))
    writer.close("finished")
    (writer.path / "model.keras").write_bytes(damage)
    with pytest.raises(RecordingError, match="can't be loaded"):
        dl.open_run(writer.path).model()


def test_code_in_a_model_is_not_run(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x * 2)])
    writer = RunWriter.create(dl.record(tmp_path), {})
    model.save(writer.path / "model.keras")
    writer.offer_snapshot(1, 1, 1, {"a": np.zeros(1)})
    writer.close("finished")
    with pytest.raises(RecordingError, match="can't be loaded"):
        dl.open_run(writer.path).model()
