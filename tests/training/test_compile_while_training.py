"""`compile` on a model that trains: refused from outside, followed where a callback does it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.training import compile_for_digits, digits, mlp, same_weights, settled
from tests.helpers.waiting import until

FOREVER = 1_000_000


def test_the_next_cell_compiles_while_the_first_one_trains() -> None:
    """As *Run All* does: cell 1 fits, cell 2 compiles and fits."""
    x, y = digits(320)
    model = mlp()
    run = dl.fit(model, x, y, epochs=FOREVER)
    optimizer = model.optimizer
    with pytest.raises(dl.training.RunInProgressError, match="can't be compiled while a run"):
        model.compile("sgd", "mse")
    assert model.optimizer is optimizer
    with pytest.raises(dl.training.RunInProgressError):
        dl.fit(model, x, y)
    step = run.step_count
    until(lambda: run.step_count > step + 20)
    run.stop()
    assert run.wait().state == "stopped"
    compile_for_digits(model)
    assert model.optimizer is not optimizer
    assert dl.fit(model, x, y).wait().state == "finished"


def test_a_model_is_compiled_as_ever_before_and_after() -> None:
    x, y = digits(64)
    model = mlp()
    run = dl.fit(model, x, y, start=False)
    compile_for_digits(model)  # it doesn't train yet
    run.start().wait()
    compile_for_digits(model)
    assert "compile" not in vars(model)


def test_a_run_that_waits_for_a_resume_refuses_as_well() -> None:
    model = mlp()
    run = dl.fit(model, *digits(64), epochs=FOREVER, start=False)
    run.pause()
    run.start()
    settled(run)
    with pytest.raises(dl.training.RunInProgressError):
        model.compile("sgd", "mse")


@pytest.mark.parametrize("remake", [True, False])
def test_a_callback_that_unfreezes_and_compiles(*, remake: bool) -> None:
    """With `make_train_function` it works in plain fit, too."""
    x, y = digits(320)

    class Unfreeze(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                self.model.layers[0].trainable = True
                compile_for_digits(self.model, optimizer=keras.optimizers.SGD(0.1))
                if remake:
                    self.model.make_train_function()

    def frozen() -> Any:
        model = mlp()
        model.layers[0].trainable = False
        return compile_for_digits(model)

    model, reference = frozen(), frozen()
    before = model.layers[0].get_weights()[0]
    run = dl.fit(model, x, y, epochs=3, shuffle=False, callbacks=[Unfreeze()]).wait()
    assert run.state == "finished"
    assert run.step_count == 30
    assert not np.array_equal(before, model.layers[0].get_weights()[0])
    if remake:
        callbacks = [Unfreeze()]
        reference.fit(x, y, epochs=3, shuffle=False, verbose=0, callbacks=callbacks)
        same_weights(model, reference)
    model.fit(x, y, verbose=0)


def test_a_train_function_that_is_taken_away_does_no_harm() -> None:
    x, y = digits(320)
    model, reference = mlp(), mlp()
    reference.fit(x, y, epochs=4, shuffle=False, verbose=0)

    class Drop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.model.train_function = None

    run = dl.fit(model, x, y, epochs=4, shuffle=False, callbacks=[Drop()]).wait()
    assert run.step_count == 40
    same_weights(model, reference)


def test_compiling_between_two_steps_is_followed() -> None:
    model = mlp()
    run = dl.fit(model, *digits(320), epochs=FOREVER)
    until(lambda: run.step_count > 5)
    run.at_boundary(lambda: compile_for_digits(model, optimizer=keras.optimizers.SGD(0.25))).result(
        60
    )
    step = run.step_count
    until(lambda: run.step_count > step + 5)
    assert run.learning_rate == pytest.approx(0.25)
    assert int(model.optimizer.iterations.numpy()) > 0
