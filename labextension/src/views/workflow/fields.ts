/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_workflow.py` has the same. */

import { choice, number, numbers } from '../../shared/concept/state';

export const PROBLEMS = ['binary', 'multiclass', 'multilabel', 'regression', 'unit_regression'] as const;
export type Problem = (typeof PROBLEMS)[number];
export const LABELS = ['integers', 'one_hot'] as const;
export const ACTIVATIONS = ['linear', 'sigmoid', 'softmax', 'relu', 'tanh'] as const;
export type Activation = (typeof ACTIVATIONS)[number];
export const LOSSES = [
  'binary_crossentropy',
  'categorical_crossentropy',
  'sparse_categorical_crossentropy',
  'mse',
  'mae',
  'binary_logits',
  'categorical_logits',
  'sparse_logits',
] as const;
export type Loss = (typeof LOSSES)[number];
export const METRICS = ['accuracy', 'auc', 'precision_recall', 'mae', 'mse'] as const;
export type Metric = (typeof METRICS)[number];
/** What the problem asks for, in place of a choice of one's own. */
export const ADVISED = 'advised';
/** As many outputs the example has at most. */
export const SHOWN = 4;

export const FIELDS = {
  problem: choice('multiclass', PROBLEMS),
  classes: number(10, 2, 1000),
  values: number(1, 1, 100),
  labels: choice('integers', LABELS),
  largest: number(0, 0, 99),
  units: number(0, 0, 1000),
  activation: choice(ADVISED, [ADVISED, ...ACTIVATIONS]),
  loss: choice(ADVISED, [ADVISED, ...LOSSES]),
  metric: choice(ADVISED, [ADVISED, ...METRICS]),
  logits: numbers([], { low: -6, high: 6, digits: 1, least: 0, most: SHOWN }),
  right: number(0, 0, SHOWN - 1),
};
