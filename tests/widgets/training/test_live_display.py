"""The panel of a blocking fit, in a cell that ends in one way or another."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import dlwidgets as dl
from dlwidgets import models

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

X, Y = np.linspace(-1, 1, 20)[:, None], np.linspace(-3, 1, 20)


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    config = Config()
    config.HistoryManager.enabled = False
    shown: list[Any] = []
    monkeypatch.setattr("IPython.display.display", shown.append)
    shell = InteractiveShell.instance(config=config)
    shell.user_ns.update(dl=dl, model=line(), x=X, y=Y, shown=shown, Leaves=Leaves)
    yield shell
    InteractiveShell.clear_instance()


def line() -> Any:
    return models.compiled("line", input_shape=(1,), classes=0)


def callback_base() -> Any:
    import keras

    return keras.callbacks.Callback


class Leaves(callback_base()):  # type: ignore[misc]
    """Leaves `fit` where nobody is told: between two steps."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 3:
            raise self.error


def run_cell(shell: InteractiveShell, *extra: str) -> Any:
    listeners = len(shell.events.callbacks["post_run_cell"])
    callbacks = ", ".join(["live", *extra])
    shell.run_cell(
        "live = dl.Live()\n"
        f"model.fit(x, y, batch_size=2, epochs=2, verbose=0, callbacks=[{callbacks}]);"
    )
    assert len(shell.events.callbacks["post_run_cell"]) == listeners, "nothing is left behind"
    run = shell.user_ns["live"].run
    assert [panel.run for panel in shell.user_ns["shown"]][-1] is run
    return run


def test_interrupted_fit_is_stopped_when_its_cell_is_over(shell: InteractiveShell) -> None:
    run = run_cell(shell, "Leaves(KeyboardInterrupt())")
    assert run.state == "stopped"
    assert run.step_count == 4
    assert dl.fit(shell.user_ns["model"], X, Y).wait(60).state == "finished", "it is free again"


def test_fit_that_a_callback_breaks_has_failed_with_its_error(shell: InteractiveShell) -> None:
    run = run_cell(shell, "Leaves(OSError('the disk is full'))")
    assert run.state == "failed"
    assert run.message == "the disk is full"


def test_fit_that_ends_by_itself_is_left_alone(shell: InteractiveShell) -> None:
    assert run_cell(shell).state == "finished"


def test_cells_of_others_end_nothing(shell: InteractiveShell) -> None:
    begun, leave = threading.Event(), threading.Event()

    class Waits(callback_base()):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            begun.set()
            assert leave.wait(60)

    live = dl.Live()
    model = line()
    arguments = {"epochs": 1, "verbose": 0, "callbacks": [live, Waits()]}
    thread = threading.Thread(target=model.fit, args=(X, Y), kwargs=arguments)
    thread.start()
    assert begun.wait(60)
    shell.run_cell("1 + 1")
    assert live.run is not None
    assert live.run.state == "running"
    leave.set()
    thread.join(60)
    assert live.run.state == "finished"
