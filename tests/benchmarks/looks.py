"""In the kernel of a page: what its live views cost, and its training by turns with bare `fit`."""

from __future__ import annotations

import json
import statistics
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np

import dlwidgets as dl
from dlwidgets.training.cloning import clone
from dlwidgets.training.snapshot import Snapshot
from tests.helpers.waiting import NotInTimeError, until

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LOOKS = 9  # of each view
_AFTER = 0.03  # seconds after a look in which its messages leave the kernel


def go_on(page: Any, data: str, *, dense: bool = False) -> None:
    """Choose a page's data set, and let its training last longer than it is watched.

    Args:
        page: A page. Call this before it is shown.
        data: The name of a data set, "" for the page's own.
        dense: Whether to train Dense 128 on MNIST, or on the digits of this package where MNIST
            wasn't found.
    """
    if dense:
        data = "mnist" if dl.data.available()["mnist"].local else "digits28"
        fit = page.fit
        page.fit = lambda model, *given, **options: fit(_dense128(model), *given, **options)
    if data:
        page.dataset.value = data
    epochs = getattr(page, "epochs", None)
    if epochs is not None:
        epochs.value = epochs.max


def compare(page: Any, views: Mapping[str, str], folder: str, times: int, seconds: float) -> None:
    """Time the looks of a page's views, and its training by turns with bare `fit`, on a thread.

    It begins when a file "go" appears, and writes "costs.json" and "rates.json".

    Args:
        page: A page that trains a model. Call this before the page is shown.
        views: The page's attributes whose looks are timed, by name.
        folder: Where the files are.
        times: Phases of each kind; 0 for no comparison.
        seconds: How long a phase lasts.
    """
    given: list[Any] = []
    fit = page.fit

    def noting(*args: Any, **options: Any) -> Any:
        given[:] = [args, options]
        return fit(*args, **options)

    page.fit = noting

    def work() -> None:
        own = Path(folder)
        while not (own / "go").exists():
            time.sleep(0.2)
        page.run.pause()
        until(lambda: page.run.state == "paused", "the pause")
        _write(own / "costs.json", costs(page.run, {n: getattr(page, a) for n, a in views.items()}))
        if times:
            shown = [getattr(page, a) for a in views.values()]
            _write(own / "rates.json", _rates(page.run, shown, given, times, seconds))
        page.run.stop()

    threading.Thread(target=work, daemon=True).start()


def _dense128(other: Any) -> Any:
    """Return Dense 128 for the data of another model."""
    model = dl.models.mlp(other.input_shape[1:], other.output_shape[-1], hidden=(128,))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _write(path: Path, content: Any) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(content))
    part.rename(path)  # whole, or not there


# -- what a look costs -------------------------------------------------------------------------


