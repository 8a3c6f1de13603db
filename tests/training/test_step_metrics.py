"""What is recorded for each step is that step's own value, computed again here by hand."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.run_engine import engine_of
from tests.helpers.training import compile_for_digits, digits, layers, mlp, mnist


def frozen(optimizer: Any = None, **arguments: Any) -> Any:
    """A model whose weights stay as they are, so that each batch's loss is known beforehand."""
    model = mlp(compiled=False)
    return compile_for_digits(
        model, optimizer=optimizer or keras.optimizers.SGD(learning_rate=1e-30), **arguments
    )


def losses_by_hand(
    model: Any, x: np.ndarray, y: np.ndarray, weight: np.ndarray | None = None
) -> np.ndarray:
    """Cross-entropy of each sample in float64."""
    logits = model.predict(x, verbose=0, batch_size=1000).astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    log_probability = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    losses = -log_probability[np.arange(len(y)), y]
    return losses if weight is None else losses * weight


def per_batch(values: np.ndarray, size: int) -> np.ndarray:
    return np.array([values[i : i + size].mean() for i in range(0, len(values), size)])


def test_loss_and_accuracy_of_each_step() -> None:
    x, y = digits(1000)
    model = frozen()
    run = dl.fit(model, x, y, batch_size=30, epochs=3, shuffle=False).wait()
    expected = np.tile(per_batch(losses_by_hand(model, x, y), 30), 3)
    np.testing.assert_allclose(run.metrics["loss"].value, expected, rtol=3e-6)
    right = (model.predict(x, verbose=0).argmax(axis=1) == y).astype(float)
    np.testing.assert_allclose(
        run.metrics["accuracy"].value, np.tile(per_batch(right, 30), 3), rtol=1e-6
    )
    assert run.metrics["loss"].exact
    assert run.metrics["accuracy"].exact


def test_loss_late_in_a_long_epoch_is_still_exact() -> None:
    """A difference of 32-bit running totals would be wrong by 2e-4 here."""
    x, y = mnist()
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10)])
    compile_for_digits(model, optimizer=keras.optimizers.SGD(1e-30))
    run = dl.fit(model, x, y, batch_size=16, shuffle=False).wait()
    expected = per_batch(losses_by_hand(model, x, y), 16)
    assert len(run.metrics["loss"]) == 3750
    np.testing.assert_allclose(run.metrics["loss"].value, expected, rtol=5e-6)


def test_losses_follow_the_weights_as_they_change() -> None:
    """Against a training loop written with a GradientTape."""
    import tensorflow as tf

    x, y = digits(320)
    model, twin = (mlp(optimizer=keras.optimizers.SGD(0.1)) for _ in range(2))
    run = dl.fit(model, x, y, batch_size=32, epochs=4, shuffle=False).wait()
    loss_function = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    expected = []
    for _ in range(4):
        for i in range(0, 320, 32):
            with tf.GradientTape() as tape:
                loss = loss_function(y[i : i + 32], twin(x[i : i + 32], training=True))
            gradients = tape.gradient(loss, twin.trainable_weights)
            twin.optimizer.apply(gradients, twin.trainable_weights)
            expected.append(float(loss))
    np.testing.assert_allclose(run.metrics["loss"].value, expected, rtol=1e-4)


def test_sample_weights_count_as_in_keras() -> None:
    x, y = digits(300)
    weight = np.linspace(0, 3, 300)
    model = frozen(weighted_metrics=["accuracy"], metrics=[])
    run = dl.fit(model, x, y, batch_size=50, shuffle=False, sample_weight=weight).wait()
    expected = per_batch(losses_by_hand(model, x, y, weight), 50)
    np.testing.assert_allclose(run.metrics["loss"].value, expected, rtol=1e-5)
    right = (model.predict(x, verbose=0).argmax(axis=1) == y) * weight
    accuracy = [right[i : i + 50].sum() / weight[i : i + 50].sum() for i in range(0, 300, 50)]
    np.testing.assert_allclose(run.metrics["accuracy"].value, accuracy, rtol=1e-5)


def test_regularization_is_part_of_each_steps_loss() -> None:
    x, y = digits(200)
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((64,)), layers.Dense(10, kernel_regularizer="l2")])
    compile_for_digits(model, optimizer=keras.optimizers.SGD(1e-30))
    run = dl.fit(model, x, y, batch_size=50, shuffle=False).wait()
    penalty = 0.01 * float((model.get_weights()[0].astype(np.float64) ** 2).sum())
    expected = per_batch(losses_by_hand(model, x, y), 50) + penalty
    np.testing.assert_allclose(run.metrics["loss"].value, expected, rtol=1e-5)


