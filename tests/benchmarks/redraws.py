"""How lively the live views are: redraws per second in the page, and what the training loses."""

from __future__ import annotations

import json
import statistics
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets.training.cloning import clone
from tests.benchmarks.report import Budget, Result, median
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.benchmarks.settings import Settings

GROUP = "redraws"

_LIVELY = Budget("at least", 4.0)  # redraws per second of a visible view
_FIRST = Budget("at most", 0.5)  # seconds from the first step to the first redraw
_FASTER = Budget("at least", 1.2)  # times as many steps per second as bare fit
_WATCH = 6.0  # seconds for which redraws are counted
_PHASE = 5.0  # seconds of training with the page open, and of bare fit

_PAGES = {
    "look-inside": (
        "LookInsideDashboard",
        {
            "Feature maps": ".dlw-activations .dlw-image-grid",
            "Where it looks": ".dlw-heat",
            "Weights": ".dlw-inspector",
            "Predictions": ".dlw-prediction-cards",
            "Confusion": ".dlw-confusion",
            "Embedding": ".dlw-vectors",
        },
    ),
    "mistakes": ("MistakesDashboard", {"": ".dlw-confusion"}),
    "where-it-looks": ("WhereItLooksDashboard", {"": ".dlw-heat"}),
    "latent": ("LatentDashboard", {"": ".dlw-latent-explorer .dlw-latent-pad"}),
    "gan": ("GanDashboard", {"": ".dlw-gan-monitor .dlw-image-grid"}),
}
"""For each page its class, and the views to count: the tab that shows each, and its selector."""

_COMPARED = {"LookInsideDashboard", "MistakesDashboard", "WhereItLooksDashboard"}

# A redraw of a view is a frame in which its canvas was drawn to, or its elements changed.
_COUNT = """
window.benchRedraws = new Map();
window.benchStepped = null;
const benchRoots = %s;
const benchFrame = new Set();
const benchNote = (element) => {
  for (const selector of benchRoots) if (element.closest?.(selector)) benchFrame.add(selector);
};
for (const name of ["putImageData", "drawImage", "fillRect"]) {
  const plain = CanvasRenderingContext2D.prototype[name];
  CanvasRenderingContext2D.prototype[name] = function (...given) {
    benchNote(this.canvas);
    return plain.apply(this, given);
  };
}
new MutationObserver((all) => {
  for (const one of all) benchNote(one.target.parentElement ?? one.target);
}).observe(document, {
  subtree: true, childList: true, characterData: true, attributes: true,
  attributeFilter: ["d", "style", "src", "x", "y", "width", "height", "fill"],
});
const benchTick = () => {
  const now = performance.now();
  for (const selector of benchFrame) {
    if (!window.benchRedraws.has(selector)) window.benchRedraws.set(selector, []);
    window.benchRedraws.get(selector).push(now);
  }
  benchFrame.clear();
  const chart = document.querySelector('.dlw-chart');
  if (window.benchStepped === null && chart && Number(chart.dataset.total) > 0)
    window.benchStepped = now;
  requestAnimationFrame(benchTick);
};
requestAnimationFrame(benchTick);
"""

_CELL = """import dlwidgets as dl
from tests.benchmarks import redraws
page = dl.{name}()
redraws.go_on(page)
{compare}redraws.compare(page, {go!r}, {path!r}, {times})
page
"""


def measure(settings: Settings) -> list[Result]:
    """Open each page, count the redraws of each of its views, and compare its training to fit."""
    folder, found = settings.scratch / "notebooks", []
    for stem, (name, views) in _PAGES.items():
        go, path = settings.scratch / f"{stem}.go", settings.scratch / f"{stem}.json"
        compare = "" if name in _COMPARED else "# "
        cell = _CELL.format(
            name=name, compare=compare, go=str(go), path=str(path), times=settings.choose(5, 2)
        )
        notebook(folder / f"{stem}.ipynb", cell)
        with (
            chromium() as browser,
            voila(folder, settings.scratch, "--no-preheat") as server,
            new_page(browser) as page,
        ):
            page.add_init_script(_COUNT % json.dumps(list(views.values())))
            open_in_voila(page, server, f"{stem}.ipynb")
            for tab, selector in views.items():
                title = f"{stem}: {tab}" if tab else stem
                rate = _rate(page, tab, selector)
                settings.say(f"{title}: {rate:.1f} redraws per second")
                note = "frames in which the view changed, per second, while the page trains"
                found.append(median(GROUP, title, [rate], "1/s", _LIVELY, note))
            found += _first(stem, page, next(iter(views.values())))
            if "Feature maps" in views:
                page.get_by_role("tab", name="Feature maps").click()
                page.get_by_role("tab", name="Predictions").click()
            if name not in _COMPARED:
                continue
            go.touch()
            until(path.exists, "the rates", page=page, seconds=300)
            rates = json.loads(path.read_text())
            ratios = [a / b for a, b in zip(rates["open"], rates["fit"], strict=True)]
            settings.say(f"{stem}: {statistics.median(ratios):.2f} times as fast as fit")
            note = f"{statistics.median(rates['open']):.0f} steps/s with the page open and live"
            found.append(median(GROUP, f"{stem} against fit", ratios, "×", _FASTER, note))
    return found


