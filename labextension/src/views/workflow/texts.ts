import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { advised, asTwoClasses, familyOf, type Finding, isOfLogits, type Setup } from './advice';
import type { Activation, Loss, Metric, Problem } from './fields';
import type { WorkflowModel } from './model';

/** A problem, and one that a reader knows. */
export function problemText(problem: Problem): readonly [string, string] {
  switch (problem) {
    case 'binary':
      return [t('Two classes'), t('Is this review positive?')];
    case 'multiclass':
      return [t('Several classes, one is right'), t('Which digit is this?')];
    case 'multilabel':
      return [t('Several labels at once'), t('Which things are in this photo?')];
    case 'regression':
      return [t('Any number'), t('What does this house cost?')];
    case 'unit_regression':
      return [t('A number from 0 to 1'), t('Which share of the sky is cloudy?')];
  }
}

export function activationText(activation: Activation): string {
  return activation === 'linear' ? t('none (linear)') : activation === 'relu' ? 'ReLU' : activation;
}

export function lossText(loss: Loss): string {
  switch (loss) {
    case 'binary_crossentropy':
      return t('binary crossentropy');
    case 'categorical_crossentropy':
      return t('categorical crossentropy');
    case 'sparse_categorical_crossentropy':
      return t('sparse categorical crossentropy');
    case 'binary_logits':
      return t('binary crossentropy of logits');
    case 'categorical_logits':
      return t('categorical crossentropy of logits');
    case 'sparse_logits':
      return t('sparse categorical crossentropy of logits');
    case 'mse':
    case 'mae':
      return loss.toUpperCase();
  }
}

export function metricText(metric: Metric): string {
  switch (metric) {
    case 'accuracy':
      return t('accuracy');
    case 'auc':
      return t('area under the ROC curve');
    case 'precision_recall':
      return t('precision and recall');
    case 'mse':
    case 'mae':
      return metric.toUpperCase();
  }
}

/** That the loss doesn't see a softmax in place of a sigmoid, or the other way round. */
function unseen({ activation, loss }: Setup): string {
  const family = familyOf(loss);
  const own = family === 'binary' ? 'sigmoid' : 'softmax';
  const crossed = activation === (own === 'sigmoid' ? 'softmax' : 'sigmoid');
  if (!crossed || family === 'distance' || isOfLogits(loss)) return '';
  return ` ${t('Keras with TensorFlow takes this loss from the logits, as if after {activation}, so the loss can fall all the same.', { activation: own })}`;
}

