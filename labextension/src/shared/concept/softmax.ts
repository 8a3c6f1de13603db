/** Probabilities from logits, as `dlwidgets.generate.reweight_logits` computes them. */

/**
 * The distribution of logits at a temperature: softmax(z / T).
 *
 * At T = 0 the largest logit, the first of equal ones, gets all of the probability.
 */
export function softmax(logits: readonly number[], temperature = 1): number[] {
  const top = Math.max(...logits);
  if (temperature === 0) {
    const first = logits.indexOf(top);
    return logits.map((_, i) => (i === first ? 1 : 0));
  }
  const weights = logits.map((logit) => Math.exp((logit - top) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
