import { type Atlas, imagePixels } from './atlas';

/** Puts RGBA pixels on a canvas, which becomes as large as they are; the style sheet enlarges it. */
export function putPixels(
  canvas: HTMLCanvasElement,
  pixels: Uint8ClampedArray<ArrayBuffer>,
  { width, height }: { width: number; height: number },
): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
}

/** Draws one image of an atlas; a single channel goes through the colour map. */
export function drawImage(canvas: HTMLCanvasElement, atlas: Atlas, index = 0, map = 'gray'): void {
  putPixels(canvas, imagePixels(atlas, index, map), atlas);
}
