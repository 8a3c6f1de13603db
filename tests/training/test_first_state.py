"""The graph of a run is built once, since what its first step makes is made before."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.training import digits, layers


class Counting(layers.Dense):
    """A layer that counts how often a graph is built with it."""

    calls = 0

    def call(self, inputs: Any, *arguments: Any) -> Any:
        self.calls += 1
        return super().call(inputs, *arguments)


def softmax(loss: Any) -> Any:
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((64,)), Counting(10, activation="softmax")])
    model.compile("adam", loss, metrics=["accuracy"])
    return model


def test_a_run_traces_its_step_once_and_has_the_metrics_of_keras() -> None:
    x, y = digits(64)
    plain, observed = (softmax("sparse_categorical_crossentropy") for _ in range(2))
    history = plain.fit(x, y, epochs=2, shuffle=False, verbose=0).history
    before = observed.layers[0].calls
    run = dl.fit(observed, x, y, epochs=2, shuffle=False).wait()
    assert observed.layers[0].calls == before + 1
    assert run.history == history
    for ours, theirs in zip(observed.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_targets_that_the_loss_refuses_leave_no_trace() -> None:
    x, y = digits(64)
    refused, plain = (softmax("sparse_categorical_crossentropy") for _ in range(2))
    run = dl.fit(refused, x, np.eye(10)[y], shuffle=False)
    with pytest.raises(ValueError, match="shape"):
        run.wait()
    run = dl.fit(refused, x, y, shuffle=False).wait()
    assert run.history == plain.fit(x, y, shuffle=False, verbose=0).history


class WithHead(keras.Model):
    """A network with a layer that only training uses."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.head = layers.Dense(4), layers.Dense(1)

    def call(self, x: Any, training: bool = False) -> Any:
        return self.head(self.body(x)) if training else self.body(x)[:, :1]


def test_a_layer_that_only_training_uses_is_trained() -> None:
    x, y = digits(64)
    model = WithHead()
    model(x[:2])
    model.compile("adam", "mse")
    run = dl.fit(model, x, y).wait()
    assert len(model.optimizer.variables) == 2 + 2 * 4
    assert run.history["loss"]


def test_a_frozen_model_can_be_trained_later() -> None:
    x, y = digits(64)
    model = softmax("sparse_categorical_crossentropy")
    model.trainable = False
    dl.fit(model, x, y).wait()
    model.trainable = True
    before = model.get_weights()
    dl.fit(model, x, y).wait()
    assert np.abs(model.get_weights()[0] - before[0]).max() > 0


def test_metrics_wait_for_the_step_where_the_model_does_not_say_its_shape() -> None:
    x = np.linspace(-1, 1, 40, dtype="f4")[:, None]
    y = (x[:, 0] > 0.3).astype("f4")

    def made() -> Any:
        model = keras.Sequential([keras.Input((None,)), layers.Activation("sigmoid")])
        model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
        return model

    history = made().fit(x, y, shuffle=False, verbose=0).history
    assert dl.fit(made(), x, y, shuffle=False).wait().history == history


def test_a_run_begins_also_where_python_ends_and_starts_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if thread.name == "dlwidgets-variable":
            raise RuntimeError("can't create new thread at interpreter shutdown")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    run = dl.fit(softmax("sparse_categorical_crossentropy"), *digits(64)).wait()
    assert run.state == "finished"
