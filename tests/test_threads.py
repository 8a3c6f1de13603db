"""Scripts that end while threads of the package still work."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from dlwidgets import _threads

_SCRIPT = """
import dlwidgets as dl
digits = dl.data.load("digits").normalized()
model = dl.models.mlp((8, 8, 1), 10)
model.compile("adam", "sparse_categorical_crossentropy")
run = dl.fit(model, digits.x_train, digits.y_train, epochs={epochs}, batch_size=32, verbose=0)
if {waits}:
    run.wait()
dl.ActivationViewer(run, digits.x_test)
dl.HeatmapViewer(run, digits.x_test)
print("done", flush=True)
"""


@pytest.mark.parametrize(("epochs", "waits"), [(1, True), (100_000, False)])
def test_a_script_ends_well_while_its_views_and_its_training_work(epochs: int, waits: bool) -> None:
    script = _SCRIPT.format(epochs=epochs, waits=waits)
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False
    )
    assert "done" in ended.stdout, ended.stderr
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_a_script_ends_well_while_tensorflow_is_imported() -> None:
    script = "from dlwidgets._tensorflow import warm_up; warm_up()"
    ended = subprocess.run([sys.executable, "-c", script], timeout=240, check=False)
    assert ended.returncode == 0


def test_keras_can_be_imported_while_tensorflow_is_imported_behind() -> None:
    script = """
import sys, threading
from dlwidgets._tensorflow import warm_up
warm_up()
while "tensorflow" not in sys.modules:
    threading.Event().wait(0.001)
import keras
keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
"""
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=240, check=False
    )
    assert ended.returncode == 0, ended.stderr[-2000:]


def test_what_does_not_end_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_threads, "MAX_SHUTDOWN_SECONDS", 0.05)
    asked, free = threading.Event(), threading.Event()

    def work() -> None:
        free.wait(60)

    thread = _threads.begin(work, "test-stuck", asked.set)
    _threads.end_all()
    assert asked.is_set()
    assert thread.is_alive()
    free.set()
    thread.join(60)
