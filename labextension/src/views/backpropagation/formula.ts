/** One step of a pass with its numbers. */

import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { plain } from '../../shared/concept/state';
import { el } from '../../shared/dom';
import type { Sample } from './model';
import {
  type Activation,
  gradientAt,
  isEntropy,
  lossOf,
  moved,
  type Network,
  outputGradient,
  type Pass,
  type Place,
  placesOf,
  slope,
  squares,
  sum,
  type Task,
  weightAt,
} from './network';
import type { Phase } from './phases';
import { math, outputName, unitName, weightName } from './symbols';

/** All that a step needs to be written out. */
export interface Moment {
  readonly network: Network;
  readonly pass: Pass;
  readonly sample: Sample;
  readonly task: Task;
  readonly focus: Place;
}

const MOST_UNITS = 3;
const MOST_PLACES = 6;

/** A weight with the decimals in which an update is seen. */
export function fine(value: number, digits = 4): string {
  return Math.abs(value) < 1e-3 || Math.abs(value) >= 100
    ? short(value)
    : plain(value, digits).replace('-', '−');
}

const one = (value: number): string => factor([value]);

/** The lines of a step. */
export function formulaLines(moment: Moment, phase: Phase): HTMLElement[] {
  return textsOf(moment, phase).map((text) => el('div', '', {}, ...math(text)));
}

function textsOf(moment: Moment, { kind, layer }: Phase): string[] {
  switch (kind) {
    case 'forward':
      return unitsShown(moment, layer).flatMap((unit) => forwardLines(moment, layer, unit));
    case 'loss':
      return lossLines(moment);
    case 'delta':
      return unitsShown(moment, layer).map((unit) =>
        layer === moment.network.length - 1 ? lastDelta(moment, unit) : hiddenDelta(moment, layer, unit),
      );
    case 'gradient':
      return placesShown(moment.network, layer, moment.focus).map((place) => gradientLine(moment, place));
    case 'update':
      return placesShown(moment.network, moment.focus.layer, moment.focus).map((place) =>
        updateLine(moment, place),
      );
  }
}

/** All units of a small layer; of a large one the one that is selected. */
export function unitsShown({ network, focus }: Moment, layer: number): number[] {
  const count = network[layer]!.biases.length;
  if (count <= MOST_UNITS) return Array.from({ length: count }, (_, unit) => unit);
  return [focus.layer === layer ? focus.to : 0];
}

/** All weights of a small layer; of a large one those of the unit that is selected. */
export function placesShown(network: Network, layer: number, focus: Place): Place[] {
  const all = placesOf(network, layer);
  if (all.length <= MOST_PLACES) return all;
  const unit = focus.layer === layer ? focus.to : 0;
  return all.filter(({ to }) => to === unit);
}

function forwardLines({ network, pass }: Moment, layer: number, unit: number): string[] {
  const { weights, biases, activation } = network[layer]!;
  const from = pass.a[layer]!;
  const [z, a] = [unitName('z', layer, unit), outputName(layer + 1, unit)];
  const names = from.map((_, i) => `${weightName({ layer, from: i, to: unit })}·${outputName(layer, i)}`);
  const numbers = from.map((value, i) => `${one(weights[i]![unit]!)}·${one(value)}`);
  const bias = weightName({ layer, from: -1, to: unit });
  const value = pass.z[layer]![unit]!;
  return [
    `${z} = ${[...names, bias].join(' + ')} = ${[...numbers, one(biases[unit]!)].join(' + ')} = ${short(value)}`,
    `${a} = ${activationText(activation, z, value, pass.z[layer]!)} = ${short(pass.a[layer + 1]![unit]!)}`,
  ];
}

function activationText(activation: Activation, name: string, value: number, all: readonly number[]): string {
  switch (activation) {
    case 'linear':
      return name;
    case 'sigmoid':
      return `σ(${name}) = σ(${short(value)})`;
    case 'tanh':
      return `tanh(${name}) = tanh(${short(value)})`;
    case 'relu':
      return `max(0, ${name}) = max(0, ${short(value)})`;
    case 'softmax':
      return `exp(${name}) / Σ exp(z) = exp(${short(value)}) / (${all.map((z) => `exp(${short(z)})`).join(' + ')})`;
  }
}

function lossLines({ network, pass, sample: { y }, task }: Moment): string[] {
  const a = pass.a.at(-1)!;
  const { activation } = network.at(-1)!;
  const count = y.length;
  const plain = lossOf(pass.z.at(-1)!, a, y, task.loss, activation);
  let line: string;
  if (isEntropy(task.loss)) {
    const softmax = activation === 'softmax';
    const terms = a.map((value, k) => {
      const yes = `${one(y[k]!)}·ln ${short(value)}`;
      return softmax ? yes : `${yes} + ${one(1 - y[k]!)}·ln ${short(1 - value)}`;
    });
    const name = softmax ? 'y·ln a' : '(y·ln a + (1 − y)·ln(1 − a))';
    const share = task.loss === 'binary_crossentropy' && count > 1 ? `1/${count}·` : '';
    line = `L = −${share}Σ ${name} = −${share}(${terms.join(' + ')}) = ${short(plain)}`;
  } else {
    const share = task.loss === 'squared' ? '½' : `1/${count}`;
    const terms = a.map((value, k) => `(${short(value)} − ${one(y[k]!)})²`);
    line = `L = ${share}·Σ (a − y)² = ${share}·(${terms.join(' + ')}) = ${short(plain)}`;
  }
  if (task.l2 === 0) return [line];
  const all = squares(network);
  const penalty = `${short(plain)} + ½·${short(task.l2)}·${short(all)}`;
  return [line, `L + ½·λ·Σ w² = ${penalty} = ${short(pass.loss)}`];
}

