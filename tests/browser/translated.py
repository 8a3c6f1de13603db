"""What of a page isn't translated, or has no room, in the invented language."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

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


def untranslated(page: Page, names: Sequence[str] = ()) -> set[str]:
    """The English texts that stay on a page in the invented language, other than these names."""
    seen = at_once_untranslated(page, names)
    if seen:  # a series that has just begun has no name yet
        page.wait_for_timeout(1500)
        seen &= at_once_untranslated(page, names)
    return seen


def at_once_untranslated(page: Page, names: Sequence[str] = ()) -> set[str]:
    found = set()
    for shown, place in page.evaluate(READ):
        text = functools.reduce(lambda left, name: left.replace(name, ""), names, shown)
        parts = re.split(r"[\s·:,;/()=|–—…“”]+", outside_brackets(text))
        words = [part.strip(".") for part in parts if re.search(r"[A-Za-z]{3,}", part)]
        if words and not NAMES.match(text) and not all(NAMES.match(word) for word in words):
            found.add(f"{place}: {text}")
    return found


def assert_translated(page: Page, *names: str) -> None:
    """Check that a page that was opened with `?lang=xx` has no English text, and room for others.

    Then it is switched to English.

    Args:
        page: The page.
        *names: Names that the user has given.
    """
    expect(page.locator("#loading")).to_have_count(0)
    left = untranslated(page, names)
    assert not left, left
    size = page.viewport_size
    assert size is not None
    assert overflow(page) <= 0
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: overflow(page) <= 0, "a page as narrow as its window", page=page)
    assert page.evaluate(CLIPPED) == []
    page.set_viewport_size(size)
    page.locator('[data-dlw-language="en"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
