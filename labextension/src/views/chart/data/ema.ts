import { growingFloats } from './growable-array';

/**
 * A debiased exponential moving average that grows with its series, as in TensorBoard.
 *
 * With weight w the n-th value is sum(w^(n-i) * x_i) / sum(w^(n-i)) over the finite x so far; a value that is not
 * finite is passed through and leaves the average as it was.
 */
export class MovingAverage {
  private average = 0;
  /** weight to the power of the number of finite values so far */
  private decay = 1;
  private done = 0;
  private readonly output = growingFloats(256);

  /** @param weight in [0, 1): 0 leaves the series as it is */
  constructor(readonly weight: number) {
    if (!(weight >= 0 && weight < 1)) {
      throw new RangeError(`The smoothing weight must be in [0, 1). Received: ${weight}`);
    }
  }

  /** The smoothed values; only the first `length` entries are meaningful. */
  get values(): Float32Array {
    return this.output.array;
  }

  get length(): number {
    return this.done;
  }

  /** Takes in `values[this.length .. length)`. */
  extend(values: Float32Array, length: number): void {
    this.output.reserve(this.done, length);
    const output = this.output.array;
    for (let i = this.done; i < length; i += 1) {
      const value = values[i]!;
      if (!Number.isFinite(value)) {
        output[i] = value;
        continue;
      }
      this.decay *= this.weight;
      this.average = this.weight * this.average + (1 - this.weight) * value;
      output[i] = this.average / (1 - this.decay);
    }
    this.done = length;
  }
}
