/** What is seen, in words and in numbers. */

import { t } from '../../core/i18n';
import { factor, short, vector } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import type { DataName } from './fields';
import type { Flow, Spot } from './flow';
import type { UnfoldingModel } from './model';

export function dataName(name: DataName): string {
  return {
    spirals: t('Two spirals'),
    rings: t('Rings'),
    moons: t('Two moons'),
    xor: t('XOR'),
    own: t('Your own points'),
  }[name];
}

/** 0% and 100% only where it is exactly so. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const exact = share === 0 || share === 1;
  return `${exact ? share * 100 : Math.min(99, Math.max(1, Math.round(share * 100)))}%`;
}

const LOW = '₀₁₂₃₄₅₆₇₈';

/** What the layer at a position does to a point; after the last one, the answer. */
export function formulaLines(flow: Flow, [x, y]: Spot, position: number): HTMLElement[] {
  const ways = [...flow.forward(x, y)];
  const at = (layer: number): Spot => [ways[2 * layer]!, ways[2 * layer + 1]!];
  const layer = Math.min(flow.layers, Math.floor(position) + 1);
  const [before, after] = [at(layer - 1), at(layer)];
  const moved = [after[0] - before[0], after[1] - before[1]];
  const [from, to] = [`h${LOW[layer - 1]!}`, `h${LOW[layer]!}`];
  const [a, b, c] = flow.line;
  const [p, q] = at(flow.layers);
  const z = a * p + b * q + c;
  const last = `h${LOW[flow.layers]!}`;
  const tail = (value: number): string => `${value < 0 ? ' − ' : ' + '}${short(Math.abs(value))}`;
  return [
    el('div', '', {}, t('The marked point, ({x1}, {x2}) in the input:', { x1: short(x), x2: short(y) })),
    el(
      'div',
      '',
      {},
      `${to} = ${from} + tanh(${from}·W + b)·V + c = ${vector(before)} + ${vector(moved)} = ${vector(after)}`,
    ),
    el(
      'div',
      '',
      {},
      `p = σ(${last}·w + b) = σ(${short(a)}·${factor([p])}${tail(b)}·${factor([q])}${tail(c)}) = σ(${short(z)}) = ${short(1 / (1 + Math.exp(-z)))}`,
    ),
  ];
}

interface Seen {
  epoch: number;
  loss: number;
  accuracy: number;
  position: number;
}

export function inWords(model: UnfoldingModel, { epoch, loss, accuracy, position }: Seen): string {
  const { layers, units, data } = model.now;
  return [
    t('{data}: a network with {layers} layers of {units} units moves the plane.', {
      data: dataName(data),
      layers,
      units,
    }),
    t('After {epoch} epochs, a line in the last layer separates {share} of the points; the loss is {loss}.', {
      epoch,
      share: percent(accuracy),
      loss: short(loss),
    }),
    t('The large picture shows the plane at position {position} of {layers} between the layers.', {
      position: short(position),
      layers,
    }),
  ].join(' ');
}
