/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_embeddings.py` has the same. */

import { choice, numbers, text } from '../../shared/concept/state';

export const SHOWS = ['both', 'learned', 'glove'] as const;
export const TASKS = ['neighbors', 'analogy'] as const;
export const COLORS = ['sentiment', 'similarity'] as const;
export const LONGEST_WORD = 40;

export type Show = (typeof SHOWS)[number];
export type Task = (typeof TASKS)[number];
export type Color = (typeof COLORS)[number];

export const FIELDS = {
  word: text('excellent', LONGEST_WORD),
  task: choice('neighbors', TASKS),
  a: text('man', LONGEST_WORD),
  b: text('king', LONGEST_WORD),
  c: text('woman', LONGEST_WORD),
  color: choice('sentiment', COLORS),
  show: choice('both', SHOWS),
  moment: numbers([], { low: 0, high: 999, digits: 2, least: 0, most: 1 }),
};
