/**
 * Translates ipywidgets' own controls inside our widgets: sliders, menus, buttons, labels, tabs.
 *
 * They show what Python sent in English, as plain text. Its message is found by that text. Left alone are our own views,
 * which translate for themselves, and what the user typed or named: fields, code, and what is marked `translate="no"`
 * or has the class `notranslate`. In menus, names that the user gave end in an invisible character.
 */

import { currentLanguage, onLanguageChange, translated } from '../core/i18n';

/** What Python builds of ipywidgets wears a class of ours; so do our own views, which are `.dlw`. */
export const OURS = '.jupyter-widgets[class*="dlw-"]';
const LEFT_ALONE =
  '.dlw, [translate="no"], .notranslate, textarea, code, pre, script, style, [contenteditable="true"]';
/** Ends a name that the user gave, as Python's `own_name` writes it: a word joiner. */
const OWN_NAME = '\u2060';
const ATTRIBUTES = ['title', 'placeholder', 'aria-label'] as const;

/** The English text of what we changed, and what we made of it: anything else there is new English text. */
interface Change {
  english: string;
  shown: string;
}

const texts = new WeakMap<Text, Change>();
const attributes = new WeakMap<Element, Map<string, Change>>();

function english(now: string, change: Change | undefined): string {
  return change?.shown === now ? change.english : now;
}

function translateText(node: Text): void {
  const source = english(node.data, texts.get(node));
  const shown = source.trimEnd().endsWith(OWN_NAME) ? source : translated(source);
  if (shown === node.data) return;
  texts.set(node, { english: source, shown });
  node.data = shown;
}

function translateAttributes(element: Element): void {
  for (const name of ATTRIBUTES) {
    const now = element.getAttribute(name);
    if (!now) continue;
    const changes = attributes.get(element) ?? new Map<string, Change>();
    const source = english(now, changes.get(name));
    const shown = translated(source);
    if (shown === now) continue;
    attributes.set(element, changes.set(name, { english: source, shown }));
    element.setAttribute(name, shown);
  }
}

/** Translates a part of the page that belongs to us. */
function translateInside(root: Node): void {
  if (root instanceof Text) {
    translateText(root);
    return;
  }
  if (!(root instanceof Element) || root.matches(LEFT_ALONE)) return;
  translateAttributes(root);
  for (const child of root.childNodes) translateInside(child);
}

function isOurs(node: Node): boolean {
  const element = node instanceof Element ? node : node.parentElement;
  return !!element?.closest(OURS) && !element.closest(LEFT_ALONE);
}

/** Translates what of ours is anywhere inside a node that has come. */
function translateNew(node: Node): void {
  if (isOurs(node)) translateInside(node);
  else if (node instanceof Element) for (const root of node.querySelectorAll(OURS)) translateInside(root);
}

function onChanges(records: readonly MutationRecord[]): void {
  for (const { type, target, addedNodes } of records) {
    if (type === 'childList') addedNodes.forEach(translateNew);
    else if (isOurs(target)) {
      if (target instanceof Text) translateText(target);
      else if (target instanceof Element) translateAttributes(target);
    }
  }
}

/** Follows the page as long as it is shown in another language than English; returns what ends that. */
export function translateControls(page: HTMLElement = document.body): () => void {
  const observer = new MutationObserver(onChanges);
  const begin = (): void => {
    observer.disconnect();
    translateNew(page);
    if (currentLanguage() === 'en') return;
    observer.observe(page, {
      subtree: true,
      childList: true,
      characterData: true,
      attributeFilter: [...ATTRIBUTES],
    });
  };
  const stop = onLanguageChange(begin);
  begin();
  return () => {
    stop();
    observer.disconnect();
  };
}
