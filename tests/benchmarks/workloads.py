"""What the benchmarks run inside a kernel: trainings, and charts that are fed."""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import math
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

import dlwidgets as dl
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training import Run


@dataclass(frozen=True)
class Task:
    """A training that is measured.

    Attributes:
        title: For the table.
        dataset: A name of `dlwidgets.data`, and the shape of its random stand-in.
        batch_size: Samples per step.
        build: Makes the model, uncompiled, from the shape of an image.
    """

    title: str
    dataset: str
    shape: tuple[int, ...]
    batch_size: int
    build: Callable[[tuple[int, ...]], Any]


def _dense(*units: int) -> Callable[[tuple[int, ...]], Any]:
    return lambda shape: dl.models.mlp(shape, 10, hidden=units)


TASKS = {
    "mnist_dense": Task("MNIST Dense 128, batch 32", "mnist", (28, 28, 1), 32, _dense(128)),
    "cifar_cnn": Task(
        "CIFAR-10 BatchNorm CNN, batch 64",
        "cifar10",
        (32, 32, 3),
        64,
        lambda shape: dl.models.batch_norm_cnn(shape, 10),  # type: ignore[arg-type]
    ),
    "large_dense": Task(
        "MNIST Dense 3100-3100 (12 M), batch 32", "mnist", (28, 28, 1), 32, _dense(3100, 3100)
    ),
}


@functools.cache
def _arrays(dataset: str, shape: tuple[int, ...]) -> tuple[Any, Any, bool]:
    """Inputs, classes, and whether they are real."""
    if dl.data.available()[dataset].local:
        found = dl.data.load(dataset).normalized()
        return found.x_train, found.y_train, True
    random = np.random.default_rng(0)
    x = random.random((60_000, *shape), np.float32)
    return x, random.integers(0, 10, len(x)), False


def is_real(task: str) -> bool:
    """Whether the data set of a task was found on this machine."""
    about = TASKS[task]
    return bool(_arrays(about.dataset, about.shape)[2])


def _prepare(task: str, steps: int) -> tuple[Any, Any, Any, int]:
    """A fresh compiled model, and arrays for epochs of so many whole batches."""
    keras, about = load_keras(), TASKS[task]
    keras.backend.clear_session()
    gc.collect()
    keras.utils.set_random_seed(7)
    x, y, _ = _arrays(about.dataset, about.shape)
    samples = steps * about.batch_size
    repeats = math.ceil(samples / len(x))
    if repeats > 1:
        x, y = np.concatenate([x] * repeats), np.concatenate([y] * repeats)
    model = about.build(about.shape)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, x[:samples], y[:samples], about.batch_size


# -- throughput --------------------------------------------------------------------------------


def _display(widget: Any) -> None:
    import IPython.display

    shown: Any = IPython.display
    shown.display(widget)


