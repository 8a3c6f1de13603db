// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import {
  positionOf,
  Toolbar,
  type ToolbarState,
  weightAt,
} from '../../../../src/views/chart/controls/toolbar';

const STATE: ToolbarState = {
  axis: 'step',
  log: false,
  smoothing: 0,
  canSmooth: true,
  zoomed: false,
  spikes: 'none',
  table: false,
  empty: false,
  partial: false,
};

function build(state: Partial<ToolbarState> = {}) {
  const actions = {
    axis: vi.fn(),
    log: vi.fn(),
    smoothing: vi.fn(),
    reset: vi.fn(),
    table: vi.fn(),
    save: vi.fn(),
  };
  const toolbar = new Toolbar(actions);
  document.body.append(toolbar.root);
  toolbar.update({ ...STATE, ...state });
  const button = (name: string): HTMLButtonElement =>
    toolbar.root.querySelector<HTMLButtonElement>(`[data-action="${name}"]`)!;
  return { actions, toolbar, button };
}

afterEach(() => document.body.replaceChildren());

describe('Toolbar', () => {
  it.each(['png', 'svg', 'csv'])('saves as %s with the button of that name', (format) => {
    const { actions, button } = build();
    button(format).click();
    expect(actions.save.mock.calls).toEqual([[format]]);
  });

  it('shows everything of a zoomed chart or one with spikes, and then fits it again', () => {
    const { toolbar, button } = build();
    const label = (): string | null => button('reset').getAttribute('aria-label');
    expect(button('reset').disabled).toBe(true);
    toolbar.update({ ...STATE, spikes: 'cut' });
    expect([button('reset').disabled, label()]).toEqual([false, 'Show everything']);
    toolbar.update({ ...STATE, spikes: 'shown' });
    expect([button('reset').disabled, label()]).toEqual([false, 'Cut off spikes']);
    toolbar.update({ ...STATE, spikes: 'shown', zoomed: true });
    expect(label()).toBe('Show everything');
  });

  it('marks only the CSV button busy while the file is on its way, and asks once', async () => {
    const { toolbar, button } = build();
    let finish = (): void => undefined;
    const work = vi.fn(() => new Promise<void>((resolve) => (finish = resolve)));
    const first = toolbar.saving(work);
    await toolbar.saving(work);
    expect(work).toHaveBeenCalledOnce();
    expect(['png', 'svg', 'csv'].map((name) => button(name).getAttribute('aria-busy'))).toEqual([
      null,
      null,
      'true',
    ]);
    finish();
    await first;
    expect(button('csv').getAttribute('aria-busy')).toBeNull();
  });

  it('says that a CSV file would not be complete, on no other button', () => {
    const { button } = build({ partial: true });
    expect(button('csv').title).toContain('Without a kernel');
    expect(button('svg').title).not.toContain('Without a kernel');
  });

  it('disables what can do nothing', () => {
    const { button } = build({ empty: true });
    for (const name of ['png', 'svg', 'csv', 'reset']) expect(button(name).disabled).toBe(true);
    expect(button('table').disabled).toBe(false);
  });

  it('switches the scale and the table', () => {
    const { actions, button } = build({ log: true, table: true });
    expect([button('log'), button('table')].map((b) => b.getAttribute('aria-pressed'))).toEqual([
      'true',
      'true',
    ]);
    button('log').click();
    button('table').click();
    expect(actions.log.mock.calls).toEqual([[false]]);
    expect(actions.table).toHaveBeenCalledOnce();
  });

  it('spaces the weights of the average evenly', () => {
    expect([0, 20, 40, 60].map(weightAt)).toEqual([0, 0.9, 0.99, 0.999]);
    expect([0, 0.9, 0.99, 0.999].map(positionOf)).toEqual([0, 20, 40, 60]);
  });
});
