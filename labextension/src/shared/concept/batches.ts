/** Which samples each step takes, from a seed: the same in Python. */

/** Numbers from 0 to 1 that look random: mulberry32 by Tommy Ettinger, in the public domain. */
export function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The samples of each step: all samples in random order, then all in another; the last batch of an epoch may be smaller. */
export function batches(samples: number, size: number, steps: number, seed: number): number[][] {
  const next = random(seed);
  const found: number[][] = [];
  while (found.length < steps) {
    const order = Array.from({ length: samples }, (_, i) => i);
    for (let i = samples - 1; i > 0; i -= 1) {
      const j = Math.floor(next() * (i + 1));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    for (let at = 0; at < samples && found.length < steps; at += size) found.push(order.slice(at, at + size));
  }
  return found;
}

/** 0 to `count` − 1 in a random order. */
export function shuffled(count: number, seed: number): number[] {
  const next = random(seed);
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = Math.floor(next() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
