"""What goes wrong while training: said in words, and nothing recorded is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training import NonFiniteLossError
from dlwidgets.training.run_engine import engine_of
from tests.helpers.training import compile_for_digits, digits, layers, mlp, settled, stepped
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Poisoned(layers.Layer):
    """Multiplies by a weight that the test can set to NaN or infinity."""

    def build(self, shape: Any) -> None:
        self.factor = self.add_weight(shape=(), initializer="ones", trainable=False)

    def call(self, x: Any) -> Any:
        return x * self.factor


def poisoned_model() -> Any:
    keras.utils.set_random_seed(1)
    return compile_for_digits(keras.Sequential([keras.Input((64,)), layers.Dense(10), Poisoned()]))


@pytest.mark.parametrize(("value", "word"), [(np.nan, "NaN"), (np.inf, "infinite|NaN")])
def test_a_loss_that_is_not_finite_is_named_with_its_step(value: float, word: str) -> None:
    x, y = digits(320)
    x = x.copy()
    x[170] = value  # in the sixth batch of 32, unshuffled
    run = dl.fit(poisoned_model(), x, y, epochs=5, shuffle=False)
    with pytest.raises(
        NonFiniteLossError, match=rf"The loss became ({word}) at step 6 \(epoch 1\)"
    ) as e:
        run.wait()
    assert e.value.step == 6
    assert run.state == "failed"
    assert run.step_count == 6
    assert np.isfinite(run.metrics["loss"].value[:5]).all()
    assert not np.isfinite(run.metrics["loss"].value[5])
    what = "NaN" if np.isnan(value) else "infinity"
    assert f"1 of 320 samples of x contains {what}. It is sample 170." in run.message
    assert [m.kind for m in run.markers] == ["error"]


def test_the_last_finite_weights_are_kept() -> None:
    x, y = digits(320)
    model = poisoned_model()
    run = dl.fit(model, x, y, epochs=1000, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 12)
    kept = run.snapshot(60)
    run.at_boundary(lambda: model.layers[1].factor.assign(np.nan)).result(60)
    run.resume()
    with pytest.raises(NonFiniteLossError, match="after step 12 are kept") as caught:
        run.wait()
    assert caught.value.step == 13
    assert run.last_snapshot is kept
    run.restore()
    for now, then in zip(model.get_weights(), kept.weights, strict=True):
        np.testing.assert_array_equal(now, then)
    model.fit(x, y, verbose=0)
    assert np.isfinite(model.evaluate(x, y, verbose=0)[0])


@pytest.mark.parametrize("rate", [1e3, 1e6])
def test_a_run_that_diverged_goes_back_to_weights_with_a_sane_loss(
    tmp_path: Path, rate: float
) -> None:
    x, y = digits(960)
    x = x.reshape(-1, 8, 8, 1)
    keras.utils.set_random_seed(0)
    model = dl.models.compiled(
        "mlp", input_shape=(8, 8, 1), classes=10, optimizer="sgd", learning_rate=rate
    )
    each = keras.callbacks.LambdaCallback(on_train_batch_end=lambda *_, **__: None)  # step by step
    run = dl.fit(model, x, y, epochs=50, callbacks=[each], record=tmp_path, start=False)
    engine_of(run).keeper.due = lambda: True  # as often as views of a page look at the weights
    run.start()
    with pytest.raises(NonFiniteLossError) as caught:
        run.wait()
    kept = run.last_snapshot
    assert run.snapshot(60).step == run.step_count > kept.step  # the diverged ones
    assert run.last_snapshot is kept
    assert ("before training" if not kept.step else f"after step {kept.step} are") in str(
        caught.value
    )
    run.restore()
    for now, then in zip(model.get_weights(), kept.weights, strict=True):
        np.testing.assert_array_equal(now, then)
    assert model.evaluate(x, y, verbose=0)[0] < 50 * run.metrics["loss"].value[0]


def test_weights_ruined_behind_a_healthy_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    """ReLU turns NaN into 0 on a CPU."""
    x, y = digits(320)
    model = mlp()
    run = dl.fit(model, x, y, epochs=1000, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 1)

    def ruin() -> None:
        kernel = model.layers[0].kernel
        kernel.assign(np.full(kernel.shape, np.nan))

    run.at_boundary(ruin).result(60)
    monkeypatch.setattr(engine_of(run).keeper, "due", lambda: True)  # looks at the weights now
    run.resume()
    with pytest.raises(NonFiniteLossError, match=r"NaN or infinite by|became NaN at"):
        run.wait()
    assert run.state == "failed"


def test_weights_that_were_infinite_before_are_no_failure() -> None:
    class Masked(layers.Layer):
        def build(self, shape: Any) -> None:
            mask = lambda *_, **__: tf.constant([-np.inf, 1.0])  # noqa: E731
            self.mask = self.add_weight(shape=(2,), initializer=mask, trainable=False)

        def call(self, x: Any) -> Any:
            return x * self.mask[1]

    x, y = digits(64)
    model = keras.Sequential([keras.Input((64,)), Masked(), layers.Dense(10)])
    run = dl.fit(compile_for_digits(model), x, y, epochs=2).wait()
    assert run.state == "finished"
    assert run.last_snapshot is not None


def test_a_generator_that_raises_at_step_100() -> None:
    x, y = digits(32)

    def batches() -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for i in range(1000):
            if i == 100:
                message = "the disk was pulled out"
                raise OSError(message)
            yield x, y

    model = mlp()
    run = dl.fit(model, batches(), epochs=1, steps_per_epoch=500)
    with pytest.raises(tf.errors.OpError):
        run.wait()
    assert run.state == "failed"
    assert run.step_count == 100
    assert int(model.optimizer.iterations.numpy()) == 100
    assert np.isfinite(run.metrics["loss"].value).all()
    assert "OSError: the disk was pulled out" in run.message
    assert "\n" not in run.message


def test_labels_out_of_range() -> None:
    x, y = digits(320)
    y = y.copy()
    y[200] = 12
    run = dl.fit(mlp(), x, y, shuffle=False)
    with pytest.raises(tf.errors.InvalidArgumentError):
        run.wait()
    assert run.step_count == 6
    assert "the model's output has 10 classes, so labels must be from 0 to 9" in (run.message)


def test_a_wrong_input_shape() -> None:
    x, y = digits(64)
    run = dl.fit(mlp(), x[:, :30], y)
    with pytest.raises(ValueError, match="shape"):
        run.wait()
    assert run.state == "failed"
    assert "The model expects" in run.message
    assert "30" in run.message
    assert run.step_count == 0


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_a_dataset_without_any_batch() -> None:
    data = tf.data.Dataset.from_tensor_slices(digits(20)).batch(32, drop_remainder=True)
    run = dl.fit(mlp(), data.filter(lambda *_: True))
    with pytest.raises(ValueError, match="without a single batch"):
        run.wait()
    run = dl.fit(mlp(), data)
    with pytest.raises(ValueError, match="without a single batch"):
        run.wait()


def test_validation_data_that_do_not_fit() -> None:
    x, y = digits(64)
    run = dl.fit(mlp(), x, y, validation_data=(x[:, :9], y))
    with pytest.raises(ValueError, match="shape"):
        run.wait()
    assert run.step_count == 2
    assert len(run.metrics["loss"]) == 2


class AtBatch(keras.callbacks.Callback):
    def __init__(self, batch: int) -> None:
        super().__init__()
        self.at = batch

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == self.at:
            message = "a callback's own mistake"
            raise LookupError(message)


def test_a_callback_that_raises() -> None:
    x, y = digits(320)
    model = mlp()
    run = dl.fit(model, x, y, callbacks=[AtBatch(3)])
    with pytest.raises(LookupError, match="own mistake"):
        run.wait()
    assert run.state == "failed"
    assert run.step_count == 4
    assert run.message == (
        "The callback AtBatch failed in on_train_batch_end. LookupError: a callback's own mistake"
    )
    model.fit(x, y, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 14


def test_a_model_that_cannot_be_traced() -> None:
    class Broken(keras.Model):
        def call(self, x: Any) -> Any:
            message = "no such layer"
            raise NotImplementedError(message)

    x, y = digits(64)
    run = dl.fit(compile_for_digits(Broken()), x, y)
    with pytest.raises(NotImplementedError, match="no such layer"):
        run.wait()
    assert "no such layer" in run.message


def test_nobody_has_to_wait_for_a_failure() -> None:
    x, y = digits(64)
    run = dl.fit(mlp(), x[:, :30], y)
    until(lambda: run.state == "failed")
    assert isinstance(run.error, ValueError)
    assert "failed" in repr(run)


def test_a_subscriber_that_raises_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    x, y = digits(64)
    seen: list[str] = []
    run = dl.fit(mlp(), x, y, epochs=2, start=False)
    run.subscribe(lambda event: 1 / 0)
    run.subscribe(lambda event: seen.append(event.kind))
    run.start().wait()
    assert run.state == "finished"
    assert seen.count("epoch") == 2
    assert "ZeroDivisionError" in caplog.text
