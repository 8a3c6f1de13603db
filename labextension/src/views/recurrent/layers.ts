/** The layers that the page has: trained ones, and random ones as Keras initializes them. */

import { random } from '../../shared/concept/batches';
import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { readFloats } from '../../shared/concept/floats';
import type { Layer, Rows } from './cells';
import { CELLS, type CellName } from './fields';
import { TRAINED } from './weights';

export const LETTERS = 'abcdefghijklmnopqrstuvwxyz ';

/** What comes after the cell: the last layer of a trained model. */
export interface Head {
  readonly kernel: Rows;
  readonly bias: readonly number[];
}

export interface Trained {
  readonly layer: Layer;
  readonly head: Head;
}

const GATES: Readonly<Record<CellName, number>> = { simple_rnn: 1, lstm: 4, gru: 3 };
export const SIZES = {
  series: { units: 4, inputs: 1, outputs: 1 },
  text: { units: 12, inputs: 27, outputs: 27 },
};

/** Takes numbers from the front, as rows. */
class Reader {
  private at = 0;

  constructor(private readonly all: ArrayLike<number>) {}

  row(width: number): number[] {
    const found = Array.from({ length: width }, (_, i) => this.all[this.at + i]!);
    this.at += width;
    return found;
  }

  rows(height: number, width: number): number[][] {
    return Array.from({ length: height }, () => this.row(width));
  }
}

const known = new Map<string, Trained>();

export function trained(kind: 'series' | 'text', cell: CellName): Trained {
  const name = `${kind} ${cell}`;
  const old = known.get(name);
  if (old) return old;
  const bytes = Uint8Array.from(atob(TRAINED[kind][cell]), (sign) => sign.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const read = new Reader(
    Array.from({ length: bytes.length / 2 }, (_, i) => view.getInt16(2 * i, true) / 1000),
  );
  const { units, inputs, outputs } = SIZES[kind];
  const width = units * GATES[cell];
  const layer: Layer = {
    cell,
    units,
    kernel: read.rows(inputs, width),
    recurrent: read.rows(units, width),
    bias: read.row(width),
    stateBias: cell === 'gru' ? read.row(width) : null,
  };
  const made = { layer, head: { kernel: read.rows(units, outputs), bias: read.row(outputs) } };
  known.set(name, made);
  return made;
}

/** Glorot's uniform kernel, an orthogonal recurrent kernel for each gate, no bias but 1 for the forget gate. */
export function randomLayer(kind: 'series' | 'text', cell: CellName, seed: number): Layer {
  const { units, inputs } = SIZES[kind];
  const next = random(seed * 7919 + 1);
  const gates = GATES[cell];
  const width = units * gates;
  const limit = Math.sqrt(6 / (inputs + width));
  const kernel = Array.from({ length: inputs }, () =>
    Array.from({ length: width }, () => limit * (2 * next() - 1)),
  );
  const squares = Array.from({ length: gates }, () => orthogonal(units, next));
  const recurrent = Array.from({ length: units }, (_, k) => squares.flatMap((square) => square[k]!));
  const bias = Array.from({ length: width }, (_, j) =>
    Number(cell === 'lstm' && j >= units && j < 2 * units),
  );
  return { cell, units, kernel, recurrent, bias, stateBias: cell === 'gru' ? bias.map(() => 0) : null };
}

/** Rows of length 1 at right angles to each other. */
function orthogonal(units: number, next: () => number): number[][] {
  const rows: number[][] = [];
  while (rows.length < units) {
    const row = Array.from({ length: units }, () => {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    });
    for (const other of rows) {
      const along = row.reduce((sum, value, i) => sum + value * other[i]!, 0);
      row.forEach((value, i) => (row[i] = value - along * other[i]!));
    }
    const length = Math.hypot(...row);
    if (length > 1e-6) rows.push(row.map((value) => value / length));
  }
  return rows;
}

/** A layer of the user's and what reaches it. */
export interface Given {
  readonly layer: Layer;
  /** Whether a GRU resets after the product; null where the state says it. */
  readonly resetAfter: boolean | null;
  readonly inputs: Rows;
}

/**
 * Reads what Python sent: `{cell, units, inputs, steps, biases, reset_after, data}`. Null for none.
 *
 * @throws WireError when its numbers don't fit
 */
export function readGiven(value: unknown): Given | null {
  const data = readFloats(value);
  if (!data || !isRecord(value)) return null;
  const cell = CELLS.find((name) => name === value.cell);
  const units = wholeNumber(value.units, 'recurrent: units');
  const inputs = wholeNumber(value.inputs, 'recurrent: inputs');
  const steps = wholeNumber(value.steps, 'recurrent: steps');
  const biases = wholeNumber(value.biases, 'recurrent: biases');
  const width = units * (cell ? GATES[cell] : 0);
  const count = (inputs + units + biases) * width + steps * inputs;
  if (!cell || units * inputs * steps * biases === 0 || biases > 2 || data.length !== count) {
    throw new WireError(`recurrent: ${count} numbers were expected. Received: ${data.length}`);
  }
  const read = new Reader(data);
  const layer: Layer = {
    cell,
    units,
    kernel: read.rows(inputs, width),
    recurrent: read.rows(units, width),
    bias: read.row(width),
    stateBias: biases === 2 ? read.row(width) : null,
  };
  const resetAfter = typeof value.reset_after === 'boolean' ? value.reset_after : null;
  return { layer, resetAfter, inputs: read.rows(steps, inputs) };
}

/** A layer with its recurrent weights multiplied, another forget bias, and the bias of the state where it belongs. */
export function changed(layer: Layer, gain: number, forget: number, resetAfter: boolean): Layer {
  const { cell, units, recurrent, stateBias } = layer;
  const folded = stateBias !== null && !resetAfter;
  return {
    ...layer,
    recurrent: gain === 1 ? recurrent : recurrent.map((row) => row.map((value) => gain * value)),
    bias: layer.bias.map((value, j) => {
      const own = cell === 'lstm' && j >= units && j < 2 * units ? forget : 0;
      return value + own + (folded ? stateBias[j]! : 0);
    }),
    stateBias: folded ? null : stateBias,
  };
}
