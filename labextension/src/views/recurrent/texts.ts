/** What the widget says: the formula of a step with its numbers, and what is seen in words. */

import { t, tn } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { formatInteger, formatPercent } from '../../shared/format';
import { type GateName, ORDER } from './cells';
import type { CellName } from './fields';
import type { RecurrentModel } from './model';
import type { Spot } from './unrolled';

/** A first input counts for nothing below this share of the last one, and for too much above its inverse. */
export const VANISHED = 1e-3;
export const EXPLODED = 10;
/** So many terms of a sum are written out. */
const TERMS = 12;

export function cellName(name: CellName): string {
  return { simple_rnn: 'SimpleRNN', lstm: 'LSTM', gru: 'GRU' }[name];
}

export function gateName(name: GateName | 'x' | 'y'): string {
  switch (name) {
    case 'x':
      return t('Input x');
    case 'y':
      return t('Predicted next');
    case 'f':
      return t('Forget gate f');
    case 'i':
      return t('Input gate i');
    case 'g':
      return t('Candidate g');
    case 'c':
      return t('Carry c');
    case 'o':
      return t('Output gate o');
    case 'z':
      return t('Update gate z');
    case 'r':
      return t('Reset gate r');
    case 'h':
      return t('State h');
  }
}

/** How much the first input counts, beside the last one; null for a single step. */
export function ratio(model: RecurrentModel, step: number): number | null {
  const values = model.reach(step);
  const last = values[step]!;
  return step === 0 || last === 0 ? null : (values[0] ?? 0) / last;
}

class Line {
  readonly found: string[] = [];

  constructor(
    private readonly model: RecurrentModel,
    private readonly step: number,
    private readonly unit: number,
  ) {}

  value(name: GateName): string {
    return short(this.model.steps.values[name]![this.step]![this.unit]!);
  }

  before(name: GateName): string {
    return factor([this.step === 0 ? 0 : this.model.steps.values[name]![this.step - 1]![this.unit]!]);
  }

  /** Sums of a gate: from the input with the bias, and from the state. */
  sums(name: GateName): [number, number] {
    const { steps, layer } = this.model;
    const at = ORDER[layer.cell].indexOf(name) * layer.units + this.unit;
    return [steps.fromInput[this.step]![at]!, steps.fromState[this.step]![at]!];
  }

  gate(name: GateName, sign: string): void {
    const [input, state] = this.sums(name);
    this.found.push(
      `${name} = ${sign}(x·W + b + h₋·U) = ${sign}(${short(input)} + ${factor([state])}) = ${sign}(${short(input + state)}) = ${this.value(name)}`,
    );
  }
}

/** The formula of a step and a unit, with its numbers. */
export function formulaLines(model: RecurrentModel, spot: Spot): string[] {
  const { layer } = model;
  const unit = spot.unit ?? model.unit;
  const line = new Line(model, spot.step, unit);
  const { found } = line;
  if (layer.cell === 'simple_rnn') line.gate('h', 'tanh');
  else if (layer.cell === 'lstm') {
    line.gate('f', 'σ');
    line.gate('i', 'σ');
    line.gate('g', 'tanh');
    line.gate('o', 'σ');
    const [f, i, g, o, c] = (['f', 'i', 'g', 'o', 'c'] as const).map((name) => line.value(name));
    found.push(`c = f·c₋ + i·g = ${f}·${line.before('c')} + ${i}·${bracketed(g!)} = ${c}`);
    found.push(`h = o·tanh(c) = ${o}·tanh(${c}) = ${line.value('h')}`);
  } else {
    line.gate('z', 'σ');
    line.gate('r', 'σ');
    const [input, state] = line.sums('g');
    const [z, r, g] = (['z', 'r', 'g'] as const).map((name) => line.value(name));
    found.push(
      model.resetAfter
        ? `g = tanh(x·W + b + r·(h₋·U + b′)) = tanh(${short(input)} + ${r}·${factor([state])}) = ${g}`
        : `g = tanh(x·W + b + (r·h₋)·U) = tanh(${short(input)} + ${factor([state])}) = ${g}`,
    );
    found.push(
      `h = z·h₋ + (1 − z)·g = ${z}·${line.before('h')} + (1 − ${z})·${bracketed(g!)} = ${line.value('h')}`,
    );
  }
  found.push(...products(model, spot, unit), countLine(model));
  return found;
}

function bracketed(text: string): string {
  return text.startsWith('−') ? `(${text})` : text;
}

