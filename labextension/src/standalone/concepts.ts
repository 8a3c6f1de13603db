/**
 * Concept widgets in any page, without Jupyter and without Python: each `<div data-dlw-concept="convolution">` becomes
 * one. `data-state`, `data-hide` and `data-lesson` (names with spaces between them) are its traits, `data-traits` has others
 * as JSON, in which `{"$bytes": "…"}` stands for bytes.
 */

import './concepts.css';
import { followPage, setLoader } from '../core/i18n';
import { isRecord } from '../core/wire';
import { withBytes } from '../shared/concept/saved';
import { conceptOf } from '../views/concepts';
import { place } from './place';

/** The build puts the texts of these widgets before the script, by language. */
declare const DLWIDGETS_TEXTS: Record<string, unknown> | undefined;

setLoader((language) => {
  const texts = typeof DLWIDGETS_TEXTS === 'undefined' ? {} : DLWIDGETS_TEXTS;
  return Promise.resolve(texts[language]);
});

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

function traitsIn(text: string | undefined): Record<string, unknown> {
  const read = text ? withBytes(JSON.parse(text)) : {};
  return isRecord(read) ? read : {};
}

function show(root: HTMLElement): void {
  const name = root.dataset.dlwConcept ?? '';
  const found = conceptOf(name);
  if (!found || root.dataset.dlwShown) return;
  root.dataset.dlwShown = 'true';
  const linked = new URLSearchParams(location.search).get(name);
  const traits = {
    hide: words(root.dataset.hide),
    lesson: words(root.dataset.lesson),
    ...traitsIn(root.dataset.traits),
    state: linked ?? root.dataset.state ?? '',
  };
  root.append(place(...found, traits).el);
}

async function start(): Promise<void> {
  await followPage();
  for (const root of document.querySelectorAll<HTMLElement>('[data-dlw-concept]')) show(root);
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => void start());
else void start();
