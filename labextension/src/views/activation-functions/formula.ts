/** The formulas with the numbers of this moment. */

import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { short } from '../../shared/concept/numbers';
import type { KnownName } from './functions';
import type { ActivationFunctionsModel } from './model';
import { DEPTH, lineText, nameOf, passed } from './texts';

function line(text: string): HTMLElement {
  return el('div', '', {}, text);
}

/** A number inside a product or a power. */
function inner(value: number): string {
  const text = short(value);
  return text.startsWith('−') ? `(${text})` : text;
}

/** A function and its derivative with `x` in it, up to the sign of equality. */
function written(name: KnownName, x: number, slope: number): [string, string] {
  const [z, a] = [inner(x), short(slope)];
  const positive = x > 0;
  switch (name) {
    case 'linear':
      return [`f(x) = x`, `f′(x)`];
    case 'relu':
      return [`f(x) = max(0, x) = max(0, ${short(x)})`, positive ? 'f′(x)' : 'f′(x), because x ≤ 0,'];
    case 'leaky_relu':
      return positive ? ['f(x) = x', 'f′(x)'] : [`f(x) = ${a}·x = ${a}·${z}`, 'f′(x)'];
    case 'elu':
      return positive ? ['f(x) = x', 'f′(x)'] : [`f(x) = eˣ − 1 = e^${z} − 1`, `f′(x) = eˣ = e^${z}`];
    case 'selu':
      return positive
        ? [`f(x) = 1.0507·x = 1.0507·${z}`, 'f′(x)']
        : [`f(x) = 1.0507·1.6733·(e^${z} − 1)`, `f′(x) = 1.0507·1.6733·e^${z}`];
    case 'gelu':
      return [`f(x) = x·Φ(x) = ${z}·Φ(${short(x)})`, `f′(x) = Φ(${short(x)}) + ${z}·φ(${short(x)})`];
    case 'silu':
      return [`f(x) = x·σ(x) = ${z}·σ(${short(x)})`, `f′(x) = σ(x)·(1 + x·(1 − σ(x)))`];
    case 'softplus':
      return [`f(x) = ln(1 + eˣ) = ln(1 + e^${z})`, `f′(x) = σ(${short(x)})`];
    case 'sigmoid':
      return [`f(x) = σ(x) = 1 / (1 + e⁻ˣ) = 1 / (1 + e^${inner(-x)})`, ''];
    case 'hard_sigmoid':
      return [`f(x) = (x + 3) / 6, from 0 to 1, = clip((${short(x)} + 3) / 6)`, 'f′(x)'];
    case 'tanh':
      return [`f(x) = tanh(x) = tanh(${short(x)})`, ''];
    case 'softsign':
      return [`f(x) = x / (1 + |x|) = ${short(x)} / (1 + ${short(Math.abs(x))})`, ''];
  }
}

function functionLines(model: ActivationFunctionsModel, x: number): HTMLElement[] {
  const curve = model.curve(model.focus);
  const [value, slope] = [curve.value(x), curve.slope(x)];
  let [first, second] = ['f(x)', 'f′(x)'];
  if (curve.name !== 'own') [first, second] = written(curve.name, x, model.now.negative_slope);
  const y = short(value);
  if (curve.name === 'sigmoid') second = `f′(x) = σ(x)·(1 − σ(x)) = ${y}·(1 − ${y})`;
  if (curve.name === 'tanh') second = `f′(x) = 1 − tanh²(x) = 1 − ${inner(value)}²`;
  if (curve.name === 'softsign') second = `f′(x) = 1 / (1 + |x|)² = 1 / ${short(1 + Math.abs(x))}²`;
  return [
    el('div', 'dlw-activation-name', {}, t('{name} at x = {x}', { name: nameOf(curve.name), x: short(x) })),
    line(`${first} = ${y}`),
    line(`${second} = ${short(slope)}`),
    line(
      t('{depth} such layers, weights aside: f′(x)^{depth} = {base}^{depth} = {share}', {
        depth: DEPTH,
        base: inner(slope),
        share: passed(slope),
      }),
    ),
  ];
}

function softmaxLines(
  model: ActivationFunctionsModel,
  logits: readonly number[],
  pointed: number | null,
): HTMLElement[] {
  const probabilities = model.probabilities(logits);
  const index = pointed ?? probabilities.indexOf(Math.max(...probabilities));
  const terms = logits.map((logit) => `e^${inner(logit)}`);
  const weights = logits.map((logit) => Math.exp(logit));
  const sum = weights.reduce((a, b) => a + b, 0);
  return [
    line(`p${subscript(index)} = ${terms[index]!} / (${terms.join(' + ')})`),
    line(
      `= ${short(weights[index]!)} / (${weights.map(short).join(' + ')}) = ${short(weights[index]!)} / ${short(sum)} = ${short(probabilities[index]!)}`,
    ),
  ];
}

export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]!);
}

function stackLines(model: ActivationFunctionsModel): HTMLElement[] {
  const { slope, offset } = model.stack;
  const last = model.now.layers + 1;
  const product = Array.from({ length: last }, (_, i) => `W${subscript(last - i)}`).join('·');
  const nested = (name: string): string => {
    let text = `W₁·x + b₁`;
    for (let i = 2; i <= last; i += 1) text = `W${subscript(i)}·${name}(${text}) + b${subscript(i)}`;
    return text;
  };
  const lines = [
    line(t('Without an activation: y = {nested}', { nested: nested('') })),
    line(`= (${product})·x + b = ${lineText(slope, offset)}`),
  ];
  if (model.focus !== 'linear') {
    lines.push(line(t('With {name}: y = {nested}', { name: nameOf(model.focus), nested: nested('f') })));
  }
  return lines;
}

/** The lines for what is shown. */
export function formulaLines(
  model: ActivationFunctionsModel,
  x: number,
  logits: readonly number[],
  pointed: number | null,
): HTMLElement[] {
  const { show } = model.now;
  if (show === 'functions') return functionLines(model, x);
  return show === 'softmax' ? softmaxLines(model, logits, pointed) : stackLines(model);
}
