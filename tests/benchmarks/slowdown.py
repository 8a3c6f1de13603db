"""What live views take from a training: steps per second with the views held and following."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.report import Budget, Result, median
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.benchmarks.settings import Settings

GROUP = "slowdown"

_BUDGET = Budget("at most", 25.0)  # the share that live views may use
_PHASE = 4.0  # seconds with the views held, and again with them following
_SETTLE = 0.5  # seconds left out after each switch
_POLL = 0.002  # seconds between two readings of the step count

_BEGIN = "import dlwidgets as dl\nfrom tests.benchmarks import slowdown\n"
_PAGES = {
    "live latent grid": """page = dl.LatentDashboard()
page.epochs.value = 100_000
def switch(on): page.explorer.hold = not on
""",
    "live text samples": """page = dl.TextDashboard()
page.epochs.value = 10_000
def switch(on): page.sampler.hold = not on
""",
    "LayerInspector, ActivationViewer and HeatmapViewer": """import types, ipywidgets
run, digits = slowdown.digits_run()
views = [dl.LayerInspector(run, digits.x_train[:128], digits.y_train[:128]),
         dl.ActivationViewer(run, digits.x_test),
         dl.HeatmapViewer(run, digits.x_test, digits.y_test)]
views[0].layer = views[1].layer = "conv2d_1"
run.start()
page = types.SimpleNamespace(run=run)
def switch(on):
    for view in views: view.follower.hold = not on
""",
}
_SHOW = {"LayerInspector, ActivationViewer and HeatmapViewer": "ipywidgets.VBox(views)"}


def measure(settings: Settings) -> list[Result]:
    """Let each page train, and switch its live views off and on again by turns."""
    folder = settings.scratch / "notebooks"
    found = []
    for i, (name, cell) in enumerate(_PAGES.items()):
        path = settings.scratch / f"slowdown{i}.json"
        times = settings.choose(30, 10)
        alternate = f"slowdown.alternate(lambda: page.run, switch, {times}, {str(path)!r})\n"
        notebook(folder / f"slowdown{i}.ipynb", _BEGIN + cell + alternate + _SHOW.get(name, "page"))
        with (
            chromium() as browser,
            voila(folder, settings.scratch, "--no-preheat") as server,
            new_page(browser) as page,
        ):
            open_in_voila(page, server, f"slowdown{i}.ipynb")
            rates = _result(path, page, 60 + 4 * _PHASE * times)
        held, live = (np.array(rates[name]) for name in ("held", "live"))
        # Neighboring phases are compared: what else the machine does drifts slowly.
        losses = 100 * (1 - live / ((held[:-1] + held[1:]) / 2))
        settings.say(f"{name}: {np.median(held):.0f} steps/s held, {np.median(live):.0f} live")
        note = "steps per second with the page open, its live views following against held"
        note += f"; standard error of the mean {losses.std(ddof=1) / len(losses) ** 0.5:.1f} %"
        found.append(
            median(GROUP, f"slowdown by {name}", [float(v) for v in losses], "%", _BUDGET, note)
        )
    return found


def _result(path: Path, page: Page, seconds: float) -> Any:
    until(path.exists, "the rates", page=page, seconds=seconds)
    return json.loads(path.read_text())


# -- in the kernel -----------------------------------------------------------------------------


def digits_run() -> Any:
    """A Run of the small CNN on digits that does not end by itself, and its data, normalized."""
    import dlwidgets as dl

    digits = dl.data.load("digits").normalized()
    model = dl.models.compiled("small_cnn", input_shape=digits.input_shape, classes=10)
    run = dl.fit(
        model, digits.x_train, digits.y_train, batch_size=32, epochs=100_000, start=False, verbose=0
    )
    return run, digits


def _mark(run: Any) -> tuple[int, float]:
    """The step count and the time at its next change: several steps can be one execution."""
    before = run.step_count
    while run.step_count == before:
        time.sleep(_POLL)
    return run.step_count, time.perf_counter()


def alternate(
    run_of: Callable[[], Any], switch: Callable[[bool], None], times: int, path: str
) -> None:
    """Switch live views off and on while a run goes; on a thread, so that the page is there.

    Args:
        run_of: Gives the run, None before it begins.
        switch: Called with True for views that follow, False for views that are held.
        times: Phases of each kind.
        path: Where the steps per second go, as JSON.
    """

    def phase(run: Any, *, on: bool) -> float:
        switch(on)
        time.sleep(_SETTLE)
        steps, begun = _mark(run)
        time.sleep(_PHASE)
        done, ended = _mark(run)
        return (done - steps) / (ended - begun)

    def work() -> None:
        while run_of() is None or run_of().step_count < 200:
            time.sleep(0.1)
        run = run_of()
        time.sleep(5)  # the first looks build graphs
        rates: dict[str, list[float]] = {"held": [phase(run, on=False)], "live": []}
        for _ in range(times):
            rates["live"].append(phase(run, on=True))
            rates["held"].append(phase(run, on=False))
        run.stop()
        part = Path(f"{path}.part")
        part.write_text(json.dumps(rates))
        part.rename(path)  # whole, or not there

    threading.Thread(target=work, daemon=True).start()
