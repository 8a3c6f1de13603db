import { el } from '../../shared/dom';
import { factor, short } from '../../shared/concept/numbers';
import { familyOf, isOfLogits } from './advice';
import { EPSILON, seenBy, sharesOf } from './example';
import type { Example, WorkflowModel } from './model';
import { noLossText } from './texts';

/** The output of the unit that is right, and the loss, with the numbers of this moment. */
export function formulaLines(model: WorkflowModel, example: Example): HTMLElement[] {
  const { setup, right } = model;
  const lines = [outputLine(model, example, right)];
  lines.push(example.loss === null ? noLossText(setup) : lossLine(model, example));
  return lines.map((line) => el('div', '', {}, line));
}

function outputLine({ setup }: WorkflowModel, { logits, outputs }: Example, index: number): string {
  const z = short(logits[index]!);
  const name = `p${subscript(index + 1)}`;
  const result = short(outputs[index]!);
  const minus = short(-logits[index]!);
  switch (setup.activation) {
    case 'softmax':
      return `${name} = exp(${z}) / (${logits.map((value) => `exp(${short(value)})`).join(' + ')}) = ${result}`;
    case 'sigmoid':
      return `${name} = 1 / (1 + exp(${minus})) = ${result}`;
    case 'relu':
      return `${name} = max(0, ${z}) = ${result}`;
    case 'tanh':
      return `${name} = tanh(${z}) = ${result}`;
    case 'linear':
      return `${name} = z${subscript(index + 1)} = ${result}`;
  }
}

function lossLine({ setup }: WorkflowModel, { logits, outputs, targets, loss }: Example): string {
  const family = familyOf(setup.loss);
  const seen = seenBy(logits, setup.activation, setup.loss);
  const value = short(loss!);
  const average = (terms: string[]): string =>
    terms.length === 1 ? terms[0]! : `(${terms.join(' + ')}) / ${terms.length}`;
  if (family === 'distance') {
    const [open, close] = setup.loss === 'mse' ? ['(', ')²'] : ['|', '|'];
    const terms = outputs.map((p, i) => `${open}${short(p)} − ${factor([targets[i]!])}${close}`);
    return `loss = ${average(terms)} = ${value}`;
  }
  if (family === 'binary') {
    const own = setup.activation === 'sigmoid' && !isOfLogits(setup.loss);
    const sigmoid = isOfLogits(seen.loss) && !own;
    const shown = (p: number): string => (sigmoid ? `σ(${short(p)})` : probability(p));
    const terms = (sigmoid ? seen.values : outputs).map((p, i) => binaryTerm(shown(p), targets[i]!));
    return `loss = ${average(terms)} = ${value}`;
  }
  const shares = sharesOf(seen.values, seen.loss);
  const terms = shares.flatMap((p, i) => (targets[i] === 1 ? [`−log ${probability(p)}`] : []));
  return `loss = ${terms.join(' ')} = ${value}`;
}

/** A probability as the loss takes it, which Keras keeps from 0 and 1. */
function probability(p: number): string {
  if (p <= EPSILON) return '0.0000001';
  return p >= 1 - EPSILON ? '0.9999999' : short(p);
}

function binaryTerm(p: string, target: number): string {
  if (target === 1) return `−log ${p}`;
  if (target === 0) return `−log(1 − ${p})`;
  return `−${short(target)}·log ${p} − ${short(1 - target)}·log(1 − ${p})`;
}

function subscript(number: number): string {
  return String.fromCharCode(0x2080 + number);
}
