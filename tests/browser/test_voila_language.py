"""Pages in another language: our views, the controls of ipywidgets in them, and the switch."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import Panel, overflow
from tests.helpers.waiting import NotInTimeError, until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

# Texts and tooltips of ours that went to the page without passing through the translation.
UNTRANSLATED = """() => {
  // Layers have names of Python's: test_language.py knows them, and reads the graph's other texts.
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


@pytest.fixture
def train(page: Page, dashboards: Server) -> Page:
    page.goto(f"{dashboards.url}voila/render/train.ipynb?lang=xx&epochs=5000")
    Panel(page, page.locator("body")).becomes("running")
    expect(page.locator(".dlw-chart[data-ready=true]").first).to_be_visible()
    return page


def test_every_text_of_the_page_can_be_translated_and_has_room(train: Page) -> None:
    with contextlib.suppress(NotInTimeError):
        until(lambda: not train.evaluate(UNTRANSLATED), "all texts", seconds=20, page=train)
    assert train.evaluate(UNTRANSLATED) == []
    assert overflow(train) <= 0
    start = train.locator('.dlw-run-bar [data-action="start"]')
    expect(start).to_have_text(re.compile(r"^\[.*~\]$"))
    # A control of ipywidgets, whose text is English in the kernel.
    label = train.locator(".dlw-form .widget-label").filter(has_text="[Ép")
    expect(label.first).to_be_visible()


def test_the_switch_changes_the_texts_of_an_open_page(train: Page) -> None:
    start = train.locator('.dlw-run-bar [data-action="start"]')
    epochs = train.locator(".dlw-form").get_by_text("Epochs", exact=True)
    expect(epochs).to_have_count(0)
    train.locator('[data-dlw-language="en"]').click()
    expect(start).to_have_text("Start")
    expect(epochs).to_have_count(1)
    expect(train.locator(".dlw-chart .xtitle").first).to_have_text("step")
    train.evaluate("document.documentElement.dataset.dlwLang = 'xx'")
    expect(start).to_have_text(re.compile(r"^\[.*~\]$"))
    expect(epochs).to_have_count(0)