def _rate(page: Page, tab: str, selector: str) -> float:
    if tab:
        page.get_by_role("tab", name=tab, exact=True).click()
    count = "s => (window.benchRedraws.get(s) ?? []).length"
    until(lambda: page.evaluate(count, selector) > 1, f"redraws of {selector}", page=page)
    page.wait_for_timeout(3000)  # the first looks build graphs
    before = page.evaluate(count, selector)
    page.wait_for_timeout(1000 * _WATCH)
    return float(page.evaluate(count, selector) - before) / _WATCH


def _first(stem: str, page: Page, selector: str) -> list[Result]:
    script = """s => [window.benchStepped,
        (window.benchRedraws.get(s) ?? []).find((t) => t > window.benchStepped)]"""
    stepped, drawn = page.evaluate(script, selector)
    if stepped is None or drawn is None:  # a page whose chart stands elsewhere
        return []
    note = "from the first point of the loss chart to the first redraw after it"
    seconds = (drawn - stepped) / 1000
    return [median(GROUP, f"{stem}: first redraw", [seconds], "s", _FIRST, note)]


# -- in the kernel -----------------------------------------------------------------------------


def go_on(page: Any) -> None:
    """Let the training of a page last longer than it is watched."""
    epochs = getattr(page, "epochs", None)
    if epochs is not None:
        epochs.value = epochs.max


def compare(page: Any, go: str, path: str, times: int) -> None:
    """Measure a page's training by turns with bare `fit`, on a thread, and write the rates.

    Args:
        page: A page that trains a classifier. Call this before the page is shown.
        go: A file that appears when the comparison may begin.
        path: Where the steps per second go, as JSON.
        times: Phases of each kind.
    """
    given: list[Any] = []
    fit = page.fit

    def noting(*args: Any, **options: Any) -> Any:
        given[:] = [args, options]
        return fit(*args, **options)

    page.fit = noting

    def work() -> None:
        while not Path(go).exists():
            time.sleep(0.2)
        rates: dict[str, list[float]] = {"open": [], "fit": []}
        (model, *data), options = given
        copy = clone(model)
        copy.compile_from_config(model.get_compile_config())
        run = page.run
        for n in range(times + 1):
            if n:  # the first time, fit builds its graph
                run.resume()
                until(lambda: run.state == "running", "the run goes on")
                time.sleep(0.5)
                steps, begun = run.step_count, time.perf_counter()
                time.sleep(_PHASE)
                rates["open"].append((run.step_count - steps) / (time.perf_counter() - begun))
            run.pause()
            until(lambda: run.state == "paused", "the pause")
            rate = _bare_rate(copy, data, options)
            if n:
                rates["fit"].append(rate)
        run.stop()
        part = Path(f"{path}.part")
        part.write_text(json.dumps(rates))
        part.rename(path)  # whole, or not there

    threading.Thread(target=work, daemon=True).start()


def _bare_rate(model: Any, data: list[Any], options: dict[str, Any]) -> float:
    """Return the steps per second of bare `fit`."""
    from keras.callbacks import Callback

    class Clock(Callback):  # type: ignore[misc]
        steps, begun, spent = 0, 0.0, 0.0

        def on_epoch_begin(self, _epoch: int, _logs: Any = None) -> None:
            self.begun = self.begun or time.perf_counter()

        def on_epoch_end(self, _epoch: int, _logs: Any = None) -> None:
            self.steps += self.params["steps"]
            self.spent = time.perf_counter() - self.begun
            if self.spent > _PHASE:
                self.model.stop_training = True

    clock = Clock()
    model.fit(*data, **{**options, "epochs": 100_000, "verbose": 0, "callbacks": [clock]})
    return clock.steps / clock.spent
