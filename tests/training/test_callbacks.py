"""The user's callbacks behave as they do in a bare `fit`."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.callbacks import flatten, need_each_test_batch, need_each_train_batch
from tests.helpers.training import digits, mlp, same_weights
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.training import Run

C = keras.callbacks


def both(callbacks: Any, **arguments: Any) -> tuple[Any, dict[str, Any], Any, Run]:
    """A plain fit and a Run, each with callbacks of its own made by `callbacks()`."""
    x, y = digits(320)
    arguments = {"epochs": 4, "validation_data": (x[:100], y[:100]), **arguments}
    plain, observed = mlp(), mlp()
    history = plain.fit(x, y, verbose=0, callbacks=callbacks(), **arguments).history
    run = dl.fit(observed, x, y, callbacks=callbacks(), **arguments).wait()
    same_weights(plain, observed)
    assert list(run.history) == list(history)
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], values, rtol=1e-6, err_msg=key)
    return plain, history, observed, run


def test_early_stopping_restores_the_best_weights() -> None:
    def stop() -> Any:
        return [C.EarlyStopping("val_loss", mode="max", patience=2, restore_best_weights=True)]

    _, history, _, run = both(stop, epochs=20)
    assert len(history["loss"]) == 3
    assert run.state == "finished"


def test_learning_rates_that_callbacks_set_are_in_the_history() -> None:
    def callbacks() -> Any:
        return [
            C.LearningRateScheduler(lambda epoch, rate: rate * 0.5),
            C.ReduceLROnPlateau("loss", min_delta=10, patience=1, factor=0.1),
        ]

    _, history, _, _ = both(callbacks)
    assert "learning_rate" in history


def test_model_checkpoint_each_epoch_and_every_few_batches(tmp_path: Path) -> None:
    x, y = digits(320)
    for kind, frequency in (("epoch", "epoch"), ("batch", 4)):
        saved = {}
        for who in ("plain", "run"):
            folder = tmp_path / kind / who
            name = "{epoch}.weights.h5" if kind == "epoch" else "{epoch}-{batch}.weights.h5"
            keep = C.ModelCheckpoint(
                str(folder / name), save_weights_only=True, save_freq=frequency
            )
            model = mlp()
            if who == "plain":
                model.fit(x, y, epochs=2, verbose=0, callbacks=[keep])
            else:
                dl.fit(model, x, y, epochs=2, callbacks=[keep]).wait()
            saved[who] = {}
            for file in sorted(folder.iterdir()):
                model.load_weights(file)
                saved[who][file.name] = model.get_weights()
        assert saved["plain"].keys() == saved["run"].keys()
        assert len(saved["run"]) == (2 if kind == "epoch" else 5)
        for name, weights in saved["plain"].items():
            for one, other in zip(weights, saved["run"][name], strict=True):
                np.testing.assert_array_equal(one, other, err_msg=name)


def test_backup_and_restore_goes_on_where_a_failed_run_was(tmp_path: Path) -> None:
    x, y = digits(320)

    class FailOnce(C.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 2:
                message = "power cut"
                raise OSError(message)

    def backup() -> Any:
        return C.BackupAndRestore(str(tmp_path / "backup"))

    first = dl.fit(mlp(), x, y, epochs=4, callbacks=[backup(), FailOnce()])
    with pytest.raises(OSError, match="power cut"):
        first.wait()
    second = dl.fit(mlp(seed=9), x, y, epochs=4, callbacks=[backup()]).wait()
    assert second.step_count == 20
    np.testing.assert_allclose(second.metrics["loss"].epoch[[0, -1]], [2.1, 4.0])
    assert second.metrics["loss"].value[0] < first.metrics["loss"].value[0]


def test_csv_logger_writes_what_the_history_holds(tmp_path: Path) -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, epochs=3, callbacks=[C.CSVLogger(str(tmp_path / "log.csv"))]).wait()
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["loss"]) for row in rows] == pytest.approx(run.history["loss"])


class Watcher(C.Callback):
    """Notes every hook, and the weights after each batch."""

    def __init__(self) -> None:
        super().__init__()
        self.hooks: list[Any] = []
        self.iterations: list[int] = []
        self.losses: list[float] = []

    def on_train_begin(self, logs: Any = None) -> None:
        self.hooks.append(("begin", self.params["steps"], self.params["epochs"]))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.hooks.append(("epoch", epoch))

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.hooks.append(("batch", batch))

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.hooks.append(("batch end", batch, sorted(logs)))
        self.iterations.append(int(self.model.optimizer.iterations.numpy()))
        self.losses.append(logs["loss"])

    def on_test_begin(self, logs: Any = None) -> None:
        self.hooks.append("test")

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        self.hooks.append(("test batch end", batch, sorted(logs)))

    def on_test_end(self, logs: Any = None) -> None:
        self.hooks.append(("test end", sorted(logs)))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.hooks.append(("epoch end", epoch, sorted(logs)))

    def on_train_end(self, logs: Any = None) -> None:
        self.hooks.append(("end", sorted(logs)))


def test_a_callback_sees_the_model_after_each_batch() -> None:
    watchers: list[Watcher] = []

    def watch() -> Any:
        watchers.append(Watcher())
        return [watchers[-1]]

    both(watch, epochs=2)
    plain, observed = watchers
    assert observed.hooks == plain.hooks
    assert observed.iterations == list(range(1, 21)) == plain.iterations
    np.testing.assert_allclose(observed.losses, plain.losses, rtol=1e-6)


class StopInMidEpoch(C.Callback):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 4:
            self.model.stop_training = True


class StopAtItsBegin(C.Callback):
    """Keras trains one step more, and a Run no k of them: there is no hook for each batch."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = epoch == 2

    def on_test_begin(self, logs: Any = None) -> None:
        self.model.stop_evaluating = True


