import { identity } from '../../core/model';
import type { Model } from '../../core/model';
import { isRecord, WireError } from '../../core/wire';
import { DIGIT_SIDE, digitPicture } from '../../shared/concept/grid';
import { ConceptModel } from '../../shared/concept/model';
import { savedPicture } from '../../shared/concept/grid';
import { AXES, FIELDS, SIZES } from './fields';
import { type Axis, type Shape, sizeOf } from './shapes';

/** An array with its numbers, the last axis first in the memory. */
export interface Tensor {
  readonly shape: Shape;
  readonly data: Float64Array;
  readonly dtype: string;
}

/** How long a loop and NumPy have taken in the kernel, in ms. */
export interface Times {
  readonly size: number;
  readonly loop: number;
  readonly numpy: number;
}

function readTensor(value: unknown): Tensor | null {
  if (!isRecord(value) || value.shape === undefined) return null;
  const { shape, kind, data } = value;
  const good = Array.isArray(shape) && shape.every((n) => Number.isInteger(n) && (n as number) > 0);
  if (!good || !ArrayBuffer.isView(data)) throw new WireError('tensor: shape and binary data expected');
  const sizes = shape as number[];
  const bytes = sizeOf(sizes) * (kind === 'uint8' ? 1 : 4);
  if (data.byteLength !== bytes) throw new WireError(`tensor: ${bytes} bytes expected`);
  const copy = (data.buffer as ArrayBuffer).slice(data.byteOffset, data.byteOffset + bytes);
  const all = kind === 'uint8' ? new Uint8Array(copy) : new Float32Array(copy);
  return { shape: sizes, data: Float64Array.from(all), dtype: kind === 'uint8' ? 'uint8' : 'float32' };
}

function digits(): Tensor {
  const data = new Float64Array(10 * DIGIT_SIDE * DIGIT_SIDE);
  for (let i = 0; i < 10; i += 1) {
    data.set(
      digitPicture(i).data.map((v) => Math.round(v * 255)),
      i * DIGIT_SIDE * DIGIT_SIDE,
    );
  }
  return { shape: [10, DIGIT_SIDE, DIGIT_SIDE], data, dtype: 'uint8' };
}

/** Slices, shapes, broadcasting and dot products of tensors. */
export class TensorsModel extends ConceptModel<typeof FIELDS> {
  static override serializers = { ...ConceptModel.serializers, tensor: { serialize: savedPicture } };

  private own!: Tensor | null;
  private readonly digits = digits();
  /** What the kernel has timed; null for nothing yet. */
  times!: Times | null;

  override defaults(): Record<string, unknown> {
    return { ...super.defaults(), ...identity('Tensors'), tensor: {}, tensor_note: '', times: {} };
  }

  override initialize(
    attributes: Parameters<Model['initialize']>[0],
    options: Parameters<Model['initialize']>[1],
  ): void {
    super.initialize(attributes, options);
    this.follow(['tensor'], () => {
      this.own = this.readable(() => readTensor(this.get('tensor')), null);
    });
    this.follow(['times'], () => {
      const value: unknown = this.get('times');
      const good = isRecord(value) && [value.size, value.loop, value.numpy].every(Number.isFinite);
      this.times = good ? (value as unknown as Times) : null;
    });
  }

  fields(): typeof FIELDS {
    return FIELDS;
  }

  concept(): string {
    return 'tensors';
  }

  /** What is sliced. */
  get tensor(): Tensor {
    return (this.now.array === 'own' ? this.own : null) ?? this.digits;
  }

  get hasOwn(): boolean {
    return this.own !== null;
  }

  /** Whether the state asks for an array of the user's that isn't here. */
  get missing(): boolean {
    return this.now.array === 'own' && this.own === null;
  }

  /** What is taken of each axis. */
  get axes(): Axis[] {
    return this.tensor.shape.map((_, i) => this.now[AXES[i]!]);
  }

  /** The sizes of the example, with the channels at the end; those of the book where the state has none. */
  get sizes(): Shape {
    const { kind, sizes } = this.now;
    return sizes.length === SIZES[kind].length ? sizes : SIZES[kind];
  }

  /** The shape of the example as it is stored. */
  get stored(): Shape {
    const { kind, channels } = this.now;
    const { sizes } = this;
    if (channels === 'last' || (kind !== 'image' && kind !== 'video')) return sizes;
    const ahead = sizes.length - 3;
    return [...sizes.slice(0, ahead), sizes.at(-1)!, ...sizes.slice(ahead, -1)];
  }
}
