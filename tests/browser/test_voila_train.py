"""The Train page in a browser, as a visitor uses it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import Panel, columns, notebook, overflow, saved, stays
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server


STEPS = "loss per step"
WAITING = "page = dl.TrainDashboard(start=False)\npage"


def open_train(page: Page, dashboards: Server) -> Panel:
    """A page that waits for Start."""
    notebook(dashboards.folder / "waiting.ipynb", "import dlwidgets as dl", WAITING)
    page.goto(dashboards.url + "voila/render/waiting.ipynb")
    panel = Panel(page, page.locator(".dlw-training-panel"))
    expect(panel.button("start")).to_be_enabled()
    return panel


def field(page: Page, label: str) -> Locator:
    """The part of the form with this label."""
    exact = re.compile(rf"^{re.escape(label)}$")
    row = page.locator(".dlw-form .jupyter-widgets").filter(has=page.get_by_text(exact))
    return row.locator("input, select").first


def set_epochs(page: Page, epochs: int) -> None:
    number = field(page, "Epochs")
    number.fill(str(epochs))
    number.press("Enter")


def latest(panel: Panel, name: str, chart: int = 0) -> str:
    """The newest value of a series, as the legend shows it."""
    exact = re.compile(rf"^{re.escape(name)}$")
    legend = panel.charts.nth(chart).locator(".dlw-legend-item")
    item = legend.filter(has=panel.page.locator(".dlw-legend-name").get_by_text(exact))
    return item.locator(".dlw-legend-value").text_content() or ""


def test_a_visit(page: Page, dashboards: Server) -> None:
    panel = open_train(page, dashboards)
    expect(panel.chip).to_have_text("Ready")
    expect(panel.charts.first).to_contain_text("appears here")
    for action in ("pause", "step", "stop"):
        expect(panel.button(action)).to_be_disabled()
    assert panel.points() == 0
    assert overflow(page) <= 0
    # Long enough that it is this test which ends it.
    set_epochs(page, 5000)

    panel.press("start")
    panel.becomes("running")
    panel.grows(50)

    steer(panel)
    learning_rates(panel)
    keys(panel)
    predictions(page)
    stop_and_save(panel)
    compare(panel)


def steer(panel: Panel) -> None:
    page = panel.page
    panel.press("pause")
    panel.becomes("paused")
    expect(panel.chip).to_have_text("Paused")
    step = panel.caught_up()
    points = stays(page, panel.points)
    panel.press("step")
    until(lambda: panel.step == step + 1, "one step", page=page)
    until(lambda: panel.points() > points, "one point", page=page)
    expect(panel.button("step")).not_to_have_attribute("aria-busy", "true")
    assert stays(page, lambda: (panel.step, panel.state)) == (step + 1, "paused")
    assert (panel.points() - points - 1) % 2 == 0, "one for the step, two if it ended an epoch"
    panel.press("resume")
    panel.becomes("running")
    panel.grows(50)


def learning_rates(panel: Panel) -> None:
    page = panel.page
    panel.press("pause")
    panel.becomes("paused")
    expect(panel.rate).to_have_value("0.001")
    for wrong in ("abc", "0", "-1", "nan", "1e999"):
        panel.set_rate(wrong)
        expect(panel.rate_error).to_contain_text("a number above 0")
        expect(panel.rate_error).to_contain_text(wrong if wrong != "1e999" else "Received")
        expect(panel.rate).to_have_value(wrong)
        panel.rate.press("Escape")
        expect(panel.rate).to_have_value("0.001")
        expect(panel.rate_error).to_be_hidden()
    assert not any("Learning rate" in text for text in panel.markers())
    panel.set_rate("0.0125")
    expect(panel.rate_error).to_be_hidden()
    expect(panel.rate).to_have_value("0.0125")
    panel.press("step")  # the marker stands where the new rate is first used
    wanted = "Learning rate 0.001 → 0.0125"
    # In the chart of the loss the label of the best epoch may have its place.
    until(lambda: wanted in panel.markers(1), f"the marker {wanted!r}", page=page)
    # Escape on an untouched field leaves the new value.
    panel.rate.press("Escape")
    expect(panel.rate).to_have_value("0.0125")


def keys(panel: Panel) -> None:
    page = panel.page
    panel.bar.focus()
    page.keyboard.press("Space")
    panel.becomes("running")
    panel.grows(20)
    page.keyboard.press("Space")
    panel.becomes("paused")
    step = panel.caught_up()
    page.keyboard.press("s")
    until(lambda: panel.step == step + 1, "one step by key", page=page)
    page.keyboard.press(".")
    until(lambda: panel.step == step + 2, "another step by key", page=page)
    # In the field, keys are text.
    panel.rate.focus()
    page.keyboard.press("End")
    page.keyboard.type(" xs")
    expect(panel.rate).to_have_value("0.0125 xs")
    assert stays(page, lambda: (panel.state, panel.step), 0.3) == ("paused", step + 2)
    panel.rate.press("Escape")
    panel.bar.focus()
    page.keyboard.press("Space")
    panel.becomes("running")


def predictions(page: Page) -> None:
    grid = page.locator(".dlw-predictions .dlw-image-grid")
    expect(grid).to_have_attribute("data-count", "24")
    label = grid.locator(".dlw-cell-label").first
    # Predicted class, confidence, true class.
    expect(label).to_have_text(re.compile(r"^\d \d+%\s*true: \d$"))
    title = grid.locator(".dlw-title")
    expect(title).to_have_text(re.compile(r"\d+ of 24 correct after step [\d,]+"))
    before = title.text_content()
    until(lambda: title.text_content() != before, "newer predictions", page=page)
    right = int(re.findall(r"(\d+) of 24", title.text_content() or "")[0])
    assert right >= 12, "it has learned"
    borders = grid.locator(".dlw-cell-image").evaluate_all(
        "all => all.map(one => one.dataset.border)"
    )
    assert set(borders) <= {"good", "bad"}


def stop_and_save(panel: Panel) -> None:
    page = panel.page
    panel.bar.focus()
    page.keyboard.press("x")
    panel.becomes("stopped")
    expect(panel.chip).to_have_text("Stopped")
    expect(panel.button("start")).to_have_text("Start again")
    expect(panel.button("start")).to_be_enabled()
    for action in ("pause", "step", "stop"):
        expect(panel.button(action)).to_be_disabled()
    step = panel.caught_up()

    def press(name: str) -> Callable[[], None]:
        return lambda: page.get_by_role("button", name=name).click()

    name, text = saved(page, press("Steps (CSV)"))
    assert name == "mlp-steps.csv"
    steps = columns(text)
    assert list(map(int, steps["step"])) == list(range(1, step + 1))
    assert list(steps) == ["step", "epoch", "time_s", "loss", "accuracy"]
    assert float(steps["loss"][-1]) == pytest.approx(
        float(latest(panel, STEPS).replace("e−", "e-")), rel=1e-3
    )

    name, text = saved(page, press("Epochs (CSV)"))
    epochs = columns(text)
    assert name == "mlp-epochs.csv"
    assert {"loss", "accuracy", "val_loss", "val_accuracy"} <= set(epochs)
    until(
        lambda: panel.points() == step + 2 * len(epochs["step"]), "all that was exported", page=page
    )

    name, text = saved(page, press("Everything (JSON)"))
    assert name == "mlp-run.json"
    everything = json.loads(text)
    assert everything["state"] == "stopped"
    assert everything["steps"]["loss"] == list(map(float, steps["loss"]))
    assert everything["history"]["val_loss"] == list(map(float, epochs["val_loss"]))
    assert [m["text"] for m in everything["markers"]].count("Learning rate 0.001 → 0.0125") == 1

    chart = panel.charts.first
    name, text = saved(page, chart.locator('[data-action="csv"]').click)
    assert name == "loss.csv"
    rows = [line.rsplit(",", 4) for line in text.splitlines()]
    assert rows[0] == ["series", "step", "epoch", "time_s", "value"]
    mine = [row for row in rows[1:] if row[0].strip('"') == STEPS]
    assert [float(row[4]) for row in mine] == everything["steps"]["loss"]


def compare(panel: Panel) -> None:
    """Keep the curve as a reference, and start another run in front of it."""
    page = panel.page
    seen = panel.legend()
    page.get_by_role("button", name="Keep as reference").click()
    pale = panel.charts.first.locator(".dlw-legend-reference .dlw-legend-name")
    expect(pale).to_have_count(len(seen))
    assert all(name.startswith("Run 1: ") for name in pale.all_text_contents())
    # Which settings they were stays on the page.
    expect(page.get_by_text("Run 1: MLP 200-150, Adam 0.001, batch 32")).to_be_visible()
    references = pale.all_text_contents()
    ended_at = panel.step

    set_epochs(page, 3)
    panel.press("start")
    panel.becomes("finished")
    expect(panel.chip).to_have_text("Finished")
    assert panel.step == 3 * 45 != ended_at
    assert panel.caught_up() == 3 * 45
    until(lambda: panel.points() == 3 * 45 + 2 * 3, "the points of this run, no others", page=page)
    assert pale.all_text_contents() == references
    assert len(panel.legend()) == 2 * len(seen)
    # There is one rate for form and run: the one that was set last.
    expect(panel.rate).to_have_value("0.0125")
    until(
        lambda: any("best epoch" in text for text in panel.markers()), "the best epoch", page=page
    )

    look_closer(panel)
    page.get_by_role("button", name="Clear references").click()
    expect(pale).to_have_count(0)
    until(lambda: panel.points() == 3 * 45 + 2 * 3, "the points of this run", page=page)


def look_closer(panel: Panel) -> None:
    """Read values without covering a curve, and zoom: both charts show the same steps."""
    loss, accuracy = panel.charts.nth(0), panel.charts.nth(1)
    # One pale color per run, told apart from the live ones.
    swatch = ".dlw-legend-reference .dlw-swatch"
    script = "all => new Set(all.map((e) => e.style.getPropertyValue('--dlw-color'))).size"
    assert loss.locator(swatch).evaluate_all(script) == 1

    plot = loss.locator(".dlw-chart-host")
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    assert box is not None
    at = {"x": 60 + (box["width"] - 80) / 2, "y": box["height"] / 2}
    plot.hover(position=at)  # the reference goes on longer than this run, whose values end before
    note = loss.locator(".dlw-hover-note")
    expect(note).to_have_text(re.compile(r"^step \d+ · epoch "))
    note_box = note.bounding_box()
    assert note_box is not None
    assert note_box["y"] > box["y"] + box["height"] - 40, "below the plot"
    expect(loss.locator(".dlw-legend-value").last).not_to_have_text("–")
    plot.hover(position={**at, "x": 70})
    assert latest(panel, STEPS) != "–"
    plot.hover(position=at)

    page = panel.page
    page.mouse.down()
    page.mouse.move(box["x"] + at["x"] + 40, box["y"] + at["y"], steps=5)
    page.mouse.up()
    everything = '[data-action="reset"]'
    for chart in (loss, accuracy):
        expect(chart.locator(everything)).to_be_enabled()
    ticks = [chart.locator(".xtick text") for chart in (loss, accuracy)]
    until(lambda: len({tuple(t.all_text_contents()) for t in ticks}) == 1, "one axis", page=page)
    assert "0" not in ticks[0].all_text_contents()
    accuracy.locator(everything).click()
    for chart in (loss, accuracy):
        expect(chart.locator(everything)).to_be_disabled()
        expect(chart.locator(".xtick text").first).to_have_text("0")


def set_rate(page: Page, rate: str) -> None:
    slider = page.locator(".dlw-form .widget-slider").filter(has_text="Learning rate")
    slider.locator(".widget-readout").fill(rate)
    slider.locator(".widget-readout").press("Enter")


def test_line_diverges_and_converges(page: Page, dashboards: Server) -> None:
    panel = open_train(page, dashboards)
    field(page, "Data").select_option(label="Line y = 2x − 1")
    expect(panel.bar.locator(".dlw-run-name")).to_have_text("One neuron")
    set_rate(page, "1")
    # Pressed twice in one moment: one run.
    panel.button("start").dblclick()
    panel.becomes("failed")
    expect(panel.chip).to_have_text("Failed")
    expect(panel.message).to_contain_text(re.compile(r"(infinite|NaN) (at|by) step \d+"))
    expect(panel.message).to_have_attribute("data-kind", "error")
    assert panel.points() > 0, "what was recorded is still there"
    until(lambda: any(t.startswith("Failed:") for t in panel.markers()), "its marker", page=page)

    set_rate(page, "0.05")
    set_epochs(page, 40)
    panel.press("start")
    panel.becomes("finished")
    expect(panel.message).not_to_have_attribute("data-kind", "error")
    assert panel.step == 40 * 3, "six samples, two at a time"
    figure = page.locator(".dlw-predictions .dlw-figure")
    expect(figure).to_have_attribute("data-ready", "true")
    # The data lies on y = 2x − 1, and that is what the neuron finds.
    title = page.locator(".dlw-predictions .dlw-wrapped")
    expect(title).to_have_text(re.compile(r"y = [\d.]+·x − [\d.]+"))

    def found() -> bool:
        slope, intercept = re.findall(r"[\d.]+", (title.text_content() or "").partition("=")[2])
        return abs(float(slope) - 2) < 0.01 and abs(float(intercept) - 1) < 0.01

    until(found, "the line of the data", page=page)


def test_stop_at_once_and_two_visitors(new_page: Callable[..., Page], dashboards: Server) -> None:
    wide = new_page(color_scheme="dark")
    narrow = new_page(viewport={"width": 360, "height": 740}, color_scheme="light")
    one, other = open_train(wide, dashboards), open_train(narrow, dashboards)
    assert wide.evaluate("document.body.dataset.jpThemeLight") == "false"
    set_epochs(wide, 5000)
    one.press("start")
    one.becomes("running")
    one.grows(50)
    assert (other.state, other.points()) == ("ready", 0)

    # Before the first step: the graphs are still being built.
    set_epochs(narrow, 20)
    other.press("start")
    other.button("stop").click()
    assert other.becomes("stopped") == "stopped"
    assert other.step <= 1
    assert overflow(narrow) <= 0
    other.press("start")
    other.becomes("running", "finished")
    other.grows(50)
    one.press("pause")
    one.becomes("paused")
    other.becomes("finished")
    assert one.state == "paused"

    for panel in (one, other):
        panel.charts.first.locator('[data-action="table"]').click()
        expect(panel.charts.first.locator("tbody tr").first).to_be_visible()
        assert overflow(panel.page) <= 0
    text, back = colors(wide, ".dlw-run-name"), colors(narrow, ".dlw-run-name")
    assert text > 500 > 265 > back, "light text on the dark page, dark text on the light one"
    one.press("stop")
    one.becomes("stopped")


def colors(page: Page, selector: str) -> int:
    """How light the text of an element is, 0 to 765."""
    script = "e => getComputedStyle(e).color.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    return int(sum(page.locator(selector).first.evaluate(script)))
