/** What the widget says: the counts with their numbers, and what is seen in words. */

import { t, tn } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { formatInteger } from '../../shared/format';
import type { ExampleName } from './fields';
import { type Focus, lineBetween, litLines } from './focus';
import { type Counts, countsOf, type Kind, KINDS, placesOf, product, weightNumber } from './layers';
import type { ConnectionsModel } from './model';

/** Larger numbers aren't exact. */
const EXACT = 1e15;
/** So many terms of an output are written out. */
const MOST_TERMS = 5;

export function count(n: number): string {
  return n < EXACT ? formatInteger(n) : short(n);
}

export function kindName(kind: Kind): string {
  if (kind === 'dense') return t('Dense');
  return kind === 'local' ? t('Local: sparse, not shared') : t('Convolution: sparse and shared');
}

export function exampleName(name: ExampleName): string {
  const names: Record<ExampleName, string> = {
    sequence: t('Sequence of 8'),
    image: t('Image of 5×5'),
    digits: t('Digits, 28×28'),
    photos: t('CIFAR-10, 32×32×3'),
    words: t('500 words, 128 channels'),
  };
  return names[name];
}

/** A tuple of Python's, or a number where all are the same. */
function sides(values: readonly number[]): string {
  return values.every((value) => value === values[0]) ? String(values[0]) : `(${values.join(', ')})`;
}

/** The layer in Keras. */
export function layerCode(model: ConnectionsModel, kind: Kind): string {
  const { setting, counts } = model;
  const { kernel, stride, same, filters, bias } = setting;
  const plain = bias ? '' : ', use_bias=False';
  if (kind === 'local') return t('not in Keras 3');
  if (kind === 'dense') return counts.dense.outputs > 0 ? `Dense(${counts.dense.outputs}${plain})` : '–';
  const steps = stride.some((step) => step > 1) ? `, strides=${sides(stride)}` : '';
  const padding = same ? ', padding="same"' : '';
  return `Conv${kernel.length}D(${filters}, ${sides(kernel)}${steps}${padding}${plain})`;
}

export function countTexts({ lines, weights, biases }: Counts): { sum: string; facts: string } {
  return {
    sum: tn('{count} parameter', '{count} parameters', weights + biases, { count: count(weights + biases) }),
    facts: t('lines: {lines}, weights: {weights}, biases: {biases}', {
      lines: count(lines),
      weights: count(weights),
      biases: count(biases),
    }),
  };
}

function times(values: readonly number[]): string {
  return values.map(count).join('·');
}

/** The name of an input or an output of the drawing, such as x[2] or y[0, 1]. */
function named(model: ConnectionsModel, letter: 'x' | 'y', index: number): string {
  const { small } = model;
  const [places, per] = letter === 'x' ? [small.shape.slice(0, -1), 1] : [placesOf(small), small.filters];
  const place = Math.floor(index / per);
  const parts = places.length === 1 ? [place] : [Math.floor(place / places[1]!), place % places[1]!];
  return `${letter}[${[...parts, ...(per > 1 ? [index % per] : [])].join(', ')}]`;
}

function sub(n: number): string {
  return String(n).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)]!);
}

/** An output of the convolution as its sum. */
function written(model: ConnectionsModel, output: number): string {
  const { lines, byOutput } = model.drawn.conv;
  const { bias, filters } = model.small;
  const terms = byOutput[output]!.map((i) => lines[i]!).map(
    ({ weight, input }) => `w${sub(weightNumber(model.small, weight))}·${named(model, 'x', input)}`,
  );
  const shown =
    terms.length > MOST_TERMS + 1 ? [...terms.slice(0, MOST_TERMS - 1), '…', terms.at(-1)!] : terms;
  const constant = bias ? [filters > 1 ? `b${sub((output % filters) + 1)}` : 'b'] : [];
  return `${named(model, 'y', output)} = ${[...shown, ...constant].join(' + ')}`;
}

/** How the numbers of parameters come about, and what is pointed at. */
export function formulaLines(model: ConnectionsModel, focus: Focus): HTMLElement[] {
  const { setting, counts, drawn } = model;
  const { shape, kernel, filters, bias } = setting;
  const plus = (biases: number): string => (bias ? ` + ${count(biases)}` : '');
  const sum = (kind: Kind): string => count(counts[kind].weights + counts[kind].biases);
  const inputs = shape.at(-1) === 1 ? shape.slice(0, -1) : shape;
  const window = shape.at(-1) === 1 && filters === 1 ? kernel : [...kernel, shape.at(-1)!];
  const dense = `${times([...inputs, counts.dense.outputs])}${plus(counts.dense.biases)} = ${sum('dense')}`;
  const local = `${count(counts.local.weights)}${plus(counts.local.biases)} = ${sum('local')}`;
  const conv = `${times([...window, ...(filters === 1 ? [] : [filters])])}${plus(filters)} = ${sum('conv')}`;
  const found = [
    t('dense: inputs · units + biases = {sum}', { sum: dense }),
    t('local: a weight for each line + biases = {sum}', { sum: local }),
    t('convolution: window · filters + biases = {sum}', { sum: conv }),
  ];
  if (focus.point === 'output' && focus.at[0] < drawn.conv.outputs) found.push(written(model, focus.at[0]));
  return found.map((line) => el('div', '', {}, line));
}

