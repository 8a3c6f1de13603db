"""JavaScript that measures inside a page, with the page's own clock."""

from __future__ import annotations

WATCH_CLICKS = """
window.benchClicks = [];
document.addEventListener("click", (event) => {
  const button = event.target.closest?.(".dlw-run-bar [data-action]");
  if (!button) return;
  const bar = button.closest(".dlw-run-bar");
  const before = bar.dataset.state;
  const clicked = event.timeStamp;
  const observer = new MutationObserver(() => {
    if (bar.dataset.state === before) return;
    observer.disconnect();
    window.benchClicks.push([performance.now() - clicked, bar.dataset.state]);
  });
  observer.observe(bar, {attributes: true, attributeFilter: ["data-state"]});
}, true);
"""
"""Notes for each click on a run's button the ms until its bar shows another state."""

WATCH_PAINTS = """
window.benchPaints = [];
document.addEventListener("dlw:paint", (event) => {
  const {sent, painted} = event.detail;
  if (Number.isFinite(sent)) window.benchPaints.push(painted - sent);
});
"""
"""Notes for each drawing of new points the ms since Python sent the oldest of them."""

WATCH_ECHO = """
window.benchEchoes = [];
new MutationObserver(() => {
  const sent = Number(document.querySelector(".bench-echo")?.textContent);
  requestAnimationFrame(() => setTimeout(() => {
    if (sent) window.benchEchoes.push(performance.timeOrigin + performance.now() - sent);
  }));
}).observe(document.querySelector(".bench-echo"),
  {subtree: true, childList: true, characterData: true});
"""
"""Notes for each change of a bare ipywidget the ms from Python's clock until it is painted."""

ANSWERS = """async (times) => {
  const asked = document.querySelector(".bench-asked input");
  const answer = document.querySelector(".bench-answer");
  const found = [];
  for (let i = 1; i <= times; i += 1) {
    const begun = performance.now();
    const painted = new Promise((done) => {
      const observer = new MutationObserver(() => {
        if (answer.textContent !== String(i)) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(() => done(performance.now())));
      });
      observer.observe(answer, {subtree: true, childList: true, characterData: true});
    });
    asked.value = String(i);
    asked.dispatchEvent(new Event("input", {bubbles: true}));
    found.push((await painted) - begun);
    await new Promise((done) => setTimeout(done, 14));
  }
  return found;
}"""
"""Types numbers, and returns for each the ms until a bare ipywidget shows Python's answer."""

WATCH_FIRST_WIDGET = """
window.benchFirst = {};
const benchLook = () => {
  const seen = (selector) => [...document.querySelectorAll(selector)].some((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.height > 0 &&
      element.checkVisibility({opacityProperty: true, visibilityProperty: true});
  });
  const note = (name, selector) => {
    if (!(name in window.benchFirst) && seen(selector)) window.benchFirst[name] = performance.now();
  };
  note("widget", ".jupyter-widgets, .dlw");
  note("bar", ".dlw-run-bar");
  note("chart", '.dlw-chart[data-ready="true"]');
  requestAnimationFrame(benchLook);
};
requestAnimationFrame(benchLook);
"""
"""Notes the ms from the navigation to the first frame that shows each kind of widget."""

WATCH_ARRIVALS = """
window.benchArrivals = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", (event) => {
      if (!(event.data instanceof ArrayBuffer)) return;
      const now = performance.timeOrigin + performance.now();
      const head = new Uint8Array(event.data, 0, Math.min(4096, event.data.byteLength));
      const text = String.fromCharCode(...head);
      const sent = text.includes('"append"') && /"sent": ?([0-9.]+)/.exec(text);
      if (sent) window.benchArrivals.push(now - Number(sent[1]));
    });
  }
};
"""
"""Notes for each message with points the ms since Python sent it. Must run before the page."""
