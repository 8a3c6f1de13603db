/** Small helpers that build elements; text goes in as text. */

import { onLanguageChange } from '../core/i18n';

const SVG = 'http://www.w3.org/2000/svg';

/** A text that does not change, or one that is to be read again when the reader's language changes. */
export type Text = string | (() => string);
type Value = string | number | boolean | undefined | (() => string);
type Attributes = Record<string, Value>;

/** What to do to the nodes that are still there when the language changes. */
const live = new Set<{ node: WeakRef<Node>; write: (node: Node) => void }>();

onLanguageChange(() => {
  for (const entry of live) {
    const node = entry.node.deref();
    if (node) entry.write(node);
    else live.delete(entry);
  }
});

function keepUp<N extends Node>(node: N, write: (node: N) => void): void {
  write(node);
  live.add({ node: new WeakRef(node), write: write as (node: Node) => void });
}

function append(parent: Element, children: readonly (Node | Text)[]): void {
  for (const child of children) {
    if (typeof child !== 'function') {
      parent.append(child);
      continue;
    }
    const text = document.createTextNode('');
    keepUp(text, (node) => (node.data = child()));
    parent.append(text);
  }
}

/**
 * Creates an element with a class, attributes and children; strings become text nodes.
 *
 * Functions give fixed texts: `el('button', '', {}, () => t('Undo'))` follows the reader's language.
 */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  attributes: Attributes = {},
  ...children: (Node | Text)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (className) node.className = className;
  setAttributes(node, attributes);
  append(node, children);
  return node;
}

/** Creates an SVG element with attributes and children; strings become text. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | Text)[]
): SVGElementTagNameMap[K] {
  const node = document.createElementNS(SVG, tag);
  setAttributes(node, attributes);
  append(node, children);
  return node;
}

/** Sets attributes; `true` sets an empty one, `false` and `undefined` remove it; a function's text follows the language. */
export function setAttributes(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') keepUp(node, (kept) => kept.setAttribute(name, value()));
    else if (value === undefined || value === false) node.removeAttribute(name);
    else setAttribute(node, name, value === true ? '' : String(value));
  }
}

/** Sets an attribute only when it differs: the browser looks at style and accessibility again whatever is set. */
function setAttribute(node: Element, name: string, value: string): void {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Sets the text only when it differs, so that an unchanged number costs no layout. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets the children, of which those stay that are as before, so that they cost no layout. */
export function setChildren(node: Element, children: readonly (Node | string)[]): void {
  children.forEach((given, i) => {
    const child = typeof given === 'string' ? document.createTextNode(given) : given;
    const old = node.childNodes[i];
    if (!old) node.append(child);
    else if (!old.isEqualNode(child)) old.replaceWith(child);
  });
  while (node.childNodes.length > children.length) node.lastChild?.remove();
}

/** Unix time in milliseconds, with the fraction that Date.now() lacks. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now();
}

/** Hands `data` to the browser's download as `name`. */
export function download(name: string, data: BlobPart | string, type: string): void {
  const url =
    typeof data === 'string' && data.startsWith('data:')
      ? data
      : URL.createObjectURL(new Blob([data], { type }));
  const link = el('a', '', { href: url, download: fileName(name) });
  document.body.append(link);
  link.click();
  link.remove();
  // Some browsers read the blob after click() has returned.
  if (url.startsWith('blob:')) setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file name out of any text: no separators, no control or reserved characters, at most 100 characters. */
export function fileName(text: string): string {
  // eslint-disable-next-line no-control-regex
  const clean = text.replace(/[\u0000-\u001f\u007f<>:"/\\|?*]+/g, '_').replace(/^[.\s_]+|[.\s]+$/g, '');
  return clean.slice(0, 100) || 'dlwidgets';
}

/** The views whose height is kept, with what watches their width. */
const kept = new WeakMap<HTMLElement, ResizeObserver>();

/**
 * Keeps the height of a view that has nothing to show for a while, so that nothing below it moves.
 *
 * To be called before what is shown goes. In another width the view would have another height: none is kept then.
 */
export function keepHeight(root: HTMLElement, empty: boolean): void {
  if (!empty) {
    kept.get(root)?.disconnect();
    kept.delete(root);
    root.style.minHeight = '';
    return;
  }
  const { offsetHeight, offsetWidth } = root;
  if (kept.has(root) || offsetHeight === 0) return;
  root.style.minHeight = `${offsetHeight}px`;
  const observer = new ResizeObserver(() => {
    if (root.offsetWidth === 0 || root.offsetWidth === offsetWidth) return; // hidden, or as it was
    root.style.minHeight = '';
    observer.disconnect();
  });
  observer.observe(root);
  kept.set(root, observer);
}