/** What there is to know about this setting. */
export function remarks(model: ConnectionsModel): string[] {
  const { setting, counts, own } = model;
  const found: string[] = [];
  const of = (kind: Kind): number => counts[kind].weights + counts[kind].biases;
  if (own?.state === model.key) {
    const same = own.parameters === of(own.kind);
    const values = { name: own.name, keras: count(own.parameters), here: count(of(own.kind)) };
    found.push(
      same
        ? t('Your layer {name}: `count_params()` of Keras is {keras}, as it is counted here.', values)
        : t('Your layer {name}: `count_params()` of Keras is {keras}; here it is {here}.', values),
    );
  }
  if (!model.fits) {
    found.push(t('The kernel doesn’t fit into the input. Make it smaller, or use same padding.'));
  } else {
    if (setting.units === 0) {
      found.push(
        t('For the same outputs, the dense layer has {times} times as many parameters as the convolution.', {
          times: short(of('dense') / of('conv')),
        }),
      );
    }
    const twice = { ...setting, shape: setting.shape.map((n, i) => (i < setting.kernel.length ? 2 * n : n)) };
    const [dense, local, conv] = KINDS.map((kind) => {
      const after = countsOf(twice, kind);
      return count(after.weights + after.biases);
    });
    found.push(
      setting.kernel.length === 1
        ? t('An input twice as long: dense {dense}, local {local}, convolution {conv} parameters.', {
            dense: dense!,
            local: local!,
            conv: conv!,
          })
        : t(
            'An input twice as large each way: dense {dense}, local {local}, convolution {conv} parameters.',
            {
              dense: dense!,
              local: local!,
              conv: conv!,
            },
          ),
    );
  }
  if (model.excerpt) found.push(excerpt(model));
  return found;
}

/** What is drawn, where it is less than what is counted. */
function excerpt(model: ConnectionsModel): string {
  const { small, setting, counts, drawn } = model;
  const size = (shape: readonly number[]): string => shape.map(count).join('×');
  return t(
    'All numbers count {all} inputs, {filters} filters and {units} units. The drawing is smaller: {drawn} inputs, {some} filters, {few} units.',
    {
      all: size(setting.shape),
      filters: count(setting.filters),
      units: count(counts.dense.outputs),
      drawn: size(small.shape),
      some: small.filters,
      few: drawn.dense.outputs,
    },
  );
}

/** What is seen, in words. */
export function inWords(model: ConnectionsModel, focus: Focus): string {
  const { drawn, counts } = model;
  const lit = (kind: Kind): number => litLines(drawn[kind], focus).length;
  const lines = { dense: lit('dense'), local: lit('local'), conv: lit('conv') };
  const totals = t('Parameters: dense {dense}, local {local}, convolution {conv}.', {
    dense: count(counts.dense.weights + counts.dense.biases),
    local: count(counts.local.weights + counts.local.biases),
    conv: count(counts.conv.weights + counts.conv.biases),
  });
  const rest = remarks(model).join(' ').replaceAll('`', '');
  return `${pointed(model, focus, lines)} ${totals} ${rest}`;
}

function pointed(model: ConnectionsModel, focus: Focus, lines: Record<Kind, number>): string {
  const { drawn, small } = model;
  if (focus.point === 'output') {
    const [at] = focus.at;
    const values = { ...lines, name: named(model, 'y', at), all: product(small.shape) };
    if (at >= drawn.dense.outputs) {
      return t(
        'Output {name} has lines from {conv} of {all} inputs in the local layer and in the convolution. The dense layer has no such output.',
        values,
      );
    }
    if (at >= drawn.conv.outputs) {
      return t(
        'Output {name} has lines from all {all} inputs in the dense layer. The other layers have no such output.',
        values,
      );
    }
    return t(
      'Output {name} has lines from {dense} of {all} inputs in the dense layer, and from {conv} in the local layer and the convolution.',
      values,
    );
  }
  if (focus.point === 'input') {
    return t(
      'Input {name} has lines to {dense} outputs of the dense layer, and to {conv} of the local layer and the convolution.',
      { ...lines, name: named(model, 'x', focus.at[0]) },
    );
  }
  const [input, output] = focus.at;
  const ends = { from: named(model, 'x', input), to: named(model, 'y', output) };
  const line = lineBetween(drawn.conv, input, output);
  const full = lineBetween(drawn.dense, input, output);
  if (line === null) {
    return full === null
      ? t('From {from} to {to} there is no line in any of the layers.', ends)
      : t('From {from} to {to} there is no line in the convolution; the dense layer has one.', ends);
  }
  return t(
    'The line from {from} to {to} carries weight w{weight} of the convolution, which {conv} lines have. In the other layers its weight is its own.',
    { ...lines, ...ends, weight: weightNumber(small, drawn.conv.lines[line]!.weight) },
  );
}
