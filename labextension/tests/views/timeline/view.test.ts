// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';

const { TimelineModel } = await import('../../../src/views/timeline/model');
const { TimelineView } = await import('../../../src/views/timeline/view');

const STEPS = [0, 100, 200, 400, 800];
const WIDTH = 1000;

const snapshots = (steps: readonly number[] = STEPS): object => ({
  count: steps.length,
  steps: new DataView(Uint32Array.from(steps).buffer),
  epochs: new DataView(Float32Array.from(steps, (step) => step / 100).buffer),
});

const shown = async (traits: Record<string, unknown> = {}) => {
  const { model, view } = display(TimelineModel, TimelineView, {
    snapshots: snapshots(),
    last_step: 1000,
    lives: true,
    ...traits,
  });
  const sent = connect(model);
  await settle();
  const find = (selector: string): HTMLElement => view.el.querySelector<HTMLElement>(selector)!;
  const track = find('.dlw-timeline-track');
  const pointer = (type: string, x: number): boolean => {
    const event = new MouseEvent(type, { bubbles: true, clientX: x, button: 0 });
    Object.assign(event, { pointerId: 1, pointerType: 'mouse' });
    return track.dispatchEvent(event);
  };
  const key = (name: string): boolean =>
    track.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  const answer = (asked: number): void => {
    model.trigger('msg:custom', { type: 'answered', asked }, []);
  };
  return { model, view, sent, find, track, pointer, key, answer };
};

