/** The way back to what a concept widget shows now. */

import { isServedPage } from '../../core/address';

/** The concept in the address of the page that shows all of them. */
export const CONCEPT = 'concept';
export const STATE = 'state';

/** Keeps the signs of a state as they are, which an address may contain. */
function written(state: string): string {
  return encodeURIComponent(state).replace(
    /%(2C|2F|3B|3D)/g,
    (sign) => ({ '%2C': ',', '%2F': '/', '%3B': ';', '%3D': '=' })[sign]!,
  );
}

/**
 * The address of a concept with its state; null in a notebook, whose address isn't that of a widget.
 *
 * @param place where the widget stands
 */
export function linkTo(concept: string, state: string, place: Element): string | null {
  const url = new URL(location.href);
  if (isServedPage()) {
    url.search = `?${CONCEPT}=${concept}${state === '' ? '' : `&${STATE}=${written(state)}`}`;
    url.hash = '';
    return url.href;
  }
  if (!place.closest('[data-dlw-concept]')) return null;
  url.search = state === '' ? '' : `?${concept}=${written(state)}`;
  url.hash = '';
  return url.href;
}

/** The code that displays a concept with its state in a notebook. */
export function codeOf(concept: string, state: string): string {
  return `dl.concepts.${concept}(${state === '' ? '' : `state="${state}"`})`;
}
