"""How lively the live views are: redraws per second in the page, and what the training loses."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.benchmarks.report import Budget, Result, median, single
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import NotInTimeError, until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.benchmarks.servers import Server
    from tests.benchmarks.settings import Settings

GROUP = "redraws"

_LIVELY = Budget("at least", 4.0)  # redraws per second of a visible view
_LIVELY_28 = Budget("at least", 2.0)  # the same with the small CNN on images of 28×28
_FIRST = Budget("at most", 0.5)  # seconds from the first step to the first redraw
_FASTER = Budget("at least", 1.2)  # times as many steps per second as bare fit
_LOOK = Budget("at most", 5.0)  # milliseconds of processor time
_SETTLE = 1.5  # seconds: the first looks build graphs
_OPENED = 20.0  # seconds within which a view must be drawn at all


@dataclass(frozen=True)
class _Live:
    """A page to measure.

    Attributes:
        name: The class of the page.
        views: The views to count: the tab that shows each, "" for none, and its selector.
        data: The data set to choose, "" for the page's own.
        attributes: The page's attributes of the views whose looks are timed, by the names in
            `views`.
        compared: Whether training is compared with bare `fit`.
        lively: What is wanted.
        dense: Whether the page trains MNIST Dense 128, as the benchmark of the throughput does.
    """

    name: str
    views: dict[str, str]
    data: str = ""
    attributes: dict[str, str] = field(default_factory=dict)
    compared: bool = True
    lively: Budget = _LIVELY
    dense: bool = False


_INSIDE = {
    "Graph": ".dlw-layer-graph",
    "Feature maps": ".dlw-activations .dlw-image-grid",
    "Where it looks": ".dlw-heat",
    "Weights": ".dlw-inspector",
    "Predictions": ".dlw-prediction-cards",
    "Confusion": ".dlw-confusion",
    "Embedding": ".dlw-vectors",
}
_INSIDE_OF = {
    "Graph": "graph",
    "Feature maps": "activations",
    "Where it looks": "heatmap",
    "Weights": "inspector",
    "Predictions": "browser",
    "Confusion": "confusion",
    "Embedding": "embedding",
}

_PAGES = {
    "look-inside": _Live("LookInsideDashboard", _INSIDE, "", _INSIDE_OF, lively=_LIVELY_28),
    "look-inside 8×8": _Live(
        "LookInsideDashboard",
        {name: _INSIDE[name] for name in ("Graph", "Feature maps", "Predictions")},
        "digits",
        _INSIDE_OF,
    ),
    "look-inside Dense 128": _Live(
        "LookInsideDashboard",
        {name: _INSIDE[name] for name in ("Graph", "Predictions")},
        "",
        _INSIDE_OF,
        dense=True,
    ),
    # Alone: its images take seconds, whatever tab is opened next.
    "look-inside filters": _Live(
        "LookInsideDashboard",
        {"Filters": ".dlw-filters .dlw-image-grid"},
        compared=False,
        lively=_LIVELY_28,
    ),
    "mistakes": _Live(
        "MistakesDashboard",
        {"matrix": ".dlw-confusion", "cards": ".dlw-prediction-cards", "vectors": ".dlw-vectors"},
        "",
        {"matrix": "confusion", "cards": "browser", "vectors": "embedding"},
    ),
    "where-it-looks": _Live(
        "WhereItLooksDashboard", {"maps": ".dlw-heat"}, "", {"maps": "viewer"}, lively=_LIVELY_28
    ),
    "latent": _Live(
        "LatentDashboard", {"grid": ".dlw-latent-explorer .dlw-latent-pad"}, compared=False
    ),
    "gan": _Live("GanDashboard", {"grid": ".dlw-gan-monitor .dlw-image-grid"}, compared=False),
}

# A redraw of a view is a frame in which its canvas was drawn to, or its elements changed. Frames
# are asked for only then: a page that counted each frame would be busy with that.
_COUNT = """
window.benchRedraws = new Map();
window.benchStepped = null;
const benchRoots = %s;
const benchFrame = new Set();
let benchAsked = false;
const benchTick = () => {
  benchAsked = false;
  const now = performance.now();
  for (const selector of benchFrame) {
    if (!window.benchRedraws.has(selector)) window.benchRedraws.set(selector, []);
    window.benchRedraws.get(selector).push(now);
  }
  benchFrame.clear();
};
const benchNote = (element) => {
  for (const selector of benchRoots) if (element.closest?.(selector)) benchFrame.add(selector);
  if (benchFrame.size && !benchAsked) {
    benchAsked = true;
    requestAnimationFrame(benchTick);
  }
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
  if (window.benchStepped !== null) return;
  // The charts of a GAN have points of before the first step.
  const bar = document.querySelector(".dlw-run-bar");
  const chart = document.querySelector(".dlw-chart");
  if (Number(bar ? bar.dataset.step : chart?.dataset.total) > 0)
    window.benchStepped = performance.now();
}).observe(document, {
  subtree: true, childList: true, characterData: true, attributes: true,
  attributeFilter: [
    "d", "style", "src", "x", "y", "width", "height", "fill", "data-total", "data-step",
  ],
});
"""
_DRAWN = "s => (window.benchRedraws.get(s) ?? []).length"
_LIVES = """s => window.benchStepped === null ? 0
    : (window.benchRedraws.get(s) ?? []).filter((t) => t > window.benchStepped).length"""
_FIRST_DRAWN = """s => [window.benchStepped,
    (window.benchRedraws.get(s) ?? []).find((t) => t > window.benchStepped)]"""

_CELL = """import dlwidgets as dl
from tests.benchmarks import looks
page = dl.{name}()
looks.compare(page, {attributes!r}, {folder!r}, {times}, {phase})
looks.go_on(page, {data!r}, dense={dense})  # later: bare fit is to train what the page trains
page
"""


def measure(settings: Settings) -> list[Result]:
    """Open each page, count the redraws of each view, time the looks, and compare with `fit`."""
    folder, found = settings.scratch / "notebooks", []
    times, phase = settings.choose((5, 5.0), (2, 3.0))
    for stem, live in _PAGES.items():
        own = settings.scratch / stem
        own.mkdir()
        cell = _CELL.format(
            name=live.name,
            data=live.data,
            dense=live.dense,
            attributes=live.attributes,
            folder=str(own),
            times=times if live.compared else 0,
            phase=phase,
        )
        notebook(folder / f"{stem}.ipynb", cell)
    with chromium() as browser, voila(folder, settings.scratch, "--no-preheat") as server:
        for stem, live in _PAGES.items():
            found += _measure_page(settings, browser, server, stem, live)
    return found


def _measure_page(
    settings: Settings, browser: Browser, server: Server, stem: str, live: _Live
) -> list[Result]:
    found: list[Result] = []
    with new_page(browser) as page:
        page.add_init_script(_COUNT % json.dumps(list(live.views.values())))
        open_in_voila(page, server, f"{stem}.ipynb")
        cost = _MainThread(page)
        draws: dict[str, float] = {}
        for name, selector in live.views.items():
            found += _watch(settings, page, cost, stem, live, name, draws)
            if name == next(iter(live.views)) and name != "Filters":
                found += _first(stem, page, selector)
        for tab in ("Feature maps", "Curves"):  # those open at first
            _open_tab(page, tab)
        found += _costs_and_rates(settings, page, stem, live, draws)
    return found


def _watch(
    settings: Settings,
    page: Page,
    cost: _MainThread,
    stem: str,
    live: _Live,
    name: str,
    draws: dict[str, float],
) -> list[Result]:
    """Count the redraws of one view, and the time of the page's main thread for each."""
    title, selector = f"{stem}: {name}", live.views[name]
    seconds = settings.choose(6.0, 3.0)
    before = page.evaluate(_LIVES, selector)

    def drawn_often() -> bool:
        _open_tab(page, name)  # of a page that has just been opened there are no tabs yet
        return bool(page.evaluate(_LIVES, selector) > before + 2)

    try:
        until(
            drawn_often,
            title,
            page=page,
            seconds=_patience(page),
        )
    except NotInTimeError:
        settings.say(f"{title}: never drawn")
        return [single(GROUP, title, 0.0, "1/s", live.lively, "never drawn")]
    page.wait_for_timeout(1000 * _SETTLE)
    begun, spent = page.evaluate(_DRAWN, selector), cost.milliseconds()
    page.wait_for_timeout(1000 * seconds)
    drawn = page.evaluate(_DRAWN, selector) - begun
    draws[name] = (cost.milliseconds() - spent) / max(1, drawn)
    settings.say(f"{title}: {drawn / seconds:.1f} redraws per second")
    note = "frames in which the view changed, per second, while the page trains"
    return [single(GROUP, title, drawn / seconds, "1/s", live.lively, note)]


