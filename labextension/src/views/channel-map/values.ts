import { isRecord, wholeNumber, WireError } from '../../core/wire';
import { colormap } from '../../shared/colormaps';
import type { Cell, Values } from '../../shared/units';

export const NO_VALUES: Values = { numbers: new Float32Array(0), height: 0, width: 0 };
const LARGEST_SIDE = 8192;

/**
 * Checks the `values` trait. An empty object gives no values.
 *
 * @throws WireError when its sides do not fit its bytes
 */
export function readValues(value: unknown): Values {
  if (!isRecord(value) || value.height === undefined) return NO_VALUES;
  const height = wholeNumber(value.height, 'values: height');
  const width = wholeNumber(value.width, 'values: width');
  const { data } = value;
  if (!ArrayBuffer.isView(data)) throw new WireError('values: data must be binary');
  if (Math.max(height, width) > LARGEST_SIDE || data.byteLength !== 4 * height * width) {
    throw new WireError(
      `values: ${height} x ${width} numbers need ${4 * height * width} bytes. Received: ${data.byteLength}`,
    );
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const numbers = Float32Array.from({ length: height * width }, (_, i) => view.getFloat32(4 * i, true));
  return { numbers, height, width };
}

/** The smallest and the largest finite number; [0, 0] where there is none. */
export function range(numbers: Float32Array): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of numbers) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** The numbers as RGBA, the smallest in the first color of the map; what is no number stays clear. */
export function paint(numbers: Float32Array, map: string): Uint8ClampedArray<ArrayBuffer> {
  const table = colormap(map);
  const [low, high] = range(numbers);
  const factor = high > low ? 255 / (high - low) : 0;
  const pixels = new Uint8ClampedArray(numbers.length * 4);
  numbers.forEach((value, i) => {
    if (!Number.isFinite(value)) return;
    const entry = 4 * Math.round((value - low) * factor);
    for (let c = 0; c < 3; c += 1) pixels[4 * i + c] = table[entry + c]!;
    pixels[4 * i + 3] = 255;
  });
  return pixels;
}

/** The cell under a point of the stage, null outside. */
export function cellAt(
  x: number,
  y: number,
  box: { left: number; top: number; width: number; height: number },
  { height, width }: Values,
): Cell | null {
  if (box.width <= 0 || box.height <= 0) return null;
  const column = Math.floor(((x - box.left) / box.width) * width);
  const row = Math.floor(((y - box.top) / box.height) * height);
  return row >= 0 && row < height && column >= 0 && column < width ? { row, column } : null;
}

/** Where a key moves the reading to, null for a key that moves nothing. */
export function moveCell(
  key: string,
  from: Cell | null,
  { height, width }: Values,
  fast = false,
): Cell | null {
  if (height === 0 || width === 0) return null;
  const step = fast ? 10 : 1;
  const moves: Record<string, [number, number]> = {
    ArrowLeft: [0, -step],
    ArrowRight: [0, step],
    ArrowUp: [-step, 0],
    ArrowDown: [step, 0],
    Home: [0, -width],
    End: [0, width],
    PageUp: [-height, 0],
    PageDown: [height, 0],
  };
  const move = moves[key];
  if (!move) return null;
  // The first key shows the middle instead of stepping past it.
  if (!from) return { row: Math.floor(height / 2), column: Math.floor(width / 2) };
  const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));
  return { row: within(from.row + move[0], height), column: within(from.column + move[1], width) };
}

/** The size of the stage in px: that of the picture's shape, or of square cells, or of cells that fill the room. */
export function stageSize(
  shape: { width: number; height: number },
  room: { width: number; height: number },
  stretch: boolean,
): { width: number; height: number } {
  const width = Math.max(1, shape.width);
  const height = Math.max(1, shape.height);
  if (stretch) {
    return {
      width: Math.round(Math.min(room.width, width * 24)),
      height: Math.round(Math.min(room.height, Math.max(height * 16, 40))),
    };
  }
  const scale = Math.min(room.width / width, room.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