def test_root_mean_squared_error_is_each_steps_own() -> None:
    """A Mean whose result is more than total over count, made before the model's first step."""
    x, y = digits(200)
    y = y.astype("float32")

    def make() -> Any:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((64,)), layers.Dense(1)])
        metrics = [keras.metrics.RootMeanSquaredError("rmse")]
        model.compile(keras.optimizers.SGD(1e-30), "mse", metrics=metrics)
        return model

    arguments = {"batch_size": 40, "epochs": 2, "shuffle": False}
    model = make()
    run = dl.fit(model, x, y, **arguments).wait()
    error = (model.predict(x, verbose=0)[:, 0].astype(np.float64) - y) ** 2
    expected = np.tile(np.sqrt(per_batch(error, 40)), 2)
    np.testing.assert_allclose(run.metrics["rmse"].value, expected, rtol=1e-5)
    assert run.metrics["rmse"].exact
    history = make().fit(x, y, verbose=0, **arguments).history
    np.testing.assert_allclose(run.history["rmse"], history["rmse"], rtol=1e-6)


def test_a_metric_that_is_no_mean_is_recorded_as_running() -> None:
    """AUC over an epoch is no mean of AUCs; what Keras would show is kept, and said to be so."""
    x, y = digits(400)
    target = (y == 3).astype("float32")

    def make() -> Any:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((64,)), layers.Dense(1, activation="sigmoid")])
        model.compile("adam", "binary_crossentropy", metrics=[keras.metrics.AUC(name="auc")])
        return model

    seen: list[float] = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(logs["auc"])

    make().fit(x, target, batch_size=50, epochs=2, shuffle=False, verbose=0, callbacks=[Look()])
    run = dl.fit(make(), x, target, batch_size=50, epochs=2, shuffle=False).wait()
    assert not run.metrics["auc"].exact
    assert run.metrics["loss"].exact
    np.testing.assert_allclose(run.metrics["auc"].value, seen, rtol=1e-6)


def test_a_metric_with_several_values_keeps_its_history() -> None:
    x, y = digits(300)
    one_hot = np.eye(10, dtype="float32")[y]

    def make() -> Any:
        keras.utils.set_random_seed(1)
        model = keras.Sequential([keras.Input((64,)), layers.Dense(10, activation="softmax")])
        model.compile("adam", "categorical_crossentropy", metrics=[keras.metrics.F1Score()])
        return model

    history = make().fit(x, one_hot, epochs=2, verbose=0, shuffle=False).history
    run = dl.fit(make(), x, one_hot, epochs=2, shuffle=False).wait()
    assert set(run.metrics) == {"loss"}
    np.testing.assert_allclose(run.history["f1_score"], history["f1_score"], rtol=1e-6)


class ReportsMore(keras.Model):
    """Its steps report what isn't one number, as a per-class accuracy isn't."""

    def __init__(self) -> None:
        super().__init__()
        self.out = layers.Dense(10)

    def call(self, x: Any) -> Any:
        return self.out(x)

    def _reported(self, logs: dict[str, Any], x: Any) -> dict[str, Any]:
        outputs = self(x)
        parts = {"highest": keras.ops.max(outputs), "nothing": None}
        return {**logs, "means": keras.ops.mean(outputs, 0), "parts": parts, "word": "seen"}

    def train_step(self, data: Any) -> Any:
        return self._reported(super().train_step(data), data[0])

    def test_step(self, data: Any) -> Any:
        return self._reported(super().test_step(data), data[0])


@pytest.mark.parametrize("eager", [False, True])
def test_what_a_step_reports_besides_numbers_is_in_the_history(*, eager: bool) -> None:
    x, y = digits(100)

    def make() -> Any:
        keras.utils.set_random_seed(1)
        return compile_for_digits(ReportsMore(), run_eagerly=eager)

    arguments: dict[str, Any] = {"epochs": 2, "validation_split": 0.2}
    history = make().fit(x, y, verbose=0, **arguments).history
    run = dl.fit(make(), x, y, **arguments).wait()
    assert {"means", "val_means"} <= run.history.keys()
    for name in run.history:
        if "word" not in name:
            np.testing.assert_array_equal(run.history[name], history[name], err_msg=name)
    assert "highest" in run.metrics
    assert "means" not in run.metrics


def test_accuracy_is_known_to_be_exact_from_the_first_step_on() -> None:
    """Keras makes a model's metrics in its first step, after the recorder has looked for them."""
    x, y = digits(300)
    run = dl.fit(mlp(), x, y, start=False)
    run.pause()
    run.start()
    run.step(1)
    from tests.helpers.training import settled, until

    until(lambda: run.step_count == 1)
    settled(run)
    assert run.metrics["accuracy"].exact
    run.stop()


def test_steps_epochs_and_times() -> None:
    x, y = digits(100)
    run = dl.fit(mlp(), x, y, batch_size=30, epochs=2).wait()
    loss = run.metrics["loss"]
    assert loss.step.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    np.testing.assert_allclose(loss.epoch, [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2])
    assert (np.diff(loss.time) > 0).all()
    assert loss.time[0] > 0


@pytest.mark.parametrize("known", [True, False], ids=["known length", "unknown length"])
def test_epochs_as_fractions_of_a_dataset(known: bool) -> None:
    import tensorflow as tf

    x, y = digits(100)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(25)
    if not known:
        data = data.filter(lambda *_: True)
    run = dl.fit(mlp(), data, epochs=2).wait()
    np.testing.assert_allclose(
        run.metrics["loss"].epoch, [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2], rtol=1e-6
    )
    assert engine_of(run).recorder.steps_per_epoch == 4