def _patience(page: Page) -> float:
    """Seconds to wait for a view: the first one of a page waits for the start of its kernel."""
    return _OPENED if page.evaluate("window.benchStepped !== null") else 90.0


def _open_tab(page: Page, name: str) -> None:
    tab = page.get_by_role("tab", name=name, exact=True, selected=False)
    if tab.count():
        tab.first.click()


class _MainThread:
    """Counts the processor time of the main thread of a page."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        # By the clock a page works for longer the busier the machine is.
        self._session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def milliseconds(self) -> float:
        """The time so far."""
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(float(m["value"]) for m in metrics if m["name"] == "TaskDuration")


def _first(stem: str, page: Page, selector: str) -> list[Result]:
    stepped, drawn = page.evaluate(_FIRST_DRAWN, selector)
    if stepped is None or drawn is None:  # a page whose chart stands elsewhere
        return []
    note = "from the first step that the page shows to the first redraw after it"
    return [single(GROUP, f"{stem}: first redraw", (drawn - stepped) / 1000, "s", _FIRST, note)]


def _costs_and_rates(
    settings: Settings, page: Page, stem: str, live: _Live, draws: dict[str, float]
) -> list[Result]:
    found: list[Result] = []
    if not live.compared and not live.attributes:
        return found
    own = settings.scratch / stem
    (own / "go").touch()
    costs: dict[str, Any] = _read(own / "costs.json", page)
    for name, parts in costs.items():
        parts["draw"] = draws.get(name, 0.0)
        kernel = sum(parts.values()) - parts["draw"]
        told = ", ".join(f"{part} {value:.1f}" for part, value in parts.items())
        settings.say(f"{stem}: a look of {name} takes {kernel:.1f} ms in the kernel: {told}")
        note = f"{stem}, {name}: {told} ms (draw: all that the page's main thread did per redraw)"
        wanted = _LOOK if name == "Feature maps" else None
        found.append(single(GROUP, f"{stem}: a look of {name}", kernel, "ms", wanted, note))
    if live.compared:
        rates: dict[str, Any] = _read(own / "rates.json", page)
        ratios = [a / b for a, b in zip(rates["open"], rates["fit"], strict=True)]
        alone = statistics.median(rates["held"]) / statistics.median(rates["fit"])
        settings.say(
            f"{stem}: {statistics.median(ratios):.2f} times as fast as fit, {alone:.2f} with all "
            "views held"
        )
        note = (
            f"{statistics.median(rates['open']):.0f} steps/s with the page open and live, "
            f"{statistics.median(rates['held']):.0f} with its views held, "
            f"{statistics.median(rates['fit']):.0f} with bare fit"
        )
        found.append(median(GROUP, f"{stem} against fit", ratios, "×", _FASTER, note))
    return found


def _read(path: Path, page: Page) -> Any:
    until(path.exists, path.name, page=page, seconds=300)
    return json.loads(path.read_text())
