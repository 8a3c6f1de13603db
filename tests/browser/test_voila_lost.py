"""A page whose kernel ends while it trains: it says so, and stays as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

from tests.browser.helpers import Panel, notebook
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

CELL = """
import os
import ipywidgets
import dlwidgets as dl

page = dl.TrainDashboard(start=False)
end = ipywidgets.Button(description="End the kernel")
end.on_click(lambda _: os._exit(1))
ipywidgets.VBox([page, end])
"""

PLACES = """() => [...document.querySelectorAll(".dlw, .jupyter-widgets")]
  .filter((element) => element.offsetParent)
  // The bar has something to say, and makes what it is in higher.
  .filter((element) => !element.closest(".dlw-run-bar") && !element.querySelector(".dlw-run-bar"))
  .map((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    const name = element.className.replace(/ ?jupyter-widgets-disconnected/g, "").trim();
    return [name, Math.round(x), Math.round(width), Math.round(height)];
  })"""

DISCONNECT = """() => {
  for (const element of document.querySelectorAll(".jupyter-widgets"))
    element.classList.add("jupyter-widgets-disconnected");
}"""


def places(page: Page) -> list[list[Any]]:
    """Where widgets are from left to right, and how large."""
    found: list[list[Any]] = page.evaluate(PLACES)
    return found


def test_a_kernel_that_ends_in_mid_training(page: Page, dashboards: Server) -> None:
    notebook(dashboards.folder / "lost.ipynb", CELL)
    page.goto(dashboards.url + "voila/render/lost.ipynb")
    panel = Panel(page, page.locator("body"))
    expect(panel.chip).to_be_visible()
    start = page.locator(".dlw-run-bar button[data-action=start]")
    expect(start).to_be_enabled()
    start.focus()
    page.keyboard.press("Enter")
    panel.becomes("running")
    # The focus is on what the button has started, not lost.
    assert page.evaluate("() => document.activeElement.closest('.dlw-run-bar') !== null")
    panel.grows(20)
    panel.press("pause")
    panel.becomes("paused")
    page.wait_for_timeout(1500)
    before = places(page)
    page.get_by_role("button", name="End the kernel").click()
    until(lambda: panel.state == "lost", "the page to notice", page=page)
    expect(panel.chip).to_have_text("Lost")
    expect(panel.message).to_have_text("This panel has no kernel.")
    for action in ("start", "pause", "step", "stop"):
        button = panel.bar.locator(f'button[data-action="{action}"]')
        assert not button.count() or button.is_disabled()
    expect(page.locator("#page-lost")).to_be_visible()
    # As JupyterLab marks every widget of a kernel that has ended.
    page.evaluate(DISCONNECT)
    page.wait_for_timeout(300)
    assert places(page) == before
