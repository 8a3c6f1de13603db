/** What the widget says, beside the formula. */

import { t } from '../../core/i18n';
import { STEPS } from './descend';
import type { FunctionName } from './fields';
import { short, vector } from '../../shared/concept/numbers';
import type { Descent, GradientDescentModel } from './model';
import { nameOf } from './styles';
import { closeTo, type Verdict } from './verdict';

export function functionName(name: FunctionName): string {
  switch (name) {
    case 'parabola':
      return t('Curve: parabola');
    case 'two_valleys':
      return t('Curve: two valleys');
    case 'bowl':
      return t('Surface: bowl');
    case 'valley':
      return t('Surface: long valley');
    case 'saddle':
      return t('Surface: saddle');
    case 'rosenbrock':
      return t('Surface: bent valley (Rosenbrock)');
    case 'two_minima':
      return t('Surface: two minima');
    case 'points':
      return t('Line through points: w, b');
    case 'own':
      return t('Your own function');
  }
}

/** How a descent ends, in few words. */
export function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'arrives':
      return t('arrives in step {step}', { step: verdict.step });
    case 'diverges':
      return t('diverges in step {step}', { step: verdict.step });
    case 'local':
      return t('stuck in a local minimum');
    case 'saddle':
      return t('stuck at a saddle');
    case 'swings':
      return t('swings to and fro');
    case 'travels':
      return t('still on its way');
  }
}

/** The same as a sentence. */
function verdictSentence({ optimizer, verdict }: Descent): string {
  const name = nameOf(optimizer);
  switch (verdict.kind) {
    case 'arrives':
      return t('{name} reaches the lowest loss in step {step}.', { name, step: verdict.step });
    case 'diverges':
      return t('{name} diverges: in step {step} it is far away.', { name, step: verdict.step });
    case 'local':
      return t('{name} is stuck in a local minimum.', { name });
    case 'saddle':
      return t('{name} is stuck at a saddle.', { name });
    case 'swings':
      return t('{name} swings to and fro.', { name });
    case 'travels':
      return t('{name} is still on its way after {steps} steps.', { name, steps: STEPS });
  }
}

/** What is seen, in words. */
export function inWords(model: GradientDescentModel, step: number): string {
  const { descents, start, now } = model;
  const first = t('{function}. The start is {start}, and the learning rate {rate}. This is step {step}.', {
    function: functionName(now.function),
    start: vector(start),
    rate: short(now.learning_rate),
    step,
  });
  if (descents.length === 0) return [first, t('No optimizer is shown.')].join(' ');
  return [first, ...descents.map(verdictSentence)].join(' ');
}

/** What a step is to a screen reader: the loss of the optimizer that is looked at. */
export function stepInWords(model: GradientDescentModel, step: number): string {
  const found = model.descents.find(({ optimizer }) => optimizer === model.focus);
  if (!found) return t('Step {step}', { step });
  const loss = short(found.losses[Math.min(step, found.losses.length - 1)]!);
  return t('Step {step}, loss of {name}: {loss}', { step, name: nameOf(found.optimizer), loss });
}

/** What there is to know about the settings and the landscape. */
export function remarks(model: GradientDescentModel): string[] {
  const { landscape, samples, now, batchSize } = model;
  const found: string[] = [];
  if (model.missing) {
    found.push(
      model.comm_live && model.table === null
        ? t('Give an array with `dl.concepts.gradient_descent(array)`.')
        : t('Your own array isn’t in this page, so the long valley is shown.'),
    );
  }
  const note = model.localized('table_note');
  if (note && (now.function === 'own' || now.function === 'points')) found.push(note);
  if (landscape.curvature !== null && batchSize === 0) {
    found.push(
      t('The largest curvature here is {curvature}: plain SGD diverges above 2 / {curvature} = {limit}.', {
        curvature: short(landscape.curvature),
        limit: short(2 / landscape.curvature),
      }),
    );
  }
  if (model.descents.some(({ verdict }) => verdict.kind === 'arrives')) {
    const close = short(closeTo(landscape));
    found.push(t('An optimizer arrives when its loss stays less than {close} above the lowest.', { close }));
  }
  if (samples && batchSize > 0) {
    found.push(
      t(
        'Each step sees {size} of {count} points. Their gradient points elsewhere than that of all points, so the paths tremble.',
        { size: batchSize, count: samples.points.x.length },
      ),
    );
  }
  return found;
}