def costs(run: Any, views: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return the processor time of one look of each view by part, in milliseconds.

    The parts are weights (copied between two steps, and loaded into the clone), forward (what the
    view computes with the model), encode (what it makes of that) and send.

    Args:
        run: The Run, paused: nothing else needs the processor of this kernel.
        views: The views by name.
    """
    before, random = {name: _awake(view) for name, view in views.items()}, np.random.default_rng(0)
    found = {}
    try:
        for name, view in views.items():
            for other in views.values():
                _wake(other, awake=other is view)
            _settle(view)
            looks = [_look(run, view, random) for _ in range(_LOOKS)][2:]
            found[name] = {
                part: statistics.median(look[part] for look in looks) for part in looks[0]
            }
    finally:
        for name, view in views.items():
            _wake(view, awake=before[name])
    return found


def _awake(view: Any) -> bool:
    return bool(view.awake if hasattr(view, "awake") else view.follower.awake)


def _wake(view: Any, *, awake: bool) -> None:
    (view if hasattr(view, "awake") else view.follower).awake = awake


def _settle(view: Any) -> None:
    """Wait for a view's first look, which builds graphs."""
    view.follower.ask()
    try:
        until(lambda: not view.follower.busy, "a look", seconds=20)
    except NotInTimeError:  # such as filters, which take as long as they like
        return


def _look(run: Any, view: Any, random: np.random.Generator) -> dict[str, float]:
    """Processor time of one look by part, in milliseconds, at weights that have moved a little."""
    follower, marks = view.follower, {"computed": 0.0, "drawn": 0.0, "forward": 0.0, "send": 0.0}
    drawing: list[int] = []
    source = follower.source
    plain_use, comm = source.use, type(view.comm)
    plain_send = comm.publish_msg
    begun = time.process_time()
    snapshot = run.snapshot(60)
    plain_use(snapshot.load_into)
    weights = time.process_time() - begun
    moved = tuple(
        w * random.normal(1, 0.02, w.shape).astype(w.dtype) if w.dtype.kind == "f" else w
        for w in snapshot.weights
    )
    moved_on = Snapshot(moved, snapshot.step, snapshot.epoch, snapshot.time)
    plain_use(moved_on.load_into)  # or there would be nothing new to send

    def use(look: Callable[..., Any], *parts: str) -> Any:
        begun = time.process_time()
        try:
            return plain_use(look, *parts)
        finally:
            marks["forward"] += time.process_time() - begun
            marks["computed"] = marks["drawn"] = time.thread_time()
            drawing.append(threading.get_ident())

    def send(self: Any, *args: Any, **kwargs: Any) -> None:
        begun = time.thread_time()
        plain_send(self, *args, **kwargs)
        if threading.get_ident() in drawing:  # other views may be busy meanwhile
            marks["drawn"] = time.thread_time()
            marks["send"] += marks["drawn"] - begun

    with patch.object(source, "use", use), patch.object(comm, "publish_msg", send):
        begun = time.process_time()
        follower.ask()
        until(lambda: not follower.busy, "a look", seconds=60)
        time.sleep(_AFTER)
        whole = time.process_time() - begun
    # By the view's own thread:
    encode = max(0.0, marks["drawn"] - marks["computed"] - marks["send"])
    # What is left is done by the thread that hands messages to the server.
    parts = {
        "weights": weights,
        "forward": marks["forward"],
        "encode": encode,
        "send": max(marks["send"], whole - marks["forward"] - encode),
    }
    return {name: 1000 * value for name, value in parts.items()}


# -- how fast it trains ------------------------------------------------------------------------


def _rates(
    run: Any, views: list[Any], given: list[Any], times: int, seconds: float
) -> dict[str, list[float]]:
    """Steps per second with the page open, with its views held as well, and of bare `fit`."""
    (model, *data), options = given
    copy = clone(model)
    copy.compile_from_config(model.get_compile_config())
    rates: dict[str, list[float]] = {"open": [], "held": [], "fit": []}
    _bare_rate(copy, data, options, 1.0)  # fit builds its graph
    for _ in range(times):
        run.resume()
        until(lambda: run.state == "running", "the run goes on")
        rates["open"].append(_rate(run, seconds))
        for view in views:
            view.hold = True
        rates["held"].append(_rate(run, seconds / 2))
        for view in views:
            view.hold = False
        run.pause()
        until(lambda: run.state == "paused", "the pause")
        rates["fit"].append(_bare_rate(copy, data, options, seconds))
    return rates


def _rate(run: Any, seconds: float) -> float:
    time.sleep(0.5)
    steps, begun = run.step_count, time.perf_counter()
    time.sleep(seconds)
    return float(run.step_count - steps) / (time.perf_counter() - begun)


def _bare_rate(model: Any, data: list[Any], options: dict[str, Any], seconds: float) -> float:
    """Return the steps per second of bare `fit`."""
    from keras.callbacks import Callback

    class Clock(Callback):  # type: ignore[misc]
        steps, begun, spent = 0, 0.0, 0.0

        def on_epoch_begin(self, _epoch: int, _logs: Any = None) -> None:
            self.begun = self.begun or time.perf_counter()

        def on_epoch_end(self, _epoch: int, _logs: Any = None) -> None:
            self.steps += self.params["steps"]
            self.spent = time.perf_counter() - self.begun
            if self.spent > seconds:
                self.model.stop_training = True

    clock = Clock()
    model.fit(*data, **{**options, "epochs": 100_000, "verbose": 0, "callbacks": [clock]})
    return clock.steps / clock.spent
