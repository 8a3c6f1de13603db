"""Trainings of every kind that must survive the death of their process, and a nursery for them.

The nursery is a process that has imported TensorFlow and not used it: each training is a fork of
it, which begins at once and can be killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
STATES_EVERY = 0.05  # seconds


@dataclass(frozen=True)
class Training:
    """What is trained, how, and on what."""

    model: Any
    x: Any
    y: Any = None
    validation_data: Any = None
    callbacks: tuple[Any, ...] = ()
    epochs: int = 12
    batch_size: int | None = 32


def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return (x / 16.0).astype("float32"), y.astype("int32")


def _compiled(layers: list[Any], optimizer: Any = None, **arguments: Any) -> Any:
    import keras

    model = keras.Sequential([keras.Input((64,)), *layers])
    model.compile(
        optimizer=optimizer or keras.optimizers.Adam(1e-3),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        **arguments,
    )
    return model


def mlp() -> Training:
    from keras import layers

    model = _compiled([layers.Dense(32, activation="relu"), layers.Dense(10)])
    return Training(model, *_digits(), epochs=40)


def cnn() -> Training:
    from keras import layers

    x, y = _digits()
    block = [layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(), layers.Flatten()]
    model = _compiled([layers.Reshape((8, 8, 1)), *block, layers.Dropout(0.3), layers.Dense(10)])
    return Training(model, x, y, (x[:300], y[:300]))


def lstm() -> Training:
    from keras import layers

    stack = [layers.LSTM(8, dropout=0.2, recurrent_dropout=0.2), layers.Dense(10)]
    return Training(_compiled([layers.Reshape((8, 8)), *stack]), *_digits(), epochs=6)


def mixed() -> Training:
    from keras import layers

    stack = [
        layers.Dense(32, activation="relu", dtype="mixed_float16"),
        layers.Dropout(0.2, dtype="mixed_float16"),
        layers.Dense(10, dtype="float32"),
    ]
    import keras

    scaled = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(1e-3))
    return Training(_compiled(stack, scaled), *_digits(), epochs=20)


def several() -> Training:
    """Several steps per call of Keras's own function."""
    from keras import layers

    stack = [layers.Dense(32, activation="relu"), layers.Dropout(0.2), layers.Dense(10)]
    return Training(_compiled(stack, steps_per_execution=7), *_digits(), epochs=30)


def augmented() -> Training:
    from keras import layers

    stack = [
        layers.Reshape((8, 8, 1)),
        layers.RandomFlip("horizontal"),
        layers.RandomRotation(0.1),
        layers.GaussianNoise(0.1),
        layers.Flatten(),
        layers.Dense(10),
    ]
    return Training(_compiled(stack), *_digits(), epochs=6)


def dataset() -> Training:
    import tensorflow as tf
    from keras import layers

    data = tf.data.Dataset.from_tensor_slices(_digits())
    data = data.shuffle(500, seed=5).map(lambda x, y: (x * 2.0 - 1.0, y)).batch(32).prefetch(2)
    stack = [layers.Dense(16, activation="relu"), layers.Dropout(0.2), layers.Dense(10)]
    return Training(_compiled(stack), data, epochs=20, batch_size=None)


def batches() -> Training:
    """A `PyDataset`, whose order Python's own generator decides."""
    import keras
    from keras import layers

    x, y = _digits()

    class Batches(keras.utils.PyDataset):
        def __len__(self) -> int:
            return len(x) // 32

        def __getitem__(self, index: int) -> Any:
            part = slice(index * 32, index * 32 + 32)
            return x[part], y[part]

    stack = [layers.Dense(16, activation="relu"), layers.Dropout(0.2), layers.Dense(10)]
    return Training(_compiled(stack), Batches(), epochs=16, batch_size=None)


def scheduled() -> Training:
    import keras
    from keras import layers

    rate = keras.optimizers.schedules.CosineDecay(1e-2, 1500)
    adam = keras.optimizers.Adam(rate, use_ema=True, ema_overwrite_frequency=50)
    stack = [layers.Dense(32, activation="relu"), layers.Dense(10)]
    return Training(_compiled(stack, adam), *_digits(), epochs=25)


def watched() -> Training:
    import keras
    from keras import layers

    x, y = _digits()
    callbacks = (
        keras.callbacks.ReduceLROnPlateau("val_loss", factor=0.5, patience=1, min_delta=0.05),
        keras.callbacks.EarlyStopping("val_loss", patience=6, restore_best_weights=True),
        keras.callbacks.LearningRateScheduler(lambda _, rate: rate * 0.97),
    )
    stack = [layers.Dense(32, activation="relu"), layers.Dropout(0.2), layers.Dense(10)]
    model = _compiled(stack, keras.optimizers.Adam(1e-2))
    return Training(model, x[:1400], y[:1400], (x[1400:], y[1400:]), callbacks, epochs=25)


