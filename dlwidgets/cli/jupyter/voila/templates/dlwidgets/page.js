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

  function say(text, fraction) {
    lastNews = Date.now();
    if (byId("loading_text")) byId("loading_text").textContent = text;
    if (fraction !== undefined && byId("page-progress")) {
      byId("page-progress").style.width = `${Math.round(4 + 96 * fraction)}%`;
    }
    hint("");
  }

  function hint(text, again) {
    if (!byId("page-hint")) return;
    byId("page-hint").textContent = text;
    byId("page-hint").hidden = !text;
    byId("page-again").hidden = !again;
  }

  function tick() {
    const elapsed = Math.floor((Date.now() - began) / 1000);
    const silent = (Date.now() - lastNews) / 1000;
    if (byId("page-elapsed")) byId("page-elapsed").textContent = elapsed >= 2 ? `${elapsed} s` : "";
    if (silent > LATE_SECONDS) {
      hint("This takes longer than it should. Reload the page; if that does not help, look at the terminal that runs " +
        "dlwidgets serve, and run dlwidgets doctor there.", true);
    } else if (silent > SLOW_SECONDS) {
      hint(kernel ? "This step is still running. Loading TensorFlow for the first time can take half a minute."
        : "The computer may be busy starting other kernels. This usually takes less than half a minute.", false);
    }
  }

  function running(cellsDone) {
    const total = page.cells.reduce((a, b) => a + b, 0);
    const ready = page.cells.slice(0, cellsDone).reduce((a, b) => a + b, 0);
    if (ready < total) say(`Running cell ${ready + 1} of ${total}…`, 0.1 + 0.75 * ready / total);
    else say("Loading the widgets…", 0.9);
  }

  function finish() {
    // Voila calls this twice: when the cells have come, and when its own program has.
    if (!window.themeLoaded) {
      window.cellLoaded = true;
      say("Loading the widgets…", 0.9);
      return;
    }
    done = true;
    clearInterval(timer);
    byId("loading")?.remove();
    byId("rendered_cells").style.display = "";
    window.dispatchEvent(new Event("resize"));
    checkKernel();
  }

  function lost(text) {
    const banner = byId("page-lost");
    if (!banner.hidden === !!text && banner.dataset.text === text) return;
    banner.dataset.text = text;
    banner.hidden = !text;
    banner.textContent = text;
    if (!text) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Reload the page";
    button.onclick = () => location.reload();
    banner.append(button);
  }

  async function checkKernel() {
    if (!done || !kernel || document.hidden) return;
    try {
      const answer = await fetch(`${page.base}dlwidgets/alive/${kernel}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(String(answer.status));
      if ((await answer.json()).alive) {
        lost("");
        return;
      }
      kernel = "";
      lost("The Python behind this page has ended, and with it whatever it was doing; the page shows its last state.");
    } catch {
      lost("The server does not answer. Was dlwidgets serve stopped, or the network lost?");
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
    window.update_loading_text = (_done, _count, text) => { if (text) say(text); };
  };

  window.dlwProgress = {
    started(id) {
      kernel = id;
      running(0);
    },
    failed(text) {
      say(text);
      clearInterval(timer);
      byId("loading").classList.add("failed");
      hint("Reload the page to try again. If it happens again, look at the terminal that runs dlwidgets serve: " +
        "a machine short of memory is the usual cause.", true);
    },
  };
})();
