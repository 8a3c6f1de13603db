/** A still image of a part of the page, without anything that the page's style sheets or scripts would have to add. */

const XLINK = 'http://www.w3.org/1999/xlink';
const XHTML = 'http://www.w3.org/1999/xhtml';

/** What an image of a widget may take in a notebook, in characters of base64. */
export const MAX_STILL = 44_000;

/** The computed properties that decide how an HTML element looks. */
const LOOKS = [
  ...['display', 'position', 'top', 'left', 'right', 'bottom', 'z-index', 'float', 'clear', 'box-sizing'],
  ...['width', 'height', 'min-width', 'min-height', 'max-width', 'max-height', 'margin', 'padding'],
  ...['border-top', 'border-right', 'border-bottom', 'border-left', 'border-radius', 'border-collapse'],
  ...['border-spacing', 'outline', 'outline-offset', 'box-shadow', 'background-color', 'background-image'],
  ...['background-size', 'background-position', 'background-repeat', 'color', 'opacity', 'visibility'],
  ...['overflow', 'clip-path', 'transform', 'transform-origin', 'writing-mode'],
  ...['font', 'font-variant-numeric', 'letter-spacing', 'line-height', 'text-align', 'text-decoration'],
  ...['text-indent', 'text-overflow', 'text-transform', 'white-space', 'word-break', 'overflow-wrap'],
  ...['vertical-align', 'list-style', 'flex', 'flex-direction', 'flex-wrap', 'align-items', 'align-self'],
  ...['align-content', 'justify-content', 'justify-items', 'justify-self', 'order', 'gap'],
  ...['grid-template-areas', 'grid-template-columns', 'grid-template-rows'],
  ...['grid-column', 'grid-row', 'grid-auto-flow'],
  ...['image-rendering', 'object-fit', 'aspect-ratio', 'mix-blend-mode', 'table-layout'],
];

/** Those of an SVG element that its attributes may not have. */
const DRAWING_LOOKS = [
  ...['display', 'visibility', 'opacity', 'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity'],
  ...['stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'font', 'text-anchor', 'dominant-baseline'],
  ...['color', 'transform', 'transform-origin'],
];

/** What is farther down a widget is cut off, in CSS pixels. */
const MAX_HEIGHT = 1_000;

/** Encodings from the best on, with a scale and a quality each. */
const ENCODINGS: readonly [type: Still['type'], scale: number, quality: number][] = [
  ['image/png', 1, 1],
  ['image/jpeg', 1, 0.85],
  ['image/jpeg', 1, 0.65],
  ['image/jpeg', 0.8, 0.65],
  ['image/jpeg', 0.65, 0.6],
  ['image/jpeg', 0.5, 0.6],
  ['image/jpeg', 0.5, 0.35],
  ['image/jpeg', 0.3, 0.5],
];

export interface Still {
  type: 'image/png' | 'image/jpeg';
  /** Base64. */
  data: string;
  /** Which of the encodings it has. */
  encoding: number;
  /** Of what it shows, in CSS pixels; the image may be smaller. */
  width: number;
  height: number;
}

/**
 * Draws an element as it looks now.
 *
 * @param encoding which encoding to try first: the one of an image before, where there is one
 * @returns the image, or null when the element has no size, or no encoding of it is small enough
 */
export async function stillOf(root: HTMLElement, encoding = 0): Promise<Still | null> {
  const box = root.getBoundingClientRect();
  const [width, height] = [
    Math.ceil(box.width),
    Math.min(MAX_HEIGHT, Math.ceil(Math.max(box.height, root.scrollHeight))),
  ];
  const copy = frozen(root, { margin: '0', position: 'static' });
  if (width < 2 || height < 2 || !(copy instanceof HTMLElement)) return null;
  copy.setAttribute('xmlns', XHTML);
  const image = await loaded(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
      `<foreignObject width="100%" height="100%">${new XMLSerializer().serializeToString(copy)}` +
      '</foreignObject></svg>',
  );
  return encode({ image, width, height, background: backgroundOf(root) }, encoding);
}

interface Drawing {
  image: HTMLImageElement;
  width: number;
  height: number;
  background: string;
}

function encode({ image, width, height, background }: Drawing, from: number): Still | null {
  for (let encoding = from; encoding < ENCODINGS.length; encoding += 1) {
    const [type, scale, quality] = ENCODINGS[encoding]!;
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(width * scale));
    canvas.height = Math.max(1, Math.round(height * scale));
    const context = canvas.getContext('2d');
    if (!context) return null;
    context.fillStyle = background;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const data = canvas.toDataURL(type, quality).split(',', 2)[1] ?? '';
    if (data && data.length <= MAX_STILL) return { type, data, encoding, width, height };
  }
  return null;
}

async function loaded(svg: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  return image;
}

/** The first color behind an element. */
function backgroundOf(element: HTMLElement): string {
  for (let at: HTMLElement | null = element; at; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (color && color !== 'transparent' && !/^rgba\(.*, 0\)$/.test(color)) return color;
  }
  return 'white';
}

