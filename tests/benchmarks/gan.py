"""What the GAN monitor costs the training that it watches: by turns open and closed, in one run."""

from __future__ import annotations

import asyncio
import statistics
import time
from typing import TYPE_CHECKING, Any

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.report import Budget, Result, median, percentile

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.settings import Settings

GROUP = "gan"

_BUDGET = Budget("at most", 25.0)  # the share that live views may use
_TASKS = {
    "small": "GAN of dense layers, digits 8×8, batch 64",
    "dcgan": "the book's GAN, 32×32×3, batch 20",
}


def measure(settings: Settings) -> list[Result]:
    """Train each GAN once, with the monitor open and closed by turns."""
    found = []
    plans = {
        "small": settings.choose((4.0, 30), (3.0, 12)),
        # A step takes seconds on a processor: few turns show that nothing is badly wrong.
        "dcgan": settings.choose((40.0, 3), (0.0, 0)),
    }
    for task, (seconds, pairs) in plans.items():
        if not pairs:
            continue
        with Kernel() as kernel:
            kernel.run("from tests.benchmarks import gan as bench")
            code = f"got = await bench.by_turns({task!r}, {seconds}, {pairs})"
            got = kernel.run(code, result="got", timeout=1800)
        found += _results(_TASKS[task], seconds, got)
        settings.say(f"{task}: {statistics.median(got['slower']):.2f} % slower")
    return found


def _results(title: str, seconds: float, got: dict[str, list[float]]) -> list[Result]:
    note = (
        f"one run, windows of {seconds:g} s, the monitor open and closed by turns, each first in "
        "every second pair; slower: by the steps per second of neighboring windows"
    )
    return [
        median(GROUP, f"{title}: alone", got["closed"], "steps/s"),
        median(GROUP, f"{title}: GanMonitor open", got["open"], "steps/s"),
        median(GROUP, f"{title}: slower by", got["slower"], "%", _BUDGET, note),
        median(
            GROUP,
            f"{title}: processor time per step more by",
            got["cpu"],
            "%",
            note="processor time: of all threads of the kernel",
        ),
        median(
            GROUP,
            f"{title}: the monitor's own threads",
            got["own"],
            "% of a core",
            note="own threads: their processor time, which other load hardly changes",
        ),
        percentile(
            GROUP,
            f"{title}: one look, p50",
            got["looks"],
            50,
            "ms",
            note="look: snapshot, images, verdict and sending, on a thread of its own",
        ),
        percentile(GROUP, f"{title}: one look, p95", got["looks"], 95, "ms"),
        percentile(
            GROUP,
            f"{title}: one round of the charts, p50",
            got["ticks"],
            50,
            "ms",
            note="charts: ten rounds a second",
        ),
    ]


# -- in the kernel -----------------------------------------------------------------------------


def _begin(task: str) -> tuple[Any, Any]:
    """An endless run, and its real images."""
    import numpy as np

    import dlwidgets as dl
    from dlwidgets.models.gan import to_range

    if task == "small":
        gan: Any = dl.models.small_gan(seed=1)
        x = to_range(dl.data.load("digits").normalized().x_train, gan.data_range)
        batch = 64
    else:
        gan, batch = dl.models.dcgan(seed=1), 20
        x = np.random.default_rng(0).uniform(-1, 1, (5000, 32, 32, 3)).astype("float32")
    return dl.fit(gan, x, batch_size=batch, epochs=1_000_000, start=False), x


async def by_turns(task: str, seconds: float, pairs: int) -> dict[str, list[float]]:
    """Rates of neighboring windows with the monitor open and closed, and what it took itself."""
    from IPython.display import display

    from dlwidgets.widgets import GanMonitor
    from dlwidgets.widgets._core.ticker import TICKER

    run, x = _begin(task)
    monitor = GanMonitor()
    looks, looks_cpu = _timed(monitor.follower, "_update")
    ticks, ticks_cpu = _timed(monitor, "tick")
    show: Any = display
    show(monitor)
    monitor.show(run, x)
    run.start()
    while run.step_count < 5 or not looks:
        await asyncio.sleep(0.1)
    await asyncio.sleep(min(5.0, seconds))  # the first look traces its graph

    async def window(opened: bool) -> tuple[float, float]:
        for part in (monitor, monitor.follower):
            (TICKER.add if opened else TICKER.remove)(part)
        await asyncio.sleep(0.2)  # a look that is under way ends
        at = await _next_step(run)
        cpu = time.process_time()
        await asyncio.sleep(seconds)
        then = await _next_step(run)
        steps = then[0] - at[0]
        return steps / (then[1] - at[1]), (time.process_time() - cpu) / steps

    names = ("open", "closed", "slower", "cpu", "own")
    found: dict[str, list[float]] = {name: [] for name in names}
    looks.clear()
    ticks.clear()
    for turn in range(pairs):
        looks_cpu.clear()
        ticks_cpu.clear()
        first = await window(turn % 2 == 0)
        second = await window(turn % 2 == 1)
        opened, closed = (first, second) if turn % 2 == 0 else (second, first)
        found["own"].append((sum(looks_cpu) + sum(ticks_cpu)) / seconds / 10)
        found["open"].append(opened[0])
        found["closed"].append(closed[0])
        found["slower"].append(100 * (1 - opened[0] / closed[0]))
        found["cpu"].append(100 * (opened[1] / closed[1] - 1))
    run.stop()
    return {**found, "looks": looks, "ticks": ticks}


async def _next_step(run: Any) -> tuple[int, float]:
    """The number of a step that has just ended, and the moment."""
    before = run.step_count
    while run.step_count == before:
        await asyncio.sleep(0.0005)
    return run.step_count, time.perf_counter()


def _timed(owner: Any, name: str) -> tuple[list[float], list[float]]:
    """Milliseconds of each call of a method from now on: by the clock, and of its thread."""
    method: Callable[..., Any] = getattr(owner, name)
    clock: list[float] = []
    cpu: list[float] = []

    def timed(*args: Any, **kwargs: Any) -> Any:
        begun, begun_cpu = time.perf_counter(), time.thread_time()
        result = method(*args, **kwargs)
        clock.append((time.perf_counter() - begun) * 1e3)
        cpu.append((time.thread_time() - begun_cpu) * 1e3)
        return result

    setattr(owner, name, timed)
    return clock, cpu
