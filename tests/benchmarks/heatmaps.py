"""Heat maps: Grad-CAM against tf-keras-vis, each method's time, controls to picture in Voila."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import time
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.report import Budget, Result, median, percentile
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.benchmarks.settings import Settings

GROUP = "heatmaps"

_FASTER_BUDGET = Budget("at least", 1.0)
_FOLLOW_BUDGET = Budget("at most", 100.0)
_IMAGES = 64

_PAGE = """import dlwidgets as dl
from dlwidgets.models import compiled
digits = dl.data.load("digits").normalized()
model = compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
model.fit(digits.x_train, digits.y_train, epochs=3, verbose=0)
methods = ["grad_cam", "saliency"]  # a Grad-CAM alone may be blank, and blank again
viewer = dl.HeatmapViewer(model, digits.x_test, digits.y_test, methods=methods)
viewer"""
_DRAW = _PAGE.partition("methods =")[0] + "dl.DrawPad(model)"

_WATCH = """
window.benchBlend = []; window.benchClass = []; window.benchDrawn = [];
let benchAsked = null;
document.addEventListener("change", (event) => {
  if (event.target.matches?.(".widget-dropdown select")) benchAsked = event.timeStamp;
}, true);
document.addEventListener("dlw:heat", (event) => {
  const {ms, painted} = event.detail;
  if (ms !== null) window.benchBlend.push(ms);
  else if (benchAsked !== null) { window.benchClass.push(painted - benchAsked); benchAsked = null; }
});
document.addEventListener("dlw:drawn", (event) => window.benchDrawn.push(event.detail.ms));
"""


def measure(settings: Settings) -> list[Result]:
    """Grad-CAM both ways in turn, every method once more, and a visitor at the controls."""
    found = _engines(settings)
    folder = settings.scratch / "notebooks"
    notebook(folder / "viewer.ipynb", _PAGE)
    notebook(folder / "pad.ipynb", _DRAW)
    clock = "from the event's time stamp to after the paint, on the page's clock"
    with chromium() as browser, voila(folder, settings.scratch, "--no-preheat") as server:
        with new_page(browser) as page:
            page.add_init_script(_WATCH)
            open_in_voila(page, server, "viewer.ipynb")
            until(lambda: page.locator('.dlw-heat[data-maps="2"]').count() > 0, "a map", page=page)
            server.settle()
            blends = _move_opacity(page, settings.choose(300, 100))
            classes = _choose_classes(page, settings.choose(100, 40))
        with new_page(browser) as page:
            page.add_init_script(_WATCH)
            open_in_voila(page, server, "pad.ipynb")
            pad = page.locator('.dlw-draw[data-ready="true"]')
            until(lambda: pad.count() > 0, "the pad", page=page)
            server.settle()
            _draw(page, 40)  # the first drawing builds graphs
            server.settle()
            page.evaluate("window.benchDrawn.length = 0")
            _draw(page, settings.choose(400, 150))
            page.wait_for_timeout(1000)
            strokes = [float(ms) for ms in page.evaluate("window.benchDrawn")]
    for name, times in (
        ("opacity slider to picture", blends),
        ("class to picture, Grad-CAM and saliency 8×8", classes),
        ("pen to probabilities and heat map, 8×8", strokes),
    ):
        settings.say(f"{name}: {len(times)} pictures")
        found += [
            percentile(
                GROUP,
                f"{name}, p{share}",
                times,
                share,
                "ms",
                _FOLLOW_BUDGET if share == 95 else None,
                clock,
            )
            for share in (50, 95)
        ]
    return found


def _engines(settings: Settings) -> list[Result]:
    found = []
    with Kernel() as kernel:
        kernel.run("from tests.benchmarks import heatmaps as bench")
        if importlib.util.find_spec("tf_keras_vis") is None:
            settings.say("tf-keras-vis is not installed: Grad-CAM is measured alone")
        else:
            rounds = settings.choose(12, 4)
            for kind in ("batch_norm_cnn", "vgg16"):
                pairs = kernel.run("", result=f"bench.both({kind!r}, {rounds})", timeout=600)
                ours, theirs, off = zip(*pairs, strict=True)
                if max(off) > 1e-2:
                    message = f"the two maps of {kind} differ by {max(off)}"
                    raise RuntimeError(message)
                factors = [t / o for o, t in zip(ours, theirs, strict=True)]
                name = f"Grad-CAM of {_IMAGES} images, {_TITLES[kind]}"
                note = "each round one call of either, in turn; tf-keras-vis with linear output"
                found += [
                    median(GROUP, f"{name}, grad_cam", [1000 * s for s in ours], "ms"),
                    median(GROUP, f"{name}, tf-keras-vis", [1000 * s for s in theirs], "ms"),
                    median(GROUP, f"{name}, faster", factors, "×", _FASTER_BUDGET, note),
                ]
        times = kernel.run("", result=f"bench.methods({settings.choose(20, 5)})", timeout=600)
    for method, (digit, color) in times.items():
        found += [
            median(GROUP, f"{method}, one 8×8 image, small CNN", digit, "ms"),
            median(GROUP, f"{method}, one 32×32 image, BatchNorm CNN", color, "ms"),
        ]
    return found


# -- in the kernel -----------------------------------------------------------------------------

_TITLES = {"batch_norm_cnn": "BatchNorm CNN 32×32", "vgg16": "VGG16 64×64 (random weights)"}


def both(kind: str, rounds: int) -> list[tuple[float, float, float]]:
    """Seconds of ours and of theirs, and how far the small maps are apart, round by round."""
    warnings.simplefilter("ignore")
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.utils.model_modifiers import ReplaceToLinear
    from tf_keras_vis.utils.scores import CategoricalScore

    from dlwidgets.vision import grad_cam

    model, x = _model(kind)
    rng = np.random.default_rng(1)
    classes = rng.integers(0, 10, _IMAGES)
    theirs = Gradcam(model, model_modifier=ReplaceToLinear(), clone=True)
    score = CategoricalScore(classes.tolist())
    grad_cam(model, x, classes)
    found = []
    for i in range(rounds + 1):
        begun = time.perf_counter()
        ours = grad_cam(model, x, classes)
        middle = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):
            theirs(score, x)
        end = time.perf_counter()
        if i == 0:  # the first of theirs warms up as well
            small = theirs(score, x, expand_cam=False, normalize_cam=False)
            assert ours.coarse is not None
            off = float(np.abs(small - ours.coarse).max() / max(np.abs(ours.coarse).max(), 1e-9))
            continue
        found.append((middle - begun, end - middle, off))
    return found


def methods(times: int) -> dict[str, tuple[list[float], list[float]]]:
    """Milliseconds of each method for one image of either kind, after a first call."""
    from dlwidgets.vision.heatmaps import METHODS

    found = {}
    pairs = [_model("small_cnn"), _model("batch_norm_cnn")]
    for method in METHODS.values():
        columns = []
        for model, x in pairs:
            method.function(model, x[:1], 3)
            columns.append([1000 * _timed(method.function, model, x[:1], 3) for _ in range(times)])
        found[method.label] = (columns[0], columns[1])
    return found


def _model(kind: str) -> tuple[Any, np.ndarray]:
    import keras

    from dlwidgets.models import batch_norm_cnn, small_cnn

    keras.utils.set_random_seed(1)
    if kind == "vgg16":
        inputs = keras.Input((64, 64, 3))
        base = keras.applications.VGG16(include_top=False, weights=None, input_tensor=inputs)
        x = keras.layers.GlobalAveragePooling2D()(base.output)
        model = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))
        shape: tuple[int, ...] = (64, 64, 3)
    else:
        shape = (8, 8, 1) if kind == "small_cnn" else (32, 32, 3)
        build = small_cnn if kind == "small_cnn" else batch_norm_cnn
        built = build(shape, 10)  # type: ignore[operator]
        model = keras.Model(built.inputs[0], built.outputs[0])  # tf-keras-vis takes no Sequential
    images = np.random.default_rng(0).random((_IMAGES, *shape), np.float32)
    return model, images


def _timed(call: Any, *arguments: Any) -> float:
    begun = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - begun


# -- on the page -------------------------------------------------------------------------------


def _move_opacity(page: Page, movements: int) -> list[float]:
    slider = page.locator(".dlw-heat input[type=range]")
    slider.focus()
    for i in range(movements):
        slider.press("ArrowRight" if i % 40 < 20 else "ArrowLeft")
    page.wait_for_timeout(300)
    return [float(ms) for ms in page.evaluate("window.benchBlend")]


def _choose_classes(page: Page, choices: int) -> list[float]:
    select = page.get_by_label("Class", exact=True)
    for i in range(choices + 2):
        before = page.evaluate("window.benchClass.length")
        select.select_option(label=str(i % 10))
        until(lambda n=before: page.evaluate("window.benchClass.length") > n, "a map", page=page)
        if i == 1:  # the first ones find new options in their place
            page.evaluate("window.benchClass.length = 0")
    return [float(ms) for ms in page.evaluate("window.benchClass")]


def _draw(page: Page, movements: int) -> None:
    surface = page.locator(".dlw-draw-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    side = box["width"]
    page.mouse.move(box["x"] + 0.5 * side, box["y"] + 0.2 * side)
    page.mouse.down()
    for i in range(movements):
        angle = i / 12
        page.mouse.move(
            box["x"] + side * (0.5 + 0.3 * np.sin(angle)),
            box["y"] + side * (0.5 - 0.3 * np.cos(angle)),
        )
        page.wait_for_timeout(14)
    page.mouse.up()
