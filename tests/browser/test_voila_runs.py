"""The Runs page in a browser, and a run that survives the page it was started on."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dlwidgets.recording import RecordingError, open_run, places, read_resume
from tests.browser.helpers import REPOSITORY, Panel, overflow
from tests.browser.test_every_page import Watch, assert_accessible
from tests.browser.translated import assert_translated
from tests.helpers.run_folders import MadeRun
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server

_OTHER = """
import sys
from pathlib import Path
from tests.helpers.run_folders import MadeRun
made = MadeRun(Path(sys.argv[1]), "from elsewhere").train(1)
for _ in sys.stdin:
    made.train(1)
"""


def row(page: Page, name: str) -> Locator:
    named = page.locator(".dlw-rt-name", has_text=re.compile(f"^{re.escape(name)}$"))
    return page.locator("tr[data-id]").filter(has=named)


def act(page: Page, name: str) -> None:
    page.locator(f'.dlw-rt-toolbar [data-act="{name}"]').click()


def opened(page: Page, dashboards: Server, query: str = "") -> Locator:
    page.goto(dashboards.url + "voila/render/runs.ipynb" + query)
    table = page.locator(".dlw-run-table[data-ready]")
    table.wait_for()
    return table


def test_two_runs_are_compared_renamed_deleted_and_another_appears(
    page: Page, dashboards: Server
) -> None:
    recent = places.recent_folder()
    MadeRun(recent, "left aside").train(2).end()
    made = MadeRun(recent, "<b>slow</b>", tags=("base",)).train(4).end()
    MadeRun(recent, "fast", rate=0.01).train(3).end("stopped")
    watch = Watch(page, dashboards.url)
    table = opened(page, dashboards, "?lang=xx")
    assert_translated(page, "<b>slow</b>", "fast", "left aside")
    expect(row(page, "<b>slow</b>").locator(".dlw-rt-state")).to_have_text("Finished")
    # These two, and neither the third nor what other tests have left.
    row(page, "<b>slow</b>").click()
    row(page, "fast").click(modifiers=["Control"])
    act(page, "compare")
    charts = page.locator(".dlw-run-curves .dlw-chart")
    until(lambda: charts.first.get_attribute("data-points") == "140", "both curves", page=page)
    expect(charts.first.locator(".dlw-legend-name").filter(has_text="fast")).to_have_count(1)
    parameters = page.locator(".dlw-run-parameters")
    expect(parameters).to_contain_text("optimizer.learning_rate")
    expect(parameters).not_to_contain_text("batch_size")
    parameters.get_by_label("Only differences").uncheck()
    expect(parameters).to_contain_text("batch_size")

    # One curve less, in the color that stays free.
    row(page, "fast").get_by_role("button", name="Hide the curves of fast").click()
    expect(charts.first.locator(".dlw-legend-name").filter(has_text="fast")).to_have_count(0)

    # A name and a tag, by keyboard.
    row(page, "<b>slow</b>").click()
    page.keyboard.press("F2")
    page.keyboard.type("the <i>slow</i> one")
    page.keyboard.press("Enter")
    expect(row(page, "the <i>slow</i> one")).to_have_count(1)
    until(lambda: open_run(made.path).name == "the <i>slow</i> one", "the new name", page=page)
    row(page, "the <i>slow</i> one").get_by_role("button", name=re.compile("^Add a tag")).click()
    page.keyboard.type("kept")
    page.keyboard.press("Enter")
    search = page.get_by_role("searchbox", name="Find runs")
    search.fill("tag:kept")
    expect(table).to_have_attribute("data-shown", "1")
    search.fill("")

    # A run of another process appears, and grows.
    command = [sys.executable, "-c", _OTHER, str(recent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=REPOSITORY, text=True) as other:
        elsewhere = row(page, "from elsewhere")
        expect(elsewhere.locator(".dlw-rt-state")).to_have_text("Running")
        expect(elsewhere.locator(".dlw-rt-epoch")).to_contain_text("1 of 5")
        assert other.stdin is not None
        other.stdin.write("\n")
        other.stdin.flush()
        expect(elsewhere.locator(".dlw-rt-epoch")).to_contain_text("2 of 5")
        other.kill()
    expect(elsewhere.locator(".dlw-rt-state")).to_have_text("Interrupted")

    # Deleted, and back.
    row(page, "the <i>slow</i> one").click()
    act(page, "delete")
    expect(row(page, "the <i>slow</i> one")).to_have_count(0)
    assert not made.path.exists()
    act_undo = page.locator('[data-act="undo"]')
    act_undo.click()
    expect(row(page, "the <i>slow</i> one")).to_have_count(1)
    assert made.path.exists()

    act(page, "open")
    expect(page.locator(".dlw-runs-opened .dlw-training-panel")).to_have_count(1)
    assert_accessible(page, "runs")
    assert not watch.asked
    assert not watch.complaints
    assert not page.evaluate("() => window.kernelErrors")
    page.set_viewport_size({"width": 420, "height": 900})
    expect(table).to_have_attribute("data-size", "narrow")
    assert overflow(page) <= 0


def saved_step(name: str) -> int:
    """The step of the newest state that is on the disk; 0 for none."""
    try:
        return int(read_resume(places.recent_folder() / name)[1]["step"])
    except RecordingError:
        return 0


def test_a_run_goes_on_after_a_reload_and_after_its_page(page: Page, dashboards: Server) -> None:
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(dashboards.url + "voila/render/train.ipynb?model=mlp&epochs=2000")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    until(lambda: panel.step > 200, "steps", page=page)
    until(lambda: "run=" in page.url, "the run in the address", page=page)
    name = re.findall(r"run=([\w.-]+)", page.url)[0]
    until(lambda: saved_step(name) > 1, "a state on the disk", page=page)
    page.reload()
    question = page.locator(".dlw-go-on")
    asked = re.compile(r"Resume the run that was here\? .*: from step [\d,]+, in epoch [\d,]+ of ")
    expect(question).to_contain_text(asked)
    question.get_by_role("button", name="Resume").click()
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    until(lambda: panel.step > 200, "more steps", page=page)
    expect(question).to_be_hidden()
    assert re.findall(r"run=([\w.-]+)", page.url) == [name]
    assert len([one for one in places.recent_folder().iterdir() if one.name == name]) == 1
    before = saved_step(name)
    until(lambda: saved_step(name) > before, "a later state on the disk", page=page)

    # Its page is gone: the Runs page knows what it was, and sends it back there.
    opened(page, dashboards)
    mine = page.locator(f'tr[data-id$="{name}"]')
    # Stopped where its kernel had the time to end it.
    ended = re.compile("Interrupted|Stopped")
    expect(mine.locator(".dlw-rt-state")).to_have_text(ended, timeout=90_000)
    mine.click()
    with page.context.expect_page() as waiting:
        act(page, "resume")
    again = waiting.value
    resumed = Panel(again, again.locator("body"))
    resumed.becomes("running")
    until(lambda: resumed.step > 200, "more steps", page=again)
    expect(mine.locator(".dlw-rt-state")).to_have_text("Running")
    resumed.press("stop")
    resumed.becomes("stopped")
    again.close()
