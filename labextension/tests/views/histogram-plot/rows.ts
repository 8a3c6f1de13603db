/** Histograms as Python sends them. */

export type Row = [step: number, low: number, high: number, counts: number[]];

/** The bytes of histograms; the epoch is a tenth of the step, and the time a hundredth. */
export function bytes(rows: readonly Row[]): DataView {
  const flat = rows.flatMap(([step, low, high, counts]) => [
    step,
    step / 10,
    step / 100,
    low,
    high,
    ...counts,
  ]);
  return new DataView(Float32Array.from(flat).buffer);
}

/** A snapshot trait with these names. */
export function snapshot(series: Record<string, readonly Row[]>, generation = 0, bins = 4): object {
  const entries = Object.entries(series).map(([id, rows]) => [id, { count: rows.length, data: bytes(rows) }]);
  return { generation, number: 1, bins, series: Object.fromEntries(entries) as object };
}

/** A distribution that moves to the right. */
export function moving(n: number, bins = 4): Row[] {
  return Array.from({ length: n }, (_, i): Row => [
    i * 10,
    -1 + i / n,
    1 + i / n,
    Array.from({ length: bins }, (_unused, bin) => 1 + Math.min(bin, bins - 1 - bin) * 10),
  ]);
}
