"""Waiting for a run: blocking, with a time limit, interrupted, and without blocking the loop."""

from __future__ import annotations

import asyncio
import functools
import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import pytest

import dlwidgets as dl
from tests.helpers.training import digits, mlp, settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

FOREVER = 1_000_000
ROOT = Path(__file__).parents[2]


def script(text: str, *, timeout: float = 240) -> subprocess.CompletedProcess[str]:
    """Run `text` in a Python of its own, with the tests' models at hand."""
    head = f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n"
    head += "from tests.helpers.training import *\nfrom tests.helpers.waiting import until\n"
    head += "import dlwidgets as dl\n"
    return subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(text)],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def test_a_time_limit() -> None:
    run = dl.fit(mlp(), *digits(320), epochs=FOREVER)
    with pytest.raises(TimeoutError, match="still running at step"):
        run.wait(timeout=0.05)
    assert run.state == "running"


def test_wait_raises_what_the_training_raised_every_time() -> None:
    x, y = digits(64)
    run = dl.fit(mlp(), x[:, :5], y)
    for _ in range(2):
        with pytest.raises(ValueError, match="shape"):
            run.wait()


def test_the_training_cannot_wait_for_itself() -> None:
    said: list[str] = []

    def wait() -> None:
        for way in (run.wait, lambda: asyncio.run(run.wait_async())):
            try:
                way()
            except RuntimeError as error:
                said.append(str(error))

    class Wait(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            wait()
            run.at_boundary(wait).result(60)

    run = dl.fit(mlp(), *digits(64), callbacks=[Wait()], start=False)
    run.start().wait()
    text = (
        "Training can't wait for itself. Call `run.wait()` outside of its callbacks and of "
        "functions given to `at_boundary`."
    )
    assert said == [text] * 4


ENDLESS = "would never end, because what it waits for waits for it in turn"


@pytest.mark.parametrize(
    "ask",
    [
        lambda run: run.wait(),
        lambda run: run.snapshot(),
        lambda run: run.at_boundary(int).result(),
        lambda run: run.at_boundary(int).exception(),
    ],
    ids=["wait", "snapshot", "result", "exception"],
)
def test_of_two_runs_that_wait_for_each_other_one_is_told_so(ask: Callable[[dl.Run], Any]) -> None:
    runs = [dl.fit(mlp(), *digits(64), epochs=FOREVER, start=False) for _ in range(2)]
    for run in runs:
        run.pause()
        settled(run.start())
    together = threading.Barrier(2, timeout=60)

    def ask_other(run: dl.Run, other: dl.Run) -> str:
        together.wait()
        try:
            ask(other)
        except RuntimeError as error:
            run.stop()  # which the other one may wait for
            return str(error)
        return ""

    told = [
        run.at_boundary(functools.partial(ask_other, run, other))
        for run, other in (runs, runs[::-1])
    ]
    texts = [future.result(60) for future in told]
    for run in runs:
        run.stop()
        run.wait(60)
    assert any(ENDLESS in text for text in texts)


def test_a_look_does_not_wait_for_a_run_that_waits_for_it() -> None:
    run = dl.fit(mlp(), *digits(64), start=False)
    begun = threading.Event()

    def look() -> None:
        begun.set()
        run.wait()  # which another thread starts

    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: run.at_boundary(look).result(60))
        assert begun.wait(60)
        run.start()
        with pytest.raises(RuntimeError, match=ENDLESS):
            looking.result(60)
    assert run.wait(60).state == "finished"


def test_a_run_may_wait_for_another_one() -> None:
    other = dl.fit(mlp(), *digits(64), start=False)
    run = dl.fit(mlp(), *digits(64), epochs=FOREVER)
    waited = run.at_boundary(lambda: other.start().wait().state)
    assert waited.result(60) == "finished"
    assert run.at_boundary(lambda: other.wait().snapshot().step).result(60) == 2
    run.stop()
    run.wait(60)


def test_waiting_leaves_the_event_loop_free() -> None:
    run = dl.fit(mlp(), *digits(320), epochs=FOREVER)
    ticks: list[int] = []

    async def main() -> dl.Run:
        waiting = asyncio.ensure_future(run.wait_async())
        while run.step_count < 20:
            ticks.append(run.step_count)
            await asyncio.sleep(0)
        assert not waiting.done()
        run.stop()
        return await waiting

    assert asyncio.run(main()) is run
    assert len(ticks) > 5
    assert run.state == "stopped"


def test_waiting_can_be_cancelled_without_touching_the_run() -> None:
    run = dl.fit(mlp(), *digits(320), epochs=FOREVER)

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(run.wait_async(), 0.05)

    asyncio.run(main())
    done = run.step_count
    until(lambda: run.step_count > done)
    run.stop()
    run.wait()


def test_wait_async_raises_what_the_training_raised() -> None:
    x, y = digits(64)
    run = dl.fit(mlp(), x[:, :5], y)
    with pytest.raises(ValueError, match="shape"):
        asyncio.run(run.wait_async())


def test_an_interrupt_in_wait_stops_the_training_and_returns() -> None:
    done = script("""
        import os, signal, threading
        run = dl.fit(mlp(), *digits(320), epochs=1_000_000)
        def interrupt():
            until(lambda: run.step_count > 20)
            os.kill(os.getpid(), signal.SIGINT)
        threading.Thread(target=interrupt).start()
        assert run.wait() is run
        assert run.state == "stopped", run.state
        steps = int(run.model.optimizer.iterations.numpy())
        assert steps == run.step_count > 20
        run.model.fit(*digits(320), verbose=0)
        print("done")
    """)
    assert done.stdout.split() == ["done"], done.stderr


def test_a_script_that_does_not_wait_ends_cleanly() -> None:
    done = script("""
        run = dl.fit(mlp(), *digits(320), epochs=1_000_000)
        until(lambda: run.step_count > 20)
        print("leaving")
    """)
    assert (done.stdout.split(), done.returncode) == (["leaving"], 0), done.stderr
    assert "Traceback" not in done.stderr
    assert "Fatal" not in done.stderr
