/** The steps of a pass. */

export type PhaseKind = 'forward' | 'loss' | 'delta' | 'gradient' | 'update';

export interface Phase {
  readonly kind: PhaseKind;
  /** From 0; of no meaning for the loss and the update. */
  readonly layer: number;
}

/** All steps of a pass through so many layers, in order. */
export function phasesOf(layers: number): Phase[] {
  const up = Array.from({ length: layers }, (_, layer) => layer);
  const down = [...up].reverse();
  const of = (kind: PhaseKind, order: readonly number[]): Phase[] => order.map((layer) => ({ kind, layer }));
  return [
    ...of('forward', up),
    { kind: 'loss', layer: layers - 1 },
    ...of('delta', down),
    ...of('gradient', down),
    { kind: 'update', layer: layers - 1 },
  ];
}

/** What is known once a step is done. */
export interface Known {
  /** Layers that have their z and a, from the first. */
  readonly forward: number;
  readonly loss: boolean;
  /** The first layer that has its δ; the number of layers while none has. */
  readonly delta: number;
  readonly gradient: number;
  readonly update: boolean;
}

export function knownAfter(phases: readonly Phase[], step: number): Known {
  const done = phases.slice(0, step + 1);
  const layers = phases.filter(({ kind }) => kind === 'forward').length;
  const count = (kind: PhaseKind): number => done.filter((phase) => phase.kind === kind).length;
  return {
    forward: count('forward'),
    loss: count('loss') > 0,
    delta: layers - count('delta'),
    gradient: layers - count('gradient'),
    update: count('update') > 0,
  };
}
