/** The graph of the chain rule from a weight to the loss. */

import { lossOf, isEntropy, outputGradient, slope, sum, weightAt } from './network';
import type { Moment } from './formula';
import { outputName, unitName, weightName } from './symbols';

export interface ChainNode {
  readonly name: string;
  readonly value: number;
  /** The gradient of the loss by this number. */
  readonly gradient: number;
}

export interface ChainEdge {
  /** From a node of this column to one of the next, by their places in them. */
  readonly column: number;
  readonly from: number;
  readonly to: number;
  /** The derivative of one by the other. */
  readonly by: number;
}

export interface Chain {
  readonly columns: readonly (readonly ChainNode[])[];
  readonly edges: readonly ChainEdge[];
}

/** All that lies between a weight and the loss, with the derivative of each step. The slopes are the true ones. */
export function chainOf({ network, pass, sample: { y }, task, focus }: Moment): Chain {
  const last = network.length - 1;
  const { layer, from, to } = focus;
  const columns: ChainNode[][] = [];
  const edges: ChainEdge[] = [];
  const { z, a, deltas } = pass;
  const zNode = (l: number, j: number): ChainNode => ({
    name: unitName('z', l, j),
    value: z[l]![j]!,
    gradient: deltas[l]![j]!,
  });
  const entropy = isEntropy(task.loss);
  const errors = outputGradient(a.at(-1)!, y, task.loss);
  const aNode = (l: number, j: number): ChainNode => ({
    name: outputName(l + 1, j),
    value: a[l + 1]![j]!,
    gradient:
      l === last ? errors[j]! : sum(network[l + 1]!.weights[j]!.map((w, k) => w * deltas[l + 1]![k]!)),
  });
  const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
  const through = from < 0 ? 1 : a[layer]![from]!;
  columns.push([
    {
      name: weightName(focus),
      value: weightAt(network, focus),
      gradient: through * deltas[layer]![to]!,
    },
  ]);
  edges.push({ column: 0, from: 0, to: 0, by: through });
  let units = [to];
  for (let l = layer; l <= last; l += 1) {
    columns.push(units.map((j) => zNode(l, j)));
    if (l === last && entropy) break;
    const { activation } = network[l]!;
    const at = columns.length - 1;
    if (activation === 'softmax') {
      // Each output depends on all z.
      const outputs = all(a[l + 1]!.length);
      units.forEach((j, i) =>
        outputs.forEach((k) => {
          const by = a[l + 1]![k]! * ((j === k ? 1 : 0) - a[l + 1]![j]!);
          edges.push({ column: at, from: i, to: k, by });
        }),
      );
      units = outputs;
    } else {
      units.forEach((j, i) =>
        edges.push({ column: at, from: i, to: i, by: slope(z[l]![j]!, a[l + 1]![j]!, activation) }),
      );
    }
    columns.push(units.map((j) => aNode(l, j)));
    if (l === last) break;
    const next = all(network[l + 1]!.biases.length);
    units.forEach((j, i) =>
      next.forEach((k) =>
        edges.push({ column: at + 1, from: i, to: k, by: network[l + 1]!.weights[j]![k]! }),
      ),
    );
    units = next;
  }
  const end = columns.length - 1;
  const { activation } = network[last]!;
  const loss = lossOf(z.at(-1)!, a.at(-1)!, y, task.loss, activation);
  units.forEach((j, i) =>
    edges.push({ column: end, from: i, to: 0, by: entropy ? deltas[last]![j]! : errors[j]! }),
  );
  columns.push([{ name: 'L', value: loss, gradient: 1 }]);
  return { columns, edges };
}

/** The derivatives along each path from the weight to the loss. */
export function pathsOf({ columns, edges }: Chain): number[][] {
  let paths: { at: number; by: number[] }[] = [{ at: 0, by: [] }];
  for (let column = 0; column < columns.length - 1; column += 1) {
    paths = paths.flatMap(({ at, by }) =>
      edges
        .filter((edge) => edge.column === column && edge.from === at)
        .map((edge) => ({ at: edge.to, by: [...by, edge.by] })),
    );
  }
  return paths.map(({ by }) => by);
}
