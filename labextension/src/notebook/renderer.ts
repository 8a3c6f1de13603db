/** How a notebook shows a widget: as it lives, or as it was saved. */

import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { t } from '../core/i18n';
import { isRecord } from '../core/wire';
import { CONCEPT, revived } from './revive';

export const WIDGET = 'application/vnd.jupyter.widget-view+json';

const IMAGES = ['image/png', 'image/jpeg'];
/** What the widgets of JupyterLab say where they have no model. */
const LOST = 'Error displaying widget';

/** The part of a renderer of widgets that is used here: a panel that holds the view. */
export interface WidgetRenderer extends IRenderMime.IRenderer {
  readonly widgets: readonly unknown[];
  addWidget(widget: unknown): void;
}

export interface Renderers {
  createRenderer(type: string): IRenderMime.IRenderer;
}

/** A widget in the output of a cell. */
export interface Place {
  readonly renderer: WidgetRenderer;
  /** The output, as it was rendered last. */
  output: IRenderMime.IMimeModel;
}

/**
 * Lets a notebook show the saved image of a widget whose kernel is gone, and keep the view of one that lives when only
 * its saved image is new.
 *
 * @param placed called with each widget that is rendered
 */
export function softenRenderers(registry: Renderers, placed: (place: Place) => void): void {
  const create = registry.createRenderer.bind(registry);
  registry.createRenderer = (type) => {
    const renderer = create(type);
    if (type === WIDGET) soften(renderer as WidgetRenderer, create, placed);
    return renderer;
  };
}

function soften(
  renderer: WidgetRenderer,
  create: Renderers['createRenderer'],
  placed: (place: Place) => void,
): void {
  const render = renderer.renderModel.bind(renderer);
  let place: Place | null = null;
  let shown = '';
  renderer.renderModel = async (output) => {
    if (place) place.output = output;
    else placed((place = { renderer, output }));
    const id = modelOf(output);
    if (id && id === shown && renderer.widgets.length > 0) return;
    await render(output);
    shown = renderer.widgets.length > 0 ? id : '';
    if (!shown && renderer.node.textContent.startsWith(LOST)) await showSaved(renderer, create, output);
  };
}

/** The id of the model that an output shows, or "". */
export function modelOf(output: IRenderMime.IMimeModel): string {
  const view = output.data[WIDGET];
  return isRecord(view) && typeof view.model_id === 'string' ? view.model_id : '';
}

async function showSaved(
  renderer: WidgetRenderer,
  create: Renderers['createRenderer'],
  output: IRenderMime.IMimeModel,
): Promise<void> {
  const living = output.data[CONCEPT] === undefined ? null : await revived(output.data[CONCEPT]);
  if (living) {
    renderer.node.textContent = '';
    renderer.addWidget(living);
    return;
  }
  const type = IMAGES.find((known) => typeof output.data[known] === 'string');
  if (!type) return;
  const image = create(type);
  image.addClass('dlw-still');
  image.node.title = t('The widget as it was saved. Run the cell to use it.');
  renderer.node.textContent = '';
  renderer.addWidget(image);
  await image.renderModel(output);
}
