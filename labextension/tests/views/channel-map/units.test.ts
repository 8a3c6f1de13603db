// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from 'vitest';

import { ChannelMapModel } from '../../../src/views/channel-map/model';
import { fieldBox, readUnits, strongest, takesWhite, termsAt } from '../../../src/shared/units';
import { ChannelMapView } from '../../../src/views/channel-map/view';
import { display, settle } from '../../harness';

const floats = (...values: number[]): DataView => {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return view;
};
const shorts = (...values: number[]): DataView => {
  const view = new DataView(new ArrayBuffer(2 * values.length));
  values.forEach((value, i) => view.setInt16(2 * i, value, true));
  return view;
};
/** Two values of a convolution with windows of 1×2, over an input of 4×8 pixels. */
const units = {
  field: [2, 4, 1, 2, 0, -1, 4, 8],
  terms: {
    kind: 'sum',
    rows: 1,
    columns: 2,
    channels: 3,
    bias: 0.5,
    activation: 'relu',
    scale: 0.5,
    data: shorts(1, -2, 4, 32001),
  },
};
const map = { data: floats(0, 2.5), height: 1, width: 2 };

describe('readUnits', () => {
  it('finds the terms of a value and its receptive field', () => {
    const { terms, fields } = readUnits(units);
    const values = { numbers: Float32Array.of(0, 2.5), height: 1, width: 2 };
    expect(termsAt(terms!, { row: 0, column: 0 }, values)).toEqual([0.5, -1]);
    expect(termsAt(terms!, { row: 0, column: 1 }, values)).toEqual([2, NaN]);
    expect(termsAt(terms!, { row: 0, column: 0 }, { ...values, width: 3 })).toEqual([]);
    expect(fieldBox(fields!, { row: 0, column: 0 })).toEqual({ left: 0, top: 0, width: 3 / 8, height: 0.5 });
    expect(fieldBox(fields!, { row: 0, column: 1 })).toEqual({
      left: 1 / 8,
      top: 0,
      width: 0.5,
      height: 0.5,
    });
    expect(strongest(values)).toEqual({ row: 0, column: 1 });
  });

  it.each([
    { field: [1, 2] },
    { terms: { ...units.terms, data: 'x' } },
    { terms: { ...units.terms, kind: 'x' } },
    { terms: { ...units.terms, rows: -1 } },
  ])('refuses %j', (wrong) => expect(() => readUnits(wrong)).toThrow());
});

describe('ChannelMapView', () => {
  afterEach(() => document.body.replaceChildren());

  it('tells from the beginning what its strongest value is computed from, then the one that is pointed at', async () => {
    const { model, view } = display(ChannelMapModel, ChannelMapView, {
      values: map,
      units,
      title: 'conv, 1',
    });
    await settle();
    const read = (selector: string) =>
      [...view.el.querySelectorAll(selector)].map((element) => element.textContent);
    expect(read('.dlw-channel-readout')).toEqual(['row 0, column 1: 2.500']);
    expect(read('.dlw-terms-field')).toEqual(['Receptive field: 2×4 pixels of the input (dashed)']);
    expect(read('.dlw-terms-term')).toEqual(['2.00', '·']);
    expect(read('.dlw-terms-rows > *')).toEqual(['sum', '2.000', '+ bias', '0.5000', '→ relu', '2.500']);
    expect(read('.dlw-terms-about')).toEqual(['2 places, each over 3 channels']);
    const field = view.el.querySelector<HTMLElement>('.dlw-channel-field')!;
    expect([field.hidden, field.style.left, field.style.width]).toEqual([false, '12.5%', '50%']);

    // While it trains, the same value is told of, though another one is the strongest now.
    model.set('values', { data: floats(9, 1), height: 1, width: 2 });
    await settle();
    expect(read('.dlw-channel-readout')).toEqual(['row 0, column 1: 1.000']);
    view.el
      .querySelector('.dlw-channel-stage')!
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true }));
    expect(read('.dlw-channel-readout')).toEqual(['row 0, column 0: 9.000']);
    model.set({ units: {}, values: map });
    await settle();
    expect(field.hidden).toBe(true);
    expect(view.el.querySelector<HTMLElement>('.dlw-terms')!.hidden).toBe(true);
  });
});

it('writes white only where that is easier to read', () => {
  expect(takesWhite([255, 255, 255])).toBe(false);
  expect(takesWhite([211, 76, 64])).toBe(false); // black 4.9:1, white 4.3:1
  expect(takesWhite([180, 4, 38])).toBe(true); // black 2.9:1, white 7.2:1
  expect(takesWhite([59, 76, 192])).toBe(true);
});
