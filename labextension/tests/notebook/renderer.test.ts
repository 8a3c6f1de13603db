// @vitest-environment happy-dom
import { describe, expect, it, vi } from 'vitest';

import { CONCEPT, revived } from '../../src/notebook/revive';
import { type Place, type Renderers, softenRenderers, WIDGET } from '../../src/notebook/renderer';
import { settle } from '../harness';

const LOST = 'Error displaying widget: model not found';

/** A registry whose renderer of widgets finds the models of `known`, as JupyterLab's does. */
function registry(known: string[]) {
  const made: Record<string, { widgets: object[]; node: HTMLElement; renderModel: unknown }[]> = {};
  const createRenderer = (type: string) => {
    const node = document.createElement('div');
    const renderer = {
      node,
      widgets: [] as object[],
      addClass: (name: string) => node.classList.add(name),
      addWidget: (widget: { node?: HTMLElement }) => {
        renderer.widgets.push(widget);
        if (widget.node) node.append(widget.node);
      },
      renderModel: vi.fn((output: { data: Record<string, unknown> }) => {
        if (type === WIDGET) {
          const id = (output.data[WIDGET] as { model_id: string }).model_id;
          if (known.includes(id)) renderer.addWidget({});
          else node.textContent = LOST;
        } else {
          node.textContent = String(output.data[type]);
        }
        return Promise.resolve();
      }),
    };
    (made[type] ??= []).push(renderer);
    return renderer;
  };
  return { made, renderers: { createRenderer } as unknown as Renderers };
}

function output(id: string, more: object = {}): never {
  return { data: { [WIDGET]: { model_id: id }, 'text/plain': 'a widget', ...more } } as never;
}

describe('softenRenderers', () => {
  it('keeps the view when only the saved image is new', async () => {
    const { renderers, made } = registry(['a']);
    const places: Place[] = [];
    softenRenderers(renderers, (place) => places.push(place));
    const renderer = renderers.createRenderer(WIDGET);
    const rendered = made[WIDGET]![0]!.renderModel;
    await renderer.renderModel(output('a'));
    const newer = output('a', { 'image/png': 'iVBO' });
    await renderer.renderModel(newer);
    expect(made[WIDGET]![0]!.widgets).toHaveLength(1);
    expect(places).toHaveLength(1);
    expect(places[0]!.output).toBe(newer);
    expect(rendered).toBeDefined();
    // Another widget in the same output is another view.
    await renderer.renderModel(output('b'));
    expect(renderer.node.textContent).toBe(LOST);
  });

  it('shows the saved image of a widget without a model', async () => {
    const { renderers, made } = registry([]);
    softenRenderers(renderers, () => undefined);
    const renderer = renderers.createRenderer(WIDGET);
    await renderer.renderModel(output('gone', { 'image/jpeg': '/9j/' }));
    expect(renderer.node.textContent).toBe('/9j/');
    expect(made['image/jpeg']![0]!.node.title).toContain('as it was saved');
  });

  it('lets a concept live on with its last state, and nothing else that a notebook names', async () => {
    const { renderers } = registry([]);
    softenRenderers(renderers, () => undefined);
    const renderer = renderers.createRenderer(WIDGET) as unknown as {
      widgets: { node: HTMLElement }[];
    } & ReturnType<Renderers['createRenderer']>;
    const kept = { concept: 'convolution', traits: { state: 'image=diagonal;at=1,1', hide: ['flip'] } };
    await renderer.renderModel(output('gone', { [CONCEPT]: kept }));
    expect(renderer.widgets).toHaveLength(1);
    await settle();
    expect(renderer.widgets[0]!.node.textContent).toContain('output[1, 1] = ');
    for (const wrong of [null, { concept: 'constructor', traits: {} }, { concept: 'convolution' }]) {
      expect(await revived(wrong)).toBeNull();
    }
  });

  it("leaves other people's widgets and other renderers as they are", async () => {
    const { renderers, made } = registry([]);
    softenRenderers(renderers, () => undefined);
    const renderer = renderers.createRenderer(WIDGET);
    await renderer.renderModel(output('gone'));
    expect(renderer.node.textContent).toBe(LOST);
    await renderers.createRenderer('text/plain').renderModel(output('gone'));
    expect(made['text/plain']![0]!.node.textContent).toBe('a widget');
  });
});
