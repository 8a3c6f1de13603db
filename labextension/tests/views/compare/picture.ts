/** An image as Python sends it. */
export const picture = (height: number, width: number): Record<string, unknown> => ({
  count: 1,
  height,
  width,
  channels: 3,
  data: new DataView(Uint8Array.from({ length: height * width * 3 }, (_, i) => i % 251).buffer),
});
