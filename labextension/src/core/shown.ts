/** The views that the page shows now, for those who look at all of them. */

import type { Model } from './model';

export interface Shown {
  readonly el: HTMLElement;
  readonly model: Model;
  /** Draws what was left out while the view was out of sight. */
  catchUp(): Promise<void>;
}

const views = new Set<Shown>();

/** Notes that a view is shown; returns what ends that. */
export function noteShown(view: Shown): () => void {
  views.add(view);
  return () => views.delete(view);
}

/** The views inside an element, in the order of the page. */
export function shownIn(root: Element): Shown[] {
  return [...views]
    .filter((view) => root.contains(view.el))
    .sort((a, b) => (a.el.compareDocumentPosition(b.el) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
}
