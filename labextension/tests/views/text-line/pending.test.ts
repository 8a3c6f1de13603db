// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { ACTED } from '../../../src/core/model';
import { TextLineModel } from '../../../src/views/text-line/model';
import { TextLineView } from '../../../src/views/text-line/view';
import { el } from '../../../src/shared/dom';
import { connect, display, settle } from '../../harness';

afterEach(() => document.body.replaceChildren());

/** A live view as Python builds it: controls, an own view, and the line that hears the answers. */
const shown = async () => {
  const { model, view } = display(TextLineModel, TextLineView, { _dom_classes: ['dlw-answers'] });
  const sent = connect(model);
  const menu = el('select', '', {}, el('option', '', {}, 'a'));
  const button = el('button', 'jupyter-button');
  const own = el('div', 'dlw dlw-image-grid', {}, el('input'));
  const inner = el('div', 'jupyter-widgets dlw-live', {}, el('button', 'jupyter-button'));
  const root = el('div', 'jupyter-widgets dlw-live', {}, menu, button, own, inner, view.el);
  document.body.append(root);
  await settle();
  view.trigger('displayed');
  await settle();
  const change = (target: Element): boolean => target.dispatchEvent(new Event('change', { bubbles: true }));
  return { model, sent, root, menu, button, own, inner, change };
};

describe('a live view', () => {
  it('is dimmed from an action until the kernel has answered', async () => {
    const { model, sent, root, menu, button, change } = await shown();
    change(menu);
    expect([root.getAttribute('aria-busy'), root.dataset.pending, sent]).toEqual([
      'true',
      'Computing…',
      [{ type: 'asked', asked: 1 }],
    ]);
    button.click();
    model.trigger('msg:custom', { type: 'answered', asked: 1 });
    expect(root.getAttribute('aria-busy')).toBe('true');
    model.trigger('msg:custom', { type: 'answered', asked: 2 });
    expect([root.hasAttribute('aria-busy'), root.dataset.pending]).toEqual([false, undefined]);
  });

  it('hears what its own views tell the kernel, and not what they keep for themselves', async () => {
    const { sent, root, own, change } = await shown();
    change(own.querySelector('input')!);
    expect(sent).toEqual([]);
    own.dispatchEvent(new CustomEvent(ACTED, { bubbles: true }));
    expect([sent.length, root.getAttribute('aria-busy')]).toEqual([1, 'true']);
  });

  it('leaves the actions of a live view inside it to that one', async () => {
    const { sent, inner } = await shown();
    inner.querySelector('button')!.click();
    expect(sent).toEqual([]);
  });

  it('is dimmed no longer when the kernel is gone', async () => {
    const { model, root, menu, change } = await shown();
    change(menu);
    model.comm_live = false;
    expect(root.hasAttribute('aria-busy')).toBe(false);
    change(menu);
    expect(root.hasAttribute('aria-busy')).toBe(false);
  });
});
