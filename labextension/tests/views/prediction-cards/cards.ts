/** Bytes as they arrive from Python. */
export const binary = (bytes: number): DataView => new DataView(new Uint8Array(bytes).buffer);

/** The `cards` trait for these rows, as Python sends it. */
export const cards = (rows: number[], extra: object = {}): Record<string, unknown> => ({
  asked: 0,
  index: rows,
  predicted: rows.map((row) => row % 3),
  truth: rows.map(() => 1),
  confidence: rows.map(() => 0.75),
  loss: rows.map(() => 0.5),
  bar_classes: rows.map(() => [0, 1, 2]),
  bars: rows.map(() => [0.1, 0.75, 0.15]),
  images: { count: rows.length, height: 2, width: 2, channels: 1, data: binary(rows.length * 4) },
  ...extra,
});
