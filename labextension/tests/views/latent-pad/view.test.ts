// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
const { LatentPadModel } = await import('../../../src/views/latent-pad/model');
const { LatentPadView } = await import('../../../src/views/latent-pad/view');

const binary = (bytes: ArrayBuffer): DataView => new DataView(bytes);
const codes = (count: number, size = count): object => ({
  count,
  places: binary(Float32Array.from({ length: size * 2 }, (_, i) => i / 10).buffer),
  groups: binary(new Uint8Array(size).buffer),
  centers: [[0.5, 0.5], null, ['x', 1]],
});

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(LatentPadModel, LatentPadView, { codes: codes(3), ...traits });
  const sent = connect(model);
  await settle();
  const surface = view.el.querySelector<HTMLElement>('.dlw-latent-surface')!;
  const key = (name: string): boolean =>
    surface.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
  return { model, view, sent, surface, key };
};

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

describe('LatentPadView', () => {
  it('follows the keys, tells the kernel, and says where it is', async () => {
    const { model, sent, surface, key } = await shown();
    for (let i = 0; i < 3; i++) key('ArrowRight');
    expect(model.point[0]).toBeCloseTo(0.3);
    expect(sent.slice(0, 1)).toEqual([{ type: 'move', x: 0.1, y: 0, asked: 1 }]);
    expect(sent).toHaveLength(2);
    model.set('image', { asked: 1 });
    expect(sent).toHaveLength(3);
    expect(surface.getAttribute('aria-valuetext')).toBe('z1 0.30, z2 0.00');
  });

  it('says when a key is let go, and only then', async () => {
    const { sent, surface, key } = await shown();
    key('ArrowUp');
    for (const name of ['ArrowUp', 'Tab']) surface.dispatchEvent(new KeyboardEvent('keyup', { key: name }));
    expect(sent.map(({ type }) => type)).toEqual(['move', 'rest']);
  });

  it('picks the nearest code with Enter', async () => {
    const { sent, key } = await shown({ point: [0.45, 0.5] });
    key('Enter');
    expect(sent).toEqual([{ type: 'pick', index: 2 }]);
  });

  it('tells the kernel what it shows, once the zoom rests', async () => {
    const { model, view, key } = await shown();
    const save = vi.spyOn(model, 'save_changes').mockReturnValue();
    for (let i = 0; i < 3; i++) key('+');
    const [x, y, radius] = model.get('region') as number[];
    expect([x, y]).toEqual([0, 0]);
    expect(radius).toBeCloseTo(3 / 1.5 ** 3);
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1));
    key('0');
    expect(model.get('region')).toEqual([]);
    view.remove();
  });

  it('moves the ring along the path, which shows only with one', async () => {
    const { model, view, sent } = await shown();
    const scrub = view.el.querySelector<HTMLInputElement>('.dlw-latent-scrub')!;
    expect(scrub.parentElement!.hidden).toBe(true);
    model.set('path', [
      [-1, 0],
      [1, 2],
    ]);
    await settle();
    expect(scrub.parentElement!.hidden).toBe(false);
    scrub.value = '250';
    scrub.dispatchEvent(new Event('input'));
    scrub.dispatchEvent(new Event('change'));
    expect(model.point).toEqual([-0.5, 0.5]);
    expect(sent[0]).toEqual({ type: 'along', share: 0.25, asked: 1 });
    expect(sent.at(-1)!.type).toBe('rest');
  });

  it('zooms with two fingers, which put back what the first one has moved', async () => {
    const { model, sent, surface } = await shown({ path: [[-2, 0], [2, 0]] }); // prettier-ignore
    const save = vi.spyOn(model, 'save_changes').mockReturnValue();
    surface.setPointerCapture = vi.fn();
    const finger = (kind: string, pointerId: number, clientX: number, clientY: number): boolean =>
      surface.dispatchEvent(new PointerEvent(kind, { pointerId, clientX, clientY, button: 0 }));
    const side = parseFloat(
      surface.closest<HTMLElement>('.dlw-latent-pad')!.style.getPropertyValue('--dlw-side'),
    );
    const middle = side / 2;
    finger('pointerdown', 1, middle, middle / 2); // the ring jumps there
    expect(model.point[1]).toBeGreaterThan(1);
    finger('pointerdown', 2, middle, middle * 1.5);
    expect(model.point).toEqual([0, 0]);
    expect(sent.at(-1)!.type).toBe('rest');
    const told = sent.length;
    finger('pointermove', 2, middle, middle * 1.5 + middle / 2);
    const [, y, radius] = model.get('region') as number[];
    expect(radius).toBeCloseTo(2, 1);
    expect(y).toBeGreaterThan(0); // one finger stays, so the plane goes with the other
    finger('pointerup', 2, 0, 0);
    finger('pointermove', 1, 5, 5); // moves nothing
    finger('pointerup', 1, 5, 5);
    expect([model.point, sent.length]).toEqual([[0, 0], told]);
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(1));
  });

  it('zooms with two fingers from where the first one has gone to', async () => {
    const { model, view, surface } = await shown();
    vi.spyOn(model, 'save_changes').mockReturnValue();
    surface.setPointerCapture = vi.fn();
    const finger = (kind: string, pointerId: number, clientX: number, clientY: number): boolean =>
      surface.dispatchEvent(new PointerEvent(kind, { pointerId, clientX, clientY, button: 0 }));
    finger('pointerdown', 1, 100, 100);
    finger('pointermove', 1, 100, 20);
    finger('pointerdown', 2, 100, 120);
    finger('pointermove', 1, 100, 19); // 101 px between them instead of 100
    const [, , radius] = model.get('region') as number[];
    expect(radius).toBeCloseTo(3 / 1.01, 5);
    view.remove();
  });

  it('shows names as text', async () => {
    const { view } = await shown({ title: '<img src=x>', original_label: '<b>7</b>' });
    expect(view.el.querySelector('img, b')).toBeNull();
    expect(view.el.textContent).toContain('<b>7</b>');
  });

  it('survives codes that cannot be read', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { model, view } = await shown();
    model.set('codes', { count: 9, places: 'x' });
    await settle();
    expect(view.el.dataset.codes).toBe('0');
  });
});
