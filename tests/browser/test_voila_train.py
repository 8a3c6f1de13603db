"""The Train page in a browser, as a visitor uses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser_help import Panel, stays, until
from playwright.sync_api import expect

if TYPE_CHECKING:
    from browser_help import Server
    from playwright.sync_api import Page


def open_train(page: Page, dashboards: Server) -> Panel:
    page.goto(dashboards.url + "voila/render/train.ipynb")
    panel = Panel(page, page.locator(".dlw-training-panel"))
    expect(panel.button("start")).to_be_enabled()
    return panel


def test_start_pause_step_rate_resume_stop(page: Page, dashboards: Server) -> None:
    panel = open_train(page, dashboards)
    expect(panel.chip).to_have_text("Ready")
    expect(panel.charts.first).to_contain_text("Press Start")
    panel.press("start")
    panel.becomes("running")
    panel.grows(50)

    panel.press("pause")
    panel.becomes("paused")
    expect(panel.chip).to_have_text("Paused")
    step = panel.caught_up()
    points = stays(page, panel.points)
    panel.press("step")
    until(page, lambda: panel.step == step + 1, "one step")
    until(page, lambda: panel.points() == points + 1, "one point")
    assert stays(page, lambda: (panel.step, panel.state)) == (step + 1, "paused")
