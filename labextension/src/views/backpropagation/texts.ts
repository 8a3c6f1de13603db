/** What is seen, in words. */

import { t } from '../../core/i18n';
import type { Curve } from '../../shared/concept/curve-chart';
import { short } from '../../shared/concept/numbers';
import { verdictText } from './check-pane';
import type { Checked } from './checking';
import { PASSES } from './fields';
import type { BackpropagationModel } from './model';
import { type Activation, isEntropy, type Loss, type Mistake, type Pass, sum } from './network';
import type { Phase } from './phases';

export function activationText(activation: Activation): string {
  switch (activation) {
    case 'linear':
      return t('linear');
    case 'sigmoid':
      return 'sigmoid';
    case 'tanh':
      return 'tanh';
    case 'relu':
      return 'ReLU';
    case 'softmax':
      return 'softmax';
  }
}

export function lossText(loss: Loss): string {
  switch (loss) {
    case 'squared':
      return t('Half squared error');
    case 'mse':
      return t('Mean squared error');
    case 'crossentropy':
      return t('Cross-entropy');
    case 'binary_crossentropy':
      return t('Mean binary cross-entropy');
  }
}

export function mistakeText(mistake: Mistake): string {
  switch (mistake) {
    case 'none':
      return t('none');
    case 'no_slope':
      return t('δ without the slope');
    case 'new_weights':
      return t('δ with the updated weights');
  }
}

/** The name of a step, on its button. */
export function phaseText({ kind, layer }: Phase): string {
  switch (kind) {
    case 'forward':
      return t('Forward {layer}', { layer: layer + 1 });
    case 'loss':
      return t('Loss');
    case 'delta':
      return t('δ {layer}', { layer: layer + 1 });
    case 'gradient':
      return t('Gradients {layer}', { layer: layer + 1 });
    case 'update':
      return t('Update');
  }
}

/** What a step does, above its formula. */
export function phaseTitle({ kind, layer }: Phase): string {
  const number = layer + 1;
  switch (kind) {
    case 'forward':
      return t('Forward through layer {layer}: what comes in times the weights, then the activation', {
        layer: number,
      });
    case 'loss':
      return t('Loss: how far the outputs are from the targets');
    case 'delta':
      return t('Backward to layer {layer}: δ says how the loss changes with z', { layer: number });
    case 'gradient':
      return t('Gradients of layer {layer}: what came in times δ', { layer: number });
    case 'update':
      return t('Update: each weight moves against its gradient');
  }
}

/** What is seen, in a few sentences. */
export function inWords(
  model: BackpropagationModel,
  pass: Pass,
  at: { pass: number; step: number },
  check: readonly Checked[],
): string {
  const { phases, layers } = model;
  const first = t('Network {layers}, pass {pass} of {passes}, step {step} of {steps}.', {
    layers: layers.join('-'),
    pass: at.pass + 1,
    passes: PASSES,
    step: at.step + 1,
    steps: phases.length,
  });
  return [first, stepInWords(model, pass, at.pass, phases[at.step]!), verdictText(check)].join(' ');
}

function stepInWords(model: BackpropagationModel, pass: Pass, index: number, { kind, layer }: Phase): string {
  const list = (values: readonly number[]): string => values.map(short).join(', ');
  switch (kind) {
    case 'forward':
      return t('Layer {layer} has the activations {values}.', {
        layer: layer + 1,
        values: list(pass.a[layer + 1]!),
      });
    case 'loss':
      return t('The loss is {loss}.', { loss: short(pass.loss) });
    case 'delta':
      return t('Layer {layer} has the δ {values}.', { layer: layer + 1, values: list(pass.deltas[layer]!) });
    case 'gradient':
      return t('The gradients by the weights of layer {layer} are {values}.', {
        layer: layer + 1,
        values: list(pass.gradients[layer]!.weights.flat()),
      });
    case 'update': {
      const { losses } = model.training;
      const after = losses[index + 1];
      if (after === undefined) return t('The weights grow beyond all bounds.');
      return t('The update changes the loss from {before} to {after}.', {
        before: short(losses[index]!),
        after: short(after),
      });
    }
  }
}

/** What there is to know about the settings. */
export function remarks(model: BackpropagationModel, pass: number, check: readonly Checked[]): string[] {
  const found: string[] = [];
  const { unfit, samples, now, training } = model;
  if (unfit.length > 0) {
    found.push(
      t('These values don’t fit the layers, so their defaults are used: {names}.', {
        names: unfit.join(', '),
      }),
    );
  }
  if (samples.length > 1) {
    found.push(
      t('Each pass takes one sample. This is sample {sample} of {count}.', {
        sample: model.sampleOf(pass) + 1,
        count: samples.length,
      }),
    );
  }
  if (training.diverged) {
    found.push(
      t('The weights grow beyond all bounds in pass {pass}. Lower the learning rate.', {
        pass: training.networks.length,
      }),
    );
  }
  const softmax = model.activations.at(-1) === 'softmax';
  if (softmax && isEntropy(model.loss) && samples.some(({ y }) => Math.abs(sum(y) - 1) > 1e-9)) {
    found.push(t('The targets of a softmax are probabilities: they should add up to 1.'));
  }
  const wrong = check.some(({ agrees }) => !agrees);
  if (wrong && now.mistake === 'none') {
    found.push(
      now.epsilon > 1e-3
        ? t('ε is large, so the differences are rough: the slope changes on the way.')
        : t('ε is tiny, so rounding changes the differences.'),
    );
  }
  return found;
}

/** The losses by pass, for the chart. */
export function lossCurve(model: BackpropagationModel, pass: number): Curve {
  const { losses, diverged } = model.training;
  const many = model.samples.length > 1;
  return {
    title: many ? t('Mean loss before each pass') : t('Loss before each pass'),
    values: losses,
    at: pass,
    last: model.lastPass,
    length: PASSES,
    first: 1,
    said: t('Pass {pass}, loss {loss}', { pass: pass + 1, loss: short(losses[pass]!) }),
    diverged,
  };
}
