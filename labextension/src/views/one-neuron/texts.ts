/** What is seen, in words. */

import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { STEPS } from './fields';
import { shapeOf } from './fit';
import type { OneNeuronModel } from './model';

/** A learning rate in three significant digits: next to the limit each of them counts. */
export function rateText(value: number): string {
  return value >= 1e-3 && value < 1 ? String(Number(value.toPrecision(3))) : short(value);
}

/** How the learning ends, in a sentence. */
function ending(model: OneNeuronModel): string {
  if (model.learning.diverged) return t('It diverges: the loss grows.');
  const { arrival } = model;
  return arrival === null
    ? t('After {steps} steps it isn’t at the lowest loss.', { steps: STEPS })
    : t('It reaches the lowest loss in step {step}.', { step: arrival });
}

export function inWords(model: OneNeuronModel, step: number): string {
  const { learning, now, shape } = model;
  const [w, b] = learning.path[step]!;
  return [
    t('Step {step}: the line is y = {w}·x + {b}, and the loss is {loss}.', {
      step,
      w: short(w),
      b: factor([b]),
      loss: short(learning.losses[step]!),
    }),
    t('The learning rate is {rate}; with all points it diverges above {limit}.', {
      rate: rateText(now.learning_rate),
      limit: rateText(shape.limit),
    }),
    ending(model),
  ].join(' ');
}

/** What there is to know about the settings. */
export function remarks(model: OneNeuronModel): string[] {
  const { now, shape, points, learning, batchSize } = model;
  const found: string[] = [];
  if (model.unfit) found.push(t('The link has more x than y, or fewer, so the usual points are shown.'));
  const note = model.localized('points_note');
  if (note) found.push(note);
  const limit = rateText(shape.limit);
  if (batchSize > 0) {
    const least = Math.min(...learning.batches.map((batch) => shapeOf(batch.map((i) => points.x[i]!)).limit));
    found.push(
      t(
        'A step with all points diverges above {limit}. A batch has its own surface: the steepest one allows {least}.',
        { limit, least: rateText(least) },
      ),
    );
  } else if (now.learning_rate > shape.limit) {
    found.push(t('The learning rate is above 2 / λ = {limit}, so each step leads farther away.', { limit }));
  } else {
    found.push(t('It learns below a rate of 2 / λ = {limit}, which depends on x alone.', { limit }));
  }
  found.push(ending(model));
  return found;
}
