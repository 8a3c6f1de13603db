// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../views';

const { blend, cover, strength, ZERO } = await import('../../src/heat-overlay/blend');
const { HeatOverlayModel } = await import('../../src/heat-overlay/model');
const { GAP, panelSide } = await import('../../src/heat-overlay/rows');
const { HeatOverlayView } = await import('../../src/heat-overlay/view');

const atlas = (count: number, side: number, value = 0): object => ({
  count,
  height: side,
  width: side,
  channels: 1,
  data: new DataView(new Uint8Array(count * side * side).fill(value).buffer),
});

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
});

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(HeatOverlayModel, HeatOverlayView, {
    picture: atlas(1, 4),
    maps: atlas(2, 4, 255),
    titles: ['Grad-CAM', 'Occlusion'],
    captions: ['2 ms', '90 ms'],
    signed: [false, true],
    ...traits,
  });
  connect(model);
  await settle();
  return { model, view };
};

describe('blend', () => {
  const grey = new Uint8ClampedArray([100, 100, 100, 255, 100, 100, 100, 255]);

  it('leaves the picture alone at no opacity, and covers it whole at full', () => {
    const values = new Uint8Array([0, 255]);
    const options = { signed: false, colormap: 'gray' };
    expect([...blend(grey, values, { ...options, opacity: 0 })]).toEqual([...grey]);
    expect([...blend(grey, values, { ...options, opacity: 1 })]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
  });

  it('covers what is hot more than what is cold', () => {
    expect(cover(0.6, 1)).toBeCloseTo(0.6);
    expect(cover(0.6, 0)).toBeCloseTo(0.078);
    for (const opacity of [0, 1]) expect(cover(opacity, 0.3)).toBeCloseTo(opacity);
  });

  it('draws heat in the rainbow of the books', () => {
    const options = { signed: false, colormap: 'jet', opacity: 1 };
    const [, , cold, , red, green, blue] = blend(grey, new Uint8Array([0, 223]), options);
    expect(cold).toBe(128);
    expect([red, green, blue]).toEqual([255, 0, 0]);
  });

  it('shows both sides of a signed map in colours of its own', () => {
    expect(strength(ZERO, true)).toBe(0);
    expect(strength(0, true)).toBe(1);
    const [against, , blue, , ours] = blend(grey, new Uint8Array([0, 255]), {
      signed: true,
      colormap: 'gray',
      opacity: 1,
    });
    expect(blue).toBeGreaterThan(against!);
    expect(ours).toBeGreaterThan(150);
  });
});

it.each([
  [7, 912, 4], // 7 in one row would be too small: 4 and 3, not 5 and 2
  [4, 912, 4],
  [2, 912, 2],
  [6, 390, 2],
  [1, 100, 1],
])('shows %i panels in %i pixels in rows of %i', (count, room, columns) => {
  const side = panelSide(count, room);
  const width = (n: number): number => n * side + (n - 1) * GAP;
  expect(width(columns)).toBeLessThanOrEqual(room);
  expect(side).toBeGreaterThanOrEqual(Math.min(room, 150));
  expect(side).toBeLessThanOrEqual(260);
  // No more than these in a row, unless all are in it.
  if (columns < count) expect(width(columns + 1)).toBeGreaterThan(room);
});

describe('HeatOverlayView', () => {
  it('shows the picture, and one panel per map with its title and cost', async () => {
    const { view } = await shown();
    const titles = [...view.el.querySelectorAll('.dlw-heat-title')].map((t) => t.textContent);
    expect(titles).toEqual(['Input', 'Grad-CAM', 'Occlusion']);
    expect(view.el.textContent).toContain('90 ms');
    expect(view.el.querySelector<HTMLElement>('.dlw-heat-key')!.hidden).toBe(false);
    expect(view.el.querySelectorAll('canvas[role=img]')).toHaveLength(3);
  });

  it('leaves the bare picture out where it has no title', async () => {
    const { view } = await shown({ picture_title: '' });
    const titles = [...view.el.querySelectorAll('.dlw-heat-title')].map((t) => t.textContent);
    expect(titles).toEqual(['Grad-CAM', 'Occlusion']);
  });

  it('offers the colour map of the books', async () => {
    const { model, view } = await shown();
    vi.spyOn(model, 'save_changes').mockReturnValue(undefined);
    const choice = view.el.querySelector('select')!;
    choice.value = 'jet';
    expect(choice.value).toBe('jet');
    choice.dispatchEvent(new Event('change'));
    expect(model.text('colormap')).toBe('jet');
  });

  it('changes opacity in the page, and tells the kernel only when the slider is let go', async () => {
    const { model, view } = await shown();
    const told = vi.spyOn(model, 'save_changes').mockReturnValue(undefined);
    const slider = view.el.querySelector<HTMLInputElement>('input[type=range]')!;
    const painted = vi.fn();
    view.el.addEventListener('dlw:heat', painted);
    slider.value = '35';
    slider.dispatchEvent(new Event('input'));
    await settle();
    expect(model.opacity).toBeCloseTo(0.35);
    expect(told).not.toHaveBeenCalled();
    expect(painted).toHaveBeenCalledOnce();
    expect(view.el.querySelector('.dlw-slider-value')!.textContent).toBe('35 %');
    slider.dispatchEvent(new Event('change'));
    expect(told).toHaveBeenCalledOnce();
  });

  it('waits for the maps that belong to a new picture', async () => {
    const { model, view } = await shown();
    model.set('picture', atlas(1, 6));
    await settle();
    expect(view.el.dataset.maps).toBe('0');
    model.set('maps', atlas(2, 6));
    await settle();
    expect(view.el.dataset.maps).toBe('2');
  });

  it('shows titles as text, and says so when an image cannot be read', async () => {
    vi.spyOn(console, 'error').mockReturnValue();
    const { model, view } = await shown({ titles: ['<img src=x>', 'b'] });
    expect(view.el.querySelector('img')).toBeNull();
    model.set('picture', {
      count: 1,
      height: 2,
      width: 2,
      channels: 1,
      data: new DataView(new ArrayBuffer(3)),
    });
    await settle();
    expect(view.el.querySelector('.dlw-problem')!.textContent).toContain('need 4 bytes');
  });
});
