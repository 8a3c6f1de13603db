"""Pages in the reader's language: Chinese, and an invented one that shows what isn't translated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import REPOSITORY, Panel, overflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.helpers import Server
    from tests.browser.lab_helpers import Kernel, Notebook

PAGES = sorted(path.stem for path in (REPOSITORY / "notebooks" / "dashboards").glob("*.ipynb"))

# Names that are the same in every language: of methods, models, optimizers, data sets, units.
NAMES = re.compile(
    r"^(?:Grad-CAM(?:\+\+)?|SmoothGrad|DeepDream|GAN|VAE|MLP|CNN|PCA|t-SNE|ROC|L2|Top-[kp]|top-[kp]|"
    r"CPU|GPU|XLA|CSV|PNG|SVG|JSON|Adam|AdamW|RMSprop|SGD|Adagrad|L-BFGS|MNIST|Fashion-MNIST|"
    r"CIFAR-10|ImageNet|InceptionV3|VGG16|VGG19|ResNet50|MobileNetV2|ReLU|GRU|LSTM|Conv2D|Dense|"
    r"Flatten|MaxPooling2D|Tiny Shakespeare|softmax|relu|null|dense|"
    # Layers, dtypes and color maps have names of Python's.
    r"[a-z]+\d*d?(?:_[a-z0-9]+)+|conv2d|flatten|mean|probabilities|(?:b?float|u?int)\d+|"
    r"viridis|inferno|magma|gray|jet|coolwarm|\d[\d.×,-]*[a-zA-Zµ]{0,4})$"
)

READ = """
() => {
  const found = [];
  const aside = ['.page-prose', '[translate="no"]', '.notranslate', 'script', 'style', 'code',
    'pre', 'textarea', '.modebar', '.dlw-try-text'].join();
  const visible = (element) => element.checkVisibility({visibilityProperty: true});
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!parent.closest(aside) && visible(parent)) found.push([node.data.trim(), "text"]);
  }
  // Bold words are elements of their own inside a text.
  for (const element of document.body.querySelectorAll('.dlw-try-text')) {
    if (visible(element)) found.push([element.textContent.trim(), "text"]);
  }
  for (const element of document.body.querySelectorAll("[title], [placeholder], [aria-label]")) {
    if (element.closest(aside) || !visible(element)) continue;
    for (const name of ["title", "placeholder", "aria-label"]) {
      const value = element.getAttribute(name)?.trim();
      if (value) found.push([value, name]);
    }
  }
  return found;
}
"""

CLIPPED = """
() => [...document.querySelectorAll("#rendered_cells button, .page-bar")]
  .filter((element) => element.checkVisibility() && element.scrollWidth > element.clientWidth + 1)
  .map((element) => element.textContent.trim())
"""


def outside_brackets(text: str) -> str:
    """What of a text isn't inside the brackets of the invented language."""
    depth, left = 0, ""
    for character in text:
        if character == "[":
            depth += 1
        elif character == "]":
            depth = max(0, depth - 1)
        elif depth == 0:
            left += character
    return left


def untranslated(page: Page) -> set[str]:
    """The English texts that stay on a page in the invented language."""
    seen = at_once_untranslated(page)
    if seen:  # a series that has just begun has no name yet
        page.wait_for_timeout(1500)
        seen &= at_once_untranslated(page)
    return seen


def at_once_untranslated(page: Page) -> set[str]:
    found = set()
    for text, place in page.evaluate(READ):
        parts = re.split(r"[\s·:,;/()=|–—…“”]+", outside_brackets(text))
        words = [part.strip(".") for part in parts if re.search(r"[A-Za-z]{3,}", part)]
        if words and not NAMES.match(text) and not all(NAMES.match(word) for word in words):
            found.add(f"{place}: {text}")
    return found


def opened(page: Page, dashboards: Server, name: str, query: str = "") -> None:
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb{query}")
    expect(page.locator("#loading")).to_have_count(0)
    expect(page.locator("#rendered_cells .dlw:visible").first).to_be_visible()


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
    opened(page, dashboards, "train", "?epochs=5000")
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
    page.get_by_role("button", name="简体中文").click()
    expect(panel.button("pause")).to_have_text("暂停")
    panel.becomes("running")


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


@pytest.mark.parametrize("name", PAGES)
def test_every_text_is_translated_and_fits(
    new_page: Callable[..., Page], dashboards: Server, name: str
) -> None:
    page = new_page(viewport={"width": 1280, "height": 1000})
    opened(page, dashboards, name, "?lang=xx")
    page.wait_for_timeout(5_000)  # runs begin, views draw, messages change
    assert untranslated(page) == set()
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 420, "height": 900})
    page.wait_for_timeout(1000)
    assert overflow(page) <= 0
    assert page.evaluate(CLIPPED) == []
