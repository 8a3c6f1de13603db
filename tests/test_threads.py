"""Scripts that import modules, or end, while threads of the package still work."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from dlwidgets import _threads

if TYPE_CHECKING:
    from pathlib import Path

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


STANDING_FOR_TENSORFLOW = """
import mine
mine.begun.set()
if not mine.imported.wait(30):
    raise ImportError("the other thread waits for this one")

class config:
    list_physical_devices = staticmethod(lambda _: ())
"""


def test_a_module_of_ones_own_that_is_named_keras_waits_for_nothing(tmp_path: Path) -> None:
    files = {
        "tensorflow.py": STANDING_FOR_TENSORFLOW,
        "keras.py": "class backend:\n    backend = staticmethod(lambda: 'tensorflow')",
        "mine/__init__.py": "from threading import Event\nbegun, imported = Event(), Event()",
        "mine/keras.py": "",
        "mine/model.py": "from . import keras\nfrom .keras import __name__ as name",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    script = """
import builtins, sys, threading
import mine
from dlwidgets._tensorflow import load
usual = builtins.__import__
loading = threading.Thread(target=load)
loading.start()
assert mine.begun.wait(60)
from mine import model
mine.imported.set()
loading.join(60)
assert "keras" in sys.modules, "imported by the other thread"
assert builtins.__import__ is usual
"""
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert ended.stderr == ""


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
