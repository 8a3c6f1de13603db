/** Ten hues told apart by most people, for light and for dark backgrounds. */
const LIGHT = [
  '#1f6fd6',
  '#d1570f',
  '#11845b',
  '#c2306b',
  '#8a4fd0',
  '#7a4a1e',
  '#0b8494',
  '#946c00',
  '#6b6f7b',
  '#4d7c0f',
];
const DARK = [
  '#6aa9ff',
  '#ff9a4d',
  '#4ccf9b',
  '#ff7fae',
  '#c49bff',
  '#d0a47c',
  '#45d0e0',
  '#e6c04a',
  '#b3b8c6',
  '#a3d65c',
];

/** The color of a class; colors repeat after ten. */
export function groupColor(group: number, dark: boolean): string {
  const colors = dark ? DARK : LIGHT;
  return colors[group % colors.length]!;
}

/** Begins a path around a disc; the caller fills or strokes it. */
export function disc(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  radius: number,
): void {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
}
