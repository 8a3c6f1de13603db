"""Runs in JupyterLab: the page and the kernel behind it agree."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import columns, saved, stays
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.helpers import Panel
    from tests.browser.lab_helpers import Kernel, Notebook

FIT = "model = small()\nrun = train(model)"


def test_steering_agrees_with_the_kernel(
    page: Page, kernel: Kernel, open_notebook: Callable[..., Notebook]
) -> None:
    book = open_notebook(FIT, "run", "dl.TrainingPanel(run)")
    book.run_all()
    panel, other = book.panel(1), book.panel(2)
    panel.becomes("running")
    panel.grows(100)
    other.grows(100)

    panel.press("pause")
    panel.becomes("paused")
    other.becomes("paused")
    assert kernel.value("run.state") == "paused"
    steps = kernel.value("run.step_count")
    assert panel.caught_up(1) == other.caught_up(1) == steps
    assert panel.points() == other.points()
    assert stays(page, lambda: (panel.points(), panel.step))[1] == steps
    assert kernel.value("run.step_count") == steps, "nothing happened meanwhile"

    other.press("step")
    until(lambda: panel.step == steps + 1, "one step, seen in the other panel", page=page)
    assert kernel.value("[run.step_count, run.state]") == [steps + 1, "paused"]
    kernel.run("run.step(3)")
    until(lambda: panel.step == other.step == steps + 4, "three steps from the kernel", page=page)

    change_rate(panel, kernel)
    expect(other.rate).to_have_value("0.005")
    keys(panel, book)
    panel.press("resume")
    until(lambda: kernel.value("run.state") == "running", "running in the kernel", page=page)
    until(lambda: "Learning rate 0.01 → 0.005" in panel.markers(1), "the marker", page=page)
    other.grows(50)
    kernel.run("run.pause()")
    panel.becomes("paused")
    kernel.run("run.resume()")
    panel.becomes("running")
    other.press("stop")
    panel.becomes("stopped")
    assert kernel.run("run.wait(10)", "run.state") == "stopped"
    assert panel.caught_up(1) == other.caught_up(1) == kernel.value("run.step_count")
    for button in ("start", "pause", "step", "stop"):
        expect(panel.button(button)).to_be_disabled()

    name, text = saved(page, panel.charts.first.locator('[data-action="csv"]').click)
    assert name == "loss.csv"
    table = columns(text)
    mine = [
        float(v)
        for s, v in zip(table["series"], table["value"], strict=True)
        if s == "loss per step"
    ]
    assert mine == kernel.value("run.metrics['loss'].value.tolist()")


def change_rate(panel: Panel, kernel: Kernel) -> None:
    rate = "float(model.optimizer.learning_rate)"
    before = kernel.value(rate)
    expect(panel.rate).to_have_value("0.01")
    for wrong in ("abc", "0", "-1"):
        panel.set_rate(wrong)
        expect(panel.rate_error).to_contain_text("a number above 0")
        assert kernel.value(rate) == before
    panel.set_rate("5e-3")
    expect(panel.rate_error).to_be_hidden()
    until(lambda: kernel.value(rate) != before, "another rate in the optimizer", page=panel.page)
    assert kernel.value(rate) == pytest.approx(0.005)


def keys(panel: Panel, book: Notebook) -> None:
    """Keys steer the run and mean nothing to the notebook, in command mode as well."""
    page, kernel = book.page, book.kernel
    cells = page.locator(".jp-Notebook .jp-Cell")
    count = cells.count()
    steps = kernel.value("run.step_count")
    book.command("notebook:enter-command-mode")
    panel.bar.focus()
    page.keyboard.press("s")
    until(lambda: kernel.value("run.step_count") == steps + 1, "one step by key", page=page)
    page.keyboard.press("Space")
    panel.becomes("running")
    page.keyboard.press("Space")
    panel.becomes("paused")
    # What cuts, adds and merges cells in command mode does nothing in the panel.
    for key in ("a", "b", "d", "d", "Shift+m", "y"):
        page.keyboard.press(key)
    panel.rate.focus()
    page.keyboard.type("xabddz")
    expect(panel.rate).to_have_value("0.005xabddz")
    panel.rate.press("Escape")
    expect(panel.rate).to_have_value("0.005")
    assert stays(page, cells.count, 0.3) == count
    assert kernel.value("run.state") == "paused"


def test_reload_in_mid_training_shows_the_whole_curve(
    page: Page, kernel: Kernel, open_notebook: Callable[..., Notebook]
) -> None:
    book = open_notebook(FIT, "run")
    book.run_all()
    panel = book.panel(1)
    until(lambda: panel.step > 3000, "a long curve", page=page)
    book.command("docmanager:save")
    before = panel.step
    page.reload()
    book.ready()
    panel = book.panel(1)
    chart = panel.charts.first
    until(lambda: int(chart.get_attribute("data-total") or 0) >= before, "all points", page=page)
    panel.grows(50)
    panel.press("pause")
    panel.becomes("paused")
    steps = kernel.value("run.step_count")
    epochs = kernel.value("len(run.history['loss'])")
    until(lambda: chart.get_attribute("data-total") == str(steps + epochs), "each point", page=page)
    # From its first step to its last.
    chart.locator('[data-action="table"]').click()
    seen = chart.locator("tbody th")
    expect(seen.first).to_have_text(f"{steps:,}")
    first = int((seen.last.text_content() or "").replace(",", ""))
    assert first <= steps / 10
    panel.press("step")
    until(lambda: kernel.value("run.step_count") == steps + 1, "one step", page=page)
    panel.press("stop")
    panel.becomes("stopped")

    # The page closed, and opened again after the end.
    page.goto("about:blank")
    book.open()
    panel = book.panel(1)
    panel.becomes("stopped")
    total = steps + 1 + kernel.value("len(run.history['loss'])")
    until(
        lambda: panel.charts.first.get_attribute("data-total") == str(total), "all of it", page=page
    )


def test_training_goes_on_while_the_page_is_closed_and_through_an_interrupt(
    page: Page, kernel: Kernel, open_notebook: Callable[..., Notebook]
) -> None:
    book = open_notebook(FIT, "run", "busy = True\nwhile busy:\n    time.sleep(0.05)")
    for _ in range(2):
        book.command("notebook:run-cell-and-select-next")
    panel = book.panel(1)
    panel.becomes("running")
    book.command("notebook:run-cell", wait=False)
    until(lambda: book.prompt(2) == "[*]:", "a busy cell", page=page)
    panel.grows(200)
    book.command("notebook:interrupt-kernel")
    until(lambda: book.prompt(2) not in ("[*]:", "[ ]:"), "the end of the cell", page=page)
    expect(book.cell(2)).to_contain_text("KeyboardInterrupt")
    assert kernel.value("run.state") == "running"
    panel.grows(200)
    panel.press("pause")
    panel.becomes("paused")
    panel.press("resume")
    panel.becomes("running")
    book.command("docmanager:save")

    page.goto("about:blank")
    steps = kernel.value("run.step_count")
    until(
        lambda: kernel.value("run.step_count") > steps + 500, "training without a page", page=page
    )
    book.open()
    panel = book.panel(1)
    until(lambda: panel.step > steps + 500, "the step of the kernel", page=page)
    panel.press("stop")
    panel.becomes("stopped")


def test_live_draws_while_its_cell_is_busy(
    page: Page, kernel: Kernel, open_notebook: Callable[..., Notebook]
) -> None:
    book = open_notebook(
        "model = small()\nlive = dl.Live()",
        "model.fit(x, y, batch_size=32, epochs=100_000, verbose=0, callbacks=[live]);",
    )
    book.command("notebook:run-cell-and-select-next")
    book.command("notebook:run-cell", wait=False)
    panel = book.panel(1)
    panel.becomes("running")
    panel.grows(100)
    assert book.prompt(1) == "[*]:"
    for button in ("start", "pause", "step", "stop"):
        expect(panel.button(button)).to_be_disabled()
        expect(panel.button(button)).to_have_attribute(
            "title", re.compile("Training blocks this cell")
        )
    expect(panel.message).to_contain_text("Train with dlwidgets.fit")
    expect(panel.rate).to_be_disabled()
    step = panel.step
    panel.bar.focus()
    page.keyboard.press("Space")
    until(lambda: panel.step > step + 50, "training that no key stops", page=page)
    book.command("notebook:interrupt-kernel")
    panel.becomes("stopped")
    until(lambda: book.prompt(1) != "[*]:", "the end of the cell", page=page)
    assert kernel.value("live.run.state") == "stopped"
    steps = kernel.value("live.run.step_count")
    assert panel.caught_up(1) == steps

    # The model is free again: the same cell, to its end.
    kernel.run("history = model.fit(x, y, epochs=2, verbose=0, callbacks=[dl.Live()])")
    assert kernel.value("len(history.history['loss'])") == 2


def test_dashboard_in_a_dark_notebook_starts_one_run_and_fits_its_cell(
    page: Page, kernel: Kernel, open_notebook: Callable[..., Notebook]
) -> None:
    kernel.run(
        "from dlwidgets import training\n"
        "fits, real = [], training.fit\n"
        "def counted(*args, **kwargs):\n"
        "    fits.append(args)\n"
        "    runs.append(real(*args, **kwargs))\n"
        "    return runs[-1]\n"
        "training.fit = counted"
    )
    book = open_notebook(
        "page = dl.TrainDashboard(start=False)\npage.form.epochs.value = 5000\npage"
    )
    page.evaluate(
        "jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
    )
    book.run_all()
    panel = book.panel(0)
    until(lambda: page.evaluate("document.body.dataset.jpThemeLight") == "false", "dark", page=page)
    expect(panel.button("start")).to_be_enabled()
    panel.button("start").dblclick()
    panel.becomes("running")
    panel.grows(50)
    assert kernel.run("training.fit = real", "len(fits)") == 1
    light = "e => getComputedStyle(e).color.match(/[\\d.]+/g).slice(0, 3).map(Number)"
    name = panel.bar.locator(".dlw-run-name")
    assert sum(name.evaluate(light)) > 500, "light text"
    cut = "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"
    assert panel.bar.locator(".dlw-progress-text > span").evaluate_all(cut) == []

    page.set_viewport_size({"width": 700, "height": 1000})
    for part in (".dlw-run-bar", ".dlw-chart", ".dlw-image-grid", ".dlw-form"):
        element = book.cell(0).locator(part).first
        until(
            lambda element=element: element.evaluate("e => e.scrollWidth <= e.clientWidth"),
            f"{part} as wide as its place",
            page=page,
        )
    panel.press("stop")
    panel.becomes("stopped")


def test_a_viewer_is_as_wide_as_its_cell(open_notebook: Callable[..., Notebook]) -> None:
    book = open_notebook("dl.FilterViewer(dl.models.small_cnn((8, 8, 1), 10))")
    book.run_all()
    viewer = book.cell(0).locator(".dlw-filters")
    expect(viewer.locator(".dlw-image-grid").first).to_be_visible()
    inside = "e => e.getBoundingClientRect().right - e.parentElement.getBoundingClientRect().right"
    assert viewer.evaluate(inside) <= 0
    assert viewer.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert viewer.evaluate("e => e.parentElement.scrollWidth - e.parentElement.clientWidth") <= 0


def test_a_notebook_opens_as_a_page_beside_it(
    page: Page, open_notebook: Callable[..., Notebook]
) -> None:
    open_notebook("import dlwidgets as dl\ndl.DrawPad()")
    page.get_by_role("button", name="Render with Voil").click()
    page.get_by_role("button", name="Render anyway").click()
    shown = page.frame_locator(".jp-IFrame iframe").locator(".dlw-draw-surface")
    expect(shown.locator("canvas").first).to_be_visible()
    expect(page.locator(".Toastify__toast")).to_have_count(0)
