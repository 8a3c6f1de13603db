"""The Mistakes page in a browser: matrix, predictions and vectors speak of the same images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import Panel, at_rest, overflow, still, top_of
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server

PIXELS = "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).join()"


def number_of(locator: Locator, name: str) -> int:
    return int(locator.get_attribute(f"data-{name}") or -1)


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/mistakes.ipynb")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running", "finished")
    confusion = page.locator(".dlw-confusion")
    cards = page.locator(".dlw-prediction-cards")
    expect(confusion).to_have_attribute("data-classes", "10")
    expect(cards).to_have_attribute("data-count", "24")
    if panel.state == "running":
        panel.press("stop")
    panel.becomes("stopped", "finished")
    latest = f"after step {panel.step:,}"
    expect(confusion.locator(".dlw-summary")).to_contain_text(latest)
    expect(cards.locator(".dlw-summary")).to_contain_text(latest)
    assert overflow(page) <= 0

    # All of the matrix is on the first screen; in a narrow window it comes before the form.
    matrix, form = page.locator(".dlw-matrix"), page.locator(".dlw-form").first
    place = "e => { const box = e.getBoundingClientRect(); return [box.top, box.bottom] }"
    page.set_viewport_size({"width": 1280, "height": 800})
    until(lambda: matrix.evaluate(place)[1] <= 800, "all of the matrix", page=page)
    page.set_viewport_size({"width": 420, "height": 800})
    narrow = lambda: matrix.evaluate(place)[0] < 600 < form.evaluate(place)[0]  # noqa: E731
    until(narrow, "the matrix first", page=page)
    page.set_viewport_size({"width": 1280, "height": 800})
    until(lambda: form.evaluate(place)[0] < 200, "the form first", page=page)

    # The keys: from nowhere to the first cell, one down and one right; Enter shows its samples.
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        matrix.press(key)
    readout = confusion.locator(".dlw-matrix-readout")
    expect(readout).to_contain_text(re.compile(r"of class 1 .*predicted correctly"))
    right = int((readout.text_content() or "").split(" ")[0])
    matrix.press("Enter")
    expect(confusion).to_have_attribute("data-cell", "1,1")
    expect(cards).to_have_attribute("data-total", str(right))
    expect(cards.locator('[data-role="true-class"]')).to_have_value("1")
    cards.locator('[data-role="reset"]').click()
    expect(cards).to_have_attribute("data-total", "359")

    cards.locator('[data-role="order"]').select_option("data")
    cards.locator('[data-role="next"]').click()
    expect(cards).to_have_attribute("data-page", "1")
    card = cards.locator('.dlw-card[data-index="30"]')
    card.click()
    vectors = page.locator(".dlw-vectors")
    expect(vectors).to_have_attribute("data-selected", "30")
    expect(cards.locator(".dlw-detail-title")).to_have_text("Sample 30")
    expect(cards.locator(".dlw-detail-bars tr")).to_have_count(10)
    cards.locator(".dlw-cards").press("PageDown")
    expect(cards).to_have_attribute("data-page", "2")
    expect(cards).to_have_attribute("data-index", "48")

    until(
        lambda: number_of(vectors, "selected") == 48, "the same sample in the embedding", page=page
    )
    surface = page.locator(".dlw-vectors-surface")
    surface.press("ArrowLeft")
    until(lambda: number_of(vectors, "selected") not in (-1, 48), "another point", page=page)
    chosen = number_of(vectors, "selected")
    expect(cards).to_have_attribute("data-index", str(chosen))
    expect(vectors.locator(".dlw-tip")).to_contain_text(f"sample {chosen}")
    begins_again(page, panel, chosen)
    a_rare_class_and_its_threshold(page, panel)


def begins_again(page: Page, panel: Panel, chosen: int) -> None:
    """Another run moves nothing, from its start to its first views, and keeps the image."""
    cards, confusion = page.locator(".dlw-prediction-cards"), page.locator(".dlw-confusion")
    blocks = (".dlw-confusion", ".dlw-prediction-cards", ".dlw-vectors", ".dlw-chart", ".dlw-try")
    with still(page, *blocks):
        panel.press("start")
        panel.becomes("running", "finished")
        expect(confusion).to_have_attribute("data-classes", "10")
        expect(page.locator(".dlw-vectors")).to_have_attribute("data-count", "359")
        expect(cards).to_have_attribute("data-index", str(chosen))
        page.wait_for_timeout(500)  # frames in which what has come may move what is below
    if panel.state == "running":
        panel.press("stop")
    panel.becomes("stopped", "finished")


def a_rare_class_and_its_threshold(page: Page, panel: Panel) -> None:
    question = page.locator(".widget-dropdown").filter(has_text="Question").locator("select")
    question.select_option(label="Is it “8”?")
    panel.press("start")
    confusion = page.locator(".dlw-confusion")
    expect(confusion).to_have_attribute("data-classes", "2")
    panel.becomes("running", "finished")
    if panel.state == "running":
        panel.press("stop")
    panel.becomes("stopped", "finished")
    latest = f"after step {panel.step:,}"
    expect(confusion.locator(".dlw-summary")).to_contain_text(latest)
    slider = confusion.locator('[data-role="threshold"]')
    recall = confusion.locator(".dlw-tile").nth(1).locator("b")
    slider.fill("0")
    expect(recall).to_have_text("100.0%")
    expect(confusion.locator(".dlw-tile").nth(0).locator("b")).to_have_text("9.7%")
    slider.fill("1")
    expect(confusion.locator(".dlw-threshold-value")).to_have_text("1.000")
    until(lambda: recall.text_content() != "100.0%", "another recall", page=page)


def test_the_replay_shows_how_confusions_vanished(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/mistakes.ipynb?epochs=4000")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    confusion = page.locator(".dlw-confusion")
    expect(confusion).to_have_attribute("data-classes", "10")
    slider = confusion.locator('[data-role="step"]')
    until(lambda: int(slider.get_attribute("max") or 0) >= 8, "some recorded steps", page=page)
    panel.press("pause")
    panel.becomes("paused")
    until(
        lambda: f"after step {panel.step:,}" in (confusion.text_content() or ""),
        "the newest matrix",
        page=page,
    )
    matrix, place = confusion.locator("canvas.dlw-matrix"), top_of(confusion.locator(".dlw-replay"))
    now = at_rest(page, lambda: matrix.evaluate(PIXELS))

    # By the keys: the first recorded step, long before the present.
    slider.focus()
    slider.press("Home")
    summary = confusion.locator(".dlw-summary")
    expect(summary).to_contain_text("Replay of step")
    first = number_of(confusion, "replayed")
    assert 0 <= first < panel.step
    assert matrix.evaluate(PIXELS) != now
    accuracy = float((summary.text_content() or "").split("accuracy ")[1].rstrip("%"))
    recalls = confusion.locator(".dlw-scores tbody td:nth-child(3)").all_text_contents()
    mean = sum(float(text.rstrip("%")) for text in recalls) / 10
    assert abs(accuracy - mean) < 3, "the table is that of the replay"
    slider.press("ArrowRight")
    until(lambda: number_of(confusion, "replayed") > first, "the next step", page=page)
    confusion.locator('[data-role="live"]').click()
    expect(summary).to_contain_text(f"after step {panel.step:,}")
    assert matrix.evaluate(PIXELS) == now

    # Played to its end, it is live again, and nothing has moved.
    confusion.locator('[data-role="replay"]').click()
    expect(summary).to_contain_text("Replay of step")
    expect(summary).to_contain_text(f"after step {panel.step:,}")
    assert abs(top_of(confusion.locator(".dlw-replay")) - place) < 2
    panel.press("stop")
