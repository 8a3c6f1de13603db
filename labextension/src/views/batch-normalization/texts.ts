import { t, tn } from '../../core/i18n';
import { three } from '../../shared/concept/numbers';
import { formatPercent } from '../../shared/format';
import type { Activation, DataName } from './fields';
import type { BatchNormalizationModel } from './model';
import type { Training, Unit } from './training';

export function dataText(name: DataName): string {
  switch (name) {
    case 'rings':
      return t('Rings');
    case 'moons':
      return t('Moons');
    case 'xor':
      return 'XOR';
    case 'spirals':
      return t('Spirals');
    case 'own':
      return t('Your own');
  }
}

export function activationText(name: Activation): string {
  return { tanh: 'tanh', sigmoid: 'Sigmoid', relu: 'ReLU' }[name];
}

/** In parentheses where a minus is before it. */
function inner(value: number): string {
  return value < 0 ? `(${three(value)})` : three(value);
}

/** How small the variance is, or how many decimals ε has. */
function exact(value: number): string {
  return value >= 0.001 ? String(value) : three(value);
}

/** The normalization of the first sample of the batch, with the numbers of this moment. */
export function formulaLines(model: BatchNormalizationModel, unit: Unit): string[] {
  const { momentum, epsilon, mode } = model.now;
  const { z, y, mean, variance, gamma, beta, batch, moving } = unit;
  const scaled = (z[0]! - mean) / Math.sqrt(variance + epsilon);
  const statistics =
    mode === 'training'
      ? tn(
          'of the {n} value of the batch: μ = {mean}, σ² = {variance}',
          'of the {n} values of the batch: μ = {mean}, σ² = {variance}',
          z.length,
          { mean: three(mean), variance: three(variance) },
        )
      : t('moving averages: μ = {mean}, σ² = {variance}', { mean: three(mean), variance: three(variance) });
  const part = three(Number((1 - momentum).toPrecision(3)));
  const average = (before: number, now: number): string =>
    `${three(momentum)} · ${inner(before)} + ${part} · ${inner(now)} = ${three(momentum * before + (1 - momentum) * now)}`;
  const lines = [
    statistics,
    `ẑ₁ = (z₁ − μ) / √(σ² + ε) = (${three(z[0]!)} − ${inner(mean)}) / √(${three(variance)} + ${exact(epsilon)}) = ${three(scaled)}`,
    `y₁ = γ · ẑ₁ + β = ${three(gamma)} · ${inner(scaled)} + ${inner(beta)} = ${three(y[0]!)}`,
  ];
  return mode === 'training'
    ? [
        ...lines,
        t('moving mean: {term}', { term: average(moving.mean, batch.mean) }),
        t('moving variance: {term}', { term: average(moving.variance, batch.variance) }),
      ]
    : lines;
}

/** How many parameters the layers have. */
export function parametersText(model: BatchNormalizationModel, training: Training): string {
  const { units } = training;
  const count = { units, all: 4 * units, trainable: 2 * units };
  if (model.isOwn) {
    return t(
      'Parameters: 4 · {units} = {all}. γ and β ({trainable}) are trained; moving mean and moving variance ({trainable}) aren’t.',
      count,
    );
  }
  const { layers } = training;
  const dense = 3 * units + (layers - 1) * (units + 1) * units + units + 1;
  return t(
    'Parameters of each normalization: 4 · {units} = {all}. γ and β ({trainable}) are trained; moving mean and moving variance ({trainable}) aren’t. The network has {dense} without normalization and {whole} with it.',
    { ...count, dense, whole: dense + layers * 4 * units },
  );
}

/** The losses of this step. */
export function lossText(training: Training, step: number): string {
  const losses = training.losses(step);
  if (!losses) return tn('{n} batch has passed.', '{n} batches have passed.', step);
  return t(
    'Step {step}: loss {plain} without, {training} with batch statistics, {inference} with moving averages.',
    {
      step,
      plain: three(losses.plain),
      training: three(losses.training),
      inference: three(losses.inference),
    },
  );
}

/** What there is to know of this moment. */
export function remarks(model: BatchNormalizationModel, training: Training, step: number): string[] {
  const { now } = model;
  const found: string[] = [];
  if (model.missing) found.push(t('Your own batch isn’t in this page, so a network is shown.'));
  if (model.isOwn) {
    const note = model.localized('batch_note');
    if (note !== '') found.push(note);
  }
  const size = training.batch(step);
  if (size === 1 && now.mode === 'training') {
    found.push(
      t(
        'With batch size 1, the mean is the sample itself and the variance is 0: whatever comes in, the output is β. Nothing can be learned from the samples.',
      ),
    );
  } else if (size < 5 && now.mode === 'training') {
    found.push(
      t('Mean and variance of only {n} samples are rough: each batch moves all outputs.', { n: size }),
    );
  }
  const left = now.momentum ** step;
  if (left > 0.02) {
    found.push(
      t(
        'The first values of the moving averages, 0 and 1, still weigh {momentum} to the power of {step} = {share}.',
        { momentum: three(now.momentum), step, share: formatPercent(left, 0) },
      ),
    );
  } else {
    found.push(t('The moving averages have forgotten their first values, 0 and 1.'));
  }
  return [...found, parametersText(model, training)];
}

/** What is seen, in words. */
export function inWords(
  model: BatchNormalizationModel,
  training: Training,
  step: number,
  unit: Unit,
): string {
  const { now } = model;
  const first = model.isOwn
    ? t('Your own batch with {units} units, batch size {size}.', {
        units: training.units,
        size: now.batch_size,
      })
    : t('{layers} layers of {units} units, {activation}, batch size {size}, learning rate {rate}.', {
        layers: now.layers,
        units: now.units,
        activation: activationText(now.activation),
        size: now.batch_size,
        rate: three(now.learning_rate),
      });
  const mode =
    now.mode === 'training'
      ? t('Training: the statistics of each batch are used.')
      : t('Inference: the moving averages are used.');
  const moving = t(
    'The marked unit: mean {mean}, variance {variance}; moving mean {a}, moving variance {b}.',
    {
      mean: three(unit.batch.mean),
      variance: three(unit.batch.variance),
      a: three(unit.moving.mean),
      b: three(unit.moving.variance),
    },
  );
  return [first, mode, lossText(training, step), moving, ...remarks(model, training, step)].join(' ');
}