function lastDelta({ network, pass, sample: { y }, task }: Moment, unit: number): string {
  const layer = network.length - 1;
  const { activation } = network[layer]!;
  const a = pass.a.at(-1)!;
  const [name, output, target] = [unitName('δ', layer, unit), outputName(layer + 1, unit), `y_${unit + 1}`];
  const value = short(pass.deltas[layer]![unit]!);
  const [had, wanted] = [short(a[unit]!), one(y[unit]!)];
  if (isEntropy(task.loss)) {
    const share = task.loss === 'binary_crossentropy' && y.length > 1 ? ` / ${y.length}` : '';
    const all = sum(y);
    if (activation === 'softmax' && Math.abs(all - 1) > 1e-9) {
      return `${name} = ${output}·Σy − ${target} = ${had}·${one(all)} − ${wanted} = ${value}`;
    }
    const [left, right] = share ? ['(', ')'] : ['', ''];
    return `${name} = ${left}${output} − ${target}${right}${share} = ${left}${had} − ${wanted}${right}${share} = ${value}`;
  }
  const twice = task.loss === 'mse' ? `2/${y.length}·` : '';
  const error = `${twice}(${output} − ${target})`;
  const numbers = `${twice}(${had} − ${wanted})`;
  if (task.mistake === 'no_slope') return `${name} = ${error} = ${numbers} = ${value} ${missing()}`;
  if (activation === 'softmax') {
    const errors = outputGradient(a, y, task.loss);
    const mean = sum(errors.map((each, k) => each * a[k]!));
    return `${name} = ${output}·(${error} − Σ ${twice}(a − y)·a) = ${had}·(${one(errors[unit]!)} − ${one(mean)}) = ${value}`;
  }
  const [z, out] = [pass.z[layer]![unit]!, a[unit]!];
  return `${name} = ${error}·${slopeName(activation, output)} = ${numbers}·${slopeNumbers(activation, z, out)} = ${value}`;
}

function missing(): string {
  return t('(mistake: without the slope)');
}

function hiddenDelta({ network, pass, task }: Moment, layer: number, unit: number): string {
  const { weights } = network[layer + 1]!;
  const after = pass.deltas[layer + 1]!;
  const name = unitName('δ', layer, unit);
  const names = after.map(
    (_, k) => `${weightName({ layer: layer + 1, from: unit, to: k })}·${unitName('δ', layer + 1, k)}`,
  );
  const updated = task.mistake === 'new_weights';
  const seen = weights[unit]!.map((w, k) =>
    updated ? w - task.learning_rate * pass.gradients[layer + 1]!.weights[unit]![k]! : w,
  );
  const numbers = after.map((delta, k) => `${one(seen[k]!)}·${one(delta)}`);
  const value = short(pass.deltas[layer]![unit]!);
  const [left, right] = [`(${names.join(' + ')})`, `(${numbers.join(' + ')})`];
  if (task.mistake === 'no_slope') return `${name} = ${left} = ${right} = ${value} ${missing()}`;
  const { activation } = network[layer]!;
  const [z, a] = [pass.z[layer]![unit]!, pass.a[layer + 1]![unit]!];
  const line = `${name} = ${left}·${slopeName(activation, outputName(layer + 1, unit))} = ${right}·${slopeNumbers(activation, z, a)} = ${value}`;
  return updated ? `${line} ${t('(mistake: with the updated weights)')}` : line;
}

function slopeName(activation: Activation, output: string): string {
  switch (activation) {
    case 'sigmoid':
      return `${output}·(1 − ${output})`;
    case 'tanh':
      return `(1 − ${output}²)`;
    case 'relu':
      return t('(1 if z > 0, else 0)');
    default:
      return '1';
  }
}

function slopeNumbers(activation: Activation, z: number, a: number): string {
  if (activation === 'sigmoid') return `${short(a)}·(1 − ${short(a)})`;
  if (activation === 'tanh') return `(1 − ${one(a)}²)`;
  return short(slope(z, a, activation));
}

function gradientLine({ network, pass, task: { l2 } }: Moment, place: Place): string {
  const { layer, from, to } = place;
  const [name, delta] = [`∂L/∂${weightName(place)}`, unitName('δ', layer, to)];
  const value = short(gradientAt(pass.gradients, place));
  if (from < 0) return `${name} = ${delta} = ${value}`;
  const numbers = `${one(pass.a[layer]![from]!)}·${one(pass.deltas[layer]![to]!)}`;
  const penalty =
    l2 === 0 ? ['', ''] : [` + λ·${weightName(place)}`, ` + ${short(l2)}·${one(weightAt(network, place))}`];
  return `${name} = ${outputName(layer, from)}·${delta}${penalty[0]} = ${numbers}${penalty[1]} = ${value}`;
}

function updateLine({ network, pass, task }: Moment, place: Place): string {
  const name = weightName(place);
  const gradient = gradientAt(pass.gradients, place);
  const after = weightAt(moved(network, pass.gradients, task.learning_rate), place);
  const numbers = `${fine(weightAt(network, place))} − ${short(task.learning_rate)}·${one(gradient)}`;
  return `${name} ← ${name} − η·∂L/∂${name} = ${numbers} = ${fine(after)}`;
}
