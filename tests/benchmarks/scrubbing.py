"""A recording of 10⁶ steps on a page: until its curves are there, and as it is scrubbed."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

import dlwidgets as dl
from tests.benchmarks.recording import METRICS, extend, new_recorder
from tests.benchmarks.report import Budget, Result, single
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.benchmarks.settings import Settings

GROUP = "scrubbing"

_FRAMES = Budget("at least", 30.0)
_OPEN = Budget("at most", 2.0)  # seconds
_STEPS, _BLOCK, _SNAPSHOTS, _SAMPLES = 1_000_000, 5000, 200, 32
_PICTURES = ".dlw-recorded-probe .dlw-image-grid, .dlw-file-layers .dlw-image-grid"

_PAGE = """import dlwidgets as dl
dl.RunViewer(dl.open_run({path!r}))"""

# Counts frames, and those in which something is elsewhere or another than in the frame before.
_WATCH = """(pictures) => {
  const s = (window.bench = {frames: 0, thumb: 0, cursor: 0, moves: 0, pictures: 0, long: []});
  const place = (e) => (e && !e.hidden ? e.style.left : "");
  const draws = CanvasRenderingContext2D.prototype;
  const drawn = new Set();
  for (const name of ["putImageData", "drawImage"]) {
    const before = draws[name];
    draws[name] = function (...given) { drawn.add(this.canvas); return before.apply(this, given); };
  }
  const reader = new PerformanceObserver((list) => {
    for (const one of list.getEntries()) {
      const by = (one.scripts ?? []).map((x) => [
        `${x.invoker} ${x.sourceFunctionName}`, Math.round(x.duration)]);
      s.long.push({ms: Math.round(one.duration), by});
    }
  });
  reader.observe({type: "long-animation-frame"});
  addEventListener("pointermove", () => { s.moves += 1; }, true);
  let last = {}, at = performance.now();
  s.longest = 0;
  const look = (now) => {
    if (window.bench !== s) { reader.disconnect(); return; }
    const is = {
      thumb: place(document.querySelector(".dlw-timeline-thumb")),
      cursor: place(document.querySelector(".dlw-chart-cursor")),
    };
    s.frames += 1;
    for (const key of Object.keys(is)) if (is[key] !== last[key]) s[key] += 1;
    if ([...drawn].some((canvas) => canvas.closest(pictures))) s.pictures += 1;
    drawn.clear();
    s.longest = Math.max(s.longest, now - at);
    [last, at] = [is, now];
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""


def measure(settings: Settings) -> list[Result]:
    """Record, open and drag: in Voila, and the page of one file."""
    run = record(settings.scratch / "runs")
    page = run.save_html(settings.scratch / "run.html")
    folder = settings.scratch / "notebooks"
    notebook(folder / "viewer.ipynb", _PAGE.format(path=str(run.path)))
    seconds = settings.choose(6.0, 3.0)
    found: list[Result] = []
    with chromium() as browser:
        with voila(folder, settings.scratch, "--no-preheat") as server, new_page(browser) as tab:
            open_in_voila(tab, server, "viewer.ipynb")

            found += _opening(tab, "in Voila, its page and kernel new", budget=None)
            found += _dragging(tab, "in Voila", seconds, settings)
        with new_page(browser) as tab:
            tab.goto(page.as_uri())
            found += _opening(tab, "as one file", budget=_OPEN)
            found += _dragging(tab, "as one file", seconds, settings)
    return found


def record(folder: Path) -> dl.RecordedRun:
    """Record a run of 10⁶ steps with what a small CNN might have made of 32 samples."""
    from dlwidgets.recording.following import Following

    rng = np.random.default_rng(0)
    options = dl.record(folder, name="a long run")
    writer = dl.recording.RunWriter.create(options, {"epochs": _STEPS // 1875})
    recorder, files = new_recorder(), writer._writing.files
    following = Following(recorder)
    labels = rng.integers(0, 10, _SAMPLES)
    inputs = rng.integers(0, 256, (_SAMPLES, 28, 28, 1)).astype("u1")
    writer.probe({"inputs": inputs, "labels": labels})
    noise = rng.random((len(METRICS), _STEPS)).astype("f4").astype("f8")
    curves = noise * 0.2 + np.exp(-np.arange(_STEPS) / 2e5)
    for start in range(0, _STEPS, _BLOCK):
        extend(recorder, start, curves[:, start : start + _BLOCK])
        following.pull(files, all_of_it=True)
        step = start + _BLOCK
        weights = {
            "conv1/kernel": rng.normal(size=(3, 3, 1, 16)).astype("f4"),
            "conv2/kernel": rng.normal(size=(3, 3, 16, 32)).astype("f4"),
            "dense/kernel": rng.normal(size=(800, 10)).astype("f4"),
        }
        scores = rng.normal(size=(_SAMPLES, 10)).astype("f4")
        probe = {
            "activations/conv1": rng.random((_SAMPLES, 26, 26, 16)).astype("f2"),
            "activations/conv2": rng.random((_SAMPLES, 11, 11, 32)).astype("f2"),
            "predictions": scores + 3 * np.eye(10, dtype="f4")[labels],
        }
        writer.offer_snapshot(step, step / 1875, step / 900, weights, probe)
        writer.sync()
    writer.close("finished")
    return dl.open_run(writer.path)


def _opening(page: Page, where: str, budget: Budget | None) -> list[Result]:
    begun = "performance.timing.navigationStart"
    drawn = ".dlw-chart[data-ready=true]:not([data-points='0']) .dlw-chart-notice[hidden]"
    page.wait_for_selector(drawn, state="attached")
    seconds = page.evaluate(f"(Date.now() - {begun}) / 1000")
    return [single(GROUP, f"opening 10⁶ steps {where}: first curve", seconds, "s", budget=budget)]


def _dragging(page: Page, where: str, seconds: float, settings: Settings) -> list[Result]:
    pictures = page.locator(_PICTURES)
    until(lambda: pictures.locator("canvas").count() > 0, "pictures of the probe", page=page)
    page.wait_for_timeout(1500)
    track = page.locator(".dlw-timeline-track")
    track.scroll_into_view_if_needed()
    box: Any = track.bounding_box()
    x, y, width = box["x"], box["y"] + box["height"] / 2, box["width"]
    page.mouse.move(x + 2, y)
    page.mouse.down()
    page.evaluate(_WATCH, _PICTURES)
    begun = time.monotonic()
    while (spent := time.monotonic() - begun) < seconds:
        page.mouse.move(x + width * (0.5 - 0.49 * math.cos(2 * spent)), y)
        time.sleep(0.008)
    seen = page.evaluate("() => { const seen = window.bench; window.bench = null; return seen; }")
    page.mouse.up()
    named = sorted(seen["long"], key=lambda one: -one["ms"])[:5]
    settings.say(f"{where}: {len(seen['long'])} long frames; the longest: {named}")
    found = [
        single(
            GROUP,
            f"{name} per second {where}",
            seen[key] / spent,
            "/s",
            # Places can't be more than the browser was given, nor than there are snapshots.
            budget=_FRAMES if key == "frames" else None,
        )
        for key, name in {
            "frames": "frames",
            "moves": "movements of the pointer",
            "thumb": "places of the thumb",
            "cursor": "places of the charts' cursor",
            "pictures": "drawings of the probe's pictures",
        }.items()
    ]
    return [*found, single(GROUP, f"longest frame {where}", seen["longest"], "ms")]
