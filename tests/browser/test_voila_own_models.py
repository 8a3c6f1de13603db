"""Models and data of one's own on a page: what goes wrong is said there, and text stays text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import Panel, columns, notebook, overflow, saved, stays
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.helpers import Server

# A name that would run a script if it were ever taken for HTML.
EVIL = "<img src=x onerror=window.hacked=1>"

MODELS = f"""
import dataclasses
import ipywidgets, keras, numpy as np
import dlwidgets as dl

digits = dl.data.load("digits").normalized()
x, y = digits.x_train, digits.y_train
EVIL = {EVIL!r}

def small(name, *, units=10, rate=0.01):
    layers = [keras.Input((8, 8, 1)), keras.layers.Flatten(), keras.layers.Dense(units, "softmax")]
    model = keras.Sequential(layers, name=name)
    loss = "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.SGD(rate), loss, metrics=["accuracy"])
    return model

def panel(case, run, **options):
    made = dl.TrainingPanel(run, **options)
    made.add_class(f"case-{{case}}")
    return made
"""

BAD_INPUT = """
with_nan = x.copy()
with_nan[17, 3, 3, 0] = np.nan

def batches():
    for i in range(10_000):
        if i == 100:
            raise OSError(f"disk of batch 100 is gone {EVIL}")
        yield x[:32], y[:32]

ipywidgets.VBox([
    panel("labels", dl.fit(small("labels", units=5), x, y)),
    panel("nan", dl.fit(small("nan"), with_nan, y)),
    panel("shape", dl.fit(small("shape"), x[:, :4], y)),
    panel("generator", dl.fit(small("generator"), batches(), steps_per_epoch=10_000)),
    panel("batch", dl.fit(small("batch"), x[:20], y[:20], batch_size=500, epochs=3)),
    panel("evil", dl.fit(small(EVIL), x, y, epochs=2, start=False)),
])
"""


def open_page(page: Page, dashboards: Server, name: str, *cells: str) -> Callable[[str], Panel]:
    notebook(dashboards.folder / f"{name}.ipynb", *cells)
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb")
    return lambda case: Panel(page, page.locator(f".case-{case}"))


def test_bad_input_is_said_in_words(page: Page, dashboards: Server) -> None:
    panel_of = open_page(page, dashboards, "bad-input", MODELS, BAD_INPUT)
    said = {
        "labels": r"labels must be from 0 to 4\b",
        "nan": r"1 of 1,43\d samples of x contains NaN\. It is sample 17\.",
        "shape": r"wrong shape|has the wrong shape",
        "generator": r"disk of batch 100 is gone <img src=x",
    }
    for case, words in said.items():
        panel = panel_of(case)
        panel.becomes("failed")
        expect(panel.message).to_contain_text(re.compile(words))
        expect(panel.message).to_have_attribute("data-kind", "error")
        for button in ("start", "pause", "step", "stop"):
            expect(panel.button(button)).to_be_disabled()
    generator = panel_of("generator")
    assert generator.step == 100
    assert generator.caught_up(0) == generator.points() == 100, "nothing recorded is lost"

    batch = panel_of("batch")
    batch.becomes("finished")
    assert batch.step == 3
    expect(batch.message).to_contain_text(
        "batch size 500 is larger than the 20 training samples, so each epoch is one step"
    )

    evil = panel_of("evil")
    expect(evil.chip).to_have_text("Ready")
    expect(evil.bar.locator(".dlw-run-name")).to_have_text(EVIL)
    assert page.locator(".dlw img").count() == 0
    assert page.evaluate("window.hacked") is None
    assert overflow(page) <= 0


NAMES = """
import dlwidgets.widgets as widgets

