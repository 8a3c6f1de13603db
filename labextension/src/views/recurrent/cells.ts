/** Recurrent cells, step by step; `dlwidgets/concepts/_recurrent.py` is the reference. */

import type { CellName } from './fields';

/** Rows of numbers, as steps or as units. */
export type Rows = readonly (readonly number[])[];

/** The weights of a layer, with the columns of Keras: all units of the first gate, then of the next. */
export interface Layer {
  readonly cell: CellName;
  readonly units: number;
  readonly kernel: Rows;
  readonly recurrent: Rows;
  readonly bias: readonly number[];
  /** What a GRU adds to the product with its state; null for none. */
  readonly stateBias: readonly number[] | null;
}

export type GateName = 'i' | 'f' | 'g' | 'o' | 'c' | 'z' | 'r' | 'h';

/** What is seen of a cell, from top to bottom. */
export const SHOWN: Readonly<Record<CellName, readonly GateName[]>> = {
  simple_rnn: ['h'],
  lstm: ['f', 'i', 'g', 'c', 'o', 'h'],
  gru: ['z', 'r', 'g', 'h'],
};

/** The gates in the order of the weights. */
export const ORDER: Readonly<Record<CellName, readonly GateName[]>> = {
  simple_rnn: ['h'],
  lstm: ['i', 'f', 'g', 'o'],
  gru: ['z', 'r', 'g'],
};

