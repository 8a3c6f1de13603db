/** The samples that were recorded with each snapshot: what the model made of them. */

import { marked, t } from '../core/i18n';
import { el, setText } from '../shared/dom';
import { formatInteger } from '../shared/format';
import { ClassBarsModel } from '../views/class-bars/model';
import { ClassBarsView } from '../views/class-bars/view';
import { ImageGridModel } from '../views/image-grid/model';
import { ImageGridView } from '../views/image-grid/view';
import { guesses, nameOf, said } from './answers';
import type { Probe } from './document';
import { inLanguage } from './head';
import { makeLayers } from './layers';
import type { Moments } from './moment';
import { atlasOfAll, latestOnly } from './pictures';
import { place } from './place';

/** So many classes have bars in their own order. */
const IN_ORDER = 10;

export function makeProbe(probe: Probe, moments: Moments): HTMLElement {
  const count = el('p', 'dlw-file-count', { role: 'status' });
  const grid = place(ImageGridModel, ImageGridView, {
    description: marked('Recorded samples'),
    cell_size: 48,
    selected: 0,
    max_height: 420,
  });
  const bars = probe.kind === 'classes' ? place(ClassBarsModel, ClassBarsView, {}) : null;
  const images =
    probe.kind === 'images'
      ? place(ImageGridModel, ImageGridView, { title: marked('Model outputs'), cell_size: 48 })
      : null;
  const drawAnswers = latestOnly<Record<string, unknown>>((atlas) => void images?.model.set('atlas', atlas));
  const menu = el(
    'select',
    '',
    { 'aria-label': () => t('Sample') },
    ...Array.from({ length: probe.count }, (_, i) => el('option', '', { value: i })),
  );
  menu.addEventListener('change', () => void grid.model.set('selected', Number(menu.value)));
  // Samples that are no images are chosen by their number.
  grid.el.hidden = !probe.images;
  menu.hidden = probe.images !== null;
  const layers = probe.layers.length > 0 ? makeLayers(probe, moments) : null;
  const chosen = (): number => Math.max(0, grid.model.number('selected'));

  const show = (): void => {
    const all = said(probe, moments.index);
    const known = all.filter(({ right }) => right !== null);
    grid.model.set({
      labels: all.map(({ label }) => label),
      tooltips: all.map(({ tooltip }) => tooltip),
      border_colors: all.map(({ right }) => (right === false ? 'bad' : '')),
    });
    [...menu.options].forEach((option, i) => {
      const name = t('Sample {index}', { index: formatInteger(i + 1) });
      setText(option, all[i]!.label ? `${name}: ${all[i]!.label}` : name);
    });
    const right = known.filter((one) => one.right).length;
    setText(
      count,
      known.length > 0 ? t('{right} of {total} correct at this step', { right, total: known.length }) : '',
    );
    showBars();
    const entry = probe.answers[moments.index];
    if (entry && 'picture' in entry) drawAnswers(atlasOfAll(entry));
  };

  const showBars = (): void => {
    const sample = chosen();
    const list = guesses(probe, moments.index, sample);
    // In a fixed order while the classes are few, so that bars grow and shrink in their places.
    const few = list.length > 0 && Math.max(...list.map((of) => of.class)) < IN_ORDER;
    const shown = few ? [...list].sort((a, b) => a.class - b.class) : list;
    const truth = probe.labels[sample] ?? -1;
    const index = formatInteger(sample + 1);
    bars?.model.set({
      labels: shown.map((of) => nameOf(probe, of.class)),
      values: shown.map((of) => of.value),
      marked: shown.findIndex((of) => of.class === list[0]?.class),
      title:
        truth >= 0
          ? t('Sample {index}, true class {name}', { index, name: nameOf(probe, truth) })
          : t('Sample {index}', { index }),
    });
  };

  grid.model.on('change:selected', () => {
    // One is always chosen: a second click leaves it.
    if (grid.model.number('selected', -1) < 0) grid.model.set('selected', grid.model.previous('selected'));
    layers?.choose(chosen());
    showBars();
  });
  moments.follow(show);
  inLanguage(show);
  if (probe.images) {
    latestOnly<Record<string, unknown>>((atlas) => void grid.model.set('atlas', atlas))(
      atlasOfAll(probe.images),
    );
  }
  const parts = [grid.el, bars?.el, images?.el].filter((one) => one !== undefined);
  return el(
    'section',
    'dlw-file-probe',
    {},
    el(
      'div',
      'dlw-file-heading',
      {},
      el('h2', '', {}, () => t('Predictions')),
      menu,
      count,
    ),
    el('div', bars ? 'dlw-file-samples' : '', {}, ...parts),
    ...(layers ? [layers.root] : []),
  );
}