/** The two products of the gate that is pointed at, term by term. */
function products(model: RecurrentModel, { step, gate }: Spot, unit: number): string[] {
  const { layer, kind } = model;
  const { cell, units, kernel, recurrent, bias, stateBias } = layer;
  const order = ORDER[cell];
  const name = gate && order.includes(gate) ? gate : order[0]!;
  const at = order.indexOf(name) * units + unit;
  const x = model.inputs[step]!;
  const b = short(bias[at]!);
  let input: string;
  if (kind === 'text') {
    const sign = model.names[step]!;
    input = `${name}: x·W + b = W[${sign}] + b = ${short(kernel[x.indexOf(1)]![at]!)} + ${bracketed(b)}`;
  } else if (x.length <= TERMS) {
    const terms = x.map((value, k) => `${factor([value])}·${factor([kernel[k]![at]!])}`);
    input = `${name}: x·W + b = ${terms.join(' + ')} + ${bracketed(b)}`;
  } else {
    input = `${name}: x·W + b = ${short(model.steps.fromInput[step]![at]! - bias[at]!)} + ${bracketed(b)}`;
  }
  const found = [input];
  const resetFirst = cell === 'gru' && name === 'g' && !model.resetAfter;
  if (units <= TERMS && !resetFirst) {
    const before = units > 0 && step > 0 ? model.steps.values.h![step - 1]! : null;
    const terms = recurrent.map((row, k) => `${factor([before ? before[k]! : 0])}·${factor([row[at]!])}`);
    const own = stateBias ? ` + ${factor([stateBias[at]!])}` : '';
    const left = stateBias ? 'h₋·U + b′' : 'h₋·U';
    found.push(`${name}: ${left} = ${terms.join(' + ')}${own} = ${short(model.steps.fromState[step]![at]!)}`);
  }
  return found;
}

/** How many weights the layer has. */
function countLine({ layer }: RecurrentModel): string {
  const { cell, units: n, kernel, stateBias } = layer;
  const d = kernel.length;
  const gates = ORDER[cell].length;
  const biases = stateBias ? 2 * n : n;
  const all = gates * (d * n + n * n + biases);
  const times = gates === 1 ? '' : `${gates}·`;
  const inner = `${d}·${n} + ${n}·${n} + ${biases}`;
  return t('weights: {sum} = {all}', {
    sum: gates === 1 ? inner : `${times}(${inner})`,
    all: formatInteger(all),
  });
}

/** What the last layer says. */
function outcome(model: RecurrentModel, step: number): string[] {
  if (model.kind === 'text') {
    const found = model.predicted(step);
    if (!found) return [];
    const next = model.letters[step + 1];
    const share = formatPercent(found.share, 0);
    const sign = found.sign;
    return [
      next === undefined
        ? t('Predicted next: {sign} ({share}).', { sign, share })
        : t('Predicted next: {sign} ({share}). There comes {next}.', {
            sign,
            share,
            next: next === ' ' ? '␣' : next,
          }),
    ];
  }
  const [share] = model.outputs(step);
  if (share === undefined) return [];
  const first = model.now.series[0]!;
  const right = share > 0.5 === first > 0;
  const args = { share: formatPercent(share, 0), first: short(first) };
  return [
    right
      ? t('After this step: positive with {share}. The first number is {first}: right.', args)
      : t('After this step: positive with {share}. The first number is {first}: wrong.', args),
  ];
}

/** Remarks below the picture. */
export function remarks(model: RecurrentModel, step: number): string[] {
  const { now, kind } = model;
  const found: string[] = [];
  if (model.missing) found.push(t('Your own layer isn’t in this page, so a series is shown.'));
  const changed = now.gain !== 1 || (now.forget !== 0 && model.layer.cell === 'lstm');
  if (kind === 'own') found.push(t('Your own layer and your sequence.'));
  else if (now.weights === 'random') {
    found.push(t('Random weights, as Keras initializes them: nothing has been learned.'));
  } else if (kind === 'series') {
    found.push(
      t(
        'A toy: these 4 units have learned to tell the sign of the first of 12 numbers, and must remember it.',
      ),
    );
  } else {
    found.push(
      t(
        'A toy: these 12 units have learned to predict the next letter of The Zen of Python, 823 letters long.',
      ),
    );
  }
  if (changed) found.push(t('The weights are changed by hand: they aren’t those that were trained.'));
  found.push(...outcome(model, step));
  const share = ratio(model, step);
  if (share !== null) {
    const args = { ratio: short(share), n: step + 1 };
    if (share < VANISHED) {
      found.push(
        t(
          'The gradient vanishes: the first input moves the state of step {n} {ratio} times as much as the last one.',
          args,
        ),
      );
    } else if (share > EXPLODED) {
      found.push(
        t(
          'The gradient explodes: the first input moves the state of step {n} {ratio} times as much as the last one.',
          args,
        ),
      );
    } else {
      found.push(
        t('The first input moves the state of step {n} {ratio} times as much as the last one.', args),
      );
    }
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: RecurrentModel, spot: Spot): string {
  const unit = spot.unit ?? model.unit;
  const { layer } = model;
  const values = model.steps.values;
  const of = (name: GateName): string => short(values[name]![spot.step]![unit]!);
  const begin = tn(
    '{cell} with {n} unit, unrolled over {steps} steps.',
    '{cell} with {n} units, unrolled over {steps} steps.',
    layer.units,
    { cell: cellName(layer.cell), steps: model.length },
  );
  const gates = ORDER[layer.cell].filter((name) => name !== 'h').map((name) => `${name} = ${of(name)}`);
  if (layer.cell === 'lstm') gates.push(`c = ${of('c')}`);
  const at = t('Step {step} reads {name}. Unit {unit}: {numbers}.', {
    step: spot.step + 1,
    name: model.names[spot.step]!,
    unit: unit + 1,
    numbers: [...gates, `h = ${of('h')}`].join(', '),
  });
  return [begin, at, ...remarks(model, spot.step)].join(' ');
}
