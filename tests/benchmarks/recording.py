"""Recording a run and opening it: a million steps, the writer's processor time, a refresh."""

from __future__ import annotations

import time
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


def _step_rate(settings: Settings) -> list[Result]:
    """What recording leaves of the step rate: neighbouring runs, turn by turn, in one kernel."""
    steps, rounds, epochs = settings.choose((1875, 7, 5), (400, 3, 3))
    rates: dict[str, list[float]] = {"dl": [], "recorded": []}
    cpus: dict[str, list[float]] = {"dl": [], "recorded": []}
    with Kernel() as kernel:
        kernel.run("await workloads.train('dl', 'mnist_dense', 10, 2)")
        for turn in range(rounds):
            for variant in ("dl", "recorded") if turn % 2 else ("recorded", "dl"):
                code = f"got = await workloads.train({variant!r}, 'mnist_dense', {steps}, {epochs})"
                got = kernel.run(code, result="got")
                rates[variant].append(got["rate"])
                cpus[variant].append(got["cpu"])
                settings.say(f"{variant}: {got['rate']:.0f} steps/s, {got['cpu']:.2f} ms each")
    title = f"{TASKS['mnist_dense'].title}: dl.fit recorded against not recorded"
    pairs = [(rates, "step rate", Budget("at least", 0.99)), (cpus, "processor time", None)]
    return [
        median(
            GROUP,
            f"{title}, {what}",
            [ours / other for ours, other in zip(of["recorded"], of["dl"], strict=True)],
            "×",
            budget,
            note=f"{epochs - 1} epochs of {steps} steps after one that builds the graphs",
        )
        for of, what, budget in pairs
    ]


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
