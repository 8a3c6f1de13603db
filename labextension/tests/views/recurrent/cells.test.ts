// @vitest-environment happy-dom
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { type GateName, reach, run } from '../../../src/views/recurrent/cells';
import { CELLS, type CellName } from '../../../src/views/recurrent/fields';
import { changed, LETTERS, randomLayer, trained } from '../../../src/views/recurrent/layers';
import { RecurrentModel } from '../../../src/views/recurrent/model';
import { RecurrentView } from '../../../src/views/recurrent/view';
import { display } from '../../harness';

const file = join(import.meta.dirname, '../../../../tests/concepts/cases/recurrent.json');
const { cells } = JSON.parse(readFileSync(file, 'utf8')) as {
  cells: {
    name: string;
    cell: CellName;
    reset_after: boolean;
    kernel: number[][];
    recurrent: number[][];
    bias: number[] | number[][];
    inputs: number[][];
    steps: Partial<Record<GateName, number[][]>>;
    reach: number[];
  }[];
};

describe('recurrent cells', () => {
  it.each(cells)('are those of Keras: $name', (given) => {
    const [bias, stateBias] = (Array.isArray(given.bias[0]) ? given.bias : [given.bias, null]) as [
      number[],
      number[] | null,
    ];
    const layer = { ...given, units: given.recurrent.length, bias, stateBias };
    const steps = run(layer, given.inputs, given.reset_after);
    for (const [name, rows] of Object.entries(given.steps) as [GateName, number[][]][]) {
      rows.forEach((row, t) =>
        row.forEach((value, u) => expect(steps.values[name]![t]![u]).toBeCloseTo(value, 9)),
      );
    }
    const found = reach(layer, steps, given.inputs.length - 1, given.reset_after);
    expect(found).toHaveLength(given.reach.length);
    found.forEach((value, t) => expect(value / given.reach[t]!).toBeCloseTo(1, 8));
  });

  it.each(CELLS)('have learned what the widget says: %s', (cell) => {
    const { layer, head } = trained('series', cell);
    let right = 0;
    for (let n = 0; n < 60; n += 1) {
      const series = Array.from({ length: 12 }, (_, t) => [0.95 * Math.sin(7.3 * n + 12.9 * t * t + t)]);
      const last = run(layer, series, true).values.h![11]!;
      const sum = last.reduce((all, value, u) => all + value * head.kernel[u]![0]!, head.bias[0]!);
      right += Number(sum > 0 === series[0]![0]! > 0);
    }
    expect(right).toBeGreaterThan(54);
    const { model } = display(RecurrentModel, RecurrentView, { state: `cell=${cell};data=text` });
    const letters = Array.from(model.letters);
    const hits = letters.filter((_, t) => model.predicted(t)?.sign.replace('␣', ' ') === letters[t + 1]);
    expect(hits.length).toBeGreaterThan(letters.length * 0.6);
  });

  it('begins at random as Keras does: orthogonal recurrent weights, and 1 for the forget bias', () => {
    const { recurrent, bias, kernel, units } = randomLayer('text', 'lstm', 3);
    for (let a = 0; a < units; a += 1) {
      for (let b = 0; b < units; b += 1) {
        const along = recurrent[a]!.slice(0, units).reduce(
          (sum, value, u) => sum + value * recurrent[b]![u]!,
          0,
        );
        expect(along).toBeCloseTo(Number(a === b), 9);
      }
    }
    expect(bias.slice(0, 3 * units).map(Math.round)).toEqual([
      ...new Array<number>(units).fill(0),
      ...new Array<number>(units).fill(1),
      ...new Array<number>(units).fill(0),
    ]);
    const limit = Math.sqrt(6 / (LETTERS.length + 4 * units));
    expect(Math.max(...kernel.flat().map(Math.abs))).toBeLessThanOrEqual(limit);
  });

  it('changes only what is asked for', () => {
    const { layer } = trained('series', 'lstm');
    const other = changed(layer, 2, -1, true);
    expect(other.recurrent[0]![0]).toBe(2 * layer.recurrent[0]![0]!);
    expect(other.kernel).toBe(layer.kernel);
    const by = other.bias.map((value, j) => Math.round(value - layer.bias[j]!) + 0);
    expect(by).toEqual(layer.bias.map((_, j) => (j >= 4 && j < 8 ? -1 : 0)));
  });
});