/** Control characters, which XML forbids. */
const UNWRITABLE = /[^\P{Cc}\t\n\r]/gu;

/**
 * A copy that holds its looks itself; null for what cannot be seen.
 *
 * @param own what the copy of an HTML element looks like instead
 */
export function frozen(node: Node, own: Record<string, string> = {}): Node | null {
  if (node instanceof Text) return document.createTextNode(node.data.replace(UNWRITABLE, ''));
  if (!(node instanceof HTMLElement) && !(node instanceof SVGElement)) return null;
  const style = getComputedStyle(node);
  if (node.matches('script, style, .dlw-offscreen') || style.display === 'none') return null;
  if (node instanceof SVGElement) return withParts(drawing(node, style), node);
  const { offsetWidth, offsetHeight } = node;
  const unseen = style.position === 'absolute' && offsetWidth <= 1 && offsetHeight <= 1;
  if (unseen && style.overflow !== 'visible') return null;
  const copy = standIn(node);
  dress(copy, style, LOOKS, {
    // Nobody can scroll in an image.
    ...(style.overflow !== 'visible' && { overflow: 'hidden' }),
    ...(isField(node) && {
      display: 'inline-flex',
      'align-items': 'center',
      'justify-content': ALONG[style.textAlign] ?? 'flex-start',
    }),
    ...own,
  });
  return copy.hasChildNodes() || copy instanceof HTMLImageElement ? copy : withParts(copy, node);
}

function withParts(copy: Element, node: Element): Element {
  for (const part of node.childNodes) {
    const kept = frozen(part);
    if (kept) copy.append(kept);
  }
  return copy;
}

/**
 * Gives a copy the looks of an element, and more of its own. They are written as text: once an element's style is
 * changed in any other way, browsers round all sizes in it again.
 */
function dress(
  copy: Element,
  style: CSSStyleDeclaration,
  names: readonly string[],
  own: Record<string, string> = {},
): void {
  const looks = [copy.getAttribute('style') ?? ''];
  for (const name of names) {
    const value = style.getPropertyValue(name);
    if (value) looks.push(`${name}:${name === 'width' || name === 'height' ? unrounded(value) : value}`);
  }
  looks.push(...Object.entries(own).map((entry) => entry.join(':')));
  copy.setAttribute('style', looks.filter(Boolean).join(';'));
}

/**
 * A computed size as it was laid out, in whole 64ths of a pixel: browsers write six digits of it, and a box that is
 * a 64th too narrow for its parts puts the last of them into another line.
 */
function unrounded(size: string): string {
  const pixels = /^([\d.]+)px$/.exec(size)?.[1];
  return pixels === undefined ? size : `${Math.round(Number(pixels) * 64) / 64}px`;
}

/** An SVG element with its attributes, but without classes, which mean nothing in the copy. */
function drawing(node: SVGElement, style: CSSStyleDeclaration): SVGElement {
  const copy = node.cloneNode(false) as SVGElement;
  copy.removeAttribute('class');
  if (copy.hasAttributeNS(XLINK, 'href') && !copy.getAttributeNS(XLINK, 'href')?.startsWith('data:')) {
    copy.removeAttributeNS(XLINK, 'href');
  }
  dress(copy, style, DRAWING_LOOKS);
  // What lies in HTML is laid out as that is.
  if (!node.ownerSVGElement) dress(copy, style, LOOKS);
  return copy;
}

/** What stands for an element in the copy: canvases become images, and fields their values. */
function standIn(node: HTMLElement): HTMLElement {
  if (node instanceof HTMLCanvasElement) return imageOf(node);
  if (node instanceof HTMLImageElement) {
    const image = document.createElement('img');
    if (node.src.startsWith('data:')) image.src = node.src;
    return image;
  }
  const copy = document.createElement(
    node instanceof HTMLTableCellElement || isTablePart(node) ? node.tagName : 'div',
  );
  if (node instanceof HTMLSelectElement) copy.append(node.selectedOptions[0]?.text ?? '');
  else if (node instanceof HTMLTextAreaElement) copy.append(node.value);
  else if (node instanceof HTMLInputElement) copy.append(valueOf(node));
  return copy;
}

/** The place of a flexible part for the alignment of its text. */
const ALONG: Record<string, string> = { center: 'center', right: 'flex-end', end: 'flex-end' };

/** Whether an element writes its value in the middle of its height. */
function isField(node: HTMLElement): boolean {
  return node instanceof HTMLSelectElement || node instanceof HTMLInputElement;
}

function isTablePart(node: HTMLElement): boolean {
  return /^(TABLE|THEAD|TBODY|TFOOT|TR|CAPTION|COL|COLGROUP)$/.test(node.tagName);
}

function valueOf(field: HTMLInputElement): string {
  if (field.type === 'checkbox' || field.type === 'radio') return field.checked ? '☑' : '☐';
  return field.type === 'range' || field.type === 'file' ? '' : field.value;
}

function imageOf(canvas: HTMLCanvasElement): HTMLImageElement {
  const image = document.createElement('img');
  if (canvas.width > 0 && canvas.height > 0) image.src = canvas.toDataURL();
  return image;
}
