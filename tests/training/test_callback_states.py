"""Callbacks that go on where they were in another process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import files
from dlwidgets.training.callback_states import limits, missing, set_states, states
from tests.helpers.training import digits, mlp, same_weights

if TYPE_CHECKING:
    from pathlib import Path


def test_keras_callbacks_get_back_what_they_had_seen() -> None:
    x, y = digits(320)
    model = mlp()
    stopping = keras.callbacks.EarlyStopping("loss", patience=9, restore_best_weights=True)
    reducing = keras.callbacks.ReduceLROnPlateau("loss", min_delta=9.0, patience=9)
    model.fit(x, y, epochs=3, verbose=0, callbacks=[stopping, reducing])
    kept, arrays = states([stopping, reducing])
    kept = json.loads(json.dumps(kept))
    other = keras.callbacks.EarlyStopping("loss", patience=9, restore_best_weights=True)
    again = keras.callbacks.ReduceLROnPlateau("loss", min_delta=9.0, patience=2)
    set_states([again, other], kept, arrays)
    assert (other.best, other.wait) == (stopping.best, stopping.wait)
    for one, best in zip(other.best_weights, stopping.best_weights, strict=True):
        np.testing.assert_array_equal(one, best)
    assert (again.best, again.wait, again.patience) == (reducing.best, 2, 2)


def test_a_best_value_that_is_no_number_is_no_fresh_start() -> None:
    before, after = (keras.callbacks.EarlyStopping("loss") for _ in range(2))
    before.best = float("nan")
    kept, arrays = states([before])
    set_states([after], files.parse_json(files.to_json(kept).encode()), arrays)
    assert np.isnan(after.best)


def test_two_of_a_kind_keep_their_order() -> None:
    first, second = (keras.callbacks.EarlyStopping("loss") for _ in range(2))
    first.wait, second.wait = 1, 2
    kept, _ = states([first, second])
    others = [keras.callbacks.EarlyStopping("loss") for _ in range(2)]
    set_states(others, kept, {})
    assert [other.wait for other in others] == [1, 2]
    assert missing(others[:1], kept) == ["EarlyStopping"]


class Own(keras.callbacks.Callback):
    """One of the user's own."""


@pytest.mark.parametrize(
    ("callback", "told"),
    [
        (keras.callbacks.ModelCheckpoint("a.keras"), ""),
        (
            keras.callbacks.ModelCheckpoint("a.keras", save_freq=10),
            "ModelCheckpoint counts batches",
        ),
        (keras.callbacks.CSVLogger("a.csv"), ""),
        (keras.callbacks.LearningRateScheduler(lambda epoch: 0.1), ""),
        (keras.callbacks.LambdaCallback(), ""),
        (Own(), "give it `get_state()` and `set_state(state)`"),
    ],
)
def test_which_callbacks_start_from_scratch(callback: Any, told: str) -> None:
    assert told in " ".join(limits([callback]))
    assert len(limits([callback, callback])) == bool(told)


def test_a_backup_does_not_put_a_resumed_run_back(tmp_path: Path) -> None:
    x, y = digits(320)

    def backup() -> Any:
        keep = {"delete_checkpoint": False}
        return keras.callbacks.BackupAndRestore(str(tmp_path / "backup"), **keep)

    whole = dl.fit(mlp(), x, y, epochs=4).wait()
    first = dl.fit(mlp(), x, y, epochs=2, callbacks=[backup()], record=tmp_path / "runs").wait()
    # An older backup than the recording, as where the process dies in between.
    with (tmp_path / "backup" / "training_metadata.json").open("w") as file:
        json.dump({"epoch": 1, "batch": 0}, file)
    assert first.recording is not None
    run = dl.resume(first.recording, x, y, epochs=4, callbacks=[backup()]).wait()
    same_weights(run.model, whole.model)
    assert run.history.history == whole.history.history


class Failing(Own):
    """One that can't say what it keeps."""

    def get_state(self) -> Any:
        raise RuntimeError("no state")

    def set_state(self, state: Any) -> None:
        raise AssertionError(state)


class FailingData(keras.utils.PyDataset):
    """Data that can't say where they are."""

    def __len__(self) -> int:
        return 2

    def __getitem__(self, index: int) -> Any:
        return digits(32)

    def get_state(self) -> Any:
        raise RuntimeError("no state")

    def set_state(self, state: Any) -> None:
        raise AssertionError(state)


def test_a_state_that_cannot_be_told_does_not_end_the_training(tmp_path: Path) -> None:
    run = dl.fit(mlp(), FailingData(), epochs=1, callbacks=[Failing()], record=tmp_path)
    assert run.wait().state == "finished"
    kept, _ = states([Failing()])
    set_states([Failing()], kept, {})
