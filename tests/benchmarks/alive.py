"""How long each dashboard takes from its opening until something on it lives."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.benchmarks.kernels import REPOSITORY
from tests.benchmarks.report import Budget, Result, median
from tests.benchmarks.servers import chromium, new_page, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from tests.benchmarks.settings import Settings

GROUP = "alive"

_BUDGET = Budget("at most", 10.0)  # seconds

# A point of a training, a picture that was computed, a character that was sampled.
_WATCH = """
window.benchAlive = null;
const living = [
  ['.dlw-chart', 'total'], ['.dlw-image-grid', 'count'], ['.dlw-text-stream', 'count'],
];
setInterval(() => {
  if (window.benchAlive !== null) return;
  const counts = living.some(([selector, name]) =>
    [...document.querySelectorAll(selector)].some((el) => Number(el.dataset[name]) > 0));
  const pictures = document.querySelector('.dlw-compare[data-pictures="2"]');
  if (counts || pictures) window.benchAlive = performance.now() / 1000;
}, 50);
"""


def measure(settings: Settings) -> list[Result]:
    """Open each dashboard, its kernel not ready yet."""
    folder = settings.scratch / "dashboards"
    shutil.copytree(REPOSITORY / "notebooks" / "dashboards", folder)
    names = sorted(path.stem for path in folder.glob("*.ipynb"))
    found = []
    with chromium() as browser, voila(folder, settings.scratch, "--no-preheat") as server:
        for name in names:
            times = []
            for _ in range(settings.choose(3, 1)):
                server.settle()
                with new_page(browser) as page:
                    page.add_init_script(_WATCH)
                    open_in_voila(page, server, f"{name}.ipynb")
                    alive = until(
                        lambda page=page: page.evaluate("window.benchAlive"),
                        f"life on {name}",
                        page=page,
                    )
                    times.append(float(alive))
            settings.say(f"{name}: {times[-1]:.1f} s")
            note = "from opening it, kernel not ready, to the first point, picture or character"
            found.append(median(GROUP, f"alive, {name}", times, "s", _BUDGET, note))
    return found
