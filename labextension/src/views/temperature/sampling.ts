/** Temperature, top-k and top-p: `dlwidgets/generate/reweight.py` has the same. */

import { random } from '../../shared/concept/batches';
import { softmax } from '../../shared/concept/softmax';

/** Places from the most probable to the least; of equal ones the first comes first. */
function descending(p: readonly number[]): number[] {
  return p.map((_, i) => i).sort((a, b) => p[b]! - p[a]! || a - b);
}

function normalized(p: readonly number[]): number[] {
  const sum = p.reduce((a, b) => a + b, 0);
  return p.map((share) => share / sum);
}

/** Keeps the k most probable; 0 keeps all. */
export function topK(p: readonly number[], k: number): number[] {
  if (k === 0 || k >= p.length) return normalized(p);
  const kept = new Set(descending(p).slice(0, k));
  return normalized(p.map((share, i) => (kept.has(i) ? share : 0)));
}

/** Keeps the fewest of the most probable that together reach a share. */
export function topP(p: readonly number[], share: number): number[] {
  const values = normalized(p);
  if (share >= 1) return values;
  const kept = new Array<number>(p.length).fill(0);
  let before = 0;
  for (const i of descending(values)) {
    // One is kept if the more probable ones alone do not reach the share.
    if (before >= share) break;
    kept[i] = values[i]!;
    before += values[i]!;
  }
  return normalized(kept);
}

/** What is sampled from: temperature first, then top-k, then top-p. */
export function distribution(logits: readonly number[], temperature: number, k: number, p: number): number[] {
  return topP(topK(softmax(logits, temperature), k), p);
}

/** The one whose part of the line from 0 to 1 a random number falls on. */
export function choose(p: readonly number[], u: number): number {
  const sum = p.reduce((a, b) => a + b, 0);
  let end = 0;
  for (let i = 0; i < p.length; i += 1) {
    end += p[i]!;
    if (end > u * sum) return i;
  }
  return p.length - 1;
}

/** The first random numbers of a seed. */
export function dice(count: number, seed: number): number[] {
  const next = random(seed);
  return Array.from({ length: count }, next);
}

/** In bits. */
export function entropy(p: readonly number[]): number {
  return p.reduce((sum, share) => (share > 0 ? sum - share * Math.log2(share) : sum), 0) + 0;
}
