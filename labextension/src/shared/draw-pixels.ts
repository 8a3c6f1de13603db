import { type Atlas, imagePixels } from './atlas';

/**
 * Makes a canvas as large as the screen can show it, and empty; what is drawn on it is measured in CSS pixels.
 *
 * @returns what draws on it, or null where nothing can
 */
export function sizedCanvas(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = Math.max(1, window.devicePixelRatio);
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  // A canvas that is given a size, even its own, is laid out again and becomes a new layer of the page.
  if (canvas.width === across && canvas.height === down && context?.reset) context.reset();
  else [canvas.width, canvas.height] = [across, down];
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Puts RGBA pixels on a canvas, which becomes as large as they are; the style sheet enlarges it. */
export function putPixels(
  canvas: HTMLCanvasElement,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: { width: number; height: number },
): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas
    .getContext('2d', { willReadFrequently: true })
    ?.putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** Draws one image of an atlas; a single channel goes through the color map. */
export function drawImage(canvas: HTMLCanvasElement, atlas: Atlas, index = 0, map = 'gray'): void {
  putPixels(canvas, imagePixels(atlas, index, map), atlas);
}

/** Longest side of an image on a card, in px. */
export const CARD_IMAGE = 72;

/** How large an image is on a card, in px: small ones by whole multiples. */
export function imageSize(width: number, height: number): [number, number] {
  const longest = Math.max(width, height, 1);
  const scale = longest <= CARD_IMAGE ? Math.max(1, Math.floor(CARD_IMAGE / longest)) : CARD_IMAGE / longest;
  return [Math.round(width * scale), Math.round(height * scale)];
}
