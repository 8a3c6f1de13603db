import type { Setup } from './advice';

const LOGITS: Readonly<Record<string, string>> = {
  binary_logits: 'BinaryCrossentropy',
  categorical_logits: 'CategoricalCrossentropy',
  sparse_logits: 'SparseCategoricalCrossentropy',
};

/** The lines of Keras for the last layer and `compile`. */
export function kerasCode({ problem, units, activation, loss, metric }: Setup): string {
  const layer = activation === 'linear' ? `${units}` : `${units}, activation="${activation}"`;
  const lossCode = loss in LOGITS ? `keras.losses.${LOGITS[loss]!}(from_logits=True)` : `"${loss}"`;
  const auc = `keras.metrics.AUC(${problem === 'multilabel' ? 'multi_label=True' : ''})`;
  const metrics: Readonly<Record<string, string>> = {
    auc,
    precision_recall: 'keras.metrics.Precision(), keras.metrics.Recall()',
  };
  return [
    `model.add(keras.layers.Dense(${layer}))`,
    'model.compile(',
    '    "rmsprop",',
    `    loss=${lossCode},`,
    `    metrics=[${metrics[metric] ?? `"${metric}"`}],`,
    ')',
  ].join('\n');
}
