"""A `fit` in the middle of an epoch goes on as the recorded one would have."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import keras
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.recording import RecordingError
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights, settled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


from tests.helpers.resuming import ONLY_AT_PAUSES, dropping, same_run, stopped


def test_a_model_whose_first_step_makes_its_weights(tmp_path: Path) -> None:
    x, y = digits(320)

    def model() -> Any:
        keras.utils.set_random_seed(1)
        stack = [layers.Dense(16, activation="relu"), layers.Dropout(0.3), layers.Dense(10)]
        return compile_for_digits(keras.Sequential(stack))

    arguments: dict[str, Any] = {"epochs": 3, "validation_split": 0.2, "batch_size": 16}
    whole = dl.fit(model(), x, y, **arguments).wait()
    path = stopped(model(), tmp_path, 21, x, y, **arguments)
    same_run(dl.resume(path, x, y).wait(), whole)


def test_a_run_that_was_stopped_in_a_validation(tmp_path: Path) -> None:
    x, y = digits(640)
    arguments: dict[str, Any] = {"epochs": 3, "validation_data": (x[:320], y[:320])}
    whole = dl.fit(dropping(), x, y, **arguments).wait()
    record = dl.record(tmp_path, resume_every=ONLY_AT_PAUSES)
    run = dl.fit(dropping(), x, y, **arguments, record=record, start=False)
    run.subscribe(lambda _: run.stop() if run.phase == "validating" else None)
    run.start().wait()
    assert run.step_count == 20
    assert not run.history.epoch
    assert run.recording is not None
    again = dl.resume(run.recording, x, y, validation_data=arguments["validation_data"]).wait()
    same_run(again, whole)


def test_a_data_set_from_python_is_taken_again_up_to_its_place(tmp_path: Path) -> None:
    x, y = digits(320)

    def data() -> Any:
        specs = tf.TensorSpec((64,)), tf.TensorSpec((), tf.int32)
        rows = tf.data.Dataset.from_generator(
            lambda: zip(x, y, strict=True), output_signature=specs
        )
        return rows.batch(32)

    whole = dl.fit(dropping(), data(), epochs=2).wait()
    path = stopped(dropping(), tmp_path, 14, data(), epochs=2)
    run = dl.resume(path, data(), start=False)
    same_run(run.start().wait(), whole)
    assert "reads from a Python generator" in run.message


def test_data_that_go_on_over_epochs(tmp_path: Path) -> None:
    x, y = digits(640)

    def data() -> Any:
        tf.random.set_seed(2)
        return tf.data.Dataset.from_tensor_slices((x, y)).shuffle(200, seed=3).batch(32)

    arguments: dict[str, Any] = {"epochs": 3, "steps_per_epoch": 6}  # 18 of 20 batches
    whole = dl.fit(dropping(), data(), **arguments).wait()
    for steps in (8, 12):  # in an epoch, and between two
        path = stopped(dropping(), tmp_path, steps, data(), **arguments)
        same_run(dl.resume(path, data()).wait(), whole)


class Noisy(keras.layers.Layer):
    """Draws by TensorFlow's own operation, whose state nobody can read."""

    def call(self, x: Any) -> Any:
        return x + tf.random.normal(tf.shape(x))


def test_what_a_step_draws_that_cannot_be_repeated_is_said(tmp_path: Path) -> None:
    x, y = digits(320)
    model = keras.Sequential([keras.Input((64,)), Noisy(), layers.Dense(10)])
    record = dl.record(tmp_path, resume_every=0.01)
    run = dl.fit(compile_for_digits(model), x, y, epochs=2, record=record).wait()
    assert "draws random numbers with RandomStandardNormal of TensorFlow" in run.message


def test_steps_that_run_eagerly(tmp_path: Path) -> None:
    x, y = digits(192)

    def model() -> Any:
        keras.utils.set_random_seed(1)
        stack = [keras.Input((64,)), layers.Dropout(0.2), layers.Dense(10)]
        return compile_for_digits(keras.Sequential(stack), run_eagerly=True)

    whole = dl.fit(model(), x, y, epochs=2).wait()
    path = stopped(model(), tmp_path, 4, x, y, epochs=2)
    same_run(dl.resume(path, x, y).wait(), whole)


