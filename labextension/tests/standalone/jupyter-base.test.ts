// @vitest-environment happy-dom
import Backbone from 'backbone';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { DOMWidgetModel, DOMWidgetView } from '../../src/standalone/jupyter-base';

afterEach(() => document.body.replaceChildren());

type Told = [event: string, value: unknown, before: unknown];

interface Both {
  get(name: string): unknown;
  set(names: string | Record<string, unknown>, value?: unknown): unknown;
  previous(name: string): unknown;
  changedAttributes(): unknown;
  on(names: string, listener: () => void): unknown;
}

/** What a model tells of some changes. */
function told(model: Both, change: (model: Both) => void): Told[] {
  const heard: Told[] = [];
  for (const name of ['a', 'b', 'list']) {
    model.on(`change:${name}`, () => heard.push([name, model.get(name), model.previous(name)]));
  }
  model.on('change', () => heard.push(['change', model.changedAttributes(), null]));
  change(model);
  return heard;
}

/**
 * A model of Backbone, from which Jupyter's are made, and ours, with the same traits.
 *
 * Jupyter's own forgets to tell `change` where a listener sets something.
 */
function both(): [Both, Both] {
  const traits = { a: 1, b: 'x', list: [1, 2] };
  return [new Backbone.Model(traits), new DOMWidgetModel(traits)];
}

describe('a model without Jupyter', () => {
  it.each<[string, (model: Both) => void]>([
    ['one trait', (model) => model.set('a', 2)],
    ['several traits', (model) => model.set({ a: 2, b: 'y' })],
    ['nothing that is new', (model) => model.set({ a: 1, list: [1, 2] })],
    ['a list with other items', (model) => model.set('list', [1, 3])],
    ['one after the other', (model) => [model.set('a', 2), model.set('a', 3)]],
    [
      'a listener that sets another trait',
      (model) => {
        model.on('change:a', () => model.set('b', 'z'));
        model.set('a', 5);
      },
    ],
    [
      'a listener that sets a trait once all are told',
      (model) => {
        model.on('change', () => model.set('b', 'z'));
        model.set('a', 5);
      },
    ],
  ])('tells of %s what one of Backbone does', (_, change) => {
    const [theirs, ours] = both();
    expect(told(ours, change)).toEqual(told(theirs, change));
  });

  it('takes binary parts for new ones whatever they hold', () => {
    const model = new DOMWidgetModel({ atlas: { data: new Uint8Array([1]) } });
    const heard = vi.fn();
    model.on('change:atlas', heard);
    model.set('atlas', { data: new Uint8Array([1]) });
    expect(heard).toHaveBeenCalledOnce();
  });

  it('has a kernel only where somebody answers', () => {
    const answer = vi.fn();
    expect(new DOMWidgetModel().comm_live).toBe(false);
    const model = new DOMWidgetModel({}, { answer });
    expect(model.comm_live).toBe(true);
    model.send({ type: 'seek', step: 3 });
    expect(answer).toHaveBeenCalledWith({ type: 'seek', step: 3 });
  });
});

describe('a view without Jupyter', () => {
  it('follows its model until it is removed', () => {
    const model = new DOMWidgetModel({ a: 1 });
    const view = new DOMWidgetView({ model });
    document.body.append(view.el);
    const heard = vi.fn();
    const other = vi.fn();
    view.listenTo(model, 'change:a', heard);
    model.on('change:a', other);
    model.set('a', 2);
    view.remove();
    model.set('a', 3);
    expect(heard).toHaveBeenCalledOnce();
    expect(other).toHaveBeenCalledTimes(2);
    expect(view.el.isConnected).toBe(false);
  });

  it('hears an event once where it asked for that, and none that it has left', () => {
    const model = new DOMWidgetModel();
    const [once, gone] = [vi.fn(), vi.fn()];
    model.once('msg:custom', once);
    model.on('msg:custom', gone);
    model.trigger('msg:custom', 1);
    model.off('msg:custom', gone);
    model.trigger('msg:custom', 2);
    expect(once.mock.calls).toEqual([[1]]);
    expect(gone.mock.calls).toEqual([[1]]);
  });
});