beforeEach(() => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(WIDTH);
  HTMLElement.prototype.setPointerCapture = () => undefined;
});
afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('TimelineView', () => {
  it('moves the cursors of charts at once, and leaves them to Python once it has answered', async () => {
    const bytes = Float32Array.from(STEPS, (step) => step / 1000);
    const { model, pointer, answer } = await shown({
      snapshots: { ...snapshots(), times: new DataView(bytes.buffer) },
      charts: ['a', 'b'],
    });
    const chart = { lead: vi.fn() };
    Object.assign(model.widget_manager, {
      get_model: (id: string) => Promise.resolve(id === 'a' ? chart : {}),
    });
    pointer('pointerdown', 100);
    await settle();
    pointer('pointermove', 410);
    const place = { step: 400, epoch: 4, time: expect.closeTo(0.4) as number };
    expect(chart.lead.mock.lastCall).toEqual([place]);
    answer(1);
    expect(chart.lead).toHaveBeenCalledTimes(1);
    answer(2);
    expect(chart.lead.mock.lastCall).toEqual([undefined]);
  });

  it('names the place for eyes and for screen readers', async () => {
    const { track, find, model } = await shown();
    expect(find('.dlw-timeline-label').textContent).toBe('Live · step 1,000');
    expect(find('.dlw-timeline-live').getAttribute('aria-pressed')).toBe('true');
    model.set('position', 400);
    await settle();
    expect(find('.dlw-timeline-label').textContent).toBe('Step 400 · epoch 4 · snapshot 4 of 5');
    expect(track.getAttribute('aria-valuetext')).toBe('Step 400 · epoch 4 · snapshot 4 of 5');
    expect([track.getAttribute('aria-valuenow'), track.getAttribute('aria-valuemax')]).toEqual([
      '400',
      '1000',
    ]);
    expect(find('.dlw-timeline-thumb').style.left).toBe('400px');
    expect(find('.dlw-timeline-live').getAttribute('aria-pressed')).toBe('false');
  });

  it('follows the pointer at once, sends few requests, and the newest of them', async () => {
    const { sent, pointer, find, answer } = await shown();
    pointer('pointerdown', 110);
    for (const x of [210, 390, 790]) pointer('pointermove', x);
    await settle();
    expect(find('.dlw-timeline-label').textContent).toMatch(/^Step 800/);
    expect(sent).toEqual([
      { type: 'seek', step: 100, asked: 1 },
      { type: 'seek', step: 200, asked: 2 },
    ]);
    answer(1);
    expect(sent.slice(2)).toEqual([{ type: 'seek', step: 800, asked: 3 }]);
  });

  it('keeps its scale while it is dragged and the run goes on', async () => {
    const { pointer, model, track } = await shown();
    pointer('pointerdown', 400);
    model.set('last_step', 4000);
    await settle();
    expect(track.getAttribute('aria-valuemax')).toBe('1000');
    pointer('pointerup', 400);
    await settle();
    expect(track.getAttribute('aria-valuemax')).toBe('4000');
  });

  it('returns to the present at the right end, with Escape and with the button', async () => {
    const { sent, pointer, key, find, answer, model } = await shown({ position: 400 });
    pointer('pointerdown', 1000);
    pointer('pointerup', 1000);
    expect(sent).toEqual([{ type: 'seek', step: -1, asked: 1 }]);
    answer(1);
    model.set('position', 400);
    key('Escape');
    answer(2);
    model.set('position', 400);
    find('.dlw-timeline-live').click();
    expect(sent.slice(1).map(({ step }) => step)).toEqual([-1, -1]);
  });

  it('is moved by keys, and leaves other keys to the page', async () => {
    const { sent, key, answer } = await shown();
    expect(key('ArrowLeft')).toBe(false);
    answer(1);
    expect(key('Home')).toBe(false);
    answer(2);
    expect(key('a')).toBe(true);
    expect(sent.map(({ step }) => step)).toEqual([800, 0]);
  });

  it('plays with Space, and stops where the user takes hold of it', async () => {
    const { view, key, pointer, sent } = await shown({ speed: 20 });
    key(' ');
    await settle();
    expect(view.el.dataset.playing).toBe('true');
    expect(sent[0]).toEqual({ type: 'seek', step: 0, asked: 1 });
    pointer('pointerdown', 790);
    await settle();
    expect(view.el.dataset.playing).toBe('false');
  });

  it('says what comes where there is nothing yet, and that nothing will without a kernel', async () => {
    const { find, model } = await shown({ snapshots: {} });
    expect(find('.dlw-timeline-notice').textContent).toBe('Snapshots appear here during training.');
    model.set('snapshots', snapshots());
    await settle();
    expect(find('.dlw-timeline-notice').textContent).toBe('');
    expect(model.count).toBe(5);
  });

  it('cannot be moved once the kernel is gone', async () => {
    const { find, model, key, sent } = await shown();
    model.comm_live = false;
    model.trigger('comm_live_update');
    await settle();
    key('Home');
    expect(sent).toEqual([]);
    expect((find('.dlw-timeline-live') as HTMLButtonElement).disabled).toBe(true);
  });

  it('ignores snapshots that are not what they promise', async () => {
    const complain = vi.spyOn(console, 'error').mockReturnValue();
    const { model } = await shown({ snapshots: { count: 3, steps: new DataView(new ArrayBuffer(4)) } });
    expect([model.count, complain.mock.calls.length]).toEqual([0, 1]);
  });

  it('saves the film of the view that is chosen', async () => {
    const { find, view, sent, model } = await shown({
      films: ['Activations', 'Heat maps'],
      film_ids: [4, 9],
    });
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockReturnValue();
    find('.dlw-timeline-export').click();
    view.el.querySelectorAll<HTMLElement>('.dlw-timeline-item')[1]!.click();
    const { request } = sent[0]!;
    expect(sent[0]).toEqual({ type: 'film', film: 9, request });
    model.trigger('msg:custom', { type: 'film', request: 0, name: 'x.gif' }, [
      new DataView(new ArrayBuffer(2)),
    ]);
    expect(saved).not.toHaveBeenCalled();
    model.trigger('msg:custom', { type: 'film', request, name: 'x.gif' }, [new DataView(new ArrayBuffer(2))]);
    expect(saved).toHaveBeenCalledTimes(1);
  });

  it('survives a press of its button just after the films have gone', async () => {
    const { find, sent, model } = await shown({ films: ['Activations', 'Heat maps'], film_ids: [4, 9] });
    const failed = vi.fn((event: Event) => event.preventDefault());
    window.addEventListener('error', failed);
    const button = find('.dlw-timeline-export');
    button.click();
    model.set({ films: [], film_ids: [] });
    await settle();
    expect(button.hasAttribute('aria-expanded')).toBe(false);
    button.click();
    expect(failed).not.toHaveBeenCalled();
    window.removeEventListener('error', failed);
    expect(sent).toEqual([]);
    expect(button.hasAttribute('aria-expanded')).toBe(false);
  });

  it('keeps the menu of films open, and the focus, while films come and go', async () => {
    const { find, view, model } = await shown({ films: ['Activations', 'Heat maps'], film_ids: [4, 9] });
    document.body.append(view.el);
    find('.dlw-timeline-export').click();
    view.el.querySelectorAll<HTMLElement>('.dlw-timeline-item')[1]!.focus();
    model.set({ films: ['Filters', 'Heat maps'], film_ids: [5, 9] });
    await settle();
    expect(document.activeElement?.textContent).toBe('Heat maps');
    expect(find('.dlw-timeline-export').getAttribute('aria-expanded')).toBe('true');
    model.set({ films: ['Filters', 'Classes'], film_ids: [5, 6] });
    await settle();
    expect(document.activeElement?.textContent).toBe('Filters');
  });

  it('says how far the film is, and cancels it', async () => {
    const { find, sent, model } = await shown({ films: ['Filters'], film_ids: [7] });
    expect(find('.dlw-timeline-making').hidden).toBe(true);
    find('.dlw-timeline-export').click();
    model.set({ film_busy: true, film_progress: [3, 20], film_note: 'Evenly spaced.' });
    await settle();
    expect(find('.dlw-timeline-making').textContent).toBe('Frame 3 of 20');
    expect(find('.dlw-timeline-problem').textContent).toBe('Evenly spaced.');
    find('.dlw-timeline-making button').click();
    expect(sent.at(-1)).toEqual({ type: 'cancel_film' });
    model.set({ film_busy: false, film_progress: [], film_note: '' });
    model.trigger('msg:custom', { type: 'film_canceled', request: sent[0]!.request }, []);
    await settle();
    expect(find('.dlw-timeline-making').hidden).toBe(true);
    expect(find('.dlw-timeline-problem').textContent).toBe('');
  });

  it('says why there is no film', async () => {
    const { find, sent, model } = await shown({ films: ['Activations'], film_ids: [7] });
    find('.dlw-timeline-export').click();
    model.trigger('msg:custom', { type: 'film_error', request: sent[0]!.request, text: 'No images.' }, []);
    expect(find('.dlw-timeline-problem').textContent).toBe('No images.');
  });
});
