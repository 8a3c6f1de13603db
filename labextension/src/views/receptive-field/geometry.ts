/**
 * What units of stacked layers see, along one axis, without a page.
 *
 * `dlwidgets/concepts/_receptive_field.py` is the reference; both are tested with the same cases.
 */

import type { Field } from '../../shared/concept/state';

export interface Layer {
  kind: 'conv' | 'pool';
  kernel: number;
  stride: number;
  dilation: number;
  same: boolean;
}

export const MOST_LAYERS = 40;
export const MOST = { kernel: 31, stride: 31, dilation: 32 };

const LAYER = /^([cp])(\d{1,2})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?(s?)$/;

function readLayer(text: string): Layer | null {
  const match = LAYER.exec(text);
  if (!match) return null;
  const [, letter, kernel, given, spread, same] = match;
  const usual = letter === 'p' ? kernel : '1';
  const layer: Layer = {
    kind: letter === 'c' ? 'conv' : 'pool',
    kernel: Number(kernel),
    stride: Number(given ?? usual),
    dilation: Number(spread ?? 1),
    same: same === 's',
  };
  const good = (['kernel', 'stride', 'dilation'] as const).every(
    (name) => layer[name] >= 1 && layer[name] <= MOST[name],
  );
  return good ? layer : null;
}

function writeLayer({ kind, kernel, stride, dilation, same }: Layer): string {
  const usual = kind === 'pool' ? kernel : 1;
  const moves = stride !== usual || dilation !== 1 ? `.${stride}` : '';
  const spread = dilation !== 1 ? `.${dilation}` : '';
  return `${kind === 'conv' ? 'c' : 'p'}${kernel}${moves}${spread}${same ? 's' : ''}`;
}

/** Layers, written as `c3,p2,c3.2.1s`: kind, kernel, stride, dilation, and s for same padding. */
export function layersField(value: readonly Layer[]): Field<readonly Layer[]> {
  return {
    value,
    read: (text) => {
      const all = text.split(',').map(readLayer);
      const good = all.filter((each) => each !== null);
      return good.length === all.length && all.length <= MOST_LAYERS ? good : null;
    },
    write: (all) => all.map(writeLayer).join(','),
  };
}

/** What follows from a layer; level 0 is the input. */
export interface Level {
  /** Units of the feature map; 0 where nothing is left. */
  size: number;
  /** Places before the first one that the first window covers. */
  before: number;
  /** Pixels that the layers alone would reach. */
  sees: number;
  /** Pixels between the fields of neighboring units. */
  step: number;
  /** The middle of the field of the first unit, in pixels of the input. */
  first: number;
}

/** How many units a layer has, and the places of padding before the first. */
function sizeOf(size: number, { kernel, stride, dilation, same }: Layer): [number, number] {
  const reach = dilation * (kernel - 1) + 1;
  if (same) {
    const all = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
    return [Math.ceil(size / stride), Math.floor(all / 2)];
  }
  return [size < reach ? 0 : Math.floor((size - reach) / stride) + 1, 0];
}

/** The input and the feature maps of all layers, as far as they fit: the last one may have size 0. */
export function levelsOf(layers: readonly Layer[], size: number): Level[] {
  const found: Level[] = [{ size, before: 0, sees: 1, step: 1, first: 0 }];
  for (const layer of layers) {
    const last = found.at(-1)!;
    const [units, before] = sizeOf(last.size, layer);
    const reach = layer.dilation * (layer.kernel - 1);
    found.push({
      size: units,
      before,
      sees: last.sees + reach * last.step,
      step: last.step * layer.stride,
      first: last.first + (reach / 2 - before) * last.step,
    });
    if (units === 0) break;
  }
  return found;
}

/** The units of the level below that a unit takes. */
export function windowOf(
  layers: readonly Layer[],
  levels: readonly Level[],
  level: number,
  unit: number,
): number[] {
  const { kernel, stride, dilation } = layers[level - 1]!;
  const below = levels[level - 1]!.size;
  const found: number[] = [];
  for (let i = 0; i < kernel; i += 1) {
    const place = unit * stride - levels[level]!.before + i * dilation;
    if (place >= 0 && place < below) found.push(place);
  }
  return found;
}

/** On how many ways each unit of all levels below reaches a unit: one array per level, from the input on. */
export function pathsOf(
  layers: readonly Layer[],
  levels: readonly Level[],
  level: number,
  unit: number,
): Float64Array[] {
  const found: Float64Array[] = [];
  let counts = new Float64Array(levels[level]!.size);
  counts[unit] = 1;
  found.unshift(counts);
  for (let now = level; now > 0; now -= 1) {
    const below = new Float64Array(levels[now - 1]!.size);
    counts.forEach((count, each) => {
      if (count > 0) for (const place of windowOf(layers, levels, now, each)) below[place]! += count;
    });
    counts = below;
    found.unshift(counts);
  }
  return found;
}

/** The units of each level that see a pixel, from the input on. */
export function seersOf(layers: readonly Layer[], levels: readonly Level[], pixel: number): boolean[][] {
  const found: boolean[][] = [Array.from({ length: levels[0]!.size }, (_, i) => i === pixel)];
  for (let level = 1; level < levels.length; level += 1) {
    const below = found[level - 1]!;
    found.push(
      Array.from({ length: levels[level]!.size }, (_, unit) =>
        windowOf(layers, levels, level, unit).some((place) => below[place]!),
      ),
    );
  }
  return found;
}

/** First and last of what isn't 0; null for none. */
export function spanOf(counts: ArrayLike<number | boolean>): [number, number] | null {
  let [first, last] = [-1, -1];
  for (let i = 0; i < counts.length; i += 1) {
    if (!counts[i]) continue;
    if (first < 0) first = i;
    last = i;
  }
  return first < 0 ? null : [first, last];
}
