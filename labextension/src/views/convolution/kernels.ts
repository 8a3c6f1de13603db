/** Known kernels. `dlwidgets/concepts/_convolution.py` has the same; a test compares them. */

import { t } from '../../core/i18n';
import type { Kernel, Mode } from './correlate';

export interface Preset {
  name: string;
  title: () => string;
  kernel: Kernel;
  mode: Mode;
}

const SOBEL = [
  [1, 0, -1],
  [2, 0, -2],
  [1, 0, -1],
];

export const PRESETS: readonly Preset[] = [
  {
    name: 'identity',
    title: () => t('Identity'),
    kernel: [
      [0, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
    mode: 'kernel',
  },
  {
    name: 'edges',
    title: () => t('Edges in all directions'),
    kernel: [
      [-1, -1, -1],
      [-1, 8, -1],
      [-1, -1, -1],
    ],
    mode: 'kernel',
  },
  {
    name: 'horizontal',
    title: () => t('Horizontal edges'),
    kernel: [
      [1, 1, 1],
      [0, 0, 0],
      [-1, -1, -1],
    ],
    mode: 'kernel',
  },
  {
    name: 'vertical',
    title: () => t('Vertical edges'),
    kernel: Array.from({ length: 3 }, () => [1, 0, -1]),
    mode: 'kernel',
  },
  { name: 'sobel_x', title: () => t('Sobel x: vertical edges'), kernel: SOBEL, mode: 'kernel' },
  {
    name: 'sobel_y',
    title: () => t('Sobel y: horizontal edges'),
    kernel: [
      [1, 2, 1],
      [0, 0, 0],
      [-1, -2, -1],
    ],
    mode: 'kernel',
  },
  { name: 'magnitude', title: () => t('Sobel magnitude'), kernel: SOBEL, mode: 'magnitude' },
  { name: 'phase', title: () => t('Sobel phase'), kernel: SOBEL, mode: 'phase' },
  {
    name: 'blur',
    title: () => t('Blur'),
    kernel: Array.from({ length: 3 }, () => [0.1111, 0.1111, 0.1111]),
    mode: 'kernel',
  },
  {
    name: 'sharpen',
    title: () => t('Sharpen'),
    kernel: [
      [0, -1, 0],
      [-1, 5, -1],
      [0, -1, 0],
    ],
    mode: 'kernel',
  },
  {
    name: 'diagonal',
    title: () => t('Diagonal line'),
    kernel: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    mode: 'kernel',
  },
];

/** The name of the known kernel that this is; null for none. */
export function presetOf(kernel: Kernel, mode: Mode): string | null {
  const key = JSON.stringify(kernel);
  return PRESETS.find((one) => one.mode === mode && JSON.stringify(one.kernel) === key)?.name ?? null;
}

/** The kernel in another size: rows and columns are added or cut off evenly, the middle stays in the middle. */
export function resized(kernel: Kernel, height: number, width: number): number[][] {
  const top = Math.floor((height - kernel.length) / 2);
  const left = Math.floor((width - (kernel[0]?.length ?? 0)) / 2);
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => kernel[y - top]?.[x - left] ?? 0),
  );
}
