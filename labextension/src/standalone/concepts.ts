/**
 * Concept widgets in any page, without Jupyter and without Python: each `<div data-dlw-concept="convolution">` becomes
 * one. `data-state`, `data-hide` and `data-lesson` (names with spaces between them) are its traits, `data-traits` has others
 * as JSON, in which `{"$bytes": "…"}` stands for bytes.
 */

import './concepts.css';
import { followPage, setLoader } from '../core/i18n';
import { isRecord } from '../core/wire';
import type { ConceptModel } from '../shared/concept/model';
import type { ConceptView } from '../shared/concept/view';
import { ConvolutionModel } from '../views/convolution/model';
import { ConvolutionView } from '../views/convolution/view';
import { place } from './place';

type ModelClass = new (attributes: never, options: never) => ConceptModel;
type ViewClass = new (options: never) => ConceptView;

const CONCEPTS: Readonly<Record<string, readonly [ModelClass, ViewClass]>> = {
  convolution: [ConvolutionModel, ConvolutionView],
};

/** The build puts the texts of these widgets before the script, by language. */
declare const DLWIDGETS_TEXTS: Record<string, unknown> | undefined;

setLoader((language) => {
  const texts = typeof DLWIDGETS_TEXTS === 'undefined' ? {} : DLWIDGETS_TEXTS;
  return Promise.resolve(texts[language]);
});

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

/** JSON in which `{"$bytes": base64}` stands for bytes. */
function traitsIn(text: string | undefined): Record<string, unknown> {
  if (!text) return {};
  const read: unknown = JSON.parse(text, (_, value: unknown) => {
    if (!isRecord(value) || typeof value.$bytes !== 'string') return value;
    return new DataView(Uint8Array.from(atob(value.$bytes), (sign) => sign.charCodeAt(0)).buffer);
  });
  return isRecord(read) ? read : {};
}

function show(root: HTMLElement): void {
  const name = root.dataset.dlwConcept ?? '';
  const found = Object.hasOwn(CONCEPTS, name) ? CONCEPTS[name] : undefined;
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
