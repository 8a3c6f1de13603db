import type { DOMWidgetView, WidgetModel } from '@jupyter-widgets/base';
import { vi } from 'vitest';

import { afterPaint, PAGE } from '../src/core/frame-scheduler';

type ModelClass<M> = new (attributes: object, options: never) => M;
type ViewClass<V> = new (options: never) => V;

/** A model with the given traits, and its view, in a page without a kernel behind it. */
export function display<M extends WidgetModel, V extends DOMWidgetView>(
  Model: ModelClass<M>,
  View: ViewClass<V>,
  traits: Record<string, unknown> = {},
): { model: M; view: V } {
  PAGE.act();
  const widget_manager = { display_model: vi.fn(), inline_sanitize: (text: string): string => text };
  const model = new Model(traits, { model_id: 'm', widget_manager } as never);
  const view = new View({ model, options: {} } as never);
  document.body.append(view.el);
  view.render();
  return { model, view };
}

/** Stands in for the browser, which doesn't know here what is in sight; returns what tells it. */
export function stubSight(): (isIntersecting?: boolean) => void {
  const told: ((entries: { isIntersecting: boolean }[]) => void)[] = [];
  vi.stubGlobal(
    'IntersectionObserver',
    class {
      constructor(tell: (entries: { isIntersecting: boolean }[]) => void) {
        told.push(tell);
      }
      observe(): void {
        // Tests tell by themselves; until then nothing plays.
      }
      disconnect(): void {
        // Nothing to end.
      }
    },
  );
  return (isIntersecting = true) => told.forEach((tell) => tell([{ isIntersecting }]));
}

/** Makes the model believe in a kernel; returns what it sends there. */
export function connect(model: WidgetModel): Record<string, unknown>[] {
  const sent: Record<string, unknown>[] = [];
  model.comm_live = true;
  vi.spyOn(model, 'send').mockImplementation((content) => {
    sent.push(content as Record<string, unknown>);
  });
  return sent;
}

const LONGEST_WAIT_MS = 3000;

/** Lets promises that are settled run, and frames that are due; draws that wait go on waiting. */
export async function pause(ms = 50): Promise<void> {
  // On a busy machine frames are slow, and views would wait for shared ones.
  PAGE.act();
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Lets promises that are settled run, and all draws that were asked for: on a busy machine those wait. */
export async function settle(ms = 50): Promise<void> {
  await pause(ms);
  const end = Date.now() + LONGEST_WAIT_MS;
  while ([...PAGE.schedulers].some((one) => one.waiting) && Date.now() < end) await pause(5);
  // And what views do once they are painted.
  await new Promise<void>((done) => afterPaint(done));
}