@pytest.mark.parametrize(("kind", "steps"), [(StopInMidEpoch, 5), (StopAtItsBegin, 21)])
def test_stopping_in_an_epoch(kind: type[C.Callback], steps: int) -> None:
    _, _, _, run = both(lambda: [kind()])
    assert run.state == "finished"
    assert run.step_count == steps


def test_lambda_callbacks_and_nested_lists() -> None:
    x, y = digits(320)
    epochs: list[int] = []
    batches: list[int] = []
    callbacks = [
        C.LambdaCallback(on_epoch_end=lambda epoch, logs: epochs.append(epoch)),
        [C.LambdaCallback(on_train_batch_end=lambda batch, logs: batches.append(batch))],
    ]
    dl.fit(mlp(), x, y, epochs=2, callbacks=callbacks).wait()
    assert epochs == [0, 1]
    assert batches == [*range(10)] * 2


def test_a_single_callback_and_a_callback_list() -> None:
    x, y = digits(64)
    seen = Watcher()
    dl.fit(mlp(), x, y, callbacks=seen).wait()
    assert len(seen.iterations) == 2
    seen = Watcher()
    dl.fit(mlp(), x, y, callbacks=C.CallbackList([seen])).wait()
    assert len(seen.iterations) == 2


def test_a_callback_that_evaluates_on_data_of_its_own() -> None:
    x, y = digits(640)
    scores: list[Any] = []

    class Score(C.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            scores.append(self.model.evaluate(x[320:], y[320:], steps=3, verbose=0))

    both(lambda: [Score()], epochs=3)
    np.testing.assert_allclose(scores[:3], scores[3:], rtol=1e-6)


def test_terminate_on_nan_ends_the_callbacks_as_in_keras() -> None:
    x, y = digits(320)
    y = y.astype("float32")
    y[100] = np.nan
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    ended: list[bool] = []
    callbacks = [
        C.TerminateOnNaN(),
        C.LambdaCallback(on_train_end=lambda logs: ended.append(True)),
    ]
    run = dl.fit(model, x, y, shuffle=False, callbacks=callbacks)
    with pytest.raises(dl.training.NonFiniteLossError, match="samples of y contains NaN"):
        run.wait()
    assert run.step_count == 4
    assert ended == [True]


def test_a_stop_keeps_the_backup_from_which_training_goes_on(tmp_path: Path) -> None:
    x, y = digits(320)
    folder = str(tmp_path / "backup")
    run = dl.fit(mlp(), x, y, epochs=1_000_000, callbacks=[C.BackupAndRestore(folder)])
    until(lambda: len(run.history.get("loss", [])) >= 2)
    run.stop()
    done = len(run.wait().history["loss"])
    again = dl.fit(mlp(), x, y, epochs=done + 2, callbacks=[C.BackupAndRestore(folder)]).wait()
    assert again.initial_epoch == done
    assert again.history.epoch == [done, done + 1]
    assert not (tmp_path / "backup").exists()  # a run that ends as planned needs none


@pytest.mark.parametrize(
    ("callback", "train", "test"),
    [
        (C.EarlyStopping(), False, False),
        (C.ReduceLROnPlateau(), False, False),
        (C.LambdaCallback(on_epoch_end=print), False, False),
        (C.LambdaCallback(on_train_batch_begin=print), True, False),
        (C.LambdaCallback(on_test_batch_end=print), False, True),
        (C.ModelCheckpoint("x.keras"), False, False),
        (C.ModelCheckpoint("x.keras", save_freq=3), True, False),
        (C.BackupAndRestore("x", save_freq=3), True, False),
        (C.TerminateOnNaN(), False, False),
        (C.TensorBoard("logs"), False, False),
        (C.TensorBoard("logs", update_freq="batch"), True, True),
        (Watcher(), True, True),
    ],
    ids=lambda v: type(v).__name__,
)
def test_who_needs_each_batch(callback: Any, *, train: bool, test: bool) -> None:
    assert need_each_train_batch([callback]) == train
    assert need_each_test_batch([callback]) == test
    assert flatten([[callback]]) == [callback]