KINDS: dict[str, Callable[[], Training]] = {
    one.__name__: one
    for one in (
        mlp,
        cnn,
        lstm,
        mixed,
        several,
        augmented,
        dataset,
        batches,
        scheduled,
        watched,
    )
}


def train(kind: str, folder: str, result: str) -> None:
    """Begin a training, or go on with the one in `folder`; write down how it ended."""
    import keras
    import tensorflow as tf

    import dlwidgets as dl

    runs = sorted(Path(folder).iterdir()) if folder and Path(folder).exists() else []
    recorded = [run for run in runs if list(run.glob("resume/*.safetensors"))]
    if recorded:  # in a process that has drawn other numbers, and has another seed
        random.seed(time.time())
        if kind == "dataset":  # whose shuffling also depends on TensorFlow's seed
            tf.random.set_seed(7)
        training = KINDS[kind]()
        run = dl.resume(
            recorded[-1],
            training.x,
            training.y,
            validation_data=training.validation_data,
            callbacks=list(training.callbacks),
        )
    else:
        keras.utils.set_random_seed(7)
        training = KINDS[kind]()
        run = dl.fit(
            training.model,
            training.x,
            training.y,
            batch_size=training.batch_size,
            epochs=training.epochs,
            validation_data=training.validation_data,
            callbacks=list(training.callbacks),
            record=dl.record(folder, resume_every=STATES_EVERY) if folder else False,
        )
    run.wait()
    arrays = {f"weight/{i}": v for i, v in enumerate(run.model.get_weights())}
    for i, variable in enumerate(run.model.optimizer.variables):
        arrays[f"optimizer/{i}"] = variable.numpy()
    for i, variable in enumerate(run.model.variables):
        arrays[f"variable/{i}"] = variable.numpy()
    for name, series in run.metrics.items():
        arrays[f"step/{name}"] = series.value
        arrays["epoch of step"] = series.epoch
    for name, values in run.history.history.items():
        arrays[f"history/{name}"] = np.array(values)
    arrays["keras/epoch"] = np.array(run.model.history.epoch)
    arrays["notes"] = np.array([str(note) for note in run.notes])
    partial = f"{result}.part.npz"
    np.savez(partial, **arrays)
    Path(partial).replace(result)


class Nursery:
    """Starts trainings as processes of their own."""

    def __enter__(self) -> Nursery:
        environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.helpers.lasting"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)

    def train(self, kind: str, folder: Path | str, result: Path, seconds: float | None) -> bool:
        """Train until the end, or until the process is killed.

        Args:
            kind: One of `KINDS`.
            folder: Where it is recorded, and goes on from; "" for no recording.
            result: Where to write down how it ended.
            seconds: Kill it so many seconds after it has recorded a new state, or after its begin
                where they are negative; None for never.

        Returns:
            Whether it has come to its end.
        """
        asked = {"kind": kind, "folder": str(folder), "result": str(result), "seconds": seconds}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["code"] in (0, -signal.SIGKILL), answer
        return bool(answer["code"] == 0)


def _serve() -> None:
    import dlwidgets as dl
    from dlwidgets._tensorflow import load

    load()
    import sklearn.datasets  # noqa: F401 - so that no child has to

    assert dl.resume
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if not child:
            _child(asked)
        code: int | None = None
        seconds, began, before = asked["seconds"], time.monotonic(), _states(asked["folder"])
        deadline = began + (300 if seconds is None or seconds >= 0 else -seconds)
        while code is None:
            if seconds is not None and seconds >= 0 and _states(asked["folder"]) != before:
                deadline, seconds = time.monotonic() + seconds, None
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > deadline:
                os.kill(child, signal.SIGKILL)
                code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            else:
                time.sleep(0.002)
        print(json.dumps({"code": code}), flush=True)


def _states(folder: str) -> list[float]:
    return (
        [file.stat().st_mtime for file in Path(folder).glob("*/resume/*.safetensors")]
        if folder
        else []
    )


def _child(asked: dict[str, Any]) -> None:
    os.dup2(2, 1)  # the pipe is for answers
    code = 1
    try:
        train(asked["kind"], asked["folder"], asked["result"])
        code = 0
    except BaseException:  # noqa: BLE001 - a fork must never return into the loop above
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    _serve()
