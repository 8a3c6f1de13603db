/** One step of an optimizer with its numbers. */

import { t } from '../../core/i18n';
import { el } from '../../shared/dom';
import { type Step, STEPS } from './descend';
import type { GradientDescentModel } from './model';
import { factor, short, vector } from '../../shared/concept/numbers';
import { adamRate, freshMemory, type Knobs, type OptimizerName, PRINTED_MOMENTUM } from './optimizers';
import { nameOf } from './styles';

function line(text: string, className = ''): HTMLElement {
  return el('div', className, {}, text);
}

/** The lines of the step that begins at `step`. */
export function formulaLines(model: GradientDescentModel, step: number): HTMLElement[] {
  const { focus, descents, landscape, batchSize, now } = model;
  const found = descents.find(({ optimizer }) => optimizer === focus);
  if (!found || focus === null) return [line(t('Select an optimizer to see its numbers.'))];
  const index = Math.min(step, found.steps.length - 1);
  const taken = found.steps[index];
  const name = nameOf(focus);
  if (!taken) return [line(t('{name} diverges at once.', { name }))];
  const next = found.points[index + 1]!;
  const before = found.steps[index - 1] ?? freshMemory(focus, taken.at.length);
  const variables = landscape.axes.length === 2 && landscape.axes[0] === 'w' ? '(w, b)' : 'w';
  const gradient =
    batchSize > 0
      ? `g = ∇L${variables === 'w' ? '(w)' : variables} ≈ ${vector(taken.gradient)}`
      : `g = ∇L${variables === 'w' ? '(w)' : variables} = ${vector(taken.gradient)}`;
  return [
    line(
      index === step
        ? t('{name} after {step} of {steps} steps: the next step', { name, step: index, steps: STEPS })
        : t('{name}, its last step, {step}', { name, step: index + 1 }),
      'dlw-descent-formula-name',
    ),
    line(gradient),
    ...updateLines(focus, taken, before, now, index + 1, variables, vector(next)).map((one) => line(one)),
  ];
}

function updateLines(
  optimizer: OptimizerName,
  { at, gradient, velocity, squares }: Step,
  before: { velocity: readonly number[]; squares: readonly number[] },
  { learning_rate, momentum, rho, beta_2, epsilon }: Knobs,
  count: number,
  w: string,
  next: string,
): string[] {
  const [rate, beta, eps] = [short(learning_rate), short(momentum), short(epsilon)];
  const [from, g] = [vector(at), factor(gradient)];
  const [v, v0] = [vector(velocity), factor(before.velocity)];
  const [s, s0] = [vector(squares), vector(before.squares)];
  const squared = vector(gradient.map((one) => one * one));
  switch (optimizer) {
    case 'sgd':
      return [`${w} ← ${w} − η·g = ${from} − ${rate}·${g} = ${next}`];
    case 'momentum':
      return [
        `v ← β·v − η·g = ${beta}·${v0} − ${rate}·${g} = ${v}`,
        `${w} ← ${w} + v = ${from} + ${factor(velocity)} = ${next}`,
      ];
    case 'nesterov':
      return [
        `v ← β·v − η·g = ${beta}·${v0} − ${rate}·${g} = ${v}`,
        `${w} ← ${w} + β·v − η·g = ${from} + ${beta}·${factor(velocity)} − ${rate}·${g} = ${next}`,
      ];
    case 'printed': {
      const small = short(PRINTED_MOMENTUM);
      return [
        `velocity = past_velocity·momentum − learning_rate·gradient = ${v0}·${small} − ${rate}·${g} = ${v}`,
        `w = w + momentum·velocity − learning_rate·gradient = ${from} + ${small}·${factor(velocity)} − ${rate}·${g} = ${next}`,
      ];
    }
    case 'adagrad':
      return [
        `s ← s + g² = ${s0} + ${squared} = ${s}`,
        `${w} ← ${w} − η·g / √(s + ε) = ${from} − ${rate}·${g} / √(${s} + ${eps}) = ${next}`,
      ];
    case 'rmsprop':
      return [
        `s ← ρ·s + (1 − ρ)·g² = ${short(rho)}·${s0} + ${short(1 - rho)}·${squared} = ${s}`,
        `${w} ← ${w} − η·g / √(s + ε) = ${from} − ${rate}·${g} / √(${s} + ${eps}) = ${next}`,
      ];
    case 'adam': {
      const corrected = short(adamRate({ learning_rate, momentum, rho, beta_2, epsilon }, count));
      return [
        `m ← β₁·m + (1 − β₁)·g = ${beta}·${v0} + ${short(1 - momentum)}·${g} = ${v}`,
        `s ← β₂·s + (1 − β₂)·g² = ${short(beta_2)}·${s0} + ${short(1 - beta_2)}·${squared} = ${s}`,
        `ηₜ = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ) = ${rate}·√(1 − ${short(beta_2)}^${count}) / (1 − ${beta}^${count}) = ${corrected}`,
        `${w} ← ${w} − ηₜ·m / (√s + ε) = ${from} − ${corrected}·${factor(velocity)} / (√${s} + ${eps}) = ${next}`,
      ];
    }
  }
}
