import { t } from '../../core/i18n';
import { three } from '../../shared/concept/numbers';
import { formatPercent } from '../../shared/format';
import { spread } from './draws';
import type { Activation, Distribution, Method } from './fields';
import type { InitializationModel } from './model';
import type { Profile } from './profile';

export function methodText(name: Method): string {
  switch (name) {
    case 'model':
      return t('As your model is');
    case 'zeros':
      return t('All zero');
    case 'small':
      return t('Too small (0.01)');
    case 'large':
      return t('Too large (1)');
    case 'glorot':
      return t('Glorot (Keras’s default)');
    case 'he':
      return 'He';
    case 'lecun':
      return 'LeCun';
  }
}

export function activationText(name: Activation): string {
  const names: Readonly<Record<Activation, string>> = {
    linear: t('None (linear)'),
    sigmoid: 'Sigmoid',
    tanh: 'tanh',
    relu: 'ReLU',
    selu: 'SELU',
  };
  return names[name];
}

export function distributionText(name: Distribution): string {
  return name === 'uniform' ? t('Uniform') : t('Normal');
}

/** The name of a layer as people read it. */
export function layerName({ names, kinds }: Profile, layer: number): string {
  if (layer === 0) return t('Input');
  const name = names[layer];
  return name ? `${name} (${kinds[layer]})` : t('Layer {n}', { n: layer });
}

function valueText(value: number | null | undefined): string {
  return value === null || value === undefined ? '–' : three(value);
}

/** How the standard deviation of the weights comes about. */
function weightTerm({ now }: InitializationModel): string {
  const { method, units, scale } = now;
  const terms: Readonly<Partial<Record<Method, string>>> = {
    glorot: `√(2 / (${units} + ${units}))`,
    he: `√(2 / ${units})`,
    lecun: `√(1 / ${units})`,
  };
  const term = terms[method] ?? three(spread(method, units, units));
  return scale === 1 ? term : `${term} · ${three(scale)}`;
}

/** The numbers of one layer. */
export function formulaLines(model: InitializationModel, layer: number): string[] {
  const { profile, now, measured } = model;
  const { activations, gradients, sizes, products } = profile;
  if (layer === 0) {
    return [
      t('Input: standard deviation {std}, root mean square {rms}', {
        std: valueText(activations.std[0]),
        rms: valueText(activations.rms[0]),
      }),
      t('gradient of the loss by the input: standard deviation {std}', { std: valueText(gradients.std[0]) }),
    ];
  }
  const lines: string[] = [];
  if (measured) {
    lines.push(
      t('{layer}: standard deviation of the weights {size}', {
        layer: layerName(profile, layer),
        size: valueText(sizes[layer]),
      }),
      t('activations: {before} before this layer, {after} after it', {
        before: valueText(activations.std[layer - 1]),
        after: valueText(activations.std[layer]),
      }),
    );
  } else {
    const shown = model.missing ? 'glorot' : now.method;
    const size = spread(shown, now.units, now.units) * now.scale;
    const rms = activations.rms[layer - 1] ?? 0;
    const expected = Math.sqrt(now.units) * size * rms;
    const z = products[layer] ?? 0;
    lines.push(
      t('weights of layer {n}: standard deviation {term} = {size}; as drawn {drawn}', {
        n: layer,
        term: weightTerm(model),
        size: three(size),
        drawn: valueText(sizes[layer]),
      }),
      t(
        'a·W: on average √{units} · {size} · {rms} ≈ {expected}, with the root mean square {rms} of layer {before}; here {z}',
        {
          units: now.units,
          size: three(size),
          rms: three(rms),
          before: layer - 1,
          expected: three(expected),
          z: three(z),
        },
      ),
      now.residual
        ? t('{name}, and the input added: root mean square {after}, standard deviation {std}', {
            name: activationText(now.activation),
            after: valueText(activations.rms[layer]),
            std: valueText(activations.std[layer]),
          })
        : t('{name}: root mean square {after} (× {ratio}), standard deviation {std}', {
            name: activationText(now.activation),
            after: valueText(activations.rms[layer]),
            ratio: valueText(z > 0 ? (activations.rms[layer] ?? 0) / z : null),
            std: valueText(activations.std[layer]),
          }),
    );
  }
  const [here, below] = [gradients.std[layer], gradients.std[layer - 1]];
  const ratio = here && below ? below / here : null;
  lines.push(
    t('gradient by the output: {here}; one layer further back: {below} (× {ratio})', {
      here: valueText(here),
      below: valueText(below),
      ratio: valueText(ratio),
    }),
  );
  return lines;
}

/** From the first to the last layer of those that have numbers. */
interface Span {
  readonly first: number;
  readonly last: number;
  readonly layers: number;
  /** By which number each layer multiplies, on average. */
  readonly factor: number;
}

function span(values: readonly (number | null)[]): Span | null {
  const there = values.slice(1).filter((one) => one !== null);
  if (there.length < 2) return null;
  const [first, last] = [there[0]!, there.at(-1)!];
  return { first, last, layers: there.length, factor: (last / first) ** (1 / (there.length - 1)) };
}

