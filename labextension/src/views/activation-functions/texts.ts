import { t } from '../../core/i18n';
import { lineStyle, type Theme } from '../../core/theme';
import { formatPercent } from '../../shared/format';
import { short } from '../../shared/concept/numbers';
import type { Shown } from './fields';
import { FLAT, type FunctionName, type KnownName, REACH, type Zone } from './functions';
import type { ActivationFunctionsModel, Curve } from './model';
import { countWeights } from './stack';

/** Layers that a gradient passes in the last column. */
export const DEPTH = 10;

/** Places in the palette: functions that are often compared have colors that are told apart at a glance. */
const PLACES: Readonly<Record<KnownName, number>> = {
  relu: 0,
  sigmoid: 1,
  tanh: 2,
  leaky_relu: 3,
  gelu: 4,
  silu: 5,
  elu: 6,
  linear: 7,
  selu: 8,
  softplus: 9,
  hard_sigmoid: 10,
  softsign: 11,
};

export function styleOf(name: FunctionName, theme: Theme): { color: string; dash: readonly number[] } {
  if (name === 'own') return { color: theme.text, dash: [7, 4] };
  const { color, dash } = lineStyle(theme, PLACES[name]);
  return { color, dash: dash === 'solid' ? [] : [7, 4] };
}

/** What so many layers leave of a gradient; also what is almost nothing. */
export function passed(slope: number): string {
  const share = slope ** DEPTH;
  return share !== 0 && Math.abs(share) < 1e-12 ? share.toExponential(0).replaceAll('-', '−') : short(share);
}

export function nameOf(name: FunctionName): string {
  switch (name) {
    case 'linear':
      return t('None (linear)');
    case 'relu':
      return 'ReLU';
    case 'leaky_relu':
      return 'Leaky ReLU';
    case 'elu':
      return 'ELU';
    case 'selu':
      return 'SELU';
    case 'gelu':
      return 'GELU';
    case 'silu':
      return 'SiLU (Swish)';
    case 'softplus':
      return 'Softplus';
    case 'sigmoid':
      return 'Sigmoid';
    case 'hard_sigmoid':
      return 'Hard sigmoid';
    case 'tanh':
      return 'Tanh';
    case 'softsign':
      return 'Softsign';
    case 'own':
      return t('Your own function');
  }
}

export function shownName(shown: Shown): string {
  switch (shown) {
    case 'functions':
      return t('Functions and derivatives');
    case 'softmax':
      return t('Softmax');
    case 'stack':
      return t('Layers with and without');
  }
}

function zoneText(name: string, { from, to, kind }: Zone): string {
  const [left, right] = [from <= -REACH, to >= REACH];
  const place = { name, from: short(from), to: short(to), limit: FLAT };
  if (kind === 'dead') {
    if (left) return t('{name} is dead up to {to}: its derivative is 0.', place);
    if (right) return t('{name} is dead from {from}: its derivative is 0.', place);
    return t('{name} is dead from {from} to {to}: its derivative is 0.', place);
  }
  if (left) return t('{name} saturates up to {to}: its derivative is below {limit}.', place);
  if (right) return t('{name} saturates from {from}: its derivative is below {limit}.', place);
  return t('{name} saturates from {from} to {to}: its derivative is below {limit}.', place);
}

/** What there is to know about the function that is looked at. */
export function remarks(model: ActivationFunctionsModel): string[] {
  const found: string[] = [];
  if (model.missing) {
    found.push(
      model.comm_live
        ? t('Give a function with `dl.concepts.activation_functions(own=function)`.')
        : t('Your own function isn’t in this page.'),
    );
  }
  const curve = model.curve(model.focus);
  const name = nameOf(curve.name);
  found.push(...curve.zones.map((zone) => zoneText(name, zone)));
  const most = curve.slopes.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  if (most < 0.9) {
    found.push(
      t(
        'Its derivative is at most {most}: {depth} such layers leave at most {share} of a gradient, weights aside.',
        {
          most: short(most),
          depth: DEPTH,
          share: passed(most),
        },
      ),
    );
  }
  if (model.sample) {
    found.push(
      t('Of your values, {dead} are where it is dead and {saturated} where it saturates.', {
        dead: formatPercent(model.shareIn(curve, 'dead')),
        saturated: formatPercent(model.shareIn(curve, 'saturated')),
      }),
    );
  }
  return found;
}

/** What the point says to a screen reader. */
export function pointInWords(curve: Curve, x: number): string {
  return t('x = {x}: {name} {value}, derivative {slope}.', {
    x: short(x),
    name: nameOf(curve.name),
    value: short(curve.value(x)),
    slope: short(curve.slope(x)),
  });
}

function functionsInWords(model: ActivationFunctionsModel, x: number): string {
  const curve = model.curve(model.focus);
  const others = model.shownCurves.filter(({ name }) => name !== curve.name);
  return [
    pointInWords(curve, x),
    ...curve.zones.map((zone) => zoneText(nameOf(curve.name), zone)),
    ...others.map((one) => pointInWords(one, x)),
  ].join(' ');
}

/** The right side of a line's equation. */
export function lineText(slope: number, offset: number): string {
  return `${short(slope)}·x ${offset < 0 ? '−' : '+'} ${short(Math.abs(offset))}`;
}

function softmaxInWords(logits: readonly number[], probabilities: readonly number[]): string {
  const best = probabilities.indexOf(Math.max(...probabilities));
  return t('The logits are {logits}. Softmax gives {probabilities}. Class {best} is the most probable.', {
    logits: logits.map(short).join(', '),
    probabilities: probabilities.map((share) => formatPercent(share, 1)).join(', '),
    best,
  });
}

function stackInWords(model: ActivationFunctionsModel): string {
  const { weights, slope, offset } = model.stack;
  const line = t(
    'A network of {layers} hidden layers with {units} units each has {count} weights. Without an activation it is the line y = {line}.',
    {
      layers: model.now.layers,
      units: model.now.units,
      count: countWeights(weights),
      line: lineText(slope, offset),
    },
  );
  if (model.focus === 'linear') return line;
  return `${line} ${t('With {name} its curve bends.', { name: nameOf(model.focus) })}`;
}

/** What is seen, in words. */
export function inWords(model: ActivationFunctionsModel, x: number, logits: readonly number[]): string {
  const { show } = model.now;
  if (show === 'functions') return functionsInWords(model, x);
  return show === 'softmax' ? softmaxInWords(logits, model.probabilities(logits)) : stackInWords(model);
}
