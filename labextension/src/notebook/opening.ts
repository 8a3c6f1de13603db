/** Links in widgets that open another notebook in JupyterLab, instead of leaving it. */

import { isRecord } from '../core/wire';
import { OPEN_NOTEBOOK } from '../shared/course/links';

/** The path of what lies at `relative`, seen from the folder of the notebook at `path`. */
export function resolved(path: string, relative: string): string {
  const parts = path.split('/').slice(0, -1);
  for (const part of relative.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.join('/');
}

/**
 * Lets the widgets of a notebook open others.
 *
 * @param node the notebook's element
 * @param path the notebook's path, which changes when it is renamed
 * @param open opens the notebook at a path
 */
export function openLinked(node: HTMLElement, path: () => string, open: (path: string) => void): void {
  node.addEventListener(OPEN_NOTEBOOK, (event) => {
    const detail: unknown = (event as CustomEvent<unknown>).detail;
    if (!isRecord(detail) || typeof detail.path !== 'string') return;
    event.preventDefault();
    open(resolved(path(), detail.path));
  });
}