export interface Steps {
  /** Values by name, step and unit. */
  readonly values: Readonly<Partial<Record<GateName, Rows>>>;
  /** Products with the input plus bias, and with the state, by step; all gates side by side. */
  readonly fromInput: Rows;
  readonly fromState: Rows;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A row times a matrix, plus a bias. */
function times(row: readonly number[], matrix: Rows, bias: readonly number[] | null): number[] {
  const width = matrix[0]!.length;
  const sums = bias ? [...bias] : new Array<number>(width).fill(0);
  row.forEach((value, k) => {
    if (value === 0) return;
    const weights = matrix[k]!;
    for (let j = 0; j < width; j += 1) sums[j]! += value * weights[j]!;
  });
  return sums;
}

export function run(layer: Layer, inputs: Rows, resetAfter: boolean): Steps {
  const { cell, units } = layer;
  const zeros = new Array<number>(units).fill(0);
  const values: Partial<Record<GateName, number[][]>> = {};
  const [fromInput, fromState]: [number[][], number[][]] = [[], []];
  let [h, c] = [zeros, zeros];
  for (const x of inputs) {
    const outer = times(x, layer.kernel, layer.bias);
    const inner = times(h, layer.recurrent, layer.stateBias);
    const all = (gate: number, of: (sum: number) => number): number[] =>
      zeros.map((_, u) => of(outer[gate * units + u]! + inner[gate * units + u]!));
    let found: Partial<Record<GateName, number[]>>;
    if (cell === 'simple_rnn') {
      h = all(0, Math.tanh);
      found = { h };
    } else if (cell === 'lstm') {
      const [i, f, g, o] = [all(0, sigmoid), all(1, sigmoid), all(2, Math.tanh), all(3, sigmoid)];
      const before = c;
      c = before.map((old, u) => f[u]! * old + i[u]! * g[u]!);
      h = c.map((value, u) => o[u]! * Math.tanh(value));
      found = { i, f, g, o, c, h };
    } else {
      const [z, r] = [all(0, sigmoid), all(1, sigmoid)];
      if (!resetAfter) {
        const reset = h.map((old, u) => r[u]! * old);
        times(reset, layer.recurrent, null).forEach((sum, j) => {
          if (j >= 2 * units) inner[j] = sum;
        });
      }
      const g = zeros.map((_, u) => {
        const last = inner[2 * units + u]!;
        return Math.tanh(outer[2 * units + u]! + (resetAfter ? r[u]! * last : last));
      });
      h = h.map((old, u) => z[u]! * old + (1 - z[u]!) * g[u]!);
      found = { z, r, g, h };
    }
    fromInput.push(outer);
    fromState.push(inner);
    for (const [name, row] of Object.entries(found) as [GateName, number[]][])
      (values[name] ??= []).push(row);
  }
  return { values, fromInput, fromState };
}

/** Adds rows times the transposed part of a matrix that belongs to a gate. */
function addBack(to: number[][], rows: Rows, matrix: Rows, gate: number, units: number): void {
  rows.forEach((row, a) => {
    const sums = to[a]!;
    matrix.forEach((weights, k) => {
      let sum = 0;
      for (let u = 0; u < units; u += 1) sum += row[u]! * weights[gate * units + u]!;
      sums[k]! += sum;
    });
  });
}

/** For each step until `at` the norm (Frobenius) of the derivatives of that step's state by the input. */
export function reach(layer: Layer, steps: Steps, at: number, resetAfter: boolean): number[] {
  const { cell, units, kernel, recurrent } = layer;
  const { values } = steps;
  const zeros = new Array<number>(units).fill(0);
  const empty = (width: number): number[][] =>
    Array.from({ length: units }, () => new Array<number>(width).fill(0));
  let byH = empty(units).map((row, a) => row.map((_, b) => Number(a === b)));
  let byC = empty(units);
  const found = new Array<number>(at + 1).fill(0);
  for (let t = at; t >= 0; t -= 1) {
    const now = (name: GateName): readonly number[] => values[name]![t]!;
    const old = (name: GateName): readonly number[] => (t > 0 ? values[name]![t - 1]! : zeros);
    const [byX, next] = [empty(kernel.length), empty(units)];
    const through = (rows: Rows, gate: number): void => {
      addBack(byX, rows, kernel, gate, units);
      addBack(next, rows, recurrent, gate, units);
    };
    if (cell === 'simple_rnn') {
      const h = now('h');
      through(
        scaled(byH, (u) => 1 - h[u]! ** 2),
        0,
      );
    } else if (cell === 'lstm') {
      const [i, f, g, o, c] = [now('i'), now('f'), now('g'), now('o'), now('c')];
      const before = old('c');
      const viaH = scaled(byH, (u) => o[u]! * (1 - Math.tanh(c[u]!) ** 2));
      byC = byC.map((row, a) => row.map((value, u) => value + viaH[a]![u]!));
      through(
        scaled(byC, (u) => g[u]! * i[u]! * (1 - i[u]!)),
        0,
      );
      through(
        scaled(byC, (u) => before[u]! * f[u]! * (1 - f[u]!)),
        1,
      );
      through(
        scaled(byC, (u) => i[u]! * (1 - g[u]! ** 2)),
        2,
      );
      through(
        scaled(byH, (u) => Math.tanh(c[u]!) * o[u]! * (1 - o[u]!)),
        3,
      );
      byC = scaled(byC, (u) => f[u]!);
    } else {
      const [z, r, g, h] = [now('z'), now('r'), now('g'), old('h')];
      const inner = steps.fromState[t]!;
      through(
        scaled(byH, (u) => (h[u]! - g[u]!) * z[u]! * (1 - z[u]!)),
        0,
      );
      const ofG = scaled(byH, (u) => (1 - z[u]!) * (1 - g[u]! ** 2));
      addBack(byX, ofG, kernel, 2, units);
      if (resetAfter) {
        through(
          scaled(ofG, (u) => inner[2 * units + u]! * r[u]! * (1 - r[u]!)),
          1,
        );
        addBack(
          next,
          scaled(ofG, (u) => r[u]!),
          recurrent,
          2,
          units,
        );
      } else {
        const back = empty(units);
        addBack(back, ofG, recurrent, 2, units);
        through(
          scaled(back, (u) => h[u]! * r[u]! * (1 - r[u]!)),
          1,
        );
        add(
          next,
          scaled(back, (u) => r[u]!),
        );
      }
      add(
        next,
        scaled(byH, (u) => z[u]!),
      );
    }
    found[t] = Math.sqrt(byX.reduce((sum, row) => row.reduce((all, value) => all + value * value, sum), 0));
    byH = next;
  }
  return found;
}

function scaled(rows: Rows, by: (unit: number) => number): number[][] {
  const factors = rows[0]!.map((_, u) => by(u));
  return rows.map((row) => row.map((value, u) => value * factors[u]!));
}

function add(to: number[][], rows: Rows): void {
  rows.forEach((row, a) => row.forEach((value, u) => (to[a]![u]! += value)));
}
