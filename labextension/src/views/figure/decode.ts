import { messageText } from '../../core/i18n';
import { isMessage } from '../../core/messages';
import { isRecord, WireError } from '../../core/wire';

const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
} as const;

type TypedArray = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;

/**
 * Rebuilds a figure: every `{"_dlw": "nd", …}` becomes a typed array, or rows of them when it has two dimensions,
 * and every message a text in the reader's language.
 *
 * @throws WireError naming the array (by its path in the figure) that does not fit its bytes
 */
export function decodeFigure(value: unknown, path = 'figure'): unknown {
  if (Array.isArray(value)) return value.map((item, i) => decodeFigure(item, `${path}[${i}]`));
  if (!isRecord(value) || ArrayBuffer.isView(value)) return value;
  if (value._dlw === 'nd') return decodeArray(value, path);
  if (isMessage(value) && isRecord(value.args)) return messageText(value);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, decodeFigure(item, `${path}.${key}`)]),
  );
}

function decodeArray(value: Record<string, unknown>, path: string): unknown {
  const { dtype, shape, data } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(ARRAYS, dtype)) {
    throw new WireError(`${path}: unknown dtype ${JSON.stringify(dtype)}`);
  }
  if (!Array.isArray(shape) || !shape.every((side) => Number.isSafeInteger(side) && (side as number) >= 0)) {
    throw new WireError(`${path}: shape must be whole numbers. Received: ${JSON.stringify(shape)}`);
  }
  if (!ArrayBuffer.isView(data) && !(data instanceof ArrayBuffer)) {
    throw new WireError(`${path}: data must be binary`);
  }
  const type = ARRAYS[dtype as keyof typeof ARRAYS];
  const sides = shape as number[];
  const length = sides.reduce((product, side) => product * side, 1);
  if (data.byteLength !== length * type.BYTES_PER_ELEMENT) {
    throw new WireError(
      `${path}: ${dtype} of shape [${sides.join(', ')}] needs ${length * type.BYTES_PER_ELEMENT} bytes. ` +
        `Received: ${data.byteLength}`,
    );
  }
  // A copy: the message's own buffer need not be aligned.
  const bytes = ArrayBuffer.isView(data)
    ? data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength)
    : data.slice(0);
  return nested(new type(bytes as ArrayBuffer), sides);
}

function nested(flat: TypedArray, sides: number[]): unknown {
  if (sides.length === 0) return flat[0];
  if (sides.length === 1) return flat;
  const [first, ...rest] = sides;
  const size = rest.reduce((product, side) => product * side, 1);
  return Array.from({ length: first! }, (_, i) => nested(flat.subarray(i * size, (i + 1) * size), rest));
}

/** The bundles of Plotly, from the smallest on. */
export type Bundle = 'basic' | 'cartesian' | 'full';

const BASIC = ['bar', 'pie', 'scatter'];
const CARTESIAN = [
  ...BASIC,
  'box',
  'contour',
  'heatmap',
  'histogram',
  'histogram2d',
  'histogram2dcontour',
  'image',
  'scatterternary',
  'violin',
];

/** The smallest bundle that can draw all of these traces; a trace without a type is a scatter. */
export function bundleFor(data: readonly unknown[]): Bundle {
  const types = data.map((trace) => (isRecord(trace) ? (trace.type ?? 'scatter') : 'scatter'));
  const within = (known: string[]): boolean =>
    types.every((type) => typeof type === 'string' && known.includes(type));
  return within(BASIC) ? 'basic' : within(CARTESIAN) ? 'cartesian' : 'full';
}