def _watch() -> Any:
    """A callback that notes when epochs end, and has nothing else to do."""

    class Watch(load_keras().callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.epoch_ends: list[float] = []
            self.epoch_ends_cpu: list[float] = []

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.epoch_ends.append(time.perf_counter())
            self.epoch_ends_cpu.append(time.process_time())

    return Watch()


def _plot_each_batch() -> Any:
    """What livelossplot's users write to see each batch: its own PlotLosses, in a batch hook."""
    from livelossplot import PlotLosses

    class PlotEachBatch(load_keras().callbacks.Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.plot = PlotLosses()

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.plot.update({name: float(value) for name, value in (logs or {}).items()})
            self.plot.send()

    return PlotEachBatch()


def tell_time(label: Any) -> None:
    """Set a widget's value to the kernel's clock, in ms, ten times a second, on a thread."""

    def work() -> None:
        while True:
            time.sleep(0.1)
            label.value = f"{1000 * time.time():.1f}"

    threading.Thread(target=work, daemon=True).start()


async def train(variant: str, task: str, steps: int, epochs: int) -> dict[str, float]:
    """Train once, in one of the ways that are compared.

    Args:
        variant: "bare", "dl", "recorded", "tensorboard", "livelossplot" or "livelossplot_batch".
        task: A key of `TASKS`.
        steps: Steps per epoch.
        epochs: At least 2; the first warms up and is not part of the rate.

    Returns:
        ``rate``: steps per second from the end of the first epoch to the end of the last one, ends
        of epochs included. ``cpu``: milliseconds of processor time per step in the same stretch,
        all threads together. ``first``: seconds from the call to the end of the first epoch.
        ``closing``: seconds from the end of the last epoch until the training is over.
    """
    model, x, y, batch_size = _prepare(task, steps)
    watch = _watch()
    begun = time.perf_counter()
    if variant in ("dl", "recorded"):
        with tempfile.TemporaryDirectory() as folder:
            record = folder if variant == "recorded" else False
            run = await _train_with_panel(model, x, y, batch_size, epochs, watch, record)
            ended = time.perf_counter()
        assert len(run.metrics["loss"]) == steps * epochs, "not every step was recorded"
    else:
        with tempfile.TemporaryDirectory() as logs:
            others = _callbacks(variant, logs)
            begun = time.perf_counter()
            model.fit(
                x, y, batch_size=batch_size, epochs=epochs, verbose=0, callbacks=[*others, watch]
            )
            ended = time.perf_counter()
    first, timed = watch.epoch_ends[0], steps * (epochs - 1)
    return {
        "rate": timed / (watch.epoch_ends[-1] - first),
        "cpu": (watch.epoch_ends_cpu[-1] - watch.epoch_ends_cpu[0]) / timed * 1e3,
        "first": first - begun,
        "closing": ended - watch.epoch_ends[-1],
    }


def _callbacks(variant: str, logs: str) -> list[Any]:
    if variant == "tensorboard":
        return [load_keras().callbacks.TensorBoard(logs, update_freq="batch")]
    if variant == "livelossplot":
        from livelossplot import PlotLossesKeras

        return [PlotLossesKeras()]
    return [_plot_each_batch()] if variant == "livelossplot_batch" else []


async def _train_with_panel(
    model: Any, x: Any, y: Any, batch_size: int, epochs: int, watch: Any, record: str | bool
) -> Run:
    run = dl.fit(
        model,
        x,
        y,
        batch_size=batch_size,
        epochs=epochs,
        callbacks=[watch],
        record=record,
        start=False,
    )
    _display(run)
    run.start()
    # The kernel stays free for what the page says, as in a notebook.
    await run.wait_async()
    return run


def endless(task: str) -> Run:
    """A run that goes on until it is stopped, not started yet; full epochs of the data."""
    about = TASKS[task]
    x, _, _ = _arrays(about.dataset, about.shape)
    model, x, y, batch_size = _prepare(task, len(x) // about.batch_size)
    return dl.fit(model, x, y, batch_size=batch_size, epochs=100_000, start=False)


async def pauses(task: str, count: int) -> list[float]:
    """Milliseconds from `run.pause()` to the state paused, in the kernel alone, at full speed."""
    run = endless(task)
    _display(run)
    run.start()
    while run.step_count < 500:
        await asyncio.sleep(0.1)
    found = []
    for turn in range(count):
        await asyncio.sleep(0.3 + 0.013 * (turn % 8))
        begun = time.perf_counter()
        run.pause()
        while run.state.value != "paused":
            await asyncio.sleep(0.0005)
        found.append((time.perf_counter() - begun) * 1e3)
        run.resume()
    run.stop()
    return found


# -- charts ------------------------------------------------------------------------------------

_FILL = 20_000  # points of one message; more would travel as a snapshot


class FedChart:
    """A chart with one smoothed series of noise around a falling curve, like a loss."""

    def __init__(self) -> None:
        self.chart = dl.Chart(title="Loss", y_label="loss")
        self.chart.add_series("loss", name="loss, per step", smooth=True)
        self.held = 0
        self._random = np.random.default_rng(0)

    def append(self, count: int) -> None:
        """Append points."""
        step = np.arange(self.held + 1, self.held + count + 1)
        value = 2 / np.sqrt(step) + self._random.random(count) * 0.2
        columns: dict[str, Any] = {
            "step": step,
            "value": value,
            "epoch": step / 1000,
            "time": step / 500,
        }
        self.chart.append("loss", **columns)
        self.held += count

    def fill(self, total: int, pause: float = 0.0) -> None:
        """Append until it holds `total` points, as messages of at most 20,000."""
        while self.held < total:
            self.append(min(_FILL, total - self.held))
            self.chart.flush()
            time.sleep(pause)


def append_costs(
    sizes: list[int], rounds: int, flushes: int, points: int
) -> dict[str, dict[str, list[float]]]:
    """What appending costs Python, with charts that hold more and more points.

    The charts take turns, so that a busy moment of the machine meets all of them.

    Args:
        sizes: Points held.
        rounds: How often each is measured.
        flushes: Messages per measurement.
        points: Points per message.

    Returns:
        For each size: ``append``: microseconds per point for append and flush, median of the
        messages; ``snapshot``: milliseconds for the picture that is taken every three seconds.
    """
    charts = {size: FedChart() for size in sizes}
    for size, fed in charts.items():
        _display(fed.chart)
        fed.fill(size)
    found: dict[str, dict[str, list[float]]] = {
        str(size): {"append": [], "snapshot": []} for size in sizes
    }
    for _ in range(rounds):
        for size, fed in charts.items():
            costs = []
            for _ in range(flushes):
                begun = time.perf_counter()
                fed.append(points)
                fed.chart.flush()
                costs.append((time.perf_counter() - begun) / points * 1e6)
            found[str(size)]["append"].append(statistics.median(costs))
            begun = time.perf_counter()
            fed.chart.finish()
            found[str(size)]["snapshot"].append((time.perf_counter() - begun) * 1e3)
    return found


class Feeder:
    """A chart on a page with a button: each press fills it to the next size, or feeds it.

    Args:
        sizes: Points that the chart holds at each measurement.
        messages: Messages per measurement.
        points: Points per message.
    """

    def __init__(self, sizes: list[int], messages: int, points: int) -> None:
        import ipywidgets

        self._fed, self._jobs = FedChart(), []
        for size in sizes:
            # A server drops more than a megabyte per second on one connection.
            self._jobs += [(f"filled {size}", functools.partial(self._fed.fill, size, 0.45))]
            feed = functools.partial(self._feed, messages, points)
            self._jobs += [(f"fed {size}", feed), (f"hidden {size}", feed)]
        self.button = ipywidgets.Button(description="next")
        self.button.add_class("bench-next")
        self.label = ipywidgets.Label("ready")
        self.label.add_class("bench-label")
        self.button.on_click(lambda _: threading.Thread(target=self._next, daemon=True).start())
        spacer = ipywidgets.Box(layout={"height": "3000px"})
        spacer.add_class("bench-spacer")
        self.view = ipywidgets.VBox([self.button, self.label, self._fed.chart, spacer])

    def _next(self) -> None:
        name, work = self._jobs.pop(0)
        self.label.value = f"doing {name}"
        work()
        self.label.value = name

    def _feed(self, messages: int, points: int) -> None:
        due = time.monotonic()
        for _ in range(messages):
            self._fed.append(points)
            self._fed.chart.flush()
            due += 0.1
            time.sleep(max(0.0, due - time.monotonic()))


def six_charts(points: int = 1000) -> Any:
    """Six charts with data, as a page of a dashboard may have."""
    import ipywidgets

    charts = []
    for _ in range(6):
        fed = FedChart()
        fed.fill(points)
        fed.chart.finish()
        charts.append(fed.chart)
    return ipywidgets.GridBox(charts, layout={"grid_template_columns": "1fr 1fr 1fr"})


# -- state -------------------------------------------------------------------------------------


async def state_sizes(points: int) -> dict[str, int]:
    """Bytes that each kind of widget adds to a saved notebook: the largest of its kind.

    Args:
        points: Steps in the chart beside those of a real run of the Train page.
    """
    import ipywidgets

    fed = FedChart()
    for number in range(5):
        fed.chart.add_series(f"other {number}", smooth=True)
        step: Any = np.arange(1, points + 1)
        fed.chart.append(f"other {number}", step=step, value=np.sin(step * 0.01))
    fed.fill(points)
    fed.chart.finish()
    dashboard = dl.TrainDashboard()
    dashboard.form.epochs.value = 3
    dashboard.start()
    while dashboard.run is None or not dashboard.run.state.ended:
        await asyncio.sleep(0.1)
    await asyncio.sleep(1.5)  # the last pictures
    sizes: dict[str, int] = {}
    for widget in list(ipywidgets.Widget.widgets.values()):
        state = widget.get_manager_state(widgets=[widget])["state"]
        size = len(json.dumps(state[widget.model_id]))
        kind = type(widget).__name__
        sizes[kind] = max(size, sizes.get(kind, 0))
    return sizes
