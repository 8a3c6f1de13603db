// @vitest-environment happy-dom
import { afterEach, describe, expect, it, vi } from 'vitest';

import { connect, display, settle } from '../../harness';
const { HeatOverlayModel } = await import('../../../src/views/heat-overlay/model');
const { HeatOverlayView } = await import('../../../src/views/heat-overlay/view');

const atlas = (count: number, side: number, value = 0): object => ({
  count,
  height: side,
  width: side,
  channels: 1,
  data: new DataView(new Uint8Array(count * side * side).fill(value).buffer),
});

const shown = async (traits: Record<string, unknown> = {}) => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const { model, view } = display(HeatOverlayModel, HeatOverlayView, {
    image: atlas(1, 4),
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

afterEach(() => {
  document.body.replaceChildren();
  vi.restoreAllMocks();
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
    const { view } = await shown({ image_title: '' });
    const titles = [...view.el.querySelectorAll('.dlw-heat-title')].map((t) => t.textContent);
    expect(titles).toEqual(['Grad-CAM', 'Occlusion']);
  });

  it('offers the color map of the books', async () => {
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
    expect(view.el.querySelector('.dlw-slider-value')!.textContent).toBe('35%');
    slider.dispatchEvent(new Event('change'));
    expect(told).toHaveBeenCalledOnce();
  });

  it('compares with the focused map again when the pointer leaves another', async () => {
    const { view } = await shown();
    const [, first, second] = view.el.querySelectorAll<HTMLElement>('.dlw-heat-panel');
    const compared = async (): Promise<string> => {
      await settle();
      return view.el.querySelector('.dlw-heat-pointed .dlw-heat-title')?.textContent ?? '';
    };
    first!.focus();
    const canvas = second!.querySelector('canvas')!;
    canvas.dispatchEvent(new Event('pointerenter'));
    expect(await compared()).toBe('Occlusion');
    canvas.dispatchEvent(new Event('pointerleave'));
    expect(await compared()).toBe('Grad-CAM');
    first!.blur();
    expect(await compared()).toBe('');
  });

  it('waits for the maps that belong to a new picture', async () => {
    const { model, view } = await shown();
    model.set('image', atlas(1, 6));
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
    model.set('image', {
      count: 1,
      height: 2,
      width: 2,
      channels: 1,
      data: new DataView(new ArrayBuffer(3)),
    });
    await settle();
    expect(view.el.querySelector('.dlw-error')!.textContent).toContain('need 4 bytes');
  });
});
