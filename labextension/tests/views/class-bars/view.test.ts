// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { display, settle } from '../../harness';
const { ClassBarsModel } = await import('../../../src/views/class-bars/model');
const { ClassBarsView, percent } = await import('../../../src/views/class-bars/view');

afterEach(() => document.body.replaceChildren());

describe('percent', () => {
  it('never rounds to certainty', () => {
    expect([0, 0.0001, 0.004, 0.126, 0.9, 0.996, 0.99999, 1].map(percent)).toEqual([
      '0%',
      '<0.1%',
      '0.4%',
      '13%',
      '90%',
      '99.6%',
      '>99.9%',
      '100%',
    ]);
    expect(percent(NaN)).toBe('not a number');
  });
});

describe('ClassBarsView', () => {
  it('shows a bar per class, and names as text', async () => {
    const { model, view } = display(ClassBarsModel, ClassBarsView, {
      labels: ['cat', '<b>dog</b>'],
      values: [0.25, 0.75],
      marked: 1,
    });
    await settle();
    expect(view.el.querySelector('b')).toBeNull();
    const rows = [...view.el.querySelectorAll('.dlw-class-row')].map((row) => row.textContent);
    expect(rows).toEqual(['cat25%', '<b>dog</b>75%']);
    expect(view.el.querySelector('.dlw-class-marked')!.textContent).toContain('dog');
    const bar = view.el.querySelectorAll<HTMLElement>('.dlw-class-bar')[1]!;
    expect(bar.style.width).toBe('75%');
    model.set({ labels: ['cat'], values: [null] });
    await settle();
    expect(view.el.querySelectorAll('.dlw-class-row')).toHaveLength(1);
    expect(view.el.textContent).toContain('not a number');
  });

  it('promises nothing once its kernel is gone', async () => {
    const { model, view } = display(ClassBarsModel, ClassBarsView, { empty_text: 'Draw to see them.' });
    model.comm_live = true;
    await settle();
    expect(view.el.textContent).toBe('Draw to see them.');
    model.comm_live = false;
    await settle();
    expect(view.el.textContent).toBe('Nothing to show, because this view has no kernel anymore.');
    model.comm_live = true;
    await settle();
    expect(view.el.textContent).toBe('Draw to see them.');
  });
});