/** What is to be said first of all. */
export function verdict({ now, profile, measured }: InitializationModel): string {
  const forward = span(profile.activations.std);
  const back = span(profile.gradients.std);
  if (now.method === 'zeros' && now.residual && !measured) {
    return t('No gradient reaches the layers: all weights are 0, those of the output layer too.');
  }
  if (now.method === 'zeros') {
    return t('No gradient reaches the layers: all weights are 0, and all units of a layer stay the same.');
  }
  const all = [...profile.activations.std, ...profile.gradients.std];
  if (all.some((one) => one !== null && Number.isNaN(one))) {
    return t(
      'Some numbers aren’t numbers anymore (NaN): what had overflowed was divided or subtracted. The weights are too large.',
    );
  }
  if (!forward || !back) return t('With one layer there is nothing to compare.');
  const grown = forward.last / forward.first;
  const arrived = back.first / back.last;
  if (forward.last === Infinity) return t('The activations explode.');
  if (back.first === Infinity) return t('The gradients explode on their way back.');
  if (Number.isNaN(grown) || Number.isNaN(arrived)) {
    return Number.isNaN(grown)
      ? t('The activations are the same for all samples and units from the first layer on.')
      : t('No gradient reaches the layers.');
  }
  if (grown > 100) return t('The activations explode.');
  if (arrived > 100) return t('The gradients explode on their way back.');
  if (grown < 0.01 && arrived < 0.01) return t('Activations and gradients vanish.');
  if (grown < 0.01) return t('The activations vanish.');
  if (arrived < 0.01) return t('The gradients vanish on their way back: the first layers hardly learn.');
  return t('Activations and gradients keep their size within a factor of 100.');
}

/** What there is to know of this state. */
export function remarks(model: InitializationModel): string[] {
  const { now, profile, measured } = model;
  const found: string[] = [];
  if (model.missing)
    found.push(t('Your own model isn’t in this page, so the network of this page is shown.'));
  const forward = span(profile.activations.std);
  const back = span(profile.gradients.std);
  if (forward && back && now.method !== 'zeros') {
    found.push(
      t('Activations: {first} in the first layer, {last} in the last, × {factor} per layer.', {
        first: three(forward.first),
        last: three(forward.last),
        factor: factorText(forward.factor),
      }),
      t('Gradients: {last} in the last layer, {first} in the first, × {factor} per layer on the way back.', {
        first: three(back.first),
        last: three(back.last),
        factor: factorText(1 / back.factor),
      }),
    );
  }
  if (!measured) {
    found.push(
      t('Loss before training: {loss}; guessing would have ln 10 = 2.30.', { loss: three(profile.loss) }),
    );
  }
  const full = profile.activations.counts.at(-1);
  const bounded = now.activation === 'tanh' || now.activation === 'sigmoid';
  if (!measured && bounded && !now.residual && full) {
    const share = (full[0]! + full.at(-1)!) / full.reduce((a, b) => a + b, 0);
    if (share > 0.25) {
      found.push(
        t('{share} of the last activations are saturated: near their bounds, where the slope is small.', {
          share: formatPercent(share, 0),
        }),
      );
    }
  }
  const all = [...profile.activations.std, ...profile.gradients.std].filter((one) => one !== null);
  if (all.some((one) => one > 3.4e38)) found.push(t('Such numbers overflow in float32.'));
  else if (all.some((one) => one > 0 && one < 1e-38)) found.push(t('Such small numbers are 0 in float32.'));
  if (measured) {
    found.push(
      measured.compiled
        ? t('Keras computed this for {n} samples of yours, with the loss of your model.', {
            n: measured.samples,
          })
        : t(
            'Keras computed this for {n} samples of yours. The gradients are those of the sum of all outputs, each times a random number; give targets and a compiled model for those of its loss.',
            { n: measured.samples },
          ),
    );
    if (measured.compiled && profile.gradients.std.at(-1) === null) {
      found.push(
        t(
          'Keras computes this loss from the logits, before the last activation. So the gradients start there, and there is none by the output.',
        ),
      );
    }
    const note = model.localized('note');
    if (note !== '') found.push(note);
    else if (model.stale) {
      found.push(
        model.comm_live
          ? t('Keras measures your model with these settings…')
          : t('This was measured with other settings. Run the cell again to measure these.'),
      );
    }
  }
  return found;
}

function factorText(factor: number): string {
  return Number.isFinite(factor) ? three(factor) : '–';
}

/** What is seen, in words. */
export function inWords(model: InitializationModel, layer: number): string {
  const { now, profile, measured } = model;
  const first = measured
    ? t('Your model with {count} layers. First weights: {method}, scale {scale}.', {
        count: profile.names.length - 1,
        method: methodText(now.method),
        scale: three(now.scale),
      })
    : t('{depth} layers of {units} units, activation {name}. First weights: {method}, scale {scale}.', {
        depth: now.depth,
        units: now.units,
        name: activationText(now.activation),
        method: methodText(model.missing ? 'glorot' : now.method),
        scale: three(now.scale),
      });
  const marked = t('{layer}: activations {a}, gradients {g}.', {
    layer: layerName(profile, layer),
    a: valueText(profile.activations.std[layer]),
    g: valueText(profile.gradients.std[layer]),
  });
  const residual =
    !measured && now.residual ? [t('Residual connections add the input of each layer to its output.')] : [];
  return [first, ...residual, verdict(model), ...remarks(model), marked].join(' ');
}
