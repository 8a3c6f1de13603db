/** What the widget says: the formula with its numbers, and what is seen in words. */

import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import type { Axis } from './correlate';
import type { ConvolutionModel } from './model';
import { short, sumOfProducts } from './numbers';

type Cell = readonly [number, number];

function line(...text: string[]): HTMLElement {
  return el('div', '', {}, ...text);
}

/** The size of the output along an axis, with its numbers. */
export function sizeFormula({ size, reach, before, after, output }: Axis, stride: number): string {
  const zeros = before + after > 0 ? ` + ${before} + ${after}` : '';
  const all = `(${size}${zeros} − ${reach}) / ${stride}`;
  return output > 0 ? `⌊${all}⌋ + 1 = ${output}` : `⌊${all}⌋ + 1 < 1`;
}

/** How far a kernel reaches, where it has gaps. */
function reachFormula(kernel: number, { reach }: Axis, dilation: number): string {
  return `${dilation}·(${kernel} − 1) + 1 = ${reach}`;
}

/** What the window gives, term by term. */
export function valueLines(
  model: ConvolutionModel,
  patch: readonly (readonly number[])[],
  [row, column]: Cell,
): HTMLElement[] {
  const { output, parts } = model.result;
  const index = row * output.width + column;
  const place = `[${row}, ${column}]`;
  if (!parts) {
    const sum = sumOfProducts(patch, model.used);
    return [line(`output${place} = ${t('Σ pixel · weight')} = ${sum} = `, short(output.data[index]!))];
  }
  const [x, y] = parts.map((one) => one.data[index]!) as [number, number];
  const first = line(`Gx = ${sumOfProducts(patch, model.used)} = ${short(x)}`);
  const second = line(
    `Gy = ${short(y)}  (${t('the same window with the kernel’s rows and columns exchanged')})`,
  );
  const value = output.data[index]!;
  const last =
    model.mode === 'magnitude'
      ? `output${place} = √(Gx² + Gy²) = √(${short(x * x)} + ${short(y * y)}) = ${short(value)}`
      : `output${place} = atan2(Gy, Gx) = ${short((value * 180) / Math.PI)}°`;
  return [first, second, line(last)];
}

/** The size of the output, for both axes where they differ. */
export function sizeLines(model: ConvolutionModel): HTMLElement[] {
  const [rows, columns] = model.axes;
  const { stride, dilation } = model.now;
  const kernel = model.used;
  const lines: HTMLElement[] = [];
  if (dilation > 1) {
    const reach = reachFormula(kernel.length, rows, dilation);
    lines.push(
      line(t('With dilation {dilation} the kernel reaches over {reach} pixels.', { dilation, reach })),
    );
  }
  const same = JSON.stringify(rows) === JSON.stringify(columns);
  const rule = `⌊(${t('image + zeros − kernel')}) / ${t('stride')}⌋ + 1`;
  if (same)
    lines.push(line(t('Output size: {formula}', { formula: `${rule} = ${sizeFormula(rows, stride)}` })));
  else {
    lines.push(line(t('Output rows: {formula}', { formula: `${rule} = ${sizeFormula(rows, stride)}` })));
    lines.push(line(t('Output columns: {formula}', { formula: sizeFormula(columns, stride) })));
  }
  return lines;
}

/** Why there is no output; "" where there is one. */
export function unfit(model: ConvolutionModel): string {
  const [rows, columns] = model.axes;
  if (rows.output > 0 && columns.output > 0) return '';
  const size = ({ size, before, after }: Axis): number => size + before + after;
  return t(
    'The kernel doesn’t fit: it reaches over {kernel} pixels, and the image with its padding has {image}.',
    {
      kernel: `${rows.reach}×${columns.reach}`,
      image: `${size(rows)}×${size(columns)}`,
    },
  );
}

/** What there is to know about the settings and the image. */
export function remarks(model: ConvolutionModel): string[] {
  const { now: values, image } = model;
  const found: string[] = [];
  if (values.image === 'own' && !model.own) {
    found.push(
      model.lost || !model.comm_live
        ? t('Your own array isn’t in this page, so a digit is shown.')
        : t('Give an array with `dl.concepts.convolution(image=array)`.'),
    );
  }
  if (values.image === 'sums') {
    found.push(
      t(
        'With the kernel for horizontal edges, the first two windows give 2.8 and 0.3. The article that this exercise is from prints 2.8 and −0.1, though the terms of its second sum add up to 0.3. Its matrices are not preserved: the numbers here are ours, made to have the same two sums.',
      ),
    );
  }
  const note = model.localized('picture_note');
  if (values.image === 'own' && note) found.push(note);
  if (image.colors) {
    found.push(
      t(
        'A color image has 3 channels. Conv2D has a kernel for each channel and adds up all products. Here the three kernels are equal, so each number is multiplied by red + green + blue.',
      ),
    );
  }
  if (values.mode !== 'kernel' && model.mode === 'kernel') {
    found.push(t('Magnitude and phase need a square kernel, so the kernel is used alone.'));
  }
  if (values.stride > 1 && values.dilation > 1) {
    found.push(t('Keras’s Conv2D takes a stride or a dilation greater than 1, not both at once.'));
  }
  return found;
}

/** What is seen, in words. */
export function inWords(model: ConvolutionModel, [row, column]: Cell): string {
  const problem = unfit(model);
  if (problem) return problem;
  const { output } = model.result;
  const { image, used } = model;
  const [low, high] = output.data.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)] as const,
    [Infinity, -Infinity] as const,
  );
  return t(
    'A {kernel} kernel slides over an image of {image} pixels with stride {stride}. The output has {output} values, from {low} to {high}. The window is at row {row}, column {column}, and its value is {value}.',
    {
      kernel: `${used.length}×${used[0]!.length}`,
      image: `${image.height}×${image.width}`,
      stride: model.now.stride,
      output: `${output.height}×${output.width}`,
      low: short(low),
      high: short(high),
      row,
      column,
      value: short(output.data[row * output.width + column] ?? 0),
    },
  );
}
