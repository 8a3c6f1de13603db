import { identity } from '../../core/model';
import { isRecord } from '../../core/wire';
import { ConceptModel } from '../../shared/concept/model';
import { writeState } from '../../shared/concept/state';
import { EXAMPLES, type ExampleName, FIELDS } from './fields';
import { type Counts, countsOf, type Kind, KINDS, type Line, linesOf, miniature, placesOf } from './layers';
import { product, type Setting } from './layers';

/** The user's layer. */
export interface Own {
  kind: Kind;
  name: string;
  /** What Keras counts. */
  parameters: number;
  state: string;
}

/** What is drawn of a layer. */
export interface Drawn {
  lines: readonly Line[];
  outputs: number;
  /** The numbers of its lines by output, by input, and by weight. */
  byOutput: readonly (readonly number[])[];
  byInput: readonly (readonly number[])[];
  byWeight: ReadonlyMap<number, readonly number[]>;
}

interface Kept {
  key: string;
  setting: Setting;
  small: Setting;
  counts: Record<Kind, Counts>;
  drawn: Record<Kind, Drawn>;
}

function drawnOf(small: Setting, kind: Kind): Drawn {
  const lines = linesOf(small, kind);
  const { outputs } = countsOf(small, kind);
  const byOutput: number[][] = Array.from({ length: outputs }, () => []);
  const byInput: number[][] = Array.from({ length: product(small.shape) }, () => []);
  const byWeight = new Map<number, number[]>();
  lines.forEach(({ input, output, weight }, i) => {
    byOutput[output]!.push(i);
    byInput[input]!.push(i);
    const same = byWeight.get(weight);
    if (same) same.push(i);
    else byWeight.set(weight, [i]);
  });
  return { lines, outputs, byOutput, byInput, byWeight };
}

/** A dense layer, a local one and a convolution over the same input. */
export class ConnectionsModel extends ConceptModel<typeof FIELDS> {
  private derived: Kept | null = null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Connections'), own: {} };
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'connections';
  }

  /** The state without what is pointed at. */
  get key(): string {
    return writeState({ ...this.now, point: 'tour', at: [] }, FIELDS);
  }

  private get all(): Kept {
    const { key } = this;
    if (this.derived?.key === key) return this.derived;
    const { now } = this;
    const axes = now.shape.length - 1;
    const each = (given: readonly number[]): number[] =>
      Array.from({ length: axes }, (_, axis) => given[axis] ?? given[0]!);
    const setting: Setting = {
      shape: now.shape,
      kernel: each(now.kernel),
      stride: each(now.stride),
      same: now.padding === 'same',
      filters: now.filters,
      units: now.units,
      bias: now.bias,
    };
    const small = miniature(setting);
    const by = <T>(of: (kind: Kind) => T): Record<Kind, T> => ({
      dense: of('dense'),
      local: of('local'),
      conv: of('conv'),
    });
    this.derived = {
      key,
      setting,
      small,
      counts: by((kind) => countsOf(setting, kind)),
      drawn: by((kind) => drawnOf(small, kind)),
    };
    return this.derived;
  }

  get setting(): Setting {
    return this.all.setting;
  }

  /** What is drawn in the place of the setting. */
  get small(): Setting {
    return this.all.small;
  }

  get counts(): Record<Kind, Counts> {
    return this.all.counts;
  }

  get drawn(): Record<Kind, Drawn> {
    return this.all.drawn;
  }

  /** Whether the drawing shows less than what is counted. */
  get excerpt(): boolean {
    const { setting, small } = this.all;
    const { counts } = this;
    return (
      product(setting.shape) !== product(small.shape) ||
      setting.filters !== small.filters ||
      counts.dense.outputs !== this.drawn.dense.outputs ||
      product(setting.kernel) !== product(small.kernel)
    );
  }

  /** Whether the kernel fits into the input. */
  get fits(): boolean {
    return product(placesOf(this.setting)) > 0;
  }

  /** The example that is shown; "own" for the user's layer, and "" for any other setting. */
  get example(): ExampleName | 'own' | '' {
    const { key } = this;
    if (this.own?.state === key) return 'own';
    const names = Object.keys(EXAMPLES) as ExampleName[];
    return names.find((name) => EXAMPLES[name] === key) ?? '';
  }

  /** The user's layer; null if none was given. */
  get own(): Own | null {
    const own = this.get('own') as unknown;
    if (!isRecord(own)) return null;
    const { kind, name, parameters, state } = own;
    const known = KINDS.find((one) => one === kind);
    if (!known || typeof name !== 'string' || typeof state !== 'string') return null;
    return { kind: known, name, parameters: Number(parameters), state };
  }
}
