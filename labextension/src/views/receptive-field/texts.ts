/** What the widget says: the formula with its numbers, and what is seen in words. */

import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { MOST_EDITED } from './fields';
import { type Layer, type Level, seersOf, spanOf } from './geometry';
import type { ReceptiveFieldModel } from './model';

/** So many layers are written out in the formula. */
const MOST_LINES = 6;

/** A level, a row and a column. */
export type Place = readonly [number, number, number];

export function kindName(kind: Layer['kind']): string {
  return kind === 'conv' ? t('Convolution') : t('Pooling');
}

export function levelName(model: ReceptiveFieldModel, level: number): string {
  if (level === 0) return t('Input');
  return model.names[level - 1] ?? `${level}. ${kindName(model.now.layers[level - 1]!.kind)}`;
}

/** How the field of a layer follows from the one below. */
function line(layer: Layer, below: Level, level: Level, i: number): string {
  const { kernel, stride, dilation } = layer;
  const spread = dilation > 1 ? `·${dilation}` : '';
  const sees = `r${sub(i)} = r${sub(i - 1)} + (k − 1)${dilation > 1 ? '·d' : ''}·j${sub(i - 1)}`;
  const numbers = `${below.sees} + (${kernel} − 1)${spread}·${below.step} = ${level.sees}`;
  return `${sees} = ${numbers},   j${sub(i)} = s·j${sub(i - 1)} = ${stride}·${below.step} = ${level.step}`;
}

function sub(n: number): string {
  return String(n).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]!);
}

/** How the fields grow, up to a level. */
export function growth(model: ReceptiveFieldModel, level: number): string[] {
  const { levels } = model;
  const { layers } = model.now;
  const to = level === 0 ? model.top : level;
  const all = Array.from({ length: to }, (_, i) => line(layers[i]!, levels[i]!, levels[i + 1]!, i + 1));
  if (all.length > MOST_LINES) all.splice(0, all.length - MOST_LINES, '…');
  return [t('r: pixels that a unit sees, j: pixels from one unit to the next; r₀ = 1, j₀ = 1'), ...all];
}

/** What there is to know about the layers. */
export function remarks(model: ReceptiveFieldModel): string[] {
  const found: string[] = [];
  const { levels } = model;
  const { layers, size } = model.now;
  if (levels.at(-1)!.size === 0) {
    found.push(
      t('{layer} doesn’t fit: its window reaches over {reach} units, and there are {size}.', {
        layer: levelName(model, levels.length - 1),
        reach: reachOf(layers[levels.length - 2]!),
        size: levels.at(-2)!.size,
      }),
    );
  }
  if (layers.length > MOST_EDITED) {
    found.push(t('More than {n} layers can be shown, but not edited here.', { n: MOST_EDITED }));
  }
  const { sees } = levels[model.top]!;
  if (sees > size) {
    found.push(
      t('The highest units could see {sees} pixels, and the input has {size}: the rest would be padding.', {
        sees,
        size,
      }),
    );
  }
  return found;
}

export function reachOf({ kernel, dilation }: Layer): number {
  return dilation * (kernel - 1) + 1;
}

/** What is seen, in words. */
export function inWords(
  model: ReceptiveFieldModel,
  [level, row, column]: Place,
  counts: ArrayLike<number>,
): string {
  const { levels } = model;
  const { layers, size } = model.now;
  if (level === 0) {
    const seers = seersOf(layers, levels, column);
    const numbers = seers.slice(1, model.top + 1).map((one) => one.filter(Boolean).length);
    return t('Pixel {column} of {size} is seen by so many units, from the first layer on: {numbers}.', {
      column,
      size,
      numbers: numbers.join(', '),
    });
  }
  const span = spanOf(counts) ?? [0, 0];
  const { sees, step } = levels[level]!;
  const first = t(
    '{layer}: unit [{row}, {column}] sees the columns {from} to {to} of {size}. Each unit of this layer reaches over {sees}×{sees} pixels, one every {step}.',
    { layer: levelName(model, level), row, column, from: span[0], to: span[1], size, sees, step },
  );
  const all = Array.from(counts).reduce((a, b) => a + b, 0);
  const most = Math.max(...Array.from(counts));
  return `${first} ${t('The pixel that counts most has {most} of {all} ways to it.', {
    most: short(most),
    all: short(all),
  })}`;
}
