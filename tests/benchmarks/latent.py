"""The grid of a latent space against the book's loop; from pointer to decoded picture in Voila."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.page_scripts import ANSWERS
from tests.benchmarks.report import Budget, Result, median, percentile, single
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.benchmarks.settings import Settings

GROUP = "latent"

_GRID_BUDGET = Budget("at least", 200.0)
_FOLLOW_BUDGET = Budget("at most", 60.0)
_OVER_ANSWER = Budget("at most", 2.0)  # times a bare ipywidget's answer, which decodes nothing

_FINISHED = """import keras, dlwidgets as dl
from dlwidgets.models import conv_vae, dense_vae
digits = dl.data.load("digits").normalized()
vae = dense_vae((8, 8, 1), 2, seed=1)
vae.compile("adam")
vae.fit(digits.x_train, epochs=3, verbose=0)
dl.LatentExplorer(vae, digits.x_test, digits.y_test)"""
_BOOK = """import dlwidgets as dl
from dlwidgets.models import conv_vae
dl.LatentExplorer(conv_vae(seed=1))"""
_TRAINING = """import ipywidgets
import dlwidgets as dl
page = dl.LatentDashboard()
page.epochs.value = 100_000
asked = ipywidgets.Text().add_class("bench-asked")
answer = ipywidgets.Label().add_class("bench-answer")
asked.observe(lambda change: setattr(answer, "value", change["new"]), "value")
display(page, asked, answer)"""
_PAGES = {
    "finished dense VAE 8×8": _FINISHED,
    "the book's VAE 28×28": _BOOK,
    "dense VAE 8×8 while it trains, with charts": _TRAINING,
}

_WATCH = """
window.benchFollow = [];
document.addEventListener("dlw:follow", (event) => window.benchFollow.push(event.detail.ms));
"""


def measure(settings: Settings) -> list[Result]:
    """Decode a 15×15 grid both ways, and drag the handle on pages of three kinds."""
    found = _grid(settings)
    folder = settings.scratch / "notebooks"
    for i, cell in enumerate(_PAGES.values()):
        notebook(folder / f"latent{i}.ipynb", cell)
    for i, name in enumerate(_PAGES):
        times, answers = _drag(folder, f"latent{i}.ipynb", settings)
        settings.say(f"{name}: {len(times)} pictures")
        note = (
            "from the pointer's time stamp to after the paint of the picture at its place, on the "
            "page's clock; 60 movements a second"
        )
        found += [
            percentile(
                GROUP,
                f"pointer to picture, {name}, p{share}",
                times,
                share,
                "ms",
                _FOLLOW_BUDGET if share == 95 else None,
                note,
            )
            for share in (50, 95)
        ]
        if answers:
            what = f"answer of a bare ipywidget, {name}, p95"
            answer = percentile(GROUP, what, answers, 95, "ms", note="typed in, and painted")
            ratio = found[-1].value / answer.value
            what = f"pointer to picture over a bare ipywidget's answer, {name}, p95"
            found += [answer, single(GROUP, what, ratio, "×", _OVER_ANSWER)]
    return found


def _grid(settings: Settings) -> list[Result]:
    with Kernel() as kernel:
        kernel.run("from tests.benchmarks import latent as bench")
        ours = kernel.run("", result=f"bench.our_grids({settings.choose(30, 10)})")
        book = kernel.run("", result=f"bench.book_grids({settings.choose(3, 1)})")
        same = kernel.run("", result="bench.same_grid()")
    if same > 1e-4:
        message = f"the two grids differ by {same}"
        raise RuntimeError(message)
    note = "the book's VAE, 28×28; the book's loop calls predict 225 times on 16 copies each"
    factor = float(np.median(book)) / float(np.median(ours))
    return [
        median(GROUP, "15×15 grid, latent_grid", [1000 * s for s in ours], "ms"),
        median(GROUP, "15×15 grid, the book's loop", [1000 * s for s in book], "ms"),
        single(GROUP, "15×15 grid, faster than the book's loop", factor, "×", _GRID_BUDGET, note),
    ]


# -- in the kernel -----------------------------------------------------------------------------

_model: list[Any] = []


def _decoder() -> Any:
    if not _model:
        from dlwidgets.models import conv_vae

        _model.append(conv_vae(seed=1))
    return _model[0].decoder


def our_grids(times: int) -> list[float]:
    """Seconds of each call, after a first that builds the graph."""
    from dlwidgets.generate.latent import latent_grid

    latent_grid(_decoder())
    return [_timed(lambda: latent_grid(_decoder())) for _ in range(times)]


def book_grids(times: int) -> list[float]:
    """Seconds of each grid by listing 8.28, after one prediction that builds the graph."""
    _decoder().predict(np.zeros((16, 2)), batch_size=16, verbose=0)
    return [_timed(_book_grid) for _ in range(times)]


def same_grid() -> float:
    """The largest difference between the two, once the book's is put the other way up."""
    from dlwidgets.generate.latent import latent_grid

    ours = latent_grid(_decoder())[::-1, ..., 0]
    return float(np.abs(ours.swapaxes(1, 2).reshape(420, 420) - _book_grid()).max())


def _book_grid() -> Any:
    from statistics import NormalDist

    n, size, batch = 15, 28, 16
    figure = np.zeros((n * size, n * size))
    values = [NormalDist().inv_cdf(p) for p in np.linspace(0.05, 0.95, n)]
    for i, up in enumerate(values):
        for j, right in enumerate(values):
            codes = np.tile(np.array([[right, up]]), batch).reshape(batch, 2)
            decoded = _decoder().predict(codes, batch_size=batch, verbose=0)
            figure[i * size : (i + 1) * size, j * size : (j + 1) * size] = decoded[0, ..., 0]
    return figure


def _timed(call: Any) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


# -- on the page -------------------------------------------------------------------------------


def _drag(folder: Path, name: str, settings: Settings) -> tuple[list[float], list[float]]:
    """Milliseconds of each picture; and of a bare ipywidget's answers, where the page has one."""
    scratch = settings.scratch
    with (
        chromium() as browser,
        voila(folder, scratch, "--no-preheat") as server,
        new_page(browser) as page,
    ):
        page.add_init_script(_WATCH)
        open_in_voila(page, server, name)
        tiles = page.locator('.dlw-latent-pad[data-tiles="225"]')
        until(lambda: tiles.count() > 0, "the map", page=page)
        server_calms = name != "latent2.ipynb"
        if server_calms:
            server.settle()
        else:
            page.wait_for_timeout(5000)
        _circle(page, 40)  # the first picture builds a graph
        page.evaluate("window.benchFollow.length = 0")
        _circle(page, settings.choose(600, 200))
        times = [float(ms) for ms in page.evaluate("window.benchFollow")]
        if not page.locator(".bench-asked").count():
            return times, []
        return times, page.evaluate(ANSWERS, settings.choose(300, 100))


def _circle(page: Page, movements: int) -> None:
    surface = page.locator(".dlw-latent-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for i in range(movements):
        angle = i / 15
        page.mouse.move(x + 90 * np.cos(angle), y + 90 * np.sin(angle))
        page.wait_for_timeout(14)
    page.mouse.up()
