"""Pages in the reader's language: Chinese, and an invented one that shows what isn't translated."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import Panel, overflow
from tests.helpers.waiting import NotInTimeError, until

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.helpers import Server
    from tests.browser.lab_helpers import Kernel, Notebook

# Texts and tooltips of ours that went to the page without passing through the translation.
UNTRANSLATED = """() => {
  // Layers have names of Python's: translated.py knows them, and reads the graph's other texts.
  const left = '[translate="no"], .notranslate, script, style, textarea, option, ' +
    '.dlw-run-name, .dlw-mg-node';
  const found = new Set();
  const note = (text) => {
    // Names and abbreviations are the same in every language: Adam, MNIST, CPU, MLP 200-150.
    const name = /^\\S*[A-Z]\\S*$/.test(text);
    // A part of a translated text, such as one in bold, has its accents, but not its end.
    const translated = /[áčďéíňóřšťúýž~]/i.test(text);
    if (/[a-z]{3}/.test(text) && !translated && !name) found.add(text.trim());
  };
  for (const root of document.querySelectorAll('[class*="dlw-"]')) {
    const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (!node.parentElement.closest(left)) note(node.data);
    }
    for (const element of root.querySelectorAll("[title], [placeholder], [aria-label]")) {
      if (element.closest(left)) continue;
      for (const name of ["title", "placeholder", "aria-label"]) {
        note(element.getAttribute(name) ?? "");
      }
    }
  }
  found.delete("null");  // a tooltip of ipywidgets without a text
  return [...found];
}"""


def test_gallery_speaks_the_readers_language(
    new_page: Callable[..., Page], dashboards: Server
) -> None:
    page = new_page(locale="zh-CN")
    page.goto(dashboards.url)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("观看网络如何学习")
    expect(page.locator("html")).to_have_attribute("lang", "zh")
    page.get_by_role("link", name="English").click()
    expect(heading).to_have_text("Watch a network learn")
    # The choice holds for later visits, against what the browser asks for.
    page.goto(dashboards.url)
    expect(heading).to_have_text("Watch a network learn")
    page.goto(dashboards.url + "?lang=zh")
    expect(heading).to_have_text("观看网络如何学习")


def test_page_is_chinese_and_switches_while_it_trains(
    new_page: Callable[..., Page], dashboards: Server
) -> None:
    page = new_page(locale="zh-CN")
    page.goto(f"{dashboards.url}voila/render/train.ipynb?epochs=5000")
    panel = Panel(page, page.locator(".dlw-training-panel"))
    expect(panel.button("start")).to_have_text("开始")
    expect(page).to_have_title("训练")
    expect(page.get_by_role("heading", name="训练网络并控制它").first).to_be_visible()
    expect(page.get_by_text("批次大小", exact=True).first).to_be_visible()
    panel.becomes("running")  # it starts by itself
    expect(panel.button("pause")).to_have_text("暂停")
    page.get_by_role("button", name="English").click()
    expect(panel.button("pause")).to_have_text("Pause")
    expect(page.get_by_text("Batch size", exact=True).first).to_be_visible()
    expect(page.get_by_role("heading", name="Train a network and steer it").first).to_be_visible()
    assert page.title() == "Train"
    epochs = page.locator(".dlw-form").get_by_text("Epochs", exact=True)
    expect(epochs).to_have_count(1)
    expect(page.locator(".dlw-chart .xtitle").first).to_have_text("step")
    every_text_can_be_translated(page, panel)
    expect(epochs).to_have_count(0)
    page.get_by_role("button", name="简体中文").click()
    expect(panel.button("pause")).to_have_text("暂停")
    panel.becomes("running")


def every_text_can_be_translated(page: Page, panel: Panel) -> None:
    """In the invented language, into which no button switches."""
    page.evaluate("document.documentElement.dataset.dlwLang = 'xx'")
    expect(panel.button("start")).to_have_text(re.compile(r"^\[.*~\]$"))
    expect(page.locator(".dlw-chart[data-ready=true]").first).to_be_visible()
    with contextlib.suppress(NotInTimeError):
        until(lambda: not page.evaluate(UNTRANSLATED), "all texts", seconds=20, page=page)
    assert page.evaluate(UNTRANSLATED) == []
    assert overflow(page) <= 0
    # A control of ipywidgets, whose text is English in the kernel.
    label = page.locator(".dlw-form .widget-label").filter(has_text="[Ép")
    expect(label.first).to_be_visible()


def test_python_chooses_the_language_of_its_page(
    kernel: Kernel, open_notebook: Callable[..., Notebook]
) -> None:
    book = open_notebook("model = small()\nrun = train(model)", "run")
    book.run_all()
    panel = book.panel(1)
    expect(panel.button("pause")).to_have_text("Pause")
    kernel.run("dl.set_language('zh')")
    expect(panel.button("pause")).to_have_text("暂停")
    kernel.run("dl.set_language(None)")
    expect(panel.button("pause")).to_have_text("Pause")
