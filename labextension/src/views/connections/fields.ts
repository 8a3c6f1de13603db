/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_connections.py` has the same. */

import { choice, type Field, flag, number, numbers } from '../../shared/concept/state';

export const POINTS = ['tour', 'output', 'input', 'line'] as const;
export type Point = (typeof POINTS)[number];
export const PADDINGS = ['valid', 'same'] as const;
export type Padding = (typeof PADDINGS)[number];

const MOST_SIDE = 1024;
const MOST_STEPS = 1_000_000;
export const MOST_CHANNELS = 4096;
export const MOST_UNITS = 1_000_000;

const anyShape = numbers([8, 1], { low: 1, high: MOST_STEPS, digits: 0, least: 2, most: 3 });
const shape: Field<readonly number[]> = {
  ...anyShape,
  read: (text) => {
    const found = anyShape.read(text);
    if (!found) return null;
    const most = found.length === 3 ? MOST_SIDE : MOST_STEPS;
    return Math.max(...found.slice(0, -1)) <= most && found.at(-1)! <= MOST_CHANNELS ? found : null;
  },
};
const axes = { low: 1, high: 99, digits: 0, least: 1, most: 2 };

export const FIELDS = {
  /** Of the input, the channels last. */
  shape,
  kernel: numbers([3], axes),
  stride: numbers([1], axes),
  padding: choice('valid', PADDINGS),
  filters: number(1, 1, MOST_CHANNELS),
  /** Of the dense layer; 0 for as many as the convolution has outputs. */
  units: number(0, 0, MOST_UNITS),
  bias: flag(true),
  point: choice('tour', POINTS),
  /** What is pointed at in the drawing: an output, an input, or both ends of a line. */
  at: numbers([], { low: 0, high: 9999, digits: 0, least: 0, most: 2 }),
};

/** Settings to look at: those of the books with the counts that they print. */
export const EXAMPLES = {
  sequence: '',
  image: 'shape=5,5,1',
  digits: 'shape=28,28,1;filters=32;units=512',
  photos: 'shape=32,32,3;kernel=4;stride=2;padding=same;filters=10;units=200',
  words: 'shape=500,128;kernel=7;filters=32',
} as const;
export type ExampleName = keyof typeof EXAMPLES;
