/** What Keras's optimizers do in one step, in float64. */

export const OPTIMIZERS = ['sgd', 'momentum', 'nesterov', 'adagrad', 'rmsprop', 'adam', 'printed'] as const;
export type OptimizerName = (typeof OPTIMIZERS)[number];

/** The names of the fields of the state, which are those of Keras's arguments. */
export interface Knobs {
  readonly learning_rate: number;
  /** Of momentum and Nesterov, and Adam's beta_1. */
  readonly momentum: number;
  /** Of RMSprop. */
  readonly rho: number;
  /** Of Adam. */
  readonly beta_2: number;
  readonly epsilon: number;
}

/** Keras's Adagrad begins with this sum of squares. */
export const ADAGRAD_BEGINS = 0.1;
/** The momentum that the book prints. */
export const PRINTED_MOMENTUM = 0.1;

/** What an optimizer remembers, by weight: velocity or mean gradient, and sum or mean of squares. */
export interface Memory {
  velocity: number[];
  squares: number[];
}

export function freshMemory(optimizer: OptimizerName, weights: number): Memory {
  return {
    velocity: new Array<number>(weights).fill(0),
    squares: new Array<number>(weights).fill(optimizer === 'adagrad' ? ADAGRAD_BEGINS : 0),
  };
}

/** By how much the learning rate of Adam is corrected in step `t`, which begins at 1. */
export function adamRate({ learning_rate, momentum, beta_2 }: Knobs, t: number): number {
  return (learning_rate * Math.sqrt(1 - beta_2 ** t)) / (1 - momentum ** t);
}

/**
 * The change of the weights in step `t`, which begins at 1; updates the memory.
 *
 * The book prints `w = w + momentum * velocity - learning_rate * gradient`, which is Nesterov's momentum.
 */
export function change(
  optimizer: OptimizerName,
  gradient: readonly number[],
  memory: Memory,
  knobs: Knobs,
  t: number,
): number[] {
  const { learning_rate: rate, rho, beta_2, epsilon } = knobs;
  const { velocity, squares } = memory;
  const momentum = optimizer === 'printed' ? PRINTED_MOMENTUM : knobs.momentum;
  const adam = optimizer === 'adam' ? adamRate(knobs, t) : 0;
  const by = gradient.slice();
  for (let i = 0; i < by.length; i += 1) {
    const g = by[i]!;
    const v = velocity[i]!;
    const s = squares[i]!;
    switch (optimizer) {
      case 'sgd':
        by[i] = -rate * g;
        break;
      case 'momentum':
        by[i] = velocity[i] = momentum * v - rate * g;
        break;
      case 'nesterov':
      case 'printed':
        velocity[i] = momentum * v - rate * g;
        by[i] = momentum * velocity[i]! - rate * g;
        break;
      case 'adagrad':
        squares[i] = s + g * g;
        by[i] = (-rate * g) / Math.sqrt(squares[i]! + epsilon);
        break;
      case 'rmsprop':
        squares[i] = rho * s + (1 - rho) * g * g;
        by[i] = (-rate * g) / Math.sqrt(squares[i]! + epsilon);
        break;
      case 'adam':
        velocity[i] = v + (g - v) * (1 - momentum);
        squares[i] = s + (g * g - s) * (1 - beta_2);
        by[i] = (-adam * velocity[i]!) / (Math.sqrt(squares[i]!) + epsilon);
        break;
    }
  }
  return by;
}
