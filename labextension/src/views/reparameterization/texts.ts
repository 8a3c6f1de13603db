import { t } from '../../core/i18n';
import { factor, short } from '../../shared/concept/numbers';
import { divergence, type Gradients, type Pair } from './latent';
import type { ReparameterizationModel } from './model';

/** What is shown at this moment. */
export interface Now {
  readonly mean: Pair;
  readonly deviation: Pair;
  readonly epsilon: Pair;
  readonly found: Gradients;
  /** The KL divergence by samples. */
  readonly estimate: number;
  readonly steps: number;
}

const DIGITS = ['₁', '₂'] as const;
const BLOCKED = '–';

export function klOf({ mean, deviation }: Pick<Now, 'mean' | 'deviation'>): Pair {
  return [divergence(mean[0], deviation[0]), divergence(mean[1], deviation[1])];
}

/** μ, σ, log σ² and the KL divergence of both dimensions. */
export function distributionRows(now: Now): string[][] {
  const kl = klOf(now);
  return ([0, 1] as const).map((i) => [
    short(now.mean[i]),
    short(now.deviation[i]),
    short(2 * Math.log(now.deviation[i])),
    short(kl[i]),
  ]);
}

/** ε, z and the gradients of both dimensions. */
export function gradientRows({ epsilon, found }: Now, passes: boolean): string[][] {
  return ([0, 1] as const).map((i) => [
    passes ? short(epsilon[i]) : BLOCKED,
    short(found.z[i]),
    passes ? '1' : BLOCKED,
    passes ? short(epsilon[i]) : BLOCKED,
    short(found.byZ[i]),
    short(found.byMean[i]),
    short(found.byDeviation[i]),
  ]);
}

/** z, the KL divergence and the gradients with the numbers of this moment. */
export function formulaLines(model: ReparameterizationModel, now: Now): string[] {
  const { mean, deviation, epsilon, found } = now;
  const { path, beta } = model.now;
  const passes = path === 'reparameterized';
  const kl = klOf(now);
  const weight = short(beta);
  const lines = ([0, 1] as const).map((i) => {
    const sign = DIGITS[i];
    const drawn = passes
      ? `z${sign} = μ${sign} + σ${sign}·ε${sign} = ${short(mean[i])} + ${short(deviation[i])}·${factor([epsilon[i]])} = ${short(found.z[i])}`
      : `z${sign} ~ N(${short(mean[i])}, ${short(deviation[i])}²) = ${short(found.z[i])}`;
    return drawn;
  });
  const sum = ([0, 1] as const).map((i) => {
    const [m, s] = [mean[i], deviation[i]];
    const log = 2 * Math.log(s);
    return `½·(${factor([m])}² + ${short(s)}² − ${factor([log])} − 1)`;
  });
  lines.push(
    `KL = Σ ½·(μ² + σ² − log σ² − 1) = ${sum.join(' + ')} = ${short(kl[0])} + ${short(kl[1])} = ${short(kl[0] + kl[1])}`,
  );
  const [m, s, e] = [mean[0], deviation[0], epsilon[0]];
  const push = `${weight}·${factor([m])}`;
  const pull = `${weight}·${factor([s - 1 / s])}`;
  const by = short(found.byZ[0]);
  const [byMean, byDeviation] = [short(found.byMean[0]), short(found.byDeviation[0])];
  if (passes) {
    lines.push(
      `∂L/∂μ₁ = ∂L/∂z₁·1 + β·μ₁ = ${by}·1 + ${push} = ${byMean}`,
      `∂L/∂σ₁ = ∂L/∂z₁·ε₁ + β·(σ₁ − 1/σ₁) = ${by}·${factor([e])} + ${pull} = ${byDeviation}`,
    );
  } else {
    lines.push(`∂L/∂μ₁ = β·μ₁ = ${push} = ${byMean}`, `∂L/∂σ₁ = β·(σ₁ − 1/σ₁) = ${pull} = ${byDeviation}`);
  }
  return lines;
}

/** The loss and its two parts. */
export function lossText(model: ReparameterizationModel, now: Now): string {
  const [a, b] = klOf(now);
  const { beta } = model.now;
  return t('Loss = reconstruction + β·KL = {reconstruction} + {beta}·{kl} = {loss}', {
    reconstruction: short(now.found.loss),
    beta: short(beta),
    kl: short(a + b),
    loss: short(now.found.loss + beta * (a + b)),
  });
}

export function remarks(model: ReparameterizationModel, now: Now): string[] {
  const found = [lossText(model, now)];
  const [a, b] = klOf(now);
  found.push(
    t('KL by the formula: {exact}. By the {n} samples of the cloud: {estimate}.', {
      exact: short(a + b),
      n: 60,
      estimate: short(now.estimate),
    }),
  );
  if (model.missing) {
    found.push(
      model.ownDecoder
        ? t('Your decoder makes images of another size. Give an `image` of this size.')
        : t('Your own array isn’t in this page: run the cell again, or choose another image.'),
    );
  }
  found.push(
    model.now.path === 'sampled'
      ? t(
          'Chance stands between μ, σ and z: how z changes with μ isn’t defined, so only the KL divergence trains μ and σ, and the cloud becomes the prior, whatever the image is.',
        )
      : t(
          'ε is drawn apart from μ and σ. While it is fixed, z moves along with μ, and the gradient passes: dz/dμ = 1, dz/dσ = ε.',
        ),
  );
  if (!model.ownDecoder) {
    found.push(
      t(
        'A toy: a decoder of 2 → 64 → 48 → 784 units, trained on MNIST. Here it stays as it is, and μ and σ are trained for one image alone; an encoder learns to give them for all images.',
      ),
    );
  }
  return found;
}

export function inWords(model: ReparameterizationModel, now: Now): string {
  const { mean, deviation, found } = now;
  const [a, b] = klOf(now);
  const parts = [
    t('The cloud has the mean ({a}, {b}) and the standard deviation ({c}, {d}).', {
      a: short(mean[0]),
      b: short(mean[1]),
      c: short(deviation[0]),
      d: short(deviation[1]),
    }),
    t('z is ({a}, {b}); the reconstruction loss is {loss}, and the KL divergence {kl}.', {
      a: short(found.z[0]),
      b: short(found.z[1]),
      loss: short(found.loss),
      kl: short(a + b),
    }),
    model.now.path === 'sampled'
      ? t('No gradient passes from z to the mean.')
      : t('The gradient passes from z to the mean.'),
  ];
  return parts.join(' ');
}
