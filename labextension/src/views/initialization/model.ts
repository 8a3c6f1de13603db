import { identity, type Model } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { ConceptModel } from '../../shared/concept/model';
import { FIELDS } from './fields';
import { run } from './network';
import { BINS, type Profile, type Signal, signal } from './profile';

/** What Python measured of a user's model. */
interface Measured {
  /** The part of the state that it was measured for. */
  readonly key: string;
  readonly profile: Profile;
  readonly samples: number;
  /** Whether the gradients are those of the model's own loss. */
  readonly compiled: boolean;
}

const BOUNDS: Readonly<Record<string, readonly [number, number]>> = { tanh: [-1, 1], sigmoid: [0, 1] };
/** What a measurement follows from; `_MEASURED` in `initialization.py` names the same. */
const MEASURED = ['method', 'scale', 'distribution', 'seed'] as const;
/** What the page's own network follows from. */
const COMPUTED = [...MEASURED, 'activation', 'depth', 'units', 'residual'] as const;

function sizes(value: unknown, count: number): (number | null)[] {
  if (!Array.isArray(value) || value.length !== count) throw new WireError('measured: a list is missing');
  return value.map((one) => (typeof one === 'number' ? one : null));
}

function readSignal(value: unknown, count: number): Signal {
  if (!isRecord(value) || !Array.isArray(value.counts) || value.counts.length !== count) {
    throw new WireError('measured: a signal is missing');
  }
  const { low, high, there } = value;
  if (typeof low !== 'number' || typeof high !== 'number' || !(low < high) || !Array.isArray(there)) {
    throw new WireError('measured: an axis is missing');
  }
  const counts = value.counts.map((bins: unknown) => (bins === null ? null : sizes(bins, BINS).map(Number)));
  // JSON has no infinity: a number that is there and isn't written has overflowed.
  const nan: readonly unknown[] = Array.isArray(value.nan) ? value.nan : [];
  const full = (given: unknown): (number | null)[] =>
    sizes(given, count).map((one, i) =>
      there[i] === true ? (one ?? (nan[i] === true ? NaN : Infinity)) : null,
    );
  return { std: full(value.std), rms: full(value.rms), counts, low, high };
}

function readMeasured(value: unknown): Measured | null {
  if (!isRecord(value) || !Array.isArray(value.names)) return null;
  const names = value.names.map(String);
  const count = names.length;
  const { samples, key } = value;
  return {
    key: String(key),
    profile: {
      names,
      kinds: Array.isArray(value.kinds) ? value.kinds.map(String) : names,
      activations: readSignal(value.activations, count),
      gradients: readSignal(value.gradients, count),
      weights: readSignal(value.weights, count),
      sizes: sizes(value.sizes, count),
      products: [],
      loss: typeof value.loss === 'number' ? value.loss : Infinity,
    },
    samples: Number(samples),
    compiled: value.compiled === true,
  };
}

/** A deep network with its first weights, or a user's own one, which Python measures. */
export class InitializationModel extends ConceptModel<typeof FIELDS> {
  /** Of the state that is shown, or of an earlier one. */
  measured!: Measured | null;
  private last: { key: string; profile: Profile } | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Initialization'), measured: {}, note: '' };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['measured'], () => {
      this.measured = this.readable(() => readMeasured(this.get('measured')), null);
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'initialization';
  }

  /** Whether the state asks for a model of the user's that isn't here. */
  get missing(): boolean {
    return this.now.method === 'model' && this.measured === null;
  }

  /** Whether what is measured is of another state, so that Python must measure again. */
  get stale(): boolean {
    return this.measured !== null && this.measured.key !== this.keyOf(MEASURED);
  }

  private keyOf(names: readonly (keyof typeof FIELDS)[]): string {
    return names.map((name) => FIELDS[name].write(this.now[name] as never)).join(';');
  }

  /** What is shown. */
  get profile(): Profile {
    if (this.measured) return this.measured.profile;
    const key = this.keyOf(COMPUTED);
    if (this.last?.key !== key) this.last = { key, profile: this.computed() };
    return this.last.profile;
  }

  private computed(): Profile {
    const { now } = this;
    const pass = run(this.missing ? { ...now, method: FIELDS.method.value } : now);
    const bounds = now.residual ? null : (BOUNDS[now.activation] ?? null);
    let weights: Signal | null = null;
    return {
      names: [],
      kinds: [],
      activations: signal(pass.activations, bounds),
      gradients: signal(pass.gradients, null),
      get weights(): Signal {
        return (weights ??= signal([null, ...pass.weights()], null));
      },
      sizes: [null, ...pass.sizes],
      products: [null, ...pass.products],
      loss: pass.loss,
    };
  }
}
