// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from 'vitest';

import { readGraph } from '../../../src/views/layer-graph/data';
import { sizeOf } from '../../../src/views/layer-graph/layout';
import { LayerGraphModel } from '../../../src/views/layer-graph/model';
import { pictureBox, readPictures, tileBox } from '../../../src/views/layer-graph/pictures';
import { unitAt, UnitPointer } from '../../../src/views/layer-graph/pointing';

/** A convolution of 2×2 windows over an image of 8×8, of whose 4×4 units a picture shows means. */
const pictures = {
  step: 3,
  nodes: [
    ['in', 'image', 1, 2, 2, 1],
    ['conv', 'maps', 2, 2, 2, 1],
    ['dense', 'units', 1, 1, 3, 1],
  ],
  data: new DataView(new ArrayBuffer(15)),
  names: [],
  predicted: -1,
  units: { conv: [4, 4, 2, 2, 2, 2, 0, 0, 8, 8] },
  pointed: {},
};
const told = {
  place: ['conv', 1, 2, 3],
  value: 1.5,
  terms: {
    kind: 'sum',
    rows: 1,
    columns: 2,
    channels: 1,
    bias: 0.5,
    activation: 'relu',
    scale: 0.5,
    data: new DataView(new Int16Array([1, 1]).buffer),
  },
};
const graph = readGraph({
  nodes: [
    ['in', 'Input', 'input', 1, '8×8×1', [], [], '', 'image'],
    ['conv', 'Conv2D', 'layer', 1, '', [], [], '', 'maps'],
    ['dense', 'Dense', 'layer', 1, '', [], [], '', 'units'],
  ],
  edges: [],
});
const nodes = graph.nodes.map((node, i) => ({ node, x: 0, y: 100 * i, ...sizeOf(node) }));
const port = { left: 10, top: 5, scale: 0.5 };

const middleOf = (path: string, tile: number, row: number, column: number): [number, number] => {
  const placed = nodes.find(({ node }) => node.path === path)!;
  const box = tileBox(readPictures(pictures).byPath.get(path)!, pictureBox(placed, port), port.scale, tile);
  return [box.x + ((column + 0.5) / 4) * box.width, box.y + ((row + 0.5) / 4) * box.height];
};

afterEach(() => {
  document.body.replaceChildren();
  vi.useRealTimers();
});

it('finds the unit under a point, also where a picture shows means', () => {
  const shown = readPictures(pictures);
  for (const [channel, row, column] of [
    [0, 0, 0],
    [1, 2, 3],
  ] as const) {
    const at = middleOf('conv', channel, row, column);
    expect(unitAt(nodes, shown, port, at)).toEqual({ path: 'conv', channel, row, column });
  }
  expect(unitAt(nodes, shown, port, middleOf('in', 0, 1, 1))).toBeNull();
  expect(unitAt(nodes, shown, port, middleOf('dense', 0, 1, 1))).toBeNull();
  expect(unitAt(nodes, shown, port, [-5, -5])).toBeNull();
});

it('asks for the terms of a unit once, and tells them when they come', () => {
  const model = new LayerGraphModel({ pictures }, { model_id: 'm', widget_manager: {} });
  const sent = vi.spyOn(model, 'save_changes').mockImplementation(() => undefined);
  vi.useFakeTimers();
  const pointer = new UnitPointer(model, () => undefined);
  const boxes: number[][] = [];
  const context = {
    save: () => undefined,
    restore: () => undefined,
    setLineDash: () => undefined,
    strokeRect: (...box: number[]) => boxes.push(box),
  } as unknown as CanvasRenderingContext2D;
  const draw = (): string => {
    pointer.draw(context, nodes, port, { width: 300, height: 300 });
    return pointer.root.textContent;
  };
  draw();
  expect([pointer.root.hidden, sent.mock.calls.length]).toEqual([true, 0]);

  const place = { path: 'conv', channel: 1, row: 2, column: 3 };
  pointer.move(place, [20, 30]);
  pointer.move({ ...place }, [21, 30]);
  expect(sent).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(sent).toHaveBeenCalledTimes(1);
  expect(model.get('pointed')).toEqual(['conv', 1, 2, 3]);
  expect(draw()).toContain('conv, channel 1, row 2, column 3');
  expect(draw()).toContain('2×2 pixels');
  expect(draw()).not.toContain('1.5');
  // The unit in its map, and the four pixels of the sample that it sees, each with a dark line around it.
  expect(boxes).toHaveLength(3 * 4);

  model.set('pictures', { ...pictures, pointed: told });
  expect(draw()).toContain('column 3: 1.5');
  expect(draw()).toContain('2 products of input and weight');
  pointer.move({ ...place, row: 0 }, [20, 30]);
  draw();
  expect(pointer.root.querySelector<HTMLElement>('.dlw-terms-body')!.hidden).toBe(true);
  pointer.move(null);
  vi.runAllTimers();
  draw();
  expect([pointer.root.hidden, model.get('pointed')]).toEqual([true, []]);
});

it.each([
  { ...pictures, units: { conv: 'x' } },
  { ...pictures, units: { conv: [4, 4, 1] } },
  { ...pictures, pointed: { ...told, place: ['conv', -1, 0, 0] } },
])('refuses units that cannot be', (value) => expect(() => readPictures(value)).toThrow());
