import type { Values } from '../../shared/concept/state';
import { type Activation, ADVISED, type FIELDS, type Loss, type Metric, type Problem } from './fields';

/** A problem with the last layer, the loss and the metric of a model. */
export interface Setup {
  readonly problem: Problem;
  /** Outputs that the problem has. */
  readonly wanted: number;
  readonly labels: 'integers' | 'one_hot';
  /** Percent of the samples in the largest class; 0 where that says nothing. */
  readonly largest: number;
  readonly units: number;
  readonly activation: Activation;
  readonly loss: Loss;
  readonly metric: Metric;
}

export type Finding =
  | 'units'
  | 'softmax_one'
  | 'softmax_labels'
  | 'sigmoid_classes'
  | 'bounded'
  | 'beyond_unit'
  | 'activation_twice'
  | 'no_probabilities'
  | 'crossentropy_values'
  | 'mse_classes'
  | 'one_label'
  | 'one_output'
  | 'binary_classes'
  | 'labels'
  | 'classes_metric'
  | 'distance_metric'
  | 'skewed';

/** Findings with which training can work all the same, only worse. */
export const MILD: ReadonlySet<Finding> = new Set([
  'sigmoid_classes',
  'beyond_unit',
  'activation_twice',
  'mse_classes',
  'binary_classes',
  'distance_metric',
  'skewed',
]);

/** Percent in one class, from which accuracy says little. */
const SKEWED = 80;

const TABLE: Readonly<Record<Exclude<Problem, 'multiclass'>, readonly [Activation, Loss, Metric]>> = {
  binary: ['sigmoid', 'binary_crossentropy', 'accuracy'],
  multilabel: ['sigmoid', 'binary_crossentropy', 'auc'],
  regression: ['linear', 'mse', 'mae'],
  unit_regression: ['sigmoid', 'mse', 'mae'],
};

/** Activation, loss and metric for a problem. */
export function advised(
  problem: Problem,
  labels: 'integers' | 'one_hot',
): readonly [Activation, Loss, Metric] {
  if (problem !== 'multiclass') return TABLE[problem];
  const loss = labels === 'integers' ? 'sparse_categorical_crossentropy' : 'categorical_crossentropy';
  return ['softmax', loss, 'accuracy'];
}

/** Outputs that a problem has. */
export function outputsOf(problem: Problem, classes: number, values: number): number {
  if (problem === 'binary') return 1;
  return problem === 'multiclass' || problem === 'multilabel' ? classes : values;
}

/** What a state stands for. */
export function setupOf(now: Values<typeof FIELDS>): Setup {
  const { problem, labels } = now;
  const wanted = outputsOf(problem, now.classes, now.values);
  const [activation, loss, metric] = advised(problem, labels);
  const even = problem === 'binary' ? 50 : problem === 'multiclass' ? 100 / wanted : 0;
  return {
    problem,
    wanted,
    labels,
    largest: now.largest || even,
    units: now.units || wanted,
    activation: now.activation === ADVISED ? activation : now.activation,
    loss: now.loss === ADVISED ? loss : now.loss,
    metric: now.metric === ADVISED ? metric : now.metric,
  };
}

type Family = 'binary' | 'categorical' | 'sparse' | 'distance';

export function familyOf(loss: Loss): Family {
  if (loss === 'mse' || loss === 'mae') return 'distance';
  return loss.slice(0, loss.indexOf('_')) as Family;
}

export function isOfLogits(loss: Loss): boolean {
  return loss.endsWith('_logits');
}

/** Whether a binary problem is solved as one with two classes, which is as good. */
export function asTwoClasses({ problem, units, loss }: Setup): boolean {
  return problem === 'binary' && units === 2 && ['categorical', 'sparse'].includes(familyOf(loss));
}

/** What doesn't fit the problem, the worst first. */
export function mismatches(setup: Setup): Finding[] {
  return [...ofUnits(setup), ...ofActivation(setup), ...ofLoss(setup), ...ofMetric(setup)];
}

function ofUnits(setup: Setup): Finding[] {
  return setup.units === setup.wanted || asTwoClasses(setup) ? [] : ['units'];
}

function ofActivation(setup: Setup): Finding[] {
  const { problem, activation, loss } = setup;
  const logits = isOfLogits(loss);
  const crossentropy = familyOf(loss) !== 'distance';
  const squashes = activation === 'sigmoid' || activation === 'softmax';
  const found: Finding[] = [];
  if (activation === 'softmax' && setup.units === 1) found.push('softmax_one');
  else if (activation === 'softmax' && problem === 'multilabel') found.push('softmax_labels');
  const classes = problem === 'multiclass' || asTwoClasses(setup);
  if (activation === 'sigmoid' && classes && !logits) found.push('sigmoid_classes');
  if (problem === 'regression' && activation !== 'linear') found.push('bounded');
  if (problem === 'unit_regression' && !squashes && !logits) found.push('beyond_unit');
  if (crossentropy && logits && squashes) found.push('activation_twice');
  if (crossentropy && !logits && !squashes) found.push('no_probabilities');
  return found;
}

function ofLoss(setup: Setup): Finding[] {
  const { problem } = setup;
  const family = familyOf(setup.loss);
  if (problem === 'regression' || problem === 'unit_regression') {
    const fits = family === 'distance' || (problem === 'unit_regression' && family === 'binary');
    return fits ? [] : ['crossentropy_values'];
  }
  const rows = problem === 'multiclass' && setup.labels === 'integers' && family !== 'sparse';
  const unwritten: Finding[] = rows ? ['labels'] : [];
  if (family === 'distance') return [...unwritten, 'mse_classes'];
  if (problem === 'multilabel') return family === 'binary' ? [] : ['one_label'];
  if (problem === 'binary' && !asTwoClasses(setup)) return family === 'binary' ? [] : ['one_output'];
  if (family === 'binary') return [...unwritten, 'binary_classes'];
  return (setup.labels === 'integers') === (family === 'sparse') ? [] : ['labels'];
}

function ofMetric({ problem, metric, largest }: Setup): Finding[] {
  const distance = metric === 'mae' || metric === 'mse';
  if (problem === 'regression' || problem === 'unit_regression') return distance ? [] : ['classes_metric'];
  if (distance) return ['distance_metric'];
  return metric === 'accuracy' && largest >= SKEWED ? ['skewed'] : [];
}
