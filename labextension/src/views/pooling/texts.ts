/** What the widget says: the formula with its numbers, and what is seen in words. */

import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { formatInteger, formatPercent } from '../../shared/format';
import type { Kind } from './fields';
import type { PoolingModel } from './model';
import { fits, network, weightsOf } from './network';
import { type Axis, kept } from './pool';

type Cell = readonly [number, number];

export function kindName(kind: Kind): string {
  if (kind === 'max') return t('Maximum (max pooling)');
  if (kind === 'average') return t('Mean (average pooling)');
  return t('First pixel (stride alone)');
}

/** Why there is no output; "" where there is one. */
export function unfit({ axes, image, now }: PoolingModel): string {
  if (axes[0].output > 0 && axes[1].output > 0) return '';
  return t('The window doesn’t fit: it has {window} pixels, and the image {image}.', {
    window: `${now.window}×${now.window}`,
    image: `${image.height}×${image.width}`,
  });
}

function sizeFormula({ size, output }: Axis, model: PoolingModel): string {
  const { window, stride, padding } = model.now;
  if (padding === 'same') return `⌈${size} / ${stride}⌉ = ${output}`;
  return `⌊(${size} − ${window}) / ${stride}⌋ + 1 ${output > 0 ? `= ${output}` : '< 1'}`;
}

/** What the window gives, the size of the output, and how much changes. */
export function lines(
  model: PoolingModel,
  values: readonly (readonly number[])[],
  [row, column]: Cell,
): string[] {
  const { axes, now, result } = model;
  const found: string[] = [];
  if (!unfit(model)) {
    const flat = values.flat();
    const value = short(kept(flat, now.kind));
    const all = flat.map(short);
    const place = `output[${row}, ${column}]`;
    if (now.kind === 'max') found.push(`${place} = max(${all.join(', ')}) = ${value}`);
    else if (now.kind === 'average') found.push(`${place} = (${all.join(' + ')}) / ${all.length} = ${value}`);
    else found.push(`${place} = ${t('first of')} (${all.join(', ')}) = ${value}`);
  }
  const rule =
    now.padding === 'same'
      ? `⌈${t('image')} / ${t('stride')}⌉`
      : `⌊(${t('image − window')}) / ${t('stride')}⌋ + 1`;
  const [rows, columns] = axes.map((axis) => sizeFormula(axis, model)) as [string, string];
  if (axes[0].size === axes[1].size) {
    found.push(t('Output size: {formula}', { formula: `${rule} = ${rows}` }));
  } else {
    found.push(t('Output rows: {formula}', { formula: `${rule} = ${rows}` }));
    found.push(t('Output columns: {formula}', { formula: columns }));
  }
  if (!unfit(model)) {
    const share = formatPercent(result.changes[now.kind]);
    found.push(t('Change of the output: {formula}', { formula: `Σ|a − b| / (Σ|a| + Σ|b|) = ${share}` }));
  }
  return found;
}

export function formulaNodes(texts: readonly string[]): HTMLElement[] {
  return texts.map((text) => el('div', '', {}, text));
}

/** What there is to know about the settings and the image. */
export function remarks(model: PoolingModel): string[] {
  const { now: values } = model;
  const found: string[] = [];
  if (values.image === 'own' && !model.own) {
    found.push(
      model.lost || !model.comm_live
        ? t('Your own array isn’t in this page, so a digit is shown.')
        : t('Give an array with `dl.concepts.pooling(image=array)`.'),
    );
  }
  const note = model.localized('picture_note');
  if (values.image === 'own' && note) found.push(note);
  if (values.image === 'own' && model.averaged) {
    found.push(t('Pooling treats each channel alone. The mean of the three channels is shown.'));
  }
  if (values.stride > values.window && values.kind !== 'subsample') {
    found.push(t('The stride is larger than the window, so some pixels are in no window.'));
  }
  if (values.padding === 'same' && values.kind === 'average') {
    found.push(t('Pixels outside of the image don’t count in the mean.'));
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: PoolingModel, [row, column]: Cell): string {
  const problem = unfit(model);
  if (problem) return problem;
  const { image, now, result } = model;
  const { output, changes } = result;
  const first = t(
    'A window of {window} pixels moves over an image of {image} with stride {stride}. What is kept: {kind}. The output has {output} values; in row {row}, column {column} it is {value}.',
    {
      window: `${now.window}×${now.window}`,
      image: `${image.height}×${image.width}`,
      stride: now.stride,
      kind: kindName(now.kind),
      output: `${output.height}×${output.width}`,
      row,
      column,
      value: short(output.data[row * output.width + column] ?? 0),
    },
  );
  const second = t(
    'Shifted by {right} to the right and {down} down, the input changes by {input}, the output by {share}.',
    {
      right: now.shift[0]!,
      down: now.shift[1]!,
      input: formatPercent(changes.input),
      share: formatPercent(changes[now.kind]),
    },
  );
  return `${first} ${second} ${savings(model)}`;
}

/** What pooling saves in the network of the table. */
export function savings({ setting, now }: PoolingModel): string {
  const units = Number(now.units);
  const without = weightsOf(network(setting, units, false));
  const rows = network(setting, units, true);
  if (!fits(rows)) {
    return t('With pooling, the network doesn’t fit: nothing is left of the image.');
  }
  const [many, few] = [without, weightsOf(rows)];
  if (many < few * 1.05) return t('With these settings pooling saves no weights.');
  return t('Without pooling the network has {times} times as many weights: {many} instead of {few}.', {
    times: short(many / few),
    many: formatInteger(many),
    few: formatInteger(few),
  });
}
