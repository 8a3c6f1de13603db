/** The lower parts of the page: weights, what views recorded, what happened, and what this run was. */

import { marked, messageText, t } from '../core/i18n';
import { el, setText } from '../shared/dom';
import { HistogramPlotModel } from '../views/histogram-plot/model';
import { HistogramPlotView } from '../views/histogram-plot/view';
import { ImageGridModel } from '../views/image-grid/model';
import { ImageGridView } from '../views/image-grid/view';
import type { RunDocument } from './document';
import { inLanguage, placeText } from './head';
import type { Moments } from './moment';
import { atlasOfAll, latestOnly } from './pictures';
import { place } from './place';

function section(title: () => string, ...parts: HTMLElement[]): HTMLElement {
  return el('section', '', {}, el('div', 'dlw-file-heading', {}, el('h2', '', {}, title)), ...parts);
}

/** Distributions over the run, with the moment that the page shows; a click on another step goes there. */
export function makeHistograms({ histograms }: RunDocument, moments: Moments): HTMLElement | null {
  if (histograms.length === 0) return null;
  const words: Record<string, () => string> = {
    weights: () => t('Weights'),
    gradients: () => t('Gradients'),
    activations: () => t('Activations'),
  };
  const plots = histograms.map(({ kind, names, snapshot }) => {
    const labels = withoutCommon(names);
    const plot = place(
      HistogramPlotModel,
      HistogramPlotView,
      { names: names.map((id, i) => ({ id, label: labels[i]!, unit: '' })), _snapshot: snapshot },
      (content) => {
        if (content.type !== 'moment') return;
        if (Number(content.step) >= 0) moments.seek(Number(content.step));
        mark();
      },
    );
    const mark = (): void => void plot.model.set('moment', moments.now?.step ?? -1);
    moments.follow(mark);
    return { el: plot.el, word: words[kind] ?? kind };
  });
  const menu = el(
    'select',
    '',
    { 'aria-label': () => t('Type of distribution') },
    ...plots.map(({ word }, i) => el('option', '', { value: i }, word)),
  );
  const choose = (): void => plots.forEach((plot, i) => (plot.el.hidden = i !== Number(menu.value)));
  menu.addEventListener('change', choose);
  menu.hidden = plots.length === 1;
  choose();
  const made = section(() => t('Distributions'), ...plots.map((plot) => plot.el));
  made.querySelector('.dlw-file-heading')!.append(menu);
  return made;
}

/** Names without the first part that all of them have, such as that of the model. */
export function withoutCommon(names: readonly string[]): string[] {
  const first = names[0]?.split('/', 1)[0] ?? '';
  const shared = names.length > 1 && names.every((name) => name.startsWith(`${first}/`));
  return shared ? names.map((name) => name.slice(first.length + 1)) : [...names];
}

/** What views recorded: the newest of each kind before the moment that the page shows. */
export function makeSamples({ samples }: RunDocument, moments: Moments): HTMLElement | null {
  const names = [...new Set(samples.map(({ name }) => name))];
  if (names.length === 0) return null;
  const parts = names.map((name) => {
    const mine = samples.filter((sample) => sample.name === name);
    const caption = el('figcaption');
    const text = el('pre', 'dlw-file-text', { tabindex: 0 });
    const grid = place(ImageGridModel, ImageGridView, { description: marked('Recorded samples') });
    const draw = latestOnly<Record<string, unknown>>((atlas) => void grid.model.set('atlas', atlas));
    const show = (): void => {
      const step = moments.now?.step ?? Infinity;
      const shown = mine.filter((sample) => sample.step <= step).at(-1) ?? mine[0]!;
      setText(caption, `${name} · ${placeText(shown)}`);
      text.hidden = shown.images !== null;
      grid.el.hidden = shown.images === null;
      setText(text, shown.text);
      if (shown.images) draw(atlasOfAll(shown.images));
    };
    moments.follow(show);
    inLanguage(show);
    return el('figure', 'dlw-file-sample', {}, caption, grid.el, text);
  });
  return section(() => t('Recorded samples'), ...parts);
}

/** What happened while it trained; a click goes there. */
export function makeEvents({ events, damage }: RunDocument, moments: Moments): HTMLElement | null {
  if (events.length + damage.length === 0) return null;
  const list = el('ul', 'dlw-file-events');
  inLanguage(() => {
    list.replaceChildren(
      ...damage.map((text) => el('li', 'dlw-file-damage', {}, messageText(text))),
      ...events.map(({ step, epoch, text, kind }) => {
        const button = el('button', 'dlw-file-goto', { type: 'button' }, placeText({ step, epoch }));
        button.addEventListener('click', () => moments.seek(step));
        return el('li', '', { 'data-kind': kind }, button, el('span', '', {}, messageText(text)));
      }),
    );
  });
  return section(() => t('Events'), list);
}

/** Tables of what this run was. */
export function makeFacts({ facts }: RunDocument): HTMLElement | null {
  if (facts.length === 0) return null;
  const tables = el('div', 'dlw-file-facts');
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
