/** What things are called, and what is seen in words. */

import { t, tn } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import type { Unit } from './diagram';
import { FEATURE } from './features';
import type { ActivationName, OptimizerName } from '../../shared/concept/dense-network';
import type { BesideName, DataName, FeatureName } from './fields';
import type { PlaygroundModel } from './model';
import type { Score, Training } from './training';

export function dataName(name: DataName): string {
  const names: Readonly<Record<DataName, string>> = {
    rings: t('Rings'),
    moons: t('Two moons'),
    xor: t('XOR'),
    spirals: t('Two spirals'),
    clouds: t('Slanted clouds'),
    drawn: t('Draw your own'),
    own: t('Your own points'),
  };
  return names[name];
}

export function activationName(name: ActivationName): string {
  return name === 'linear' ? t('none (linear)') : name === 'relu' ? 'ReLU' : name;
}

export function optimizerName(name: OptimizerName): string {
  return { sgd: 'SGD', momentum: t('SGD with momentum 0.9'), adam: 'Adam' }[name];
}

export function besideName(name: BesideName): string {
  const names: Readonly<Record<BesideName, string>> = {
    linear: t('Linear model'),
    svm_linear: t('SVM, linear'),
    svm_poly: t('SVM, polynomial'),
    svm_rbf: t('SVM, RBF'),
    tree: t('Decision tree'),
    forest: t('Random forest'),
    boosting: t('Gradient boosting'),
  };
  return names[name];
}

const LOW = '₀₁₂₃₄₅₆₇₈₉';

/** The sign of a value that a unit gets. */
export function inputName(features: readonly FeatureName[], layer: number, index: number): string {
  return layer === 1 ? FEATURE[features[index]!].sign : `h${LOW[index + 1]!}`;
}

export function unitTitle(sizes: readonly number[], [layer, index]: Unit): string {
  return layer === sizes.length - 1
    ? t('Output unit')
    : t('Unit {unit} of hidden layer {layer}', { unit: index + 1, layer });
}

/** A share as a percentage, 0% and 100% only where it is exactly so; a dash without points. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return '–';
  const exact = share === 0 || share === 1;
  return `${exact ? share * 100 : Math.min(99, Math.max(1, Math.round(share * 100)))}%`;
}

export function loss(score: Score): string {
  return Number.isFinite(score.loss) ? short(score.loss) : Number.isNaN(score.loss) ? '–' : '∞';
}

/** What is to be said of the data and the network. */
export function remarks(model: PlaygroundModel, training: Training): string[] {
  const { now, pointsNow } = model;
  const found: string[] = [];
  if (model.missing) found.push(t('Your own points aren’t in this page, so the rings are shown.'));
  else if (now.data === 'own') found.push(model.localized('points_note'));
  if (pointsNow.training === 0) found.push(t('There are no points to learn from. Draw some on the map.'));
  if (!Number.isFinite(training.scores.training.loss) && pointsNow.training > 0) {
    found.push(t('The weights have grown without bound. Choose a smaller learning rate, and press Reset.'));
  }
  if (now.layers.length > 0 && now.activation === 'linear') {
    found.push(
      t(
        'Without an activation function, all layers together are one linear function: the boundary is a line.',
      ),
    );
  } else if (now.layers.length === 0 && model.features.every((name) => name === 'x1' || name === 'x2')) {
    found.push(t('Without a hidden layer, this is logistic regression: the boundary is a line.'));
  }
  return found.filter((text) => text !== '');
}

export function inWords(model: PlaygroundModel, training: Training): string {
  const { now, pointsNow, sizes } = model;
  const { training: learned, test } = training.scores;
  const hidden = now.layers.join(', ');
  return [
    t('{data}: {training} points for training, {test} for testing.', {
      data: dataName(now.data),
      training: pointsNow.training,
      test: pointsNow.y.length - pointsNow.training,
    }),
    now.layers.length === 0
      ? t('The network has no hidden layer.')
      : tn(
          'The network has {n} hidden layer with {hidden} units, activation {activation}.',
          'The network has {n} hidden layers with {hidden} units, activation {activation}.',
          now.layers.length,
          { hidden, activation: activationName(now.activation) },
        ),
    tn(
      'After {n} epoch, {training} of the training points and {test} of the test points are on the right side.',
      'After {n} epochs, {training} of the training points and {test} of the test points are on the right side.',
      training.epoch,
      { training: percent(learned.accuracy), test: percent(test.accuracy) },
    ),
    sizes.length > 0 ? t('The training loss is {loss}.', { loss: loss(learned) }) : '',
  ].join(' ');
}
