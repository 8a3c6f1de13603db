/** What the state consists of. `FIELDS` in `dlwidgets/concepts/_splits.py` has the same. */

import { choice, number, numbers, type Values } from '../../shared/concept/state';

export const TRAPS = ['none', 'sorted', 'duplicates', 'time', 'scaling', 'selection'] as const;
export type Trap = (typeof TRAPS)[number];
export const PROTOCOLS = ['holdout', 'kfold', 'iterated'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** The scores of so many seeds are shown side by side. */
export const SEEDS = 40;
/** Where features are selected, so many are kept. */
export const KEPT_COLUMNS = 20;

export const FIELDS = {
  data: choice('wine', ['wine', 'own']),
  trap: choice('none', TRAPS),
  protocol: choice('kfold', PROTOCOLS),
  folds: number(5, 2, 10),
  repeats: number(3, 2, 5),
  share: number(20, 10, 50),
  copies: number(50, 10, 100),
  neighbors: number(1, 1, 15),
  features: number(4, 1, 13),
  seed: number(0, 0, 999),
  at: numbers([], { low: 1, high: 50, digits: 0, least: 0, most: 1 }),
};

export type SplitsValues = Values<typeof FIELDS>;
