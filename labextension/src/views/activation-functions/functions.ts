/** Activation functions and their derivatives: `dlwidgets/concepts/_activation_functions.py` has the same. */

export const FUNCTIONS = [
  'linear',
  'relu',
  'leaky_relu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'softplus',
  'sigmoid',
  'hard_sigmoid',
  'tanh',
  'softsign',
] as const;
export type KnownName = (typeof FUNCTIONS)[number];
export type FunctionName = KnownName | 'own';

/** Inputs are shown from −REACH to REACH. */
export const REACH = 6;
/** Places at which curves are computed. */
export const POINTS = 601;
/** Where the derivative is smaller, almost nothing of a gradient passes. */
export const FLAT = 0.05;
/** Narrower zones, such as around a minimum, are no saturation. */
const WIDE = 0.5;

const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

/** A function of one number with its derivative. */
export interface Activation {
  value: (x: number) => number;
  slope: (x: number) => number;
}

export function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

/** The error function, by a series of positive terms only, so nothing cancels out. */
function erf(x: number): number {
  // There it is 1 to the last digit, and farther out the series would need more terms.
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 200 && Math.abs(term) > 1e-17 * Math.abs(sum); n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** The share of a standard normal distribution below `x`. */
function normalShare(x: number): number {
  return (1 + erf(x / Math.SQRT2)) / 2;
}

const FIXED: Readonly<Record<Exclude<KnownName, 'leaky_relu'>, Activation>> = {
  linear: { value: (x) => x, slope: () => 1 },
  relu: { value: (x) => Math.max(0, x), slope: (x) => (x > 0 ? 1 : 0) },
  elu: { value: (x) => (x > 0 ? x : Math.expm1(x)), slope: (x) => (x > 0 ? 1 : Math.exp(x)) },
  selu: {
    value: (x) => SELU_SCALE * (x > 0 ? x : SELU_ALPHA * Math.expm1(x)),
    slope: (x) => SELU_SCALE * (x > 0 ? 1 : SELU_ALPHA * Math.exp(x)),
  },
  gelu: {
    value: (x) => x * normalShare(x),
    slope: (x) => normalShare(x) + (x * Math.exp(-(x * x) / 2)) / Math.sqrt(2 * Math.PI),
  },
  silu: {
    value: (x) => x * logistic(x),
    slope: (x) => logistic(x) * (1 + x * (1 - logistic(x))),
  },
  softplus: { value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), slope: logistic },
  sigmoid: { value: logistic, slope: (x) => logistic(x) * (1 - logistic(x)) },
  hard_sigmoid: {
    value: (x) => Math.min(1, Math.max(0, (x + 3) / 6)),
    slope: (x) => (Math.abs(x) < 3 ? 1 / 6 : 0),
  },
  tanh: { value: Math.tanh, slope: (x) => 1 - Math.tanh(x) ** 2 },
  softsign: { value: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2 },
};

/** A function by its name. */
export function activation(name: KnownName, negativeSlope: number): Activation {
  if (name !== 'leaky_relu') return FIXED[name];
  return {
    value: (x) => (x > 0 ? x : negativeSlope * x),
    slope: (x) => (x > 0 ? 1 : negativeSlope),
  };
}

/** A function of the user's from its values at even places, with straight lines between them. */
export function fromValues(values: ArrayLike<number>): Activation {
  const last = values.length - 1;
  const step = (2 * REACH) / last;
  const place = (x: number): number => Math.min(last, Math.max(0, (x + REACH) / step));
  return {
    value: (x) => {
      const at = Math.min(last - 1, Math.floor(place(x)));
      const share = place(x) - at;
      return values[at]! * (1 - share) + values[at + 1]! * share;
    },
    slope: (x) => {
      const at = Math.round(place(x));
      const [before, after] = [Math.max(0, at - 1), Math.min(last, at + 1)];
      return (values[after]! - values[before]!) / ((after - before) * step);
    },
  };
}

/** The input at one of the places of a curve. */
export function placeOf(i: number): number {
  return -REACH + (2 * REACH * i) / (POINTS - 1);
}

/** Where a function is flat: "dead" where the derivative is 0, "saturated" where it is small. */
export interface Zone {
  from: number;
  to: number;
  kind: 'dead' | 'saturated';
}

/** @param slopes the derivative at the places of a curve */
export function zones(slopes: ArrayLike<number>): Zone[] {
  const kind = (i: number): Zone['kind'] | null => {
    const size = Math.abs(slopes[i]!);
    return size === 0 ? 'dead' : size < FLAT ? 'saturated' : null;
  };
  const found: Zone[] = [];
  let begin = 0;
  for (let i = 1; i <= slopes.length; i += 1) {
    const before = kind(begin);
    if (i < slopes.length && kind(i) === before) continue;
    const [from, to] = [placeOf(begin), placeOf(i - 1)];
    if (before && to - from >= WIDE) found.push({ from, to, kind: before });
    begin = i;
  }
  return found;
}
