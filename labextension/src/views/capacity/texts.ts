/** What the widget says: formulas with their numbers, and what is seen in words. */

import { t, tn } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { countOf } from '../../shared/concept/dense-network';
import type { CapacityModel, Errors } from './model';

const MOST_TERMS = 6;
/** What is so small is written as nothing. */
const NOTHING = 5e-7;
/** So much larger than the lowest error is more than chance. */
const WORSE = 1.5;

/** A capacity with its errors. */
export interface Place {
  readonly capacity: number;
  readonly errors: Errors;
}

/** Where the capacity stands: too low, too high, or about right; null as long as it isn't known. */
export function verdict({ capacity, errors }: Place, best: Place | null): string | null {
  if (best === null || !Number.isFinite(errors[1])) return null;
  const times = short(errors[1] / best.errors[1]);
  // Without noise, the lowest errors are those of rounding: their ratios say nothing.
  if (errors[1] <= Math.max(best.errors[1] * WORSE, NOTHING)) {
    return t('About right: the validation error is near the lowest one.');
  }
  const exact = best.errors[1] < NOTHING;
  const [here, there] = [Math.max(errors[0], NOTHING), Math.max(best.errors[0], NOTHING)];
  if (capacity < best.capacity && here > there) {
    if (exact) {
      return t(
        'Underfitting: another capacity has a validation error of 0, and the training error here is higher, too.',
      );
    }
    return t(
      'Underfitting: the validation error is {times} times the lowest one, and the training error is higher, too.',
      {
        times,
      },
    );
  }
  if (exact) return t('Another capacity has a validation error of 0.');
  if (here < there) {
    return t(
      'Overfitting: the validation error is {times} times the lowest one, though the training error is lower.',
      {
        times,
      },
    );
  }
  return t('The validation error is {times} times the lowest one.', { times });
}

/** How many numbers the model learns. */
export function parametersOf(model: CapacityModel, capacity: number): number {
  return model.network ? countOf([1, capacity, capacity, 1]) : capacity + 1;
}

export function capacityText(model: CapacityModel, capacity: number): string {
  return model.network
    ? tn('2 layers of {n} unit', '2 layers of {n} units', capacity)
    : t('degree {degree}', { degree: capacity });
}

/** What there is to know about what is shown. */
export function remarks(model: CapacityModel, capacity: number): string[] {
  const found: string[] = [];
  const { data, noise, penalty } = model.now;
  const { x } = model.points;
  if (data === 'own' && !model.own) {
    found.push(
      model.lost || !model.comm_live
        ? t('Your own points aren’t in this page, so a toy is shown.')
        : t('Give points with `dl.concepts.capacity(x, y)`.'),
    );
  }
  const note = model.localized('own_note');
  if (model.usesOwn && note) found.push(note);
  if (model.truth) {
    found.push(
      t(
        'A toy: the dashed function with noise of standard deviation {noise}. Its variance, {variance}, is the lowest error that a model can have on average.',
        {
          noise: short(noise),
          variance: short(noise * noise),
        },
      ),
    );
  }
  const count = parametersOf(model, capacity);
  if (!model.network && penalty === 'none' && count > x.length) {
    found.push(
      t(
        '{count} coefficients for {points} points: many polynomials fit exactly. The one with the smallest coefficients is shown, as NumPy’s `lstsq` finds it.',
        {
          count,
          points: x.length,
        },
      ),
    );
  }
  if (model.usesOwn) {
    found.push(
      t('The model sees scaled x and y, so its weights and the loss are of those; errors are in your units.'),
    );
  }
  return found;
}

interface Now {
  capacity: number;
  errors: Errors;
  /** What the penalty is on, without the constant. */
  weights: readonly number[];
  coefficients: readonly number[] | null;
}

function joined(terms: readonly string[]): string {
  return terms.join(' + ').replaceAll('+ −', '− ');
}

function written(error: number): string {
  return error < NOTHING ? '0' : short(error);
}

/** Model and loss with the very numbers. */
export function formulaLines(
  model: CapacityModel,
  { capacity, errors, weights, coefficients }: Now,
): string[] {
  const { penalty, strength, dropout } = model.now;
  const lines: string[] = [];
  if (coefficients) {
    const terms = coefficients
      .slice(0, MOST_TERMS)
      .map((one, k) => (k === 0 ? short(one) : `${short(one)}·p${k}(x)`));
    lines.push(`ŷ = ${joined(terms)}${coefficients.length > MOST_TERMS ? ' + …' : ''}`);
  } else {
    const drop = dropout > 0 ? `dropout ${short(dropout)}, ` : '';
    lines.push(
      `ŷ = Dense(1)(${drop}tanh Dense(${capacity})(${drop}tanh Dense(${capacity})(x)));  ${t('{n} weights', {
        n: parametersOf(model, capacity),
      })}`,
    );
  }
  const [training, validation] = errors.map((error) => model.shownError(error)) as [number, number];
  const { x, vx } = model.points;
  lines.push(
    `${t('training')} Σ(y − ŷ)² / ${x.length} = ${written(training)};  ${t('validation')} Σ(y − ŷ)² / ${vx.length} = ${written(validation)}`,
  );
  if (penalty !== 'none') {
    const size = weights.reduce((sum, one) => sum + (penalty === 'l1' ? Math.abs(one) : one * one), 0);
    const sign = penalty === 'l1' ? 'Σ|w|' : 'Σw²';
    const [mse, total] = [errors[0], errors[0] + strength * size];
    lines.push(
      `${t('loss')} = MSE + λ·${sign} = ${written(mse)} + ${short(strength)}·${short(size)} = ${short(total)}`,
    );
  }
  return lines;
}

/** How many weights a penalty has set to 0, and the largest. */
export function weightsText(weights: readonly number[]): string {
  if (weights.length === 0) return t('No weights besides the constant.');
  const zeros = weights.filter((one) => Math.abs(one) < 1e-3).length;
  const most = Math.max(...weights.map(Math.abs));
  return t('{zeros} of {count} weights are 0 (below 0.001); the largest is {most}.', {
    zeros,
    count: weights.length,
    most: short(most),
  });
}

/** What is seen, in words. */
export function inWords(model: CapacityModel, now: Now, best: number | null, said: string | null): string {
  const { x, vx } = model.points;
  const first = t(
    '{model}, {points} training points and {held} validation points: training error {training}, validation error {validation}.',
    {
      model: capacityText(model, now.capacity),
      points: x.length,
      held: vx.length,
      training: written(model.shownError(now.errors[0])),
      validation: written(model.shownError(now.errors[1])),
    },
  );
  const second =
    best === null
      ? ''
      : t('The lowest validation error is that of {model}.', { model: capacityText(model, best) });
  return [first, second, said ?? ''].filter((one) => one !== '').join(' ');
}
