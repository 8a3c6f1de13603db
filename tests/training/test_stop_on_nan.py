"""A loss that isn't finite: callbacks see the step, and whether it ends the run can be chosen."""

from __future__ import annotations

import math
from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.training import compile_for_digits, digits, layers

C = keras.callbacks


def poisoned(batch: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Ten batches of 32, one of which gives a NaN loss."""
    x, y = digits(320)
    x = x.copy()
    x[32 * batch] = np.nan
    return x, y


def linear() -> Any:
    """A model whose optimizer keeps no state that a NaN could spoil."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((64,)), layers.Dense(10)])
    return compile_for_digits(model, optimizer=keras.optimizers.SGD(0.01))


class Rescue(C.Callback):
    """Restores the weights from before a batch whose loss isn't finite, and goes on."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: list[float] = []
        self.kept: Any = None

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.kept = self.model.get_weights()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.losses.append(float(logs["loss"]))
        if not math.isfinite(logs["loss"]):
            self.model.set_weights(self.kept)
            self.model.reset_metrics()


def test_a_callback_sees_the_step_that_ends_the_run() -> None:
    seen = Rescue()
    run = dl.fit(linear(), *poisoned(), shuffle=False, callbacks=[seen])
    with pytest.raises(dl.training.NonFiniteLossError, match="at step 4 "):
        run.wait()
    assert [math.isfinite(loss) for loss in seen.losses] == [True, True, True, False]


def test_a_run_that_goes_on_is_that_of_fit() -> None:
    x, y = poisoned()
    plain, seen = Rescue(), Rescue()
    reference = linear()
    reference.fit(x, y, shuffle=False, epochs=2, verbose=0, callbacks=[plain])
    model = linear()
    run = dl.fit(model, x, y, shuffle=False, epochs=2, callbacks=[seen], stop_on_nan=False).wait()
    assert run.state == "finished"
    assert run.step_count == 20
    np.testing.assert_array_equal(np.isfinite(seen.losses), np.isfinite(plain.losses))
    for one, other in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert (
        np.isfinite(run.metrics["loss"].value).tolist() == ([True] * 3 + [False] + [True] * 6) * 2
    )


def test_without_callbacks_a_run_goes_on_through_nan() -> None:
    run = dl.fit(linear(), *poisoned(), shuffle=False, epochs=2, stop_on_nan=False).wait()
    assert run.state == "finished"
    assert run.step_count == 20
    assert run.last_snapshot is not None
    assert run.last_snapshot.finite


def test_terminate_on_nan_still_ends_it() -> None:
    run = dl.fit(
        linear(),
        *poisoned(),
        shuffle=False,
        epochs=5,
        callbacks=[C.TerminateOnNaN()],
        stop_on_nan=False,
    ).wait()
    assert run.state == "finished"
    assert run.step_count == 4


class Auxiliary(keras.Sequential):
    """Reports a second loss that is NaN where a batch has nothing to judge."""

    def train_step(self, data: Any) -> dict[str, Any]:
        return {**super().train_step(data), "mask_loss": keras.ops.array(math.nan)}


@pytest.mark.parametrize("eager", [False, True])
def test_another_loss_may_be_nan(*, eager: bool) -> None:
    model = Auxiliary([keras.Input((64,)), layers.Dense(10)])
    compile_for_digits(model, run_eagerly=eager)
    run = dl.fit(model, *digits(96)).wait()
    assert run.state == "finished"
    assert np.isnan(run.metrics["mask_loss"].value).all()


def test_live_takes_the_same_choice() -> None:
    x, y = poisoned()
    live = dl.Live(stop_on_nan=False)
    linear().fit(x, y, shuffle=False, verbose=0, callbacks=[live])
    assert live.run is not None
    assert live.run.step_count == 10
    live = dl.Live()
    linear().fit(x, y, shuffle=False, verbose=0, callbacks=[live])
    assert live.run is not None
    assert live.run.step_count == 4
    assert live.run.state == "failed"
