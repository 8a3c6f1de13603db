/**
 * Gives ipywidgets' own controls inside our widgets what they lack for people who don't use a mouse.
 *
 * Sliders have names, their values are read as they are written, and focus isn't lost when a button that was pressed
 * is disabled.
 */

import { OURS } from './foreign-controls';

const SLIDER = '.widget-slider';
/** What takes the focus of a button that can no longer be pressed. */
const TAKES_FOCUS = '[data-takes-focus]';

let named = 0;

/** Names the handle and the readout of a slider after its label. */
function nameSlider(slider: Element): void {
  const label = slider.querySelector<HTMLElement>(':scope > .widget-label');
  const readout = slider.querySelector<HTMLElement>(':scope > .widget-readout');
  const handles = slider.querySelectorAll<HTMLElement>('.noUi-handle');
  const parts = readout ? [...handles, readout] : [...handles];
  if (label?.textContent) {
    if (label.id === '') label.id = `dlw-label-${(named += 1)}`;
    for (const part of parts) part.setAttribute('aria-labelledby', label.id);
  } else {
    const name = label?.title ?? '';
    for (const part of parts) if (name) part.setAttribute('aria-label', name);
  }
  readout?.setAttribute('role', 'textbox');
  for (const handle of handles) sayValue(handle);
}

/** Says a slider's value as its readout writes it: noUiSlider has the exponent on a logarithmic one. */
function sayValue(handle: Element): void {
  const slider = handle.closest(SLIDER);
  const written = slider?.querySelector(':scope > .widget-readout')?.textContent.trim();
  if (!slider || !written || slider.querySelectorAll('.noUi-handle').length > 1) return;
  // Only a change: the attribute is what the observer waits for.
  if (handle.getAttribute('aria-valuetext') !== written) handle.setAttribute('aria-valuetext', written);
}

/** The button that has the focus, or had it until it was disabled: browsers take it away then, sooner or later. */
let focused: Element | null = null;

function onFocus(event: FocusEvent): void {
  focused = event.target instanceof HTMLButtonElement ? event.target : null;
}

function onBlur({ target }: FocusEvent): void {
  if (!(target instanceof HTMLButtonElement && target.disabled)) focused = null;
}

/** Hands the focus of a button that was disabled to what the button was about, or to the row it is in. */
function keepFocus(button: HTMLButtonElement): void {
  if (!button.disabled || focused !== button) return;
  focused = null;
  const row = button.parentElement;
  const ours = button.closest<HTMLElement>(`.dlw-dashboard, .dlw, ${OURS}`);
  if (!row || !ours) return;
  const next =
    button.closest<HTMLElement>(TAKES_FOCUS) ??
    ours.querySelector<HTMLElement>(TAKES_FOCUS) ??
    row.querySelector<HTMLElement>('button:not([disabled])') ??
    row;
  if (next.tabIndex < 0) next.tabIndex = -1; // ipywidgets removes it from what it displays
  next.focus({ preventScroll: true });
}

function sliders(node: Node): Iterable<Element> {
  if (!(node instanceof Element)) return [];
  const around = node.closest(SLIDER);
  return around ? [around] : node.querySelectorAll(`${OURS} ${SLIDER}`);
}

function onChanges(records: readonly MutationRecord[]): void {
  const changed = new Set<Element>();
  for (const { type, target, addedNodes } of records) {
    if (type === 'childList') {
      for (const node of addedNodes) for (const slider of sliders(node)) changed.add(slider);
    } else if (target instanceof HTMLButtonElement) keepFocus(target);
    else if (target instanceof Element && target.matches(`${SLIDER} .noUi-handle`)) sayValue(target);
  }
  for (const slider of changed) if (slider.closest(OURS)) nameSlider(slider);
}

/** Follows a page; returns what ends that. */
export function easeControls(page: HTMLElement = document.body): () => void {
  const observer = new MutationObserver(onChanges);
  for (const slider of sliders(page)) nameSlider(slider);
  page.addEventListener('focusin', onFocus);
  page.addEventListener('focusout', onBlur);
  observer.observe(page, {
    subtree: true,
    childList: true,
    attributeFilter: ['aria-valuetext', 'disabled'],
  });
  return () => {
    observer.disconnect();
    page.removeEventListener('focusin', onFocus);
    page.removeEventListener('focusout', onBlur);
  };
}
