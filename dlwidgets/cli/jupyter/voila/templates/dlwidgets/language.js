/* The language of a notebook's page: what ?lang= in the address asks for, else what the reader chose on an earlier page,
   else the server's, else the browser's. It can be changed while the page is open. */
"use strict";
window.dlwLanguage = (() => {
  const PSEUDO = "xx";
  let names = {}, base = "/";

  const known = (tag) => (tag && (tag === PSEUDO || Object.hasOwn(names, tag)) ? tag : "");
  const primary = (tag) => known(tag.toLowerCase().split("-")[0]);
  const cookie = () => known(document.cookie.match(/(?:^|; )dlw_lang=([\w-]+)/)?.[1]);
  const current = () => document.documentElement.dataset.dlwLang;

  function set(tag) {
    document.documentElement.lang = tag;
    document.documentElement.dataset.dlwLang = tag;
    for (const element of document.querySelectorAll("[data-dlw-text]")) {
      element.textContent = of(JSON.parse(element.dataset.dlwText));
    }
    const title = document.querySelector(".page-title");
    if (title) document.title = title.textContent;
    for (const button of document.querySelectorAll("[data-dlw-language]")) {
      button.setAttribute("aria-current", String(button.dataset.dlwLanguage === tag));
    }
  }

  /** The text in the page's language, with its {fields} filled in. */
  function of(inLanguages, fields = {}) {
    return inLanguages[current()].replace(/\{(\w+)\}/g, (field, name) => fields[name] ?? field);
  }

  function remember(tag) {
    if (tag !== PSEUDO) document.cookie = `dlw_lang=${tag}; path=${base}; max-age=31536000; SameSite=Lax`;
  }

  return {
    of,
    choose(available, served, path) {
      names = available;
      base = path;
      const asked = primary(new URLSearchParams(location.search).get("lang") ?? "");
      if (asked) remember(asked);
      set(asked || cookie() || served || navigator.languages.map(primary).find(Boolean) || "en");
    },
    /** Once the header is there: show the texts, and let the switch work. */
    start() {
      set(current());
      for (const button of document.querySelectorAll("[data-dlw-language]")) {
        button.onclick = () => {
          const tag = button.dataset.dlwLanguage;
          remember(tag);
          set(tag);
          const address = new URL(location.href);
          if (address.searchParams.has("lang")) {
            address.searchParams.set("lang", tag);
            history.replaceState(null, "", address);
          }
        };
      }
    },
  };
})();
