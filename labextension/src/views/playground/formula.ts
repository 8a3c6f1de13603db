/** The selected unit at one place, with its numbers. */

import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import type { Unit } from './diagram';
import { FEATURE } from './features';
import type { Spot } from './map';
import type { PlaygroundModel } from './model';
import { activated, sigmoid } from '../../shared/concept/dense-network';
import { inputName, loss, unitTitle } from './texts';
import type { Training } from './training';

function line(...texts: string[]): HTMLElement {
  return el('div', '', {}, ...texts);
}

function term(weight: number, value: number, first: boolean): string {
  const sign = weight < 0 ? (first ? '−' : ' − ') : first ? '' : ' + ';
  return `${sign}${short(Math.abs(weight))}·${factor([value])}`;
}

/** The lines below the widget. */
export function formulaLines(
  model: PlaygroundModel,
  training: Training,
  unit: Unit,
  at: Spot,
): HTMLElement[] {
  const { features, now } = model;
  const { network } = training;
  const [layer, index] = unit;
  const values = network.forward(features.map((name) => FEATURE[name].of(...at)));
  const { kernel, bias, inputs, units } = network.layers[layer - 1]!;
  const from = values[layer - 1]!;
  const last = layer === network.layers.length;
  const weights = Array.from({ length: inputs }, (_, k) => kernel[k * units + index]!);
  const z = weights.reduce((sum, weight, k) => sum + weight * from[k]!, bias[index]!);
  const name = last ? 'σ' : network.activation === 'linear' ? '' : network.activation;
  const value = last ? sigmoid(z) : activated(network.activation, z);
  const of = (inner: string): string => (name === '' ? inner : `${name}(${inner})`);
  const letters = weights.map((_, k) => `w${'₁₂₃₄₅₆₇₈'[k]!}·${inputName(features, layer, k)}`).join(' + ');
  const sign = last ? 'p' : inputName(features, layer + 1, index);
  const numbers = weights.map((weight, k) => term(weight, from[k]!, k === 0)).join('');
  const b = bias[index]!;
  const place = t('{unit} at x₁ = {x1}, x₂ = {x2}:', {
    unit: unitTitle(network.sizes, unit),
    x1: short(at[0]),
    x2: short(at[1]),
  });
  const tail = `${b < 0 ? ' − ' : ' + '}${short(Math.abs(b))}`;
  const { training: score } = training.scores;
  return [
    line(place),
    line(
      `${sign} = ${of(`${letters} + b`)} = ${of(numbers + tail)} = ${name === '' ? '' : `${of(short(z))} = `}${short(value)}`,
    ),
    line(
      t('Loss = −mean of ln p(right class) = {loss} over {n} training points.', {
        loss: loss(score),
        n: model.pointsNow.training,
      }),
    ),
    ...penalty(now),
  ];
}

/** What training adds to the loss; nothing without regularization. */
function penalty({ regularization, strength }: PlaygroundModel['now']): HTMLElement[] {
  if (regularization === 'none') return [];
  const power = regularization === 'l1' ? '|w|' : 'w²';
  return [
    line(
      t('Training adds {strength}·Σ{power} over the weights to it.', { strength: short(strength), power }),
    ),
  ];
}
