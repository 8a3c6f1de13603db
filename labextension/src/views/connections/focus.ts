/** What is pointed at, and what of each layer belongs to it. */

import type { Drawn } from './model';

/** An output, an input, or the line between an input and an output. */
export type Focus =
  | { point: 'output'; at: readonly [number] }
  | { point: 'input'; at: readonly [number] }
  | { point: 'line'; at: readonly [number, number] };

/** The line from an input to an output; null where there is none. */
export function lineBetween(drawn: Drawn, input: number, output: number): number | null {
  return drawn.byOutput[output]?.find((i) => drawn.lines[i]!.input === input) ?? null;
}

/** The lines that belong to it: of a line, all that carry its weight. */
export function litLines(drawn: Drawn, focus: Focus): readonly number[] {
  if (focus.point === 'output') return drawn.byOutput[focus.at[0]] ?? [];
  if (focus.point === 'input') return drawn.byInput[focus.at[0]] ?? [];
  const line = lineBetween(drawn, ...focus.at);
  return line === null ? [] : drawn.byWeight.get(drawn.lines[line]!.weight)!;
}

/** What a key points at: ← and → the next one, ↑ an output, ↓ an input; null for any other key. */
export function keyTarget(key: string, now: Focus, drawn: Drawn): Focus | null {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (key === 'ArrowUp') return { point: 'output', at: [now.point === 'line' ? now.at[1] : 0] };
  if (key === 'ArrowDown') return { point: 'input', at: [now.at[0]] };
  if (by === undefined) return null;
  const turned = (index: number, count: number): number => (count === 0 ? 0 : (index + by + count) % count);
  if (now.point !== 'line') {
    const count = now.point === 'output' ? drawn.outputs : drawn.byInput.length;
    return { point: now.point, at: [turned(Math.min(now.at[0], Math.max(0, count - 1)), count)] };
  }
  const { lines } = drawn;
  const next = lines[turned(lineBetween(drawn, ...now.at) ?? 0, lines.length)];
  return next ? { point: 'line', at: [next.input, next.output] } : null;
}
