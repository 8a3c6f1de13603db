/** Functions to descend: curves of one weight and surfaces of two. The same are in `dlwidgets/concepts/_gradient_descent.py`. */

/** One number for a curve, two for a surface. */
export type Point = readonly number[];

/** A function of one or two weights, with its gradient. */
export interface Landscape {
  readonly name: string;
  /** The names of the weights. */
  readonly axes: readonly string[];
  /** What is shown, lowest and highest, by weight. */
  readonly bounds: readonly (readonly [number, number])[];
  /** Where descents begin if nobody moves it. */
  readonly start: Point;
  /** Where the lowest loss is, and the loss there. */
  readonly lowest: { at: Point; loss: number };
  /** The largest curvature, where it is the same everywhere: plain SGD diverges above 2 / it. */
  readonly curvature: number | null;
  loss(at: Point): number;
  gradient(at: Point): number[];
}

const WEIGHTS = ['w₁', 'w₂'] as const;

function curve(
  name: string,
  bounds: readonly [number, number],
  start: number,
  minimum: number,
  curvature: number | null,
  loss: (w: number) => number,
  slope: (w: number) => number,
): Landscape {
  return {
    name,
    axes: ['w'],
    bounds: [bounds],
    start: [start],
    lowest: { at: [minimum], loss: loss(minimum) },
    curvature,
    loss: ([w]) => loss(w!),
    gradient: ([w]) => [slope(w!)],
  };
}

function surface(
  name: string,
  bounds: Landscape['bounds'],
  start: Point,
  minimum: Point,
  curvature: number | null,
  loss: (a: number, b: number) => number,
  gradient: (a: number, b: number) => number[],
): Landscape {
  return {
    name,
    axes: WEIGHTS,
    bounds,
    start,
    lowest: { at: minimum, loss: loss(minimum[0]!, minimum[1]!) },
    curvature,
    loss: ([a, b]) => loss(a!, b!),
    gradient: ([a, b]) => gradient(a!, b!),
  };
}

/** Depth, place and width of the hollows of the surface with two minima. */
const HOLLOWS = [
  [3, -0.9, -0.5, 0.5],
  [1.8, 1.1, 0.7, 0.4],
] as const;

function hollows(a: number, b: number): number {
  let sum = 0.15 * (a * a + b * b) + 3;
  for (const [depth, x, y, width] of HOLLOWS) {
    sum -= depth * Math.exp(-((a - x) ** 2 + (b - y) ** 2) / (2 * width));
  }
  return sum;
}

function hollowsGradient(a: number, b: number): number[] {
  let [x1, x2] = [0.3 * a, 0.3 * b];
  for (const [depth, x, y, width] of HOLLOWS) {
    const size = (depth / width) * Math.exp(-((a - x) ** 2 + (b - y) ** 2) / (2 * width));
    x1 += size * (a - x);
    x2 += size * (b - y);
  }
  return [x1, x2];
}

const AROUND: Landscape['bounds'] = [
  [-2, 2],
  [-2, 2],
];

const ALL: readonly Landscape[] = [
  curve(
    'parabola',
    [-3, 3],
    -2.6,
    0,
    2,
    (w) => w * w,
    (w) => 2 * w,
  ),
  curve(
    'two_valleys',
    [-3.2, 3.4],
    3.1,
    -2.093361,
    null,
    (w) => w ** 4 / 8 - w ** 2 + 0.4 * w + 3,
    (w) => w ** 3 / 2 - 2 * w + 0.4,
  ),
  surface(
    'bowl',
    AROUND,
    [-1.6, 1.3],
    [0, 0],
    2,
    (a, b) => a * a + b * b,
    (a, b) => [2 * a, 2 * b],
  ),
  surface(
    'valley',
    [
      [-2, 2],
      [-1.3, 1.3],
    ],
    [-1.8, 0.7],
    [0, 0],
    12,
    (a, b) => 0.1 * a * a + 6 * b * b,
    (a, b) => [0.2 * a, 12 * b],
  ),
  surface(
    'saddle',
    AROUND,
    [-1.7, 0.01],
    [0, Math.SQRT2],
    null,
    (a, b) => (a * a - b * b) / 2 + b ** 4 / 8 + 0.5,
    (a, b) => [a, -b + b ** 3 / 2],
  ),
  surface(
    'rosenbrock',
    [
      [-2, 2],
      [-1, 3],
    ],
    [-1.2, 2.3],
    [1, 1],
    null,
    (a, b) => 0.1 * (1 - a) ** 2 + 0.4 * (b - a * a) ** 2,
    (a, b) => [0.2 * (a - 1) - 1.6 * a * (b - a * a), 0.8 * (b - a * a)],
  ),
  surface('two_minima', AROUND, [1.8, 1.7], [-0.854935, -0.474868], null, hollows, hollowsGradient),
];

/** The functions that come with the widget, by name. */
export const LANDSCAPES: ReadonlyMap<string, Landscape> = new Map(ALL.map((one) => [one.name, one]));
