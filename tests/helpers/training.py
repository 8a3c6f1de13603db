"""Models, data and waiting that the tests of the training engines share."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from sklearn.datasets import load_digits

from dlwidgets.training.run_engine import engine_of
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from dlwidgets.training import Run

layers = keras.layers


def digits(samples: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Scikit-learn's real digits: x float32 (n, 64) in 0 to 1, y int32 (n,)."""
    x, y = load_digits(return_X_y=True)
    return (x[:samples] / 16.0).astype("float32"), y[:samples].astype("int32")


def mnist() -> tuple[np.ndarray, np.ndarray]:
    """MNIST's training part as (n, 784) and (n,); the test is skipped where it is missing."""
    folder = os.environ.get("DLWIDGETS_DATA", "")
    file = Path(folder) / "mnist.npz"
    if not folder or not file.exists():
        pytest.skip("needs mnist.npz in the folder named by DLWIDGETS_DATA")
    with np.load(file) as data:
        x = (data["x_train"].reshape(-1, 784) / 255.0).astype("float32")
        return x, data["y_train"].astype("int32")


def mlp(*, seed: int = 1, compiled: bool = True, **compile_arguments: Any) -> Any:
    """A small Sequential classifier of digits."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [keras.Input((64,)), layers.Dense(32, activation="relu"), layers.Dense(10)]
    )
    return compile_for_digits(model, **compile_arguments) if compiled else model


def compile_for_digits(model: Any, **arguments: Any) -> Any:
    """`model` compiled for ten classes of logits; `arguments` replace the defaults."""
    defaults = {
        "optimizer": keras.optimizers.Adam(1e-3),
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "metrics": ["accuracy"],
    }
    model.compile(**{**defaults, **arguments})
    return model


def slow_model(seconds: float = 0.0, **compile_arguments: Any) -> Any:
    """A model whose steps last long enough that a test can act while it trains."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((64,)), layers.Dense(64, activation="relu"), layers.Dense(10)]
    )
    model.slowness = seconds
    return compile_for_digits(model, **compile_arguments)


def settled(run: Run, state: str = "paused") -> Run:
    """`run`, once it is in `state` with nothing pending."""
    steering = engine_of(run).steering
    until(lambda: (run.state == state and not steering.pending) or run.state.ended)
    assert run.state == state, f"{run!r}: {run.error!r}"
    return run


def stepped(run: Run, n: int) -> None:
    """Let a paused run do `n` steps, and wait for them and for the pause after them."""
    goal = run.step_count + n
    run.step(n)
    until(lambda: run.step_count >= goal or run.state.ended, f"step {goal} of {run!r}")
    assert run.step_count >= goal, f"{run!r}: {run.error!r}"
    # The boundary after the last step is reached once it answers.
    run.at_boundary(lambda: None).result(60)


def same_weights(a: Any, b: Any) -> None:
    """Fail unless two models hold bit-identical weights."""
    for index, (one, other) in enumerate(zip(a.get_weights(), b.get_weights(), strict=True)):
        np.testing.assert_array_equal(one, other, err_msg=f"weight {index}")
