/** The address of a served page, which holds its settings. A notebook's address belongs to JupyterLab. */

/** Whether this is a page that Voila serves, not a notebook in JupyterLab. */
export function isServedPage(): boolean {
  return document.body.dataset.voila === 'voila';
}

/** What follows the question mark in the address of a served page. */
export function pageQuery(): string {
  return isServedPage() ? location.search.slice(1) : '';
}

/** Sets parameters in the address, without loading the page again; an empty value removes one. */
export function putIntoAddress(values: Readonly<Record<string, string>>): void {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}
