import { readAtlas } from '../../shared/atlas';
import { MAX_SAVED_BYTES } from '../../shared/notebook-state';

/** Each of the two pictures may take half of what a saved widget may. */
const MOST = MAX_SAVED_BYTES / 2;

/**
 * A picture as it is saved with a notebook: small enough to be kept, by taking every n-th pixel of every n-th row.
 *
 * @example thumbnail({ count: 1, height: 400, width: 600, channels: 3, data }) // 58 x 86 pixels
 */
export function thumbnail(value: unknown): unknown {
  let whole;
  try {
    whole = readAtlas(value);
  } catch {
    return {}; // what cannot be shown need not be kept
  }
  const { bytes, count, channels } = whole;
  if (count !== 1) return {};
  let every = 1;
  while (Math.ceil(whole.height / every) * Math.ceil(whole.width / every) * channels > MOST) every += 1;
  const height = Math.ceil(whole.height / every);
  const width = Math.ceil(whole.width / every);
  const kept = new Uint8Array(height * width * channels);
  for (let row = 0, to = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, to += channels) {
      const from = (row * every * whole.width + column * every) * channels;
      kept.set(bytes.subarray(from, from + channels), to);
    }
  }
  return { count: 1, height, width, channels, data: new DataView(kept.buffer) };
}