names = tuple(f"{EVIL} {i}" for i in range(10))
mine = dataclasses.replace(digits, class_names=names)
run = dl.fit(small("mine"), x, y, epochs=100_000)
chart = dl.Chart(title=EVIL, y_label=EVIL)
chart.add_series(EVIL, name=EVIL)
chart.append(EVIL, step=[1, 2, 3], epoch=[1, 2, 3], time=[1, 2, 3], value=[1.0, 3.0, 2.0])
chart.markers = [dict(id=EVIL, step=2, epoch=2, time=2, text=EVIL, kind="note")]
ipywidgets.VBox([panel("names", run), widgets.Predictions(run, mine), chart])
"""

CUSTOM = """
class Twice(keras.Model):
    "Has two losses and a metric of its own, and cannot be cloned."

    def __init__(self, hidden):
        super().__init__(name="twice")
        self.first = keras.layers.Dense(hidden.size, "relu")
        self.digit = keras.layers.Dense(10, "softmax", name="digit")
        self.odd = keras.layers.Dense(1, "sigmoid", name="odd")

    def call(self, inputs):
        h = self.first(keras.ops.reshape(inputs, (-1, 64)))
        return {"digit": self.digit(h), "odd": self.odd(h)}

class Hidden:
    size = 16

def made():
    twice = Twice(Hidden())
    twice.compile(
        "adam",
        {"digit": "sparse_categorical_crossentropy", "odd": "binary_crossentropy"},
        metrics={"digit": "accuracy", "odd": "accuracy"},
    )
    return dl.fit(twice, x, {"digit": y, "odd": y % 2}, epochs=100_000, start=False)

own = panel("custom", made(), on_start=lambda: own.show(made().start()))
own
"""


def test_names_are_text_and_a_model_of_one_s_own_is_steered(page: Page, dashboards: Server) -> None:
    panel_of = open_page(page, dashboards, "own", MODELS, NAMES, CUSTOM)
    names, custom = panel_of("names"), panel_of("custom")
    names.becomes("running")

    # Ready: nothing has happened; Stop does what it can before the first step.
    expect(custom.button("start")).to_be_enabled()
    assert stays(page, lambda: (custom.state, custom.points()), 0.3) == ("ready", 0)
    custom.press("start")
    custom.becomes("running")
    custom.grows(100)
    expect(custom.bar.locator(".dlw-run-name")).to_have_text("twice")
    custom.press("pause")
    custom.becomes("paused")
    step = custom.step
    custom.press("step")
    until(lambda: custom.step == step + 1, "one step", page=page)
    losses = custom.legend()
    assert len(losses) >= 3, losses
    assert any("digit" in name for name in losses)
    assert any("odd" in name for name in losses)
    for chart in (1, 2):
        assert custom.points(chart) > 0, "a chart for each output's accuracy"
    custom.press("stop")
    custom.becomes("stopped")
    custom.press("start")
    custom.becomes("running")
    custom.grows(50)
    custom.press("stop")
    custom.becomes("stopped")

    label = page.locator(".dlw-predictions .dlw-cell-label").first
    expect(label).to_contain_text(EVIL)
    chart = Panel(page, page.locator("body")).charts.filter(has_text=EVIL).last
    expect(chart).to_have_attribute("data-points", "3")
    expect(chart.locator(".dlw-chart-title")).to_have_text(EVIL)
    expect(chart.locator(".dlw-legend-name")).to_have_text(EVIL)
    chart.locator('[data-action="table"]').click()
    expect(chart.locator("thead th").last).to_have_text(EVIL)
    host = chart.locator(".dlw-chart-host")
    host.focus()
    page.keyboard.press("End")  # reads the values, with the texts of markers nearby
    page.keyboard.press("ArrowLeft")
    expect(chart.locator(".dlw-hover-note")).to_contain_text(EVIL)
    assert page.locator(".dlw img").count() == 0
    assert page.evaluate("window.hacked") is None
    name, text = saved(page, chart.locator('[data-action="csv"]').click)
    assert "<" not in name
    assert columns(text)["value"] == ["1.0", "3.0", "2.0"]
    assert columns(text)["series"][0].strip('"') == EVIL
    names.press("stop")
    names.becomes("stopped")
