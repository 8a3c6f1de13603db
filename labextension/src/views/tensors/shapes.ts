/** Shapes as NumPy has them; `dlwidgets/concepts/_tensors.py` is the reference. */

export type Shape = readonly number[];
/** All of an axis, one index, or a start and a stop. */
export type Axis = readonly number[];

/** A shape as NumPy writes it. */
export function tuple(shape: Shape): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
}

export function sizeOf(shape: Shape): number {
  return shape.reduce((a, b) => a * b, 1);
}

/** What of an axis is taken: from the first to before the last; null where an index is outside. */
export function rangeOf(axis: Axis, size: number): readonly [number, number] | null {
  const place = (index: number): number => (index < 0 ? index + size : index);
  if (axis.length === 1) {
    const at = place(axis[0]!);
    return at >= 0 && at < size ? [at, at + 1] : null;
  }
  const inside = (index: number): number => Math.min(size, Math.max(0, place(index)));
  const [start, stop] = axis.length === 2 ? [inside(axis[0]!), inside(axis[1]!)] : [0, size];
  return [start, Math.max(start, stop)];
}

/** The shape of a slice: an axis with one index goes; null where an index is outside. */
export function slicedShape(shape: Shape, axes: readonly Axis[]): number[] | null {
  const found: number[] = [];
  for (const [i, size] of shape.entries()) {
    const axis = axes[i] ?? [];
    const range = rangeOf(axis, size);
    if (!range) return null;
    if (axis.length !== 1) found.push(range[1] - range[0]);
  }
  return found;
}

/** What stands in the brackets for an axis. */
export function indexText(axis: Axis, size: number): string {
  if (axis.length === 0) return ':';
  if (axis.length === 1) return String(axis[0]);
  const [start, stop] = axis as readonly [number, number];
  return `${start === 0 ? '' : start}:${stop >= size ? '' : stop}`;
}

/** What stands in the brackets, without the axes at the end of which all is taken. */
export function brackets(shape: Shape, axes: readonly Axis[]): string {
  const parts = shape.map((size, i) => indexText(axes[i] ?? [], size));
  while (parts.length > 1 && parts.at(-1) === ':') parts.pop();
  return `[${parts.join(', ')}]`;
}

/** One axis of two shapes that are broadcast. */
export interface Pairing {
  /** Null where the shape has fewer axes. */
  readonly a: number | null;
  readonly b: number | null;
  /** Null where they don't fit. */
  readonly result: number | null;
}

/** Two shapes, axis by axis from the last one; the first axis comes first. */
export function paired(a: Shape, b: Shape): Pairing[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const [n, m] = [a[i - length + a.length] ?? null, b[i - length + b.length] ?? null];
    const fits = n === null || m === null || n === m || n === 1 || m === 1;
    return { a: n, b: m, result: fits ? ((n ?? 1) === 1 ? (m ?? 1) : n) : null };
  });
}

/** The shape of an operation on two arrays; null where they don't fit. */
export function broadcast(a: Shape, b: Shape): number[] | null {
  const found = paired(a, b).map(({ result }) => result);
  return found.every((n) => n !== null) ? found : null;
}

/** A shape in which −1 is what is left; null where the numbers don't fit. */
export function reshaped(size: number, to: Shape): number[] | null {
  const known = sizeOf(to.filter((n) => n !== -1));
  const open = to.filter((n) => n === -1).length;
  if (open === 1 && known > 0 && size % known === 0) return to.map((n) => (n === -1 ? size / known : n));
  return open === 0 && known === size ? [...to] : null;
}

/** The place of a number in each axis, from its place in the memory. */
export function placeOf(shape: Shape, flat: number): number[] {
  const place: number[] = [];
  let left = flat;
  for (const size of [...shape].reverse()) {
    place.unshift(left % size);
    left = Math.floor(left / size);
  }
  return place;
}

/** The place in the memory. */
export function flatOf(shape: Shape, place: readonly number[]): number {
  return shape.reduce((flat, size, i) => flat * size + place[i]!, 0);
}

/** The place in a stretched array from which a number comes. */
export function sourceOf(shape: Shape, place: readonly number[]): number[] {
  const ahead = place.length - shape.length;
  return shape.map((size, i) => (size === 1 ? 0 : place[ahead + i]!));
}

type Rows = readonly (readonly number[])[];

/** The matrix product; null where the columns of the one aren't the rows of the other. */
export function dot(left: Rows, right: Rows): number[][] | null {
  if (left[0]!.length !== right.length) return null;
  return left.map((row) =>
    right[0]!.map((_, column) => row.reduce((sum, value, i) => sum + value * right[i]![column]!, 0)),
  );
}
