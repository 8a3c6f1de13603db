"""Recording a run and opening it: a million steps, the writer's processor time, a refresh."""

from __future__ import annotations

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

import dlwidgets as dl
from tests.benchmarks.kernels import Kernel
from tests.benchmarks.report import Budget, Result, median, single
from tests.benchmarks.workloads import TASKS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dlwidgets.training import Recorder
    from tests.benchmarks.settings import Settings

GROUP = "recording"

_OPEN = Budget("at most", 2.0)  # seconds
METRICS = ("loss", "accuracy", "learning_rate")
_ROWS = 1_000_000
_VARIANTS = ("dl", "recorded")


def measure(settings: Settings) -> list[Result]:
    """Record runs at full speed, open them, and read on."""
    folder = settings.scratch / "runs"
    found: list[Result] = []
    for block in (100, 1):
        rows = _ROWS if block > 1 else _ROWS // 10
        path, writing = _record(folder, rows, block)
        size = (path / "steps.dlw").stat().st_size / 1e6
        title = f"{rows:,} steps × {len(METRICS)} metrics, {block} per block"
        settings.say(f"{title}: {size:.1f} MB")
        times = [
            _seconds(lambda path=path: dl.open_run(path)) for _ in range(settings.choose(7, 3))
        ]
        budget = _OPEN if block > 1 else None
        found.append(median(GROUP, f"open {title}", times, "s", budget))
        found.append(single(GROUP, f"size of {title}", size, "MB"))
        found.append(
            single(
                GROUP,
                f"writer's processor time per 10,000 steps, {block} per block",
                writing / rows * 10_000 * 1000,
                "ms",
                note="both threads, with the recorder's own",
            )
        )
    found += [*_training_thread(folder, settings), *_refresh(folder, settings)]
    return [*found, *_step_rate(settings)]


_PIN = """
import os
for _task in os.listdir("/proc/self/task"):
    os.sched_setaffinity(int(_task), {{{core}}})
"""


def _step_rate(settings: Settings) -> list[Result]:
    """What recording leaves of the step rate: two kernels side by side, each on its own core.

    Runs one after the other differ by 7% on a virtual machine, which is more than what is measured;
    side by side both have the same minute. All threads of a kernel share its core, so that what the
    writer's thread does is not hidden on another one. The cores take turns.
    """
    steps, rounds, epochs = settings.choose((1875, 12, 6), (400, 2, 3))
    cores = sorted(os.sched_getaffinity(0))[:2]
    if len(cores) < 2:
        settings.say("The step rate needs two cores. Left out.")
        return []
    found: dict[str, list[float]] = {"rate": [], "cpu": [], "closing": []}
    with Kernel() as one, Kernel() as other, ThreadPoolExecutor(2) as pool:
        kernels = (one, other)
        for kernel, core in zip(kernels, cores, strict=True):
            kernel.run(_PIN.format(core=core))
            for variant in _VARIANTS:
                kernel.run(f"await workloads.train({variant!r}, 'mnist_dense', 10, 2)")
            kernel.run(_PIN.format(core=core))  # TensorFlow's threads as well
        for turn in range(rounds):
            order = _VARIANTS if turn % 2 else _VARIANTS[::-1]
            codes = [
                f"got = await workloads.train({variant!r}, 'mnist_dense', {steps}, {epochs})"
                for variant in order
            ]
            both = dict(zip(order, pool.map(_result, kernels, codes), strict=True))
            plain, recorded = both["dl"], both["recorded"]
            for name in ("rate", "cpu"):
                found[name].append(recorded[name] / plain[name])
            found["closing"].append(1000 * (recorded["closing"] - plain["closing"]))
            settings.say(
                f"recorded {recorded['rate']:.0f} steps/s, not recorded {plain['rate']:.0f}"
            )
    title = f"{TASKS['mnist_dense'].title}: dl.fit recorded against not recorded"
    note = f"{epochs - 1} epochs of {steps} steps after one that builds the graphs, side by side"
    # Of two neighboring turns, which swap the cores.
    pairs = {
        name: [math.sqrt(a * b) for a, b in zip(values[::2], values[1::2], strict=True)]
        for name, values in found.items()
        if name != "closing"
    }
    budget = Budget("at least", 0.99)
    return [
        median(GROUP, f"{title}, step rate", pairs["rate"], "×", budget, note=note),
        median(GROUP, f"{title}, processor time", pairs["cpu"], "×", note=note),
        median(GROUP, f"{title}, longer until the run is over", found["closing"], "ms"),
    ]


def _result(kernel: Kernel, code: str) -> dict[str, float]:
    found: dict[str, float] = kernel.run(code, result="got")
    return found


def _record(folder: Path, rows: int, block: int) -> tuple[Path, float]:
    """Record so many steps, each `block` of them as one block, and say what that cost."""
    from dlwidgets.recording.following import Following

    writer = dl.recording.RunWriter.create(dl.record(folder), {"epochs": 1})
    recorder, files = new_recorder(), writer._writing.files
    following = Following(recorder)
    values = np.random.default_rng(0).random((3, rows)).astype("f4").astype("f8")
    begun = time.process_time()
    for start in range(0, rows, block):
        extend(recorder, start, values[:, start : start + block])
        following.pull(files, all_of_it=True)
    spent = time.process_time() - begun
    writer.close("finished")
    return writer.path, spent


def new_recorder() -> Recorder:
    from dlwidgets.training import Events, Recorder

    return Recorder(Events())


def extend(recorder: Recorder, start: int, values: np.ndarray) -> None:
    steps = np.arange(start + 1, start + 1 + values.shape[1])
    recorder.steps.extend(
        step=steps,
        epoch=steps / 1875,
        time=steps / 900,
        values=dict(zip(METRICS, values, strict=True)),
    )


def _training_thread(folder: Path, settings: Settings) -> list[Result]:
    """What the calls cost that the training thread makes."""
    writer = dl.recording.RunWriter.create(dl.record(folder), {})
    recorder = new_recorder()
    writer.follow(recorder)
    weights = {"kernel": np.zeros((1000, 1000), "f4")}
    calls: dict[str, Callable[[int], object]] = {
        "wants_snapshot": lambda _: writer.wants_snapshot(),
        "event": lambda step: writer.event("note", "hello", step=step),
        "resume_state of 4 MB": lambda step: writer.resume_state(weights, {"step": step}),
    }
    found = []
    for name, call in calls.items():
        times = []
        for step in range(settings.choose(2000, 500)):
            begun = time.perf_counter()
            call(step)
            times.append((time.perf_counter() - begun) * 1e6)
        found.append(median(GROUP, f"training thread: {name}", times, "µs"))
    writer.close("finished")
    return found


def _refresh(folder: Path, settings: Settings) -> list[Result]:
    """What a reader's look costs, with and without news."""
    writer = dl.recording.RunWriter.create(dl.record(folder), {})
    recorder = new_recorder()
    writer.follow(recorder)
    read = dl.open_run(writer.path)
    idle, news = [], []
    for start in range(0, settings.choose(100, 30) * 100, 100):
        extend(recorder, start, np.ones((3, 100)))
        writer.sync()
        news.append(1000 * _seconds(read.refresh))
        read.refresh()
        idle.append(1000 * _seconds(read.refresh))
    writer.close("finished")
    return [
        median(GROUP, "refresh with 100 new steps", news, "ms"),
        median(GROUP, "refresh without news", idle, "ms"),
    ]


def _seconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun
