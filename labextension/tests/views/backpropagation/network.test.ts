import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { readState } from '../../../src/shared/concept/state';
import { chainOf, pathsOf } from '../../../src/views/backpropagation/chain';
import { checked } from '../../../src/views/backpropagation/checking';
import { FIELDS } from '../../../src/views/backpropagation/fields';
import {
  type Activation,
  flat,
  gradientAt,
  madeWeights,
  moved,
  type Network,
  networkOf,
  placesOf,
  run,
  type Task,
} from '../../../src/views/backpropagation/network';

interface Case {
  state: string;
  weights: number[];
  x: number[];
  y: number[];
  z: number[][];
  a: number[][];
  loss: number;
  deltas: number[][];
  gradients: number[];
  after: number[];
}

const file = new URL('../../../../tests/concepts/cases/backpropagation.json', import.meta.url);
const cases = (JSON.parse(readFileSync(file, 'utf8')) as { passes: Case[] }).passes;

function close(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length);
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 8));
}

function setUp(one: Case): { network: Network; task: Task; x: number[][]; y: number[][] } {
  const { values, problems } = readState(one.state, FIELDS);
  expect(problems).toEqual([]);
  const { layers, activations } = values;
  const names = activations.length > 0 ? activations : layers.slice(1).map((): Activation => 'sigmoid');
  const numbers = madeWeights(layers, values.seed);
  const rows = (all: number[], width: number): number[][] =>
    Array.from({ length: all.length / width }, (_, i) => all.slice(i * width, (i + 1) * width));
  return {
    network: networkOf(layers, numbers, names),
    task: values,
    x: rows(one.x, layers[0]!),
    y: rows(one.y, layers.at(-1)!),
  };
}

// `tests/concepts/test_backpropagation.py` tries the same with NumPy and TensorFlow.
describe.each(cases)('the network of "$state"', (one) => {
  it('computes the pass of the reference, and learns as it does', () => {
    const { network, task, x, y } = setUp(one);
    close(flat(network), one.weights);
    const pass = run(network, x[0]!, y[0]!, task);
    pass.z.forEach((values, l) => close(values, one.z[l]!));
    pass.a.forEach((values, l) => close(values, one.a[l]!));
    pass.deltas.forEach((values, l) => close(values, one.deltas[l]!));
    expect(pass.loss).toBeCloseTo(one.loss, 8);
    close(
      pass.gradients.flatMap(({ weights, biases }) => [...weights.flat(), ...biases]),
      one.gradients,
    );
    let after = network;
    for (let i = 0; i < 20; i += 1) {
      const sample = i % x.length;
      after = moved(after, run(after, x[sample]!, y[sample]!, task).gradients, task.learning_rate);
    }
    close(flat(after), one.after);
  });

  it('has gradients with which differences agree, unless there is a mistake', () => {
    const { network, task, x, y } = setUp(one);
    const pass = run(network, x[0]!, y[0]!, task);
    const found = checked(network, pass, { x: x[0]!, y: y[0]! }, task, 1e-4);
    expect(found).toHaveLength(one.weights.length);
    expect(found.every(({ agrees }) => agrees)).toBe(task.mistake === 'none');
  });

  it('has paths of the chain rule that add up to each gradient', () => {
    const { network, task, x, y } = setUp(one);
    if (task.mistake !== 'none') return;
    const [sample, l2] = [{ x: x[0]!, y: y[0]! }, task.l2];
    const pass = run(network, sample.x, sample.y, task);
    for (const focus of network.flatMap((_, layer) => placesOf(network, layer))) {
      const chain = chainOf({ network, pass, sample, task, focus });
      const all = pathsOf(chain).map((by) => by.reduce((a, b) => a * b, 1));
      const weight = focus.from < 0 ? 0 : chain.columns[0]![0]!.value;
      expect(all.reduce((a, b) => a + b, l2 * weight)).toBeCloseTo(gradientAt(pass.gradients, focus), 9);
      expect(chain.columns[0]![0]!.gradient + l2 * weight).toBeCloseTo(gradientAt(pass.gradients, focus), 9);
    }
  });
});

it('finds the mistake of updated weights in the first layer alone', () => {
  const { network, task, x, y } = setUp(cases.find(({ state }) => state.includes('new_weights'))!);
  const pass = run(network, x[0]!, y[0]!, task);
  const found = checked(network, pass, { x: x[0]!, y: y[0]! }, task, 1e-4);
  expect(new Set(found.filter(({ agrees }) => !agrees).map(({ place }) => place.layer))).toEqual(
    new Set([0]),
  );
});
