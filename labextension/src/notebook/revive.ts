/** Concept widgets of a notebook that is opened without its kernel: they compute in the page, so they live. */

import { isRecord } from '../core/wire';
import { withBytes } from '../shared/concept/saved';

/** What Python puts beside such a widget: the names of model and view, and the traits. */
export const CONCEPT = 'application/vnd.dlwidgets.concept+json';

interface ViewWithWidget {
  render(): unknown;
  readonly luminoWidget: unknown;
}

/** A widget manager as far as a model without a kernel asks for one. */
const NO_MANAGER = { display_model: (): null => null, inline_sanitize: (text: string): string => text };

/**
 * Makes a view of a saved concept.
 *
 * @param saved from a notebook, which anybody may have written
 * @returns the widget to show, null where it isn't one
 */
export async function revived(saved: unknown): Promise<object | null> {
  if (!isRecord(saved) || typeof saved.concept !== 'string' || !isRecord(saved.traits)) return null;
  const [{ conceptOf }] = await Promise.all([import('../views/concepts')]);
  const found = conceptOf(saved.concept);
  if (!found) return null;
  const [Model, View] = found;
  const options = { model_id: `saved-${saved.concept}`, widget_manager: NO_MANAGER };
  const model = new Model(withBytes(saved.traits) as never, options as never);
  const view = new View({ model, options: {} } as never) as unknown as ViewWithWidget;
  view.render();
  return view.luminoWidget as object;
}
