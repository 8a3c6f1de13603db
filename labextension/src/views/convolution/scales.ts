/** How the values of images and outputs are colored. */

import type { Picture } from '../../shared/concept/grid';
import type { Scale } from '../../shared/concept/paint';
import type { ConvolutionModel } from './model';

export function pixelScale({ low, high, colors }: Picture): Scale {
  return { kind: 'gray', low, high: colors ? high * 3 : high };
}

/**
 * The colors of an output.
 *
 * A kernel whose numbers add up to more than 0 gives an image like its input, and what is darker than black or brighter than
 * white is cut off, as in image editors. Any other gives differences, of which the sign counts.
 */
export function outputScale({ result, used, mode, image }: ConvolutionModel): Scale {
  const { output, parts } = result;
  const most = Math.max(
    1e-9,
    output.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
  );
  if (mode === 'phase' && parts) {
    const size = { ...output, data: parts[0].data.map((x, i) => Math.hypot(x, parts[1].data[i]!)) };
    return { kind: 'phase', size, most: size.data.reduce((a, b) => Math.max(a, b), 1e-9) };
  }
  if (mode === 'magnitude') return { kind: 'gray', low: 0, high: most };
  const sum = used.flat().reduce((a, b) => a + b, 0);
  if (sum < 1e-6 || image.low < 0) return { kind: 'signed', most };
  return { kind: 'gray', low: 0, high: sum * (image.colors ? 3 : 1) * image.high };
}
