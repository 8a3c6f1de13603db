import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { clip, largest, moved, noise } from './attack';
import type { Attack, Moment } from './moment';

/** What Python computed with a model of the user's, and for which settings. */
export interface OwnAttack {
  readonly key: string;
  readonly attack: Attack;
  /** The numbers of the classes that are shown. */
  readonly classes: readonly number[];
}

function floats(value: unknown, count: number, name: string): Float32Array {
  if (!(value instanceof DataView) || value.byteLength !== 4 * count) {
    throw new WireError(`${name}: ${count} float32 numbers expected`);
  }
  return Float32Array.from({ length: count }, (_, i) => value.getFloat32(i * 4, true));
}

function numbers(value: unknown, name: string): number[] {
  const found = Array.isArray(value) ? value.map(Number) : [];
  if (found.some((one) => !Number.isFinite(one))) throw new WireError(`${name}: finite numbers expected`);
  return found;
}

function signed(value: unknown, count: number, name: string): Int8Array {
  if (!(value instanceof DataView) || value.byteLength !== count) {
    throw new WireError(`${name}: ${count} int8 numbers expected`);
  }
  return Int8Array.from({ length: count }, (_, i) => value.getInt8(i));
}

function rows(flat: Float32Array, width: number): number[][] {
  return Array.from({ length: flat.length / width }, (_, i) => [
    ...flat.subarray(i * width, (i + 1) * width),
  ]);
}

/**
 * Reads an attack that Python sent; null for none.
 *
 * @throws WireError when its numbers don't fit each other
 */
export function readOwn(value: unknown): OwnAttack | null {
  if (!isRecord(value) || typeof value.key !== 'string') return null;
  const whole = (name: string): number => wholeNumber(value[name], `attack: ${name}`);
  const [height, width, channels] = [whole('height'), whole('width'), whole('channels')];
  const names = Array.isArray(value.names) ? value.names.map(String) : [];
  const classes = numbers(value.classes, 'attack: classes');
  const levels = numbers(value.levels, 'attack: levels');
  const size = height * width * channels;
  if (size < 1 || names.length < 2 || classes.length !== names.length || levels.length < 2)
    throw new WireError('attack: it is empty');
  const table = (name: string): number[][] =>
    rows(floats(value[name], levels.length * names.length, `attack: ${name}`), names.length);
  const x = Float64Array.from(floats(value.x, size, 'attack: x'));
  const each = value.each === true;
  const signs = signed(value.signs, each ? size * levels.length : size, 'attack: signs');
  const [clean, norm, slope, dirty] = numbers(value.margin, 'attack: margin');
  const [label, rival] = [whole('label'), whole('rival')];
  const target = value.target === null ? null : whole('target');
  const flip = value.flip === null ? null : whole('flip');
  for (const index of [label, rival, target ?? 0]) {
    if (index < 0 || index >= names.length) throw new WireError('attack: it names no class');
  }
  const [adversarial, random] = [table('adversarial'), table('random')];
  const dirt = noise(size, whole('seed'));
  const [moves, noisyMoves] = ['along', 'noisy_along'].map((name) =>
    numbers(value[name], `attack: ${name}`),
  ) as [number[], number[]];
  const scale = each ? 1 / 127 : 1;
  let last: Moment | null = null;
  const attack: Attack = {
    height,
    width,
    channels,
    x,
    names,
    label,
    rival,
    target,
    levels,
    adversarial,
    random,
    flip: flip === null ? null : (levels[flip] ?? null),
    flipped: flip === null ? label : largest(adversarial[flip] ?? []),
    margin: { clean: clean ?? 0, norm: norm ?? 0, slope: slope ?? 0, noise: dirty ?? 0 },
    pixel: [Math.floor(height / 2), Math.floor(width / 2)],
    exact: false,
    signAt: (index) => Math.sign(signs[index]!),
    at: (wanted) => {
      const index = nearest(levels, wanted);
      const epsilon = levels[index]!;
      if (last?.epsilon === epsilon) return last;
      const from = each ? index * size : 0;
      last = {
        epsilon,
        image: x.map((pixel, i) => clip(pixel + epsilon * scale * signs[from + i]!)),
        shares: adversarial[index]!,
        noisy: moved(x, dirt, epsilon),
        noisyShares: random[index]!,
        along: moves[index] ?? 0,
        noisyAlong: noisyMoves[index] ?? 0,
      };
      return last;
    },
  };
  return { key: value.key, attack, classes };
}

function nearest(levels: readonly number[], wanted: number): number {
  let found = 0;
  levels.forEach((level, i) => {
    if (Math.abs(level - wanted) < Math.abs(levels[found]! - wanted)) found = i;
  });
  return found;
}
