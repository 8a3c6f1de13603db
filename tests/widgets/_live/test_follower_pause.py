"""A view shows the last step of a run that pauses, whichever weights it took before."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np

import dlwidgets as dl
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets._live.follower import Follower
from tests.helpers.waiting import until


def _model() -> Any:
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def test_a_pause_is_shown_by_a_view_that_took_the_weights_of_another() -> None:
    gate, waits = threading.Event(), threading.Event()
    gate.set()

    class Gate(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if not gate.is_set():
                waits.set()
                gate.wait(60)

    x, y = np.zeros((64, 64), np.float32), np.zeros(64, np.float32)
    run = dl.fit(_model(), x, y, batch_size=1, epochs=100_000, callbacks=[Gate()])
    drawn: list[int] = []
    view: Follower[Any] = Follower(
        lambda _model: None, lambda _: drawn.append(view.step), lambda _: None, name="pause"
    )
    other = ModelSource(run)
    try:
        view.show(run)
        until(lambda: view.step > 0 and not view.busy, "a step")
        view.awake = False
        until(lambda: not view.busy, "rest")
        shown = len(drawn)
        until(lambda: run.step_count > view.step, "newer weights")
        other.refresh()
        between = other.step
        until(lambda: run.step_count > between, "later steps")
        gate.clear()
        assert waits.wait(60)
        view.awake = True  # it takes the weights at hand, as no step ends
        until(lambda: len(drawn) > shown and not view.busy, "a drawing")
        pausing = threading.Thread(target=run.pause)
        pausing.start()
        until(lambda: run.pending == "pausing", "the request")
        gate.set()
        pausing.join(60)
        until(lambda: run.state == "paused", "the pause")
        until(lambda: view.step == run.step_count, "the last step")
    finally:
        gate.set()
        view.close()
        run.stop()
        run.wait(60)