/** What doesn't fit, why, and what to do. */
export function findingText(name: Finding, setup: Setup): string {
  const { units, wanted, activation, loss } = setup;
  const [right, rightLoss] = advised(setup.problem, setup.labels);
  switch (name) {
    case 'units':
      return t(
        'The last layer has {units} units, but the problem has {wanted} outputs. Use `Dense({wanted})`.',
        {
          units,
          wanted,
        },
      );
    case 'softmax_one':
      if (familyOf(loss) === 'binary') {
        return (
          t(
            'Softmax over one unit is always 1, whatever the unit gives, so all predictions are equal. Use sigmoid.',
          ) + unseen(setup)
        );
      }
      return t(
        'Softmax over one unit is always 1, whatever the unit gives. The gradient is 0, so nothing is learned. Use sigmoid.',
      );
    case 'softmax_labels':
      return (
        t(
          'With softmax the outputs add up to 1, so the labels compete: two of them can’t both be likely. Use sigmoid.',
        ) + unseen(setup)
      );
    case 'sigmoid_classes':
      return (
        t('Each sigmoid answers for its own class, so the outputs don’t add up to 1. Use softmax.') +
        unseen(setup)
      );
    case 'bounded':
      return activation === 'relu'
        ? t('ReLU can’t give numbers below 0, and a unit that gives 0 stops learning. Use no activation.')
        : t(
            '{activation} only gives numbers from {low} to 1. Targets beyond can’t be reached. Use no activation.',
            {
              activation,
              low: activation === 'tanh' ? '−1' : '0',
            },
          );
    case 'beyond_unit':
      return t('Nothing keeps the outputs between 0 and 1. Use sigmoid.');
    case 'activation_twice':
      return t(
        'A loss of logits applies the activation itself. Keras with TensorFlow warns, and takes the logits from before the {activation}, so the loss comes out right. That is fragile: with another backend, or a layer in between, an activation is applied twice. Drop one of the two.',
        { activation },
      );
    case 'no_probabilities':
      return t(
        'The loss expects probabilities, but this layer gives other numbers too. Keras clips them to between 0.0000001 and 0.9999999, and beyond, the gradient is 0. Use {activation}, or `from_logits=True`.',
        { activation: right === 'linear' ? 'sigmoid' : right },
      );
    case 'crossentropy_values':
      return t('Crossentropy compares probabilities, not numbers like these. Use MSE or MAE.');
    case 'mse_classes':
      if (activation === 'linear' || activation === 'relu') {
        return t(
          'An output beyond its target, such as 3 where 1 is right, counts as an error for {loss}, though the answer is right. Use {activation} and {right}.',
          { loss: lossText(loss), activation: right, right: lossText(rightLoss) },
        );
      }
      return t(
        'Where an output is wrong and sure of it, the gradient of {loss} is almost 0: the worst errors are mended last. Use {right}.',
        { loss: lossText(loss), right: lossText(rightLoss) },
      );
    case 'one_label':
      return t(
        'Categorical crossentropy assumes that one label is right. Use binary crossentropy, one question per label.',
      );
    case 'one_output':
      return asTwoClasses({ ...setup, units: 2 }) && units === 1
        ? t(
            'Categorical crossentropy divides the outputs by their sum. A single one becomes 1, and there is nothing to learn. Use binary crossentropy, or two units with softmax.',
          )
        : t(
            'Categorical crossentropy needs one unit per class. Use binary crossentropy, or two units with softmax.',
          );
    case 'binary_classes':
      return (
        t('Binary crossentropy asks for each class alone, not which of them is right. Use {right}.', {
          right: lossText(rightLoss),
        }) + unseen(setup)
      );
    case 'labels':
      if (setup.labels === 'one_hot') {
        return t(
          'The labels are one-hot rows such as 0, 0, 0, 1, but the sparse loss expects integers such as 3. Use categorical crossentropy.',
        );
      }
      return familyOf(loss) === 'distance'
        ? t(
            'The labels are integers such as 3, but {loss} expects one-hot rows such as 0, 0, 0, 1. Keras raises an error, or, for labels of shape (samples, 1), compares each output with the number of the class. Use sparse categorical crossentropy.',
            { loss: lossText(loss) },
          )
        : t(
            'The labels are integers such as 3, but {loss} expects one-hot rows such as 0, 0, 0, 1. Keras raises an error. Use sparse categorical crossentropy.',
            { loss: lossText(loss) },
          );
    case 'classes_metric':
      return t(
        'This metric counts right classes, and predicted numbers are almost never exactly right. Use MAE.',
      );
    case 'distance_metric':
      return t('MAE and MSE say little about classes. Use accuracy.');
    case 'skewed':
      return t(
        '{percent} of the samples are in one class, so always predicting it has an accuracy of {percent}. Watch precision and recall, or the area under the ROC curve.',
        { percent: percent(setup.largest) },
      );
  }
}

export function percent(value: number): string {
  return `${short(Number(value.toPrecision(3)))}%`;
}

/** The score that costs nothing, and that the model has to beat. */
export function baselineText(model: WorkflowModel): string {
  const { problem, largest } = model.setup;
  const error = Number(model.get('absolute_error'));
  if (problem === 'multilabel') {
    return t('Always predict no label: for a label that 3% of the samples have, that is right in 97%.');
  }
  if (problem === 'binary' || problem === 'multiclass') {
    const share = percent(largest);
    return model.now.largest
      ? t('Always predict the largest class: {share} right.', { share })
      : t('Always predict one class: {share} right, if all are equally large.', { share });
  }
  return error > 0
    ? t('Always predict the median of your targets: MAE {error}.', { error: short(error) })
    : t('Always predict the median of the training targets: its MAE is `np.abs(y - np.median(y)).mean()`.');
}

/** Which numbers can't be compared, where Keras gives no loss. */
export function noLossText({ units, wanted, loss }: Setup): string {
  if (units !== wanted)
    return t('No loss: {units} outputs can’t be compared with {wanted} targets.', { units, wanted });
  return loss.startsWith('sparse') && units === 1
    ? t('No loss: with one unit there is no class 1.')
    : t('No loss: the labels aren’t written as the loss expects.');
}

/** What is seen, in words. */
export function inWords(model: WorkflowModel): string {
  const { setup, findings } = model;
  const [problem] = problemText(setup.problem);
  const first = t('{problem}. Last layer: Dense({units}), {activation}. Loss: {loss}. Metric: {metric}.', {
    problem,
    units: setup.units,
    activation: activationText(setup.activation),
    loss: lossText(setup.loss),
    metric: metricText(setup.metric),
  });
  const rest = findings.length === 0 ? [t('All fits.')] : findings.map((name) => findingText(name, setup));
  return [first, ...rest, baselineText(model)].join(' ');
}
