/** One step of learning with its numbers. */

import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { plain } from '../../shared/concept/state';
import { el } from '../../shared/dom';
import { STEPS } from './fields';
import { gradientOf } from './fit';
import type { OneNeuronModel } from './model';
import { rateText } from './texts';

/** So many points are written out. */
const MOST = 6;

/** A weight with the decimals in which a step is seen. */
function fine(value: number): string {
  const size = Math.abs(value);
  return size >= 1000 || (size < 1e-3 && size > 0) ? short(value) : plain(value, 4).replace('-', '−');
}

const one = (value: number): string => factor([value]);

export function formulaLines(model: OneNeuronModel, step: number): HTMLElement[] {
  const { points, learning, now, shape } = model;
  const { x, y } = points;
  const { path } = learning;
  const [w, b] = path[step]!;
  const batch = learning.batches[step];
  const lines: HTMLElement[] = [];
  const line = (text: string, className = ''): void => {
    lines.push(el('div', className, {}, text));
  };
  if (!batch || step >= path.length - 1) {
    line(
      t('The last step: y = {w}·x + {b}', { w: fine(w), b: one(Number(b.toFixed(4))) }),
      'dlw-neuron-formula-name',
    );
  } else {
    line(t('Step {step} of {steps}', { step: step + 1, steps: STEPS }), 'dlw-neuron-formula-name');
    const errors = batch.map((i) => w * x[i]! + b - y[i]!);
    const n = batch.length;
    const loss = errors.reduce((sum, error) => sum + error * error, 0) / n;
    const listed = n <= MOST;
    const share = n === 1 ? '' : `1/${n}·`;
    const terms = batch.map((i) => `(${short(w)}·${one(x[i]!)} + ${one(b)} − ${one(y[i]!)})²`).join(' + ');
    const sum = n === 1 ? terms : `(${terms})`;
    line(
      listed
        ? `L = ${share}Σ (w·x + b − y)² = ${share}${sum} = ${short(loss)}`
        : `L = ${share}Σ (w·x + b − y)² = ${short(loss)}`,
    );
    const [dw, db] = gradientOf(x, y, [w, b], batch);
    const product = batch.map((i, k) => `${one(errors[k]!)}·${one(x[i]!)}`).join(' + ');
    const plainly = errors.map(one).join(' + ');
    const two = n === 1 ? '2·' : `2/${n}·`;
    const wrapped = (text: string): string => (n === 1 ? text : `(${text})`);
    line(
      listed
        ? `∂L/∂w = ${two}Σ (w·x + b − y)·x = ${two}${wrapped(product)} = ${short(dw)}`
        : `∂L/∂w = ${two}Σ (w·x + b − y)·x = ${short(dw)}`,
    );
    line(
      listed
        ? `∂L/∂b = ${two}Σ (w·x + b − y) = ${two}${wrapped(plainly)} = ${short(db)}`
        : `∂L/∂b = ${two}Σ (w·x + b − y) = ${short(db)}`,
    );
    const rate = rateText(now.learning_rate);
    const [nextW, nextB] = path[step + 1]!;
    line(`w ← w − η·∂L/∂w = ${fine(w)} − ${rate}·${one(dw)} = ${fine(nextW)}`);
    line(`b ← b − η·∂L/∂b = ${fine(b)} − ${rate}·${one(db)} = ${fine(nextB)}`);
  }
  const { mean, squares, curvature, limit } = shape;
  line(
    `η < 2 / λ,  λ = m + 1 + √((m − 1)² + 4·x̄²) = ${short(squares)} + 1 + √(${one(squares - 1)}² + 4·${one(mean)}²) = ${short(curvature)},  2 / λ = ${rateText(limit)}`,
    'dlw-neuron-limit',
  );
  return lines;
}
