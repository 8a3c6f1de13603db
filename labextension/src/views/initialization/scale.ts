/** A log scale for numbers that may be zero or beyond all bounds. */

/** Beyond, all numbers are drawn at the edge. */
const FARTHEST = 30;

/** Whole powers of ten from the smallest to the largest number, and whether there are zeros. */
export interface LogRange {
  readonly low: number;
  readonly high: number;
  readonly zeros: boolean;
}

export function logRange(rows: readonly (readonly (number | null)[])[]): LogRange {
  let [low, high, zeros] = [-3, 1, false];
  for (const value of rows.flat()) {
    if (value === null || Number.isNaN(value)) continue;
    if (value === 0) zeros = true;
    else {
      const power = Math.max(-FARTHEST, Math.min(FARTHEST, Math.log10(value)));
      low = Math.min(low, Math.floor(power));
      high = Math.max(high, Math.ceil(power));
    }
  }
  return { low, high, zeros };
}

/** The powers of ten that are written, at most so many. */
export function powers({ low, high }: LogRange, most: number): number[] {
  const by = [1, 2, 3, 5, 10, 20].find((one) => (high - low) / one <= most) ?? 30;
  const found: number[] = [];
  for (let power = Math.ceil(low / by) * by; power <= high; power += by) found.push(power);
  return found;
}

const RAISED = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Such as 10⁻³. */
export function powerText(power: number): string {
  if (power === 0) return '1';
  if (power === 1) return '10';
  const digits = String(Math.abs(power)).replace(/\d/g, (digit) => RAISED[Number(digit)]!);
  return `10${power < 0 ? '⁻' : ''}${digits}`;
}
