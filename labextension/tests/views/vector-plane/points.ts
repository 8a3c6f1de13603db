/** The `points` trait for these places, as Python sends it. */
export const points = (places: number[], size = places.length / 2): object => ({
  count: places.length / 2,
  places: new DataView(Float32Array.from(places).buffer),
  rows: new DataView(Uint32Array.from({ length: size }, (_, i) => 10 * i).buffer),
  classes: new DataView(Uint16Array.from({ length: size }, (_, i) => i % 2).buffer),
  wrong: new DataView(Uint8Array.from({ length: size }, (_, i) => (i === 0 ? 1 : 0)).buffer),
});
export const SQUARE = [0, 0, 4, 0, 0, 4, 4, 4];
