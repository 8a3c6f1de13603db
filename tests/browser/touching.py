"""Touches all that a page has to touch, as a careless user would."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Panel

# Keeps what a kernel reports as an error, or writes as one.
LISTEN = r"""(() => {
  window.kernelErrors = [];
  const bad = /Traceback|"msg_type":\s*"error"/;
  window.WebSocket = class extends WebSocket {
    constructor(...all) {
      super(...all);
      this.addEventListener("message", ({ data }) => {
        const size = data.byteLength ?? data.length;
        if (size > 60_000) return; // images and figures
        const text = typeof data === "string" ? data : new TextDecoder().decode(data);
        if (bad.test(text)) window.kernelErrors.push(text.replace(/\0+/g, ""));
      });
    }
  };
})()"""

# What is left alone: the language, which loads the page again, a network's weights, which Python
# would fetch, and a choice of a file, which a browser allows to people only.
_COMMON = r"""
  const apart = ".page-bar, .page-lost, .dlw-weights, .dlw-upload, input[type=file]";
  const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const isThere = (part) =>
    part.isConnected && !part.disabled && !part.closest(apart) && part.getClientRects().length > 0;
  const nameOf = (part) =>
    part.getAttribute("aria-label") ??
    part.dataset?.title ??
    (part.labels?.[0] ?? part).textContent.slice(0, 60);
"""

# Takes each choice of each menu, both ends of each slider, both states of each box, and odd values
# for each field; each gets back what it had. Returns the names, and texts that only Python says.
CHANGE = (
    r"""async () => {
  const odd = ["", "-5", "1e9", "letters"];
  const pythons = /Traceback|\b[A-Z]\w+(Error|Exception|Warning)\b|object at 0x|<class |\bNone\b/;
  const parts = "select, input, textarea, .noUi-handle, .widget-readout[contenteditable=true]";
  const changed = (window.changedParts ??= new WeakSet());
  const [names, said] = [[], new Set()];
"""
    + _COMMON
    + r"""
  const tell = (part) => {
    for (const type of ["input", "change"]) part.dispatchEvent(new Event(type, { bubbles: true }));
    const enter = { key: "Enter", keyCode: 13, bubbles: true, cancelable: true };
    if (part.isContentEditable) part.dispatchEvent(new KeyboardEvent("keydown", enter));
    else part.dispatchEvent(new FocusEvent("blur"));
  };
  const set = async (part, name, value) => {
    part[name] = value;
    tell(part);
    await rest(20);
  };
  const slide = async (handle) => {
    const readout = handle.closest(".widget-slider")?.querySelector(".widget-readout");
    const first = readout?.textContent;
    for (const key of ["Home", "End"]) {
      handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await rest(20);
    }
    if (readout) await set(readout, "textContent", first);
  };
  const change = async (part) => {
    if (part.matches(".noUi-handle")) return slide(part);
    if (part.matches("[type=checkbox], [type=radio]")) {
      for (let i = 0; i < 2; i += 1) {
        part.click();
        await rest(20);
      }
    } else if (part.matches("select")) {
      const first = part.selectedIndex;
      for (let i = 0; i < part.options.length; i += 1) {
        if (!part.options[i].disabled) await set(part, "selectedIndex", i);
      }
      await set(part, "selectedIndex", first);
    } else if (part.type === "range") {
      for (const value of [part.min, part.max, part.value]) await set(part, "value", value);
    } else {
      const name = part.matches(".widget-readout") ? "textContent" : "value";
      const first = part[name];
      // A browser takes no letters for a number.
      const values = part.type === "number" ? odd.slice(0, 3) : odd;
      for (const value of [...values, first]) await set(part, name, value);
    }
  };
  for (const part of document.querySelectorAll(parts)) {
    if (changed.has(part) || !isThere(part)) continue;
    changed.add(part);
    names.push(`${part.localName} ${nameOf(part)}`);
    await change(part);
    for (const line of document.querySelectorAll(".dlw-error, [role=alert]")) {
      if (pythons.test(line.textContent)) said.add(`${names.at(-1)}: ${line.textContent}`);
    }
  }
  return { names, said: [...said] };
}"""
)

# Presses all that can be pressed: what appears by that too, and of many alike in a list some.
PRESS = (
    r"""async () => {
  const parts = `button, input, summary, a[href], [role=button], [role=tab], [role=option],
    .lm-TabBar-tab, .jupyter-widget-Collapse-header, .dlw-mg-node, .modebar-btn`;
  const pressed = new WeakSet();
  const alike = new Map();
  const names = [];
"""
    + _COMMON
    + r"""
  const isDue = (part) => {
    if (pressed.has(part) || !(isThere(part) || part.matches(".modebar-btn"))) return false;
    pressed.add(part);
    const list = part.closest("[role=listbox], table, svg, .dlw-image-grid");
    const key = `${part.tagName} ${part.className} ${list ? "" : nameOf(part)}`;
    const count = (alike.get(list) ?? alike.set(list, new Map()).get(list));
    count.set(key, (count.get(key) ?? 0) + 1);
    return count.get(key) <= 3;
  };
  const press = (part) => {
    names.push(`${part.tagName.toLowerCase()} ${nameOf(part)}`);
    for (const type of ["pointerover", "mouseover", "mousedown", "mouseup", "click"]) {
      part.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window }));
    }
  };
  for (let round = 0; round < 4; round += 1) {
    const due = [...document.querySelectorAll(parts)].filter(isDue);
    for (const part of due) {
      if (!part.isConnected || part.disabled) continue;
      press(part);
      await rest(10);
    }
    await rest(300);
  }
  return names;
}"""
)


def change_everything(page: Page) -> list[str]:
    """Give each field that is seen, in each tab, all its values and odd ones. Returns the names."""
    names = []
    tabs = page.locator(".lm-TabBar-tab:visible")
    for at in range(max(1, tabs.count())):
        if tabs.count():
            tabs.nth(at).click()
            page.wait_for_timeout(200)  # the tab shows its fields in the next frames
        found = page.evaluate(CHANGE)
        names += found["names"]
        assert not found["said"]
    return names


def press_everything(page: Page) -> list[str]:
    """Press all that a page has to press, and touch what is drawn. Returns the names."""
    for surface in page.locator(".dlw canvas:visible").all()[:6]:
        if surface.is_visible():
            surface.click(force=True, timeout=5000)
    names: list[str] = page.evaluate(PRESS)
    page.wait_for_timeout(1000)  # in which what was pressed may ask another host
    return names


def still_works(page: Page, panel: Panel | None) -> None:
    """Let a page train on, or make another image, whatever has been done to it."""
    if panel is None:
        page.locator(".dlw-form button:visible", has_text="Start").first.click()
        stop = page.locator(".dlw-form button:visible", has_text="Stop").first
        until(lambda: not stop.is_enabled(), "the end of its work", 120, page=page)
        return

    def trains() -> bool:
        if panel.state == "running":
            return panel.step > 0
        for action in ("resume", "start"):  # what was pressed may still be starting a run
            panel.bar.evaluate(
                "(bar, action) => bar.querySelector(`[data-action=${action}]`)?.click()", action
            )
        return False

    until(trains, "a run", 120, page=page)
    before = panel.step
    until(lambda: panel.step > before or panel.state == "finished", "more steps", 120, page=page)
