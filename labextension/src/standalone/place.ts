/** Views in a page without a widget manager. */

import type { Model } from '../core/model';
import type { ThemedView } from '../core/view';

type ModelClass<M> = new (attributes: never, options: never) => M;
type ViewClass = new (options: never) => ThemedView;

/** Shows a view of its own with the given traits; `answer` gets what it would send to a kernel. */
export function place<M extends Model>(
  Model: ModelClass<M>,
  View: ViewClass,
  traits: Record<string, unknown>,
  answer?: (content: Record<string, unknown>) => void,
): { model: M; el: HTMLElement; remove: () => void } {
  const model = new Model(traits as never, { answer } as never);
  const view = new View({ model, options: {} } as never);
  view.render();
  return { model, el: view.el, remove: () => view.remove() };
}
