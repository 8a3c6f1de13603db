// Says in words what a notebook's page is doing: while its kernel starts, while its cells run, and when it has ended.
"use strict";
(() => {
  const SLOW_SECONDS = 15;
  const LATE_SECONDS = 60;
  const POLL_SECONDS = 5;
  let page, kernel, lastNews = Date.now(), began = Date.now(), timer, done = false;

  const byId = (id) => document.getElementById(id);

  function followTheme() {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      document.body.dataset.jpThemeLight = String(!dark.matches);
      document.body.dataset.jpThemeName = dark.matches ? "JupyterLab Dark" : "JupyterLab Light";
      document.body.classList.toggle("theme-dark", dark.matches);
      document.body.classList.toggle("theme-light", !dark.matches);
    };
    apply();
    dark.addEventListener("change", apply);
  }

  /** One of the page's texts in the reader's language. */
  const text = (name, fields) => dlwLanguage.of(page.texts[name], fields);

  function say(words, fraction) {
    lastNews = Date.now();
    if (byId("loading_text")) byId("loading_text").textContent = words;
    if (fraction !== undefined && byId("page-progress")) {
      byId("page-progress").style.width = `${Math.round(4 + 96 * fraction)}%`;
    }
    hint("");
  }

  function hint(words, again) {
    if (!byId("page-hint")) return;
    byId("page-hint").textContent = words;
    byId("page-hint").hidden = !words;
    byId("page-again").hidden = !again;
  }

  function tick() {
    const elapsed = Math.floor((Date.now() - began) / 1000);
    const silent = (Date.now() - lastNews) / 1000;
    if (byId("page-elapsed")) byId("page-elapsed").textContent = elapsed >= 2 ? `${elapsed} s` : "";
    if (silent > LATE_SECONDS) {
      hint(text("late"), true);
    } else if (silent > SLOW_SECONDS) {
      hint(text(kernel ? "slowCell" : "slowKernel"), false);
    }
  }

  function running(cellsDone) {
    const total = page.cells.reduce((a, b) => a + b, 0);
    const ready = page.cells.slice(0, cellsDone).reduce((a, b) => a + b, 0);
    if (ready < total) say(text("cell", { cell: ready + 1, count: total }), 0.1 + 0.75 * ready / total);
    else say(text("widgets"), 0.9);
  }

  function finish() {
    // Voila calls this twice: when the cells have come, and when its own program has.
    if (!window.themeLoaded) {
      window.cellLoaded = true;
      say(text("widgets"), 0.9);
      return;
    }
    done = true;
    clearInterval(timer);
    byId("loading")?.remove();
    byId("rendered_cells").style.display = "";
    window.dispatchEvent(new Event("resize"));
    checkKernel();
  }

  function lost(words) {
    const banner = byId("page-lost");
    if (!banner.hidden === !!words && banner.dataset.words === words) return;
    banner.dataset.words = words;
    banner.hidden = !words;
    banner.textContent = words;
    if (!words) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text("reload");
    button.onclick = () => location.reload();
    banner.append(button);
  }

  async function checkKernel() {
    if (!done || !kernel || document.hidden) return;
    try {
      const answer = await fetch(`${page.base}dlwidgets/alive/${kernel}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      const { alive, made_way: madeWay } = await answer.json();
      if (alive) {
        lost("");
        return;
      }
      kernel = "";
      window.dispatchEvent(new Event("dlw:kernel-lost"));
      lost(text(madeWay ? "madeWay" : "ended"));
    } catch {
      lost(text("unreachable"));
    }
  }

  window.dlwStart = (settings) => {
    page = settings;
    if (page.theme === "auto") followTheme();
    timer = setInterval(tick, 500);
    setInterval(checkKernel, POLL_SECONDS * 1000);
    addEventListener("online", checkKernel);
    document.addEventListener("visibilitychange", checkKernel);
  };

  window.dlwTakeOver = () => {
    window.voila_heartbeat = () => {};
    window.voila_process = running;
    window.voila_finish = finish;
    window.display_cells = finish;
    window.update_loading_text = (_done, _count, words) => { if (words) say(words); };
  };

  window.dlwProgress = {
    started(id) {
      kernel = id;
      running(0);
    },
    failed() {
      say(text("kernelDied"));
      clearInterval(timer);
      byId("loading").classList.add("failed");
      hint(text("failed"), true);
    },
  };
})();
