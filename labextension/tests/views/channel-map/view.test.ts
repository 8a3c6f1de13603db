// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { ChannelMapModel } from '../../../src/views/channel-map/model';
import { ChannelMapView } from '../../../src/views/channel-map/view';
import { connect, display, settle } from '../../harness';

const numbers = (...values: number[]): DataView => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return view;
};
const two = { data: numbers(0, 1, 2, -2, NaN, 8), height: 2, width: 3 };

describe('ChannelMapView', () => {
  afterEach(() => document.body.replaceChildren());

  it('tells the value under the keys, of new values as well', async () => {
    const { model, view } = display(ChannelMapModel, ChannelMapView, {
      values: two,
      row_name: 'time',
      column_name: 'unit',
      title: '<b>lstm</b>',
    });
    await settle();
    expect(view.el.querySelector('.dlw-title')!.textContent).toBe('<b>lstm</b>');
    expect(view.el.querySelector('b')).toBeNull();
    const stage = view.el.querySelector<HTMLElement>('.dlw-channel-stage')!;
    const press = (key: string): void => {
      stage.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    };
    const readout = view.el.querySelector('.dlw-channel-readout')!;
    press('ArrowDown');
    expect(readout.textContent).toBe('time 1, unit 1: NaN');
    press('End');
    expect(readout.textContent).toBe('time 1, unit 2: 8.000');
    model.set('values', { data: numbers(1, 2, 3, 4, 5, 6), height: 2, width: 3 });
    await settle();
    expect(readout.textContent).toBe('time 1, unit 2: 6.000');
    model.set('values', { data: numbers(1), height: 1, width: 1 });
    await settle();
    expect(readout.textContent).toMatch(/^Point at the map/);
  });

  it('says what is wrong, and lives on', async () => {
    const { model, view } = display(ChannelMapModel, ChannelMapView, { values: { ...two, height: 7 } });
    await settle();
    const notice = view.el.querySelector<HTMLElement>('.dlw-notice')!;
    expect(notice.textContent).toContain('Received: 24');
    model.set('values', two);
    await settle();
    expect(notice.hidden).toBe(true);
    expect(view.el.dataset.cells).toBe('6');
  });

  it('shows the opacity only over a picture, and sends it when the slider rests', async () => {
    const { model, view } = display(ChannelMapModel, ChannelMapView, { values: two });
    connect(model);
    await settle();
    const slider = view.el.querySelector<HTMLInputElement>('input')!;
    expect(slider.parentElement!.hidden).toBe(true);
    model.set('image', { data: new Uint8Array(4), count: 1, height: 2, width: 2, channels: 1 });
    await settle();
    expect(slider.parentElement!.hidden).toBe(false);
    slider.value = '25';
    slider.dispatchEvent(new Event('input'));
    await settle();
    expect(model.get('opacity')).toBe(0.25);
    expect(view.el.querySelector<HTMLElement>('.dlw-channel-over')!.style.opacity).toBe('0.25');
  });
});
