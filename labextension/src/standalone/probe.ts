/** The samples that were recorded with each snapshot: what the model made of them. */

import { marked, t } from '../core/i18n';
import { el, setText } from '../shared/dom';
import { formatInteger } from '../shared/format';
import { ClassBarsModel } from '../views/class-bars/model';
import { ClassBarsView } from '../views/class-bars/view';
import { ImageGridModel } from '../views/image-grid/model';
import { ImageGridView } from '../views/image-grid/view';
import type { Probe } from './document';
import { inLanguage } from './head';
import { makeLayers } from './layers';
import type { Moments } from './moment';
import { atlasOf, decode } from './pictures';
import { place } from './place';

const BARS = 10;

interface Guess {
  class: number;
  value: number;
}

/** The likeliest classes of a sample at a moment, the first one first. */
function guesses(probe: Probe, moment: number, sample: number): Guess[] {
  const entry = probe.predictions?.[moment];
  if (!entry) return [];
  const { top, indices, values } = entry;
  const classes = new Uint16Array(indices.buffer, sample * top * 2, top);
  const numbers = new Float32Array(values.buffer, sample * top * 4, top);
  return Array.from(classes, (of, i) => ({ class: of, value: numbers[i]! }));
}

export function makeProbe(probe: Probe, moments: Moments): HTMLElement {
  const nameOf = (of: number): string => probe.classes[of] ?? String(of);
  const heading = el('h2', '', {}, () => t('What the model answers'));
  const count = el('p', 'dlw-file-count', { role: 'status' });
  const grid = place(ImageGridModel, ImageGridView, {
    description: marked('Recorded samples'),
    cell_size: 48,
    selected: 0,
    max_height: 420,
  });
  const bars = place(ClassBarsModel, ClassBarsView, {});
  const menu = el(
    'select',
    'dlw-file-sample-menu',
    { 'aria-label': () => t('Sample') },
    ...Array.from({ length: probe.count }, (_, i) => el('option', '', { value: i })),
  );
  menu.addEventListener('change', () => void grid.model.set('selected', Number(menu.value)));
  // Samples that are no images are chosen by their number.
  grid.el.hidden = !probe.images;
  menu.hidden = probe.images !== null;
  const layers = probe.layers.length > 0 ? makeLayers(probe, moments) : null;

  const show = (): void => {
    const all = Array.from({ length: probe.count }, (_, i) => guesses(probe, moments.index, i));
    const known = probe.labels.length > 0 && probe.predictions !== null;
    const right = all.map((list, i) => list[0]?.class === probe.labels[i]);
    const labels = all.map((list, i) => {
      const guess = list[0] ? nameOf(list[0].class) : '';
      const truth = probe.labels[i];
      return !known || truth === undefined || right[i] ? guess : `${nameOf(truth)} → ${guess}`;
    });
    const sample = Math.max(0, grid.model.number('selected'));
    const list = all[sample]?.slice(0, BARS) ?? [];
    grid.model.set({
      labels,
      tooltips: all.map((of, i) => tooltip(of[0], probe.labels[i], nameOf)),
      border_colors: known ? right.map((good) => (good ? '' : 'bad')) : [],
    });
    [...menu.options].forEach((option, i) => {
      const name = t('Sample {index}', { index: formatInteger(i + 1) });
      setText(option, labels[i] ? `${name}: ${labels[i]}` : name);
    });
    // In a fixed order while the classes are few, so that bars grow and shrink in their places.
    const inOrder =
      list.length > 0 && probe.classes.length <= BARS ? [...list].sort((a, b) => a.class - b.class) : list;
    const truth = probe.labels[sample];
    bars.model.set({
      labels: inOrder.map((of) => nameOf(of.class)),
      values: inOrder.map((of) => of.value),
      marked: inOrder.findIndex((of) => of.class === list[0]?.class),
      title:
        truth !== undefined && truth >= 0
          ? t('Sample {index}, which is {name}', { index: formatInteger(sample + 1), name: nameOf(truth) })
          : t('Sample {index}', { index: formatInteger(sample + 1) }),
    });
    setText(
      count,
      known
        ? t('{right} of {total} right at this step', {
            right: right.filter(Boolean).length,
            total: probe.count,
          })
        : '',
    );
  };
  const choose = (): void => {
    // One is always chosen: a second click leaves it.
    if (grid.model.number('selected', -1) < 0) grid.model.set('selected', grid.model.previous('selected'));
    layers?.choose(Math.max(0, grid.model.number('selected')));
    show();
  };
  grid.model.on('change:selected', choose);
  moments.follow(show);
  inLanguage(show);
  void showImages(probe, grid.model);
  return el(
    'section',
    'dlw-file-probe',
    {},
    el('div', 'dlw-file-heading', {}, heading, menu, count),
    el('div', 'dlw-file-samples', {}, grid.el, ...(probe.predictions ? [bars.el] : [])),
    ...(layers ? [layers.root] : []),
  );
}

function tooltip(
  guess: Guess | undefined,
  truth: number | undefined,
  nameOf: (of: number) => string,
): string {
  if (!guess) return '';
  if (truth === undefined || truth < 0) return t('predicted: {name}', { name: nameOf(guess.class) });
  return t('is {truth}, predicted: {name}', { truth: nameOf(truth), name: nameOf(guess.class) });
}

async function showImages(probe: Probe, model: ImageGridModel): Promise<void> {
  if (!probe.images) return;
  const pixels = await decode(probe.images.picture);
  const tiles = Array.from({ length: probe.count }, (_, row) => ({ row, column: 0 }));
  model.set('atlas', atlasOf(pixels, probe.images, tiles));
}