class Adversarial(keras.Model):
    """Two optimizers, and a variable of TensorFlow's own, which Keras doesn't know."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = layers.Dense(10), layers.Dense(10)
        self.optimizers = [keras.optimizers.Adam(1e-2), keras.optimizers.SGD(1e-2, 0.9)]
        self.count = tf.Variable(0.0, trainable=False)

    def call(self, x: Any) -> Any:
        return self.first(x) + self.second(x)

    def train_step(self, data: Any) -> Any:
        x, y = data
        self.count.assign_add(1.0)
        with tf.GradientTape(persistent=True) as tape:
            loss = self.compute_loss(y=y, y_pred=self(x)) * tf.cos(self.count)
        for layer, optimizer in zip((self.first, self.second), self.optimizers, strict=True):
            weights = layer.trainable_variables
            optimizer.apply(tape.gradient(loss, weights), weights)
        return {"loss": loss}


def test_a_model_of_ones_own_with_several_optimizers(tmp_path: Path) -> None:
    x, y = digits(320)

    def model() -> Any:
        keras.utils.set_random_seed(1)
        return compile_for_digits(Adversarial(), metrics=None)

    whole = dl.fit(model(), x, y, epochs=2).wait()
    path = stopped(model(), tmp_path, 14, x, y, epochs=2)
    with pytest.raises(RecordingError, match=r"can't be loaded.*dl\.resume\(path, x, y, model="):
        dl.resume(path, x, y)
    run = dl.resume(path, x, y, model=model()).wait()
    same_run(run, whole)


class Heard(keras.callbacks.Callback):
    """Notes the batches that it hears of, and keeps how many."""

    def __init__(self) -> None:
        super().__init__()
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.total = 0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.begun.append(batch)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.ended.append(batch)
        self.total += 1

    def get_state(self) -> dict[str, int]:
        return {"total": self.total}

    def set_state(self, state: dict[str, int]) -> None:
        self.total = state["total"]


def test_callbacks_hear_of_each_batch_once_and_get_their_state_back(tmp_path: Path) -> None:
    x, y = digits(320)
    before, after = Heard(), Heard()
    lambdas: list[int] = []
    path = stopped(mlp(), tmp_path, 4, x, y, epochs=1, callbacks=[before])
    extra = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: lambdas.append(batch)
    )
    run = dl.resume(path, x, y, callbacks=[after, extra]).wait()
    assert before.ended + after.ended == list(range(10))
    assert after.ended == lambdas == [4, 5, 6, 7, 8, 9]
    assert after.begun == [5, 6, 7, 8, 9]  # the fifth had begun before
    assert after.total == 10
    assert run.message == ""


def test_a_csv_log_has_each_epoch_once(tmp_path: Path) -> None:
    x, y = digits(320)
    log = tmp_path / "log.csv"
    path = stopped(mlp(), tmp_path / "runs", 14, x, y, epochs=3, callbacks=[_logger(log)])
    log.write_text(log.read_text() + "1,0.5,1.0,NA,NA\n")  # of an epoch after the last state
    dl.resume(path, x, y, callbacks=[_logger(log)]).wait()
    rows = list(csv.DictReader(log.open()))
    assert [row["epoch"] for row in rows] == ["0", "1", "2"]
    assert float(rows[1]["loss"]) == dl.open_run(path).history.history["loss"][1]


def _logger(file: Path) -> Any:
    return keras.callbacks.CSVLogger(str(file))


def test_a_generator_goes_on_at_an_epochs_beginning(tmp_path: Path) -> None:
    x, y = digits(320)

    def batches() -> Iterator[Any]:
        while True:
            for start in range(0, 320, 32):
                yield x[start : start + 32], y[start : start + 32]

    record = dl.record(tmp_path, resume_every=0.001)
    run = dl.fit(mlp(), batches(), epochs=4, steps_per_epoch=10, record=record, start=False)
    assert "A generator can't be rewound" in run.message
    run.start().wait()
    assert run.recording is not None
    more = dl.resume(run.recording, batches(), epochs=6).wait()
    assert more.step_count == 60
    whole = dl.fit(mlp(), batches(), epochs=6, steps_per_epoch=10).wait()
    same_weights(more.model, whole.model)  # each epoch of this generator is the same


def test_a_rate_that_was_set_by_hand_stays(tmp_path: Path) -> None:
    x, y = digits(320)
    record = dl.record(tmp_path, resume_every=ONLY_AT_PAUSES)
    run = dl.fit(mlp(), x, y, epochs=2, record=record, start=False)
    run.learning_rate = 0.25
    run.pause()
    run.start()
    run.step(3)
    settled(run)
    run.stop()
    run.wait()
    assert run.recording is not None
    resumed = dl.resume(run.recording, x, y, start=False)
    resumed.pause()
    resumed.start()
    resumed.step(1)
    settled(resumed)
    assert resumed.learning_rate == 0.25
    assert [marker.kind for marker in resumed.markers] == ["pause", "note", "pause"]
    resumed.stop()
