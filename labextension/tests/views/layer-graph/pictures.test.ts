import { describe, expect, it } from 'vitest';

import { readGraph } from '../../../src/views/layer-graph/data';
import { firstParts, sizeOf } from '../../../src/views/layer-graph/layout';
import {
  PICTURE_WIDTH,
  pictureHeight,
  PicturePainter,
  readPictures,
} from '../../../src/views/layer-graph/pictures';

const SENT = {
  step: 7,
  nodes: [
    ['in', 'image', 1, 2, 2, 1],
    ['conv', 'maps', 2, 1, 1, 1],
    ['out', 'answer', 1, 1, 3, 1],
  ],
  data: new DataView(new Uint8Array([1, 2, 3, 4, 10, 20, 100, 200, 50]).buffer),
  names: ['a', 'b', 'c'],
  predicted: 1,
};

describe('readPictures', () => {
  it('gives each node its part of the bytes', () => {
    const { step, byPath, names, predicted } = readPictures(SENT);
    expect([step, names, predicted]).toEqual([7, ['a', 'b', 'c'], 1]);
    expect([...byPath.get('in')!.atlas.bytes]).toEqual([1, 2, 3, 4]);
    expect([...byPath.get('conv')!.atlas.bytes]).toEqual([10, 20]);
    expect(byPath.get('out')).toMatchObject({ form: 'answer', atlas: { width: 3 } });
  });

  it('has none before the first', () => {
    expect(readPictures({}).byPath.size).toBe(0);
  });

  it.each([
    { ...SENT, data: [1, 2] },
    { ...SENT, data: new DataView(new ArrayBuffer(8)) },
    { ...SENT, nodes: [['in', 'film', 1, 2, 2, 1]] },
    { ...SENT, nodes: [['in', 'image', 1, -2, 2, 1]] },
    { ...SENT, nodes: [['in', 'image', 1, 2, 2, 7]] },
    { ...SENT, nodes: [7] },
  ])('refuses what does not fit together', (value) => {
    expect(() => readPictures(value)).toThrow(/pictures/);
  });
});

it('passes over a picture without a pixel', () => {
  const painter = new PicturePainter();
  painter.show(
    readPictures({ nodes: [['n', 'maps', 0, 8, 8, 1]], data: new DataView(new ArrayBuffer(0)), step: 1 }),
  );
  const sent = { nodes: [['n', 'Conv2D', 'layer', 1, '', [], [], '', 'maps']], edges: [] };
  const node = readGraph(sent).nodes[0]!;
  const placed = { node, x: 0, y: 0, ...sizeOf(node) };
  const palette = { accent: '', bar: '', text: '', font: '' };
  const draw = (): void =>
    painter.draw({} as CanvasRenderingContext2D, [placed], { left: 0, top: 0, scale: 1 }, placed, palette);
  expect(draw).not.toThrow();
});

it('makes room in a node before its picture comes', () => {
  const size = (room: string): ReturnType<typeof sizeOf> =>
    sizeOf(
      readGraph({ nodes: [['n', 'Conv2D', 'layer', 1, '8 filters', [], [], '', room]], edges: [] }).nodes[0]!,
    );
  const plain = size('');
  const maps = size('maps');
  expect(maps.width).toBeGreaterThan(PICTURE_WIDTH);
  expect(maps.height).toBeGreaterThanOrEqual(plain.height + pictureHeight('maps'));
  expect(maps.pictureAt.y + pictureHeight('maps')).toBeLessThan(maps.height);
  expect(size('nothing known')).toEqual(plain);
});

it('keeps the first parts of a detail, and cuts none of them', () => {
  const detail = 'Conv2D · 64 filters of 3×3, same padding, relu';
  expect(firstParts(detail, 60)).toBe(detail);
  expect(firstParts(detail, 42)).toBe('Conv2D · 64 filters of 3×3, same padding');
  expect(firstParts(detail, 36)).toBe('Conv2D · 64 filters of 3×3');
  expect(firstParts(detail, 12)).toBe('Conv2D');
  expect(firstParts('MultiHeadAttentionOfMine', 12)).toHaveLength(12);
});
