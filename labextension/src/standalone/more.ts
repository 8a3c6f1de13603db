/** The lower parts of the page: weights, what views recorded, what happened, and what this run was. */

import { marked, messageText, t } from '../core/i18n';
import { el, setText } from '../shared/dom';
import { formatFixed, formatInteger, formatValue } from '../shared/format';
import { ImageGridModel } from '../views/image-grid/model';
import { ImageGridView } from '../views/image-grid/view';
import { Bars } from './bars';
import type { RunDocument, Sample } from './document';
import { inLanguage } from './head';
import type { Moments } from './moment';
import { atlasOf, decode, latestOnly } from './pictures';
import { place } from './place';

function section(title: () => string, ...parts: HTMLElement[]): HTMLElement {
  return el('section', '', {}, el('div', 'dlw-page-heading', {}, el('h2', '', {}, title)), ...parts);
}

/** A histogram of each tensor at the moment that the page shows. */
export function makeHistograms({ histograms }: RunDocument, moments: Moments): HTMLElement | null {
  if (histograms.length === 0) return null;
  const cards = histograms.map(({ name, low, high, bins, counts, ranges }) => {
    const bars = new Bars();
    const range = el('p', 'dlw-page-scale');
    const show = (): void => {
      const now = ranges[moments.index];
      const at = Math.max(0, moments.index) * bins;
      // One scale for all moments, so that a distribution can be seen to widen.
      bars.show(counts.subarray(at, at + bins), 0, 255, (0 - low) / (high - low || 1));
      setText(
        range,
        now
          ? t('{low} to {high}', { low: formatValue(now[0]), high: formatValue(now[1]) })
          : t('not recorded at this step'),
      );
    };
    moments.follow(show);
    inLanguage(show);
    return el('figure', 'dlw-page-card', {}, el('figcaption', '', { title: name }, name), bars.root, range);
  });
  return section(() => t('Weights'), el('div', 'dlw-page-cards', {}, ...cards));
}

/** What views recorded: the newest of each kind before the moment that the page shows. */
export function makeSamples({ samples }: RunDocument, moments: Moments): HTMLElement | null {
  const names = [...new Set(samples.map(({ name }) => name))];
  if (names.length === 0) return null;
  const parts = names.map((name) => {
    const mine = samples.filter((sample) => sample.name === name);
    const caption = el('figcaption');
    const text = el('pre', 'dlw-page-text', { tabindex: 0 });
    const grid = place(ImageGridModel, ImageGridView, { description: marked('Recorded samples') });
    const draw = latestOnly<Record<string, unknown>>((atlas) => void grid.model.set('atlas', atlas));
    const show = (): void => {
      const step = moments.now?.step ?? Infinity;
      const shown = mine.filter((sample) => sample.step <= step).at(-1) ?? mine[0]!;
      const at = t('step {step} · epoch {epoch}', {
        step: formatInteger(shown.step),
        epoch: formatFixed(shown.epoch, 1),
      });
      setText(caption, `${name} · ${at}`);
      text.hidden = shown.images !== null;
      grid.el.hidden = shown.images === null;
      setText(text, shown.text);
      if (shown.images) draw(imagesOf(shown.images));
    };
    moments.follow(show);
    inLanguage(show);
    return el('figure', 'dlw-page-sample', {}, caption, grid.el, text);
  });
  return section(() => t('Recorded samples'), ...parts);
}

async function imagesOf(images: NonNullable<Sample['images']>): Promise<Record<string, unknown>> {
  const pixels = await decode(images.picture);
  const tiles = Array.from({ length: images.count }, (_, row) => ({ row, column: 0 }));
  return atlasOf(pixels, images, tiles);
}

/** What happened while it trained; a click goes there. */
export function makeEvents({ events, damage }: RunDocument, moments: Moments): HTMLElement | null {
  if (events.length + damage.length === 0) return null;
  const list = el('ul', 'dlw-page-events');
  inLanguage(() => {
    list.replaceChildren(
      ...damage.map((text) => el('li', 'dlw-page-damage', {}, messageText(text))),
      ...events.map(({ step, epoch, text, kind }) => {
        const at = t('step {step} · epoch {epoch}', {
          step: formatInteger(step),
          epoch: formatFixed(epoch, 1),
        });
        const button = el('button', 'dlw-page-goto', { type: 'button' }, at);
        button.addEventListener('click', () => moments.seek(step));
        return el('li', '', { 'data-kind': kind }, button, el('span', '', {}, messageText(text)));
      }),
    );
  });
  return section(() => t('What happened'), list);
}

/** Tables of what this run was. */
export function makeFacts({ facts }: RunDocument): HTMLElement | null {
  if (facts.length === 0) return null;
  const tables = el('div', 'dlw-page-facts');
  inLanguage(() => {
    tables.replaceChildren(
      ...facts.map(({ title, rows }) =>
        el(
          'table',
          '',
          {},
          el('caption', '', {}, messageText(title)),
          el(
            'tbody',
            '',
            {},
            ...rows.map(({ name, value }) =>
              el(
                'tr',
                '',
                {},
                el('th', '', { scope: 'row' }, messageText(name)),
                el('td', '', {}, messageText(value)),
              ),
            ),
          ),
        ),
      ),
    );
  });
  return section(() => t('About this run'), tables);
}
