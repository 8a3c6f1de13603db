"""The model trains as it was compiled, and is given back as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from tests.helpers.resuming import same_run, stopped
from tests.helpers.slow import slow
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights, settled

if TYPE_CHECKING:
    from pathlib import Path


def test_xla() -> None:
    x, y = digits(200)
    plain, observed = (mlp(jit_compile=True) for _ in range(2))
    plain.fit(x, y, batch_size=50, epochs=2, verbose=0)
    run = dl.fit(observed, x, y, batch_size=50, epochs=2).wait()
    for one, other in zip(plain.get_weights(), observed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-7)
    assert run.metrics["loss"].exact
    assert np.isfinite(run.metrics["loss"].value).all()


@pytest.fixture
def policy(request: pytest.FixtureRequest) -> Any:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("policy", ["mixed_float16", slow("bfloat16")], indirect=True)
def test_precision_set_globally_reaches_the_training_thread(policy: str) -> None:
    """Keras keeps the policy per thread; the layers of this model are built while it trains."""

    def make() -> Any:
        keras.utils.set_random_seed(1)
        return compile_for_digits(
            keras.Sequential(
                [layers.Dense(16, activation="relu"), layers.Dense(10, dtype="float32")]
            )
        )

    x, y = digits(200)
    plain, observed = make(), make()
    plain.fit(x, y, batch_size=50, epochs=3, verbose=0)
    run = dl.fit(observed, x, y, batch_size=50, epochs=3).wait()
    same_weights(plain, observed)
    assert observed.layers[0].compute_dtype == policy.removeprefix("mixed_")
    assert isinstance(observed.optimizer, keras.optimizers.LossScaleOptimizer) == (
        policy == "mixed_float16"
    )
    run = dl.fit(observed, x, y, epochs=2, start=False)
    run.learning_rate = 0.5
    assert run.learning_rate == 0.5
    run.start().wait()
    assert np.isfinite(run.metrics["loss"].value).all()


def test_layers_built_while_training_have_the_callers_policy() -> None:
    class Late(keras.Model):
        def build(self, shape: Any) -> None:
            self.dense = layers.Dense(10)
            self.dense.build(shape)

        def call(self, x: Any) -> Any:
            return self.dense(x)

    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = compile_for_digits(Late())
        x, y = digits(64)
        dl.fit(model, x, y).wait()
        assert model.dense.compute_dtype == "bfloat16"
    finally:
        keras.config.set_dtype_policy("float32")


def test_run_eagerly_runs_python_in_every_step() -> None:
    calls: list[bool] = []

    class Talkative(layers.Layer):
        def call(self, x: Any) -> Any:
            calls.append(tf.executing_eagerly())
            return x

    def make() -> Any:
        keras.utils.set_random_seed(1)
        return compile_for_digits(
            keras.Sequential([keras.Input((64,)), Talkative(), layers.Dense(10)]),
            run_eagerly=True,
        )

    x, y = digits(100)
    plain, observed = make(), make()
    plain.fit(x, y, batch_size=20, epochs=2, verbose=0)
    calls.clear()
    run = dl.fit(observed, x, y, batch_size=20, epochs=2).wait()
    assert calls == [True] * 10
    assert run.step_count == 10
    same_weights(plain, observed)


@pytest.mark.parametrize("end", ["finished", "stopped", "failed"])
def test_the_model_is_given_back_as_it_was(end: str) -> None:
    x, y = digits(320)
    model = mlp(steps_per_execution=4)
    model.fit(x, y, verbose=0)
    before = (model.train_function, model.test_function, model.steps_per_execution)
    if end == "failed":
        bad = y.copy()
        bad[100] = 99
        run = dl.fit(model, x, bad, shuffle=False)
        with pytest.raises(tf.errors.InvalidArgumentError):
            run.wait()
    else:
        epochs = 2 if end == "finished" else 100_000
        run = dl.fit(model, x, y, epochs=epochs, validation_data=(x, y))
        if end == "stopped":
            run.pause()
            settled(run).stop()
        run.wait()
    assert run.state == end
    assert (model.train_function, model.test_function, model.steps_per_execution) == before
    assert before[2] == 4
    steps = int(model.optimizer.iterations.numpy())
    model.fit(x, y, epochs=2, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == steps + 20
    loss, accuracy = model.evaluate(x, y, verbose=0)
    right = (model.predict(x, verbose=0).argmax(axis=1) == y).mean()
    assert accuracy == pytest.approx(right, abs=1e-6)
    assert np.isfinite(loss)


def test_steps_per_execution_does_not_change_the_result() -> None:
    x, y = digits(320)
    plain, observed = (mlp(steps_per_execution=5) for _ in range(2))
    plain.fit(x, y, epochs=3, verbose=0)
    run = dl.fit(observed, x, y, epochs=3).wait()
    same_weights(plain, observed)
    assert run.step_count == 30


def test_device() -> None:
    x, y = digits(64)
    assert dl.fit(mlp(), x, y, device="cpu").wait().device == "CPU"
    with pytest.raises(ValueError, match=r"`device` must be one of CPU:0.* Received: 'TPU:7'"):
        dl.fit(mlp(), x, y, device="TPU:7")


_LOSS = "sparse_categorical_crossentropy"


class _Recompiles(keras.callbacks.Callback):
    """Compiles the model between its first two epochs."""

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        if not epoch:
            self.model.layers[0].trainable = True
            self.model.compile("adam", _LOSS, metrics=["accuracy"])


@pytest.mark.parametrize(("way", "steps"), [("without", 7), ("callback", 5)])
def test_a_model_that_was_compiled_again_resumes_to_the_bit(
    tmp_path: Path, way: str, steps: int
) -> None:
    """A second `compile` without metrics or loss keeps those of the first one."""
    x, y = digits(160)
    callbacks = [_Recompiles()] if way == "callback" else []

    def made() -> Any:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((64,)), layers.Dense(16), layers.Dense(10)])
        metrics = [keras.metrics.SparseCategoricalCrossentropy(from_logits=True, name="entropy")]
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.layers[0].trainable = way != "callback"
        model.compile("adam", loss, metrics=metrics, weighted_metrics=["accuracy"])
        if way == "without":
            model.compile("sgd")
        return model

    whole = dl.fit(made(), x, y, epochs=3, callbacks=callbacks).wait()
    path = stopped(made(), tmp_path, steps, x, y, epochs=3, callbacks=callbacks)
    same_run(dl.resume(path, x, y, callbacks=callbacks).wait(), whole)


@keras.saving.register_keras_serializable("dlwidgets_tests")
class Twice(keras.layers.Layer):
    """Two layers that are the same one."""

    def __init__(self, first: Any, second: Any, **options: Any) -> None:
        super().__init__(**options)
        self.first, self.second = (
            keras.saving.deserialize_keras_object(one) if isinstance(one, dict) else one
            for one in (first, second)
        )

    def call(self, x: Any) -> Any:
        return self.second(self.first(x))

    def get_config(self) -> Any:
        both = {"first": self.first, "second": self.second}
        serialize = keras.saving.serialize_keras_object
        return super().get_config() | {name: serialize(one) for name, one in both.items()}


def test_a_layer_that_is_used_twice_stays_one_in_the_recording(tmp_path: Path) -> None:
    x, y = digits(64)
    same = keras.layers.Dense(64)
    model = keras.Sequential([keras.Input((64,)), Twice(same, same), keras.layers.Dense(10)])
    model.compile("adam", "mse")
    model.compile("sgd", metrics=["mae"])  # with the loss of before, which Keras doesn't save
    run = dl.fit(model, x, np.eye(10)[y], record=tmp_path).wait()
    assert run.recording is not None
    found = dl.open_run(run.recording.path).model()
    assert len(found.layers[0].weights) == 2
    assert found.loss == "mse"


def test_a_fork_has_the_loss_of_the_state_that_it_begins_with(tmp_path: Path) -> None:
    x, y = digits(160)
    path = stopped(mlp(optimizer="sgd"), tmp_path, 8, x, y, epochs=3, callbacks=[_Recompiles()])
    forked = dl.fork(path, x, y, step=8, epochs=1).wait()
    assert type(forked.model.optimizer).__name__ == "Adam"
    assert "scratch" not in " ".join(str(note) for note in forked.notes)
