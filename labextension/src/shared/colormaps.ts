/** Colors of 33 evenly spaced points of Matplotlib's maps (public domain), six hex digits each. */
const STOPS: Record<string, string> = {
  gray: '000000ffffff',
  gray_r: 'ffffff000000',
  viridis:
    '440154470d6048186a482374472d7b4537814240863e49893b528b375b8d33638d2f6b8e2c728e297a8e26828e23898e' +
    '21918c1f988b1fa08822a78528ae8032b67a3fbc734ec36b5ec96270cf5784d44b98d83eaddc30c2df23d8e219ece51b' +
    'fde725',
  magma:
    '0000040303120a0822130d341d114729115a36106b440f7651127c5d177f6a1c81762181832681902a819c2e7faa337d' +
    'b73779c43c75d0416fdc4869e75263ef5d5ef56b5cf9795dfc8961fd9869fea772feb67cfec488fed395fde2a3fcf0b2' +
    'fcfdbf',
  inferno:
    '0000040403120b0724150b37210c4a2f0a5b3d09654a0c6b57106e64156e71196e7d1e6d8a226a972766a32c61b0315b' +
    'bc3754c73e4cd24644db503be45a31eb6628f1731df68013f98e09fb9d07fcac11fbbc21f9cb35f5db4cf2ea69f3f68a' +
    'fcffa4',
  plasma:
    '0d08872206903105973f049c4c02a15901a56600a77201a87e03a88a09a59511a1a01a9caa2395b32c8ebc3587c43e7f' +
    'cc4778d35171da5a6ae06363e66c5ceb7655f0804ef58b47f89540fba139fdac33feb82cfdc527fcd225f8df25f4ed27' +
    'f0f921',
  coolwarm:
    '3b4cc0445acc4e68d85875e16282ea6c8ff1779af782a6fb8db0fe98b9ffa3c2feaec9fcb9d0f9c3d5f4ccd9edd5dbe5' +
    'dddcdce5d8d1ecd3c5f1ccb8f5c4acf7ba9ff7b093f6a586f4987af08b6eeb7d62e46e56dd5f4bd44e41ca3b37be242e' +
    'b40426',
};

/** Where red, green and blue of "jet" are highest, as parts of the way; each is 1 for a quarter of it. */
const PEAKS = [3 / 4, 1 / 2, 1 / 4];

const tables = new Map<string, Uint8ClampedArray<ArrayBuffer>>();

/**
 * The RGBA colors of the 256 values of a color map, four bytes each; gray when the name is unknown.
 *
 * @example colormap('gray_r').slice(0, 4) // 255, 255, 255, 255
 */
export function colormap(name: string): Uint8ClampedArray<ArrayBuffer> {
  const known = name === 'jet' || Object.hasOwn(STOPS, name) ? name : 'gray';
  let table = tables.get(known);
  if (!table) tables.set(known, (table = known === 'jet' ? jet() : interpolate(STOPS[known]!)));
  return table;
}

/** The rainbow from blue to red that books print heat maps in: each channel is a trapezium. */
function jet(): Uint8ClampedArray<ArrayBuffer> {
  const table = new Uint8ClampedArray(256 * 4).fill(255);
  for (let value = 0; value < 256; value += 1)
    PEAKS.forEach((peak, which) => {
      table[value * 4 + which] = 255 * (1.5 - 4 * Math.abs(value / 255 - peak));
    });
  return table;
}

function interpolate(hex: string): Uint8ClampedArray<ArrayBuffer> {
  const last = hex.length / 6 - 1;
  const channel = (stop: number, which: number): number =>
    parseInt(hex.slice(stop * 6 + which * 2, stop * 6 + which * 2 + 2), 16);
  const table = new Uint8ClampedArray(256 * 4);
  for (let value = 0; value < 256; value += 1) {
    const place = (value / 255) * last;
    const stop = Math.min(last - 1, Math.floor(place));
    for (let which = 0; which < 3; which += 1) {
      const [a, b] = [channel(stop, which), channel(stop + 1, which)];
      table[value * 4 + which] = a + (b - a) * (place - stop);
    }
    table[value * 4 + 3] = 255;
  }
  return table;
}
