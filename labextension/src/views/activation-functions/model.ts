import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { readFloats, savedFloats } from '../../shared/concept/floats';
import { ConceptModel } from '../../shared/concept/model';
import { softmax } from '../../shared/concept/softmax';
import { FIELDS } from './fields';
import {
  activation,
  type Activation,
  fromValues,
  type FunctionName,
  FUNCTIONS,
  placeOf,
  POINTS,
  type Zone,
  zones,
} from './functions';
import { type Dense, stackOutput, stackWeights } from './stack';

/** A function with all that is drawn of it. */
export interface Curve extends Activation {
  readonly name: FunctionName;
  readonly values: Float64Array;
  readonly slopes: Float64Array;
  readonly zones: readonly Zone[];
}

/** The stack's output at the places of a curve. */
export interface Stack {
  readonly weights: readonly Dense[];
  /** With the activation. */
  readonly bent: Float64Array;
  /** Without: y = slope·x + offset. */
  readonly slope: number;
  readonly offset: number;
}

/** The stack is shown for inputs from −STACK_REACH to STACK_REACH. */
export const STACK_REACH = 3;
const ALL: readonly FunctionName[] = [...FUNCTIONS, 'own'];

/** Activation functions; softmax; a stack of layers. */
export class ActivationFunctionsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = {
    ...ConceptModel.serializers,
    table: { serialize: savedFloats },
    sample: { serialize: savedFloats },
  };

  /** The values of the user's function; null for none. */
  own!: Float32Array | null;
  /** Values before an activation that the user gave, in ascending order; null for none. */
  sample!: Float32Array | null;
  private curves!: Map<string, Curve>;
  private lastStack!: { key: string; stack: Stack } | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('ActivationFunctions'), table: {}, sample: {} };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['table', 'sample'], () => {
      this.own = this.readable(() => readFloats(this.get('table')), null);
      this.sample = this.readable(() => readFloats(this.get('sample')), null);
      this.curves = new Map();
      this.lastStack = null;
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'activation_functions';
  }

  /** Whether the state asks for a function of the user's that isn't here. */
  get missing(): boolean {
    return this.own === null && (this.now.functions.includes('own') || this.now.focus === 'own');
  }

  /** The functions that can be shown. */
  get names(): readonly FunctionName[] {
    return this.own ? ALL : FUNCTIONS;
  }

  /** The functions that are shown, in their order. */
  get shownCurves(): Curve[] {
    return this.names.filter((name) => this.now.functions.includes(name)).map((name) => this.curve(name));
  }

  /** The function whose numbers are written out. */
  get focus(): FunctionName {
    const { focus, functions } = this.now;
    if (focus !== 'own' || this.own) return focus;
    return this.names.find((name) => functions.includes(name)) ?? 'relu';
  }

  curve(name: FunctionName): Curve {
    const { negative_slope: slope } = this.now;
    const key = name === 'leaky_relu' ? `${name} ${slope}` : name;
    let found = this.curves.get(key);
    if (!found) {
      const of = name === 'own' ? fromValues(this.own!) : activation(name, slope);
      const values = Float64Array.from({ length: POINTS }, (_, i) => of.value(placeOf(i)));
      const slopes = Float64Array.from({ length: POINTS }, (_, i) => of.slope(placeOf(i)));
      found = { ...of, name, values, slopes, zones: zones(slopes) };
      // A slider leaves many behind.
      if (this.curves.size > 40) this.curves.clear();
      this.curves.set(key, found);
    }
    return found;
  }

  /** How many of the user's values lie in each kind of zone of a function, as shares. */
  shareIn(curve: Curve, kind: Zone['kind']): number {
    const { sample } = this;
    if (!sample) return 0;
    let count = 0;
    for (const value of sample) {
      const size = Math.abs(curve.slope(value));
      // Beyond what is shown, the zones at the edges go on.
      if (kind === 'dead' ? size === 0 : size > 0 && inside(curve.zones, value, kind)) count += 1;
    }
    return count / sample.length;
  }

  get stack(): Stack {
    const { layers, units, seed, negative_slope } = this.now;
    const key = [layers, units, seed, this.focus, negative_slope].join();
    if (this.lastStack?.key !== key) {
      const weights = stackWeights(layers, units, seed);
      const { value } = this.curve(this.focus);
      const bent = Float64Array.from({ length: 301 }, (_, i) =>
        stackOutput(weights, STACK_REACH * (i / 150 - 1), value),
      );
      const same = (x: number): number => x;
      const offset = stackOutput(weights, 0, same);
      this.lastStack = {
        key,
        stack: { weights, bent, offset, slope: stackOutput(weights, 1, same) - offset },
      };
    }
    return this.lastStack.stack;
  }

  /** The probabilities of logits. */
  probabilities(logits: readonly number[]): number[] {
    return softmax(logits);
  }
}

function inside(all: readonly Zone[], value: number, kind: Zone['kind']): boolean {
  return all.some((zone) => {
    const low = zone.from <= placeOf(0) ? -Infinity : zone.from;
    const high = zone.to >= placeOf(POINTS - 1) ? Infinity : zone.to;
    return zone.kind === kind && value >= low && value <= high;
  });
}
