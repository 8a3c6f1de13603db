// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';

import { display, settle } from '../../harness';

const { ImageGridModel } = await import('../../../src/views/image-grid/model');
const { ImageGridView } = await import('../../../src/views/image-grid/view');

it('takes a selection and a key that come before the first draw', async () => {
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null);
  const data = new DataView(new ArrayBuffer(4 * 4));
  const atlas = { data, count: 4, height: 2, width: 2, channels: 1 };
  const { model, view } = display(ImageGridModel, ImageGridView, { atlas });
  const scroller = view.el.querySelector<HTMLElement>('.dlw-grid-scroller')!;
  model.set('selected', 3);
  scroller.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
  await settle();
  expect(view.el.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  expect(scroller.getAttribute('aria-activedescendant')).not.toBeNull();
});

type Drawn = { smooth: boolean; to: number[] }[];

/** A page on which canvases can be drawn: what `drawImage` was given, by canvas, and how often one was asked for. */
function canvases(): { drawn: Map<HTMLCanvasElement, Drawn>; asked: () => number } {
  const drawn = new Map<HTMLCanvasElement, Drawn>();
  let asked = 0;
  vi.stubGlobal(
    'ImageData',
    class {
      constructor(
        readonly data: Uint8ClampedArray,
        readonly width: number,
        readonly height: number,
      ) {}
    },
  );
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function (this: HTMLCanvasElement) {
    asked += 1;
    const calls = drawn.get(this) ?? [];
    drawn.set(this, calls);
    const context = {
      imageSmoothingEnabled: true,
      clearRect: vi.fn(),
      putImageData: vi.fn(),
      drawImage: (_: unknown, ...to: number[]): number =>
        calls.push({ smooth: context.imageSmoothingEnabled, to }),
    };
    return context as never;
  });
  return { drawn, asked: () => asked };
}

afterEach(() => vi.unstubAllGlobals());

it('draws a row of images on one canvas, in whole pixels of the screen', async () => {
  vi.stubGlobal('devicePixelRatio', 1.5);
  const { drawn } = canvases();
  const data = new DataView(new ArrayBuffer(25 * 9));
  const atlas = { data, count: 25, height: 3, width: 3, channels: 1 };
  const { view } = display(ImageGridModel, ImageGridView, {
    atlas,
    columns: 10,
    cell_size: 25,
    labels: Array<string>(25).fill('a'),
  });
  vi.spyOn(view.el.querySelector('.dlw-grid-scroller')!, 'clientWidth', 'get').mockReturnValue(900);
  await settle();
  const rows = [...view.el.querySelectorAll('canvas')];
  expect(view.el.querySelectorAll('.dlw-cell')).toHaveLength(25);
  expect(rows.map((row) => drawn.get(row)!.length).sort((a, b) => a - b)).toEqual([5, 10, 10]);
  const [first, second] = drawn.get(rows[0]!)!;
  // Cells of 62 px, each with an image of 25 px in its middle.
  expect(first).toEqual({ smooth: false, to: [0, 0, 3, 3, 28, 0, 37, 38] });
  expect(second!.to).toEqual([3, 0, 3, 3, Math.round((62 + 18.5) * 1.5), 0, 37, 38]);
  expect(parseFloat(rows[0]!.style.width) * 1.5).toBeCloseTo(rows[0]!.width);
  expect(rows.map((row) => row.style.top).sort()).toEqual(['113px', '3px', '58px']);
});

it('draws images that touch as they are, and only anew when they change', async () => {
  const { drawn, asked } = canvases();
  const data = new DataView(new ArrayBuffer(6 * 4));
  const atlas = { data, count: 6, height: 2, width: 2, channels: 1 };
  const { model, view } = display(ImageGridModel, ImageGridView, { atlas, columns: 3, tight: true });
  await settle();
  const rows = [...view.el.querySelectorAll('canvas')];
  expect(rows.map(({ width, height }) => [width, height])).toEqual([
    [6, 2],
    [6, 2],
  ]);
  expect([...drawn.values()].flat()).toEqual([]);
  const before = asked();
  model.set('selected', 2);
  await settle();
  expect(view.el.querySelectorAll('[aria-selected="true"]')).toHaveLength(1);
  expect(asked()).toBe(before);
  const newer = new DataView(Uint8Array.from({ length: 6 * 4 }, (_, i) => i).buffer);
  model.set('atlas', { ...atlas, data: newer });
  await settle();
  expect(asked()).toBe(before + 2);
});
