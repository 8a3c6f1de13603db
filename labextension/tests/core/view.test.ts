// @vitest-environment happy-dom
import { expect, it, vi } from 'vitest';

import { display, settle } from '../harness';

const { Model } = await import('../../src/core/model');
const { DrawnView } = await import('../../src/core/view');

class Counted extends DrawnView {
  declare draws: boolean[];
  declare early: boolean;

  override render(): void {
    super.render();
    this.draws = [];
    this.early = this.theme.dark;
    this.stops.push(() => this.draws.push(false));
    this.drawOnResize();
  }

  protected override draw(): void {
    this.draws.push(this.theme.dark);
  }
}

/** Stands in for the browser's; `resized` calls all that observe. */
function resizes(): { resized: () => void; observed: () => number } {
  const observers = new Set<() => void>();
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(private readonly callback: () => void) {}
      observe(): void {
        observers.add(this.callback);
      }
      disconnect(): void {
        observers.delete(this.callback);
      }
    },
  );
  return { resized: () => observers.forEach((call) => call()), observed: () => observers.size };
}

it('draws after it is built, once per frame, for model, size and theme, and no more when it is gone', async () => {
  const { resized, observed } = resizes();
  document.body.style.setProperty('--jp-layout-color0', '#ffffff');
  const { model, view } = display(Model, Counted, {});
  expect([view.early, view.draws.length, view.el.classList.contains('dlw')]).toEqual([false, 0, true]);
  await settle();
  expect(view.draws).toEqual([false]);

  model.set('title', 'a');
  model.set('title', 'b');
  resized();
  await settle();
  expect(view.draws).toHaveLength(2);

  document.body.style.setProperty('--jp-layout-color0', '#111111');
  document.body.dataset.jpThemeLight = 'false';
  await settle();
  expect(view.draws).toEqual([false, false, true]);
  expect(view.el.classList.contains('dlw-dark')).toBe(true);

  model.set('title', 'c');
  view.remove();
  expect(observed()).toBe(0);
  expect(view.draws).toHaveLength(4); // its own stop
  document.body.dataset.jpThemeLight = 'true';
  await settle();
  expect(view.draws).toHaveLength(4);
});
