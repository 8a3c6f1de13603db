/** The formulas of batch normalization. */

/** Mean and variance of each unit of a batch, whose rows are samples. */
export function moments(x: Float64Array, units: number): { mean: Float64Array; variance: Float64Array } {
  const rows = x.length / units;
  const mean = new Float64Array(units);
  const variance = new Float64Array(units);
  for (let i = 0; i < x.length; i += 1) mean[i % units]! += x[i]! / rows;
  for (let i = 0; i < x.length; i += 1) variance[i % units]! += (x[i]! - mean[i % units]!) ** 2 / rows;
  return { mean, variance };
}

/** What normalizes the units of a layer. */
export interface Parameters {
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  readonly epsilon: number;
}

/** γ · (x − mean) / √(variance + ε) + β for each unit. */
export function normalized(
  x: Float64Array,
  mean: Float64Array,
  variance: Float64Array,
  { gamma, beta, epsilon }: Parameters,
): Float64Array {
  const units = mean.length;
  return x.map((value, i) => {
    const unit = i % units;
    return (gamma[unit]! * (value - mean[unit]!)) / Math.sqrt(variance[unit]! + epsilon) + beta[unit]!;
  });
}

/** A moving average after one more batch. */
export function moved(moving: Float64Array, batch: Float64Array, momentum: number): Float64Array {
  return moving.map((value, i) => momentum * value + (1 - momentum) * batch[i]!);
}
