/** The activations of the layers for one of the recorded samples, at the moment that the page shows. */

import { marked, t, tn } from '../core/i18n';
import { el, setText } from '../shared/dom';
import { formatInteger, formatValue } from '../shared/format';
import { ImageGridModel } from '../views/image-grid/model';
import { ImageGridView } from '../views/image-grid/view';
import { Bars } from './bars';
import type { Layer, Probe } from './document';
import { inLanguage } from './head';
import type { Moments } from './moment';
import { atlasOf, decode, latestOnly } from './pictures';
import { place } from './place';

/** CSS pixels of a map, about. */
const CELL = 80;

export interface Layers {
  root: HTMLElement;
  /** Shows another sample. */
  choose: (sample: number) => void;
}

export function makeLayers(probe: Probe, moments: Moments): Layers {
  let sample = 0;
  let layer = probe.layers.find(({ form }) => form === 'maps') ?? probe.layers[0]!;
  const grid = place(ImageGridModel, ImageGridView, {
    description: marked('Activations'),
    colormap: 'viridis',
    max_height: 460,
  });
  const bars = new Bars();
  const scale = el('p', 'dlw-file-scale');
  const units = el('div', 'dlw-file-units', {}, bars.root, scale);
  const notice = el('p', 'dlw-file-quiet');
  const caption = el('p', 'dlw-file-count', { role: 'status' });
  const field = el(
    'select',
    '',
    { 'aria-label': () => t('Layer') },
    ...probe.layers.map(({ name, shape }, i) =>
      el('option', '', { value: i }, `${name} · ${shape.join(' × ')}`),
    ),
  );
  field.value = String(probe.layers.indexOf(layer));
  const root = el(
    'div',
    'dlw-file-layers',
    {},
    el(
      'div',
      'dlw-file-heading',
      {},
      el('h2', '', {}, () => t('Activations')),
      field,
      caption,
    ),
    notice,
    grid.el,
    units,
  );
  const draw = latestOnly<Record<string, unknown>>((atlas) => void grid.model.set('atlas', atlas));

  const show = (): void => {
    const there = sample < probe.samples;
    setText(
      notice,
      there
        ? ''
        : tn(
            'This file contains activations for the first sample only. Choose that one.',
            'This file contains activations for the first {n} samples only. Choose one of them.',
            probe.samples,
          ),
    );
    const entry = layer.moments[moments.index];
    if (there && !entry) setText(notice, t('not recorded at this step'));
    notice.hidden = there && Boolean(entry);
    grid.el.hidden = !there || layer.form === 'units' || !entry;
    units.hidden = !there || layer.form !== 'units' || !entry;
    setText(caption, there ? t('of sample {index}', { index: formatInteger(sample + 1) }) : '');
    if (!there || !entry) return;
    if ('low' in entry) showUnits(layer, entry);
    else
      draw(decode(entry).then((pixels) => atlasOf(pixels, { ...layer, channels: 1 }, tiles(layer, sample))));
  };

  const showUnits = (
    of: Layer,
    { low, high, data }: { low: number; high: number; data: Uint8Array },
  ): void => {
    const count = of.channels.length;
    const values = Array.from(
      data.subarray(sample * count, (sample + 1) * count),
      (value) => low + (value / 255) * (high - low),
    );
    bars.show(values, Math.min(0, low), Math.max(0, high));
    setText(
      scale,
      tn('{n} unit, from {low} to {high}', '{n} units, from {low} to {high}', count, {
        low: formatValue(Math.min(...values)),
        high: formatValue(Math.max(...values)),
      }),
    );
  };

  const chooseLayer = (): void => {
    layer = probe.layers[Number(field.value)] ?? layer;
    grid.model.set({
      labels: layer.form === 'maps' ? layer.channels.map(String) : [],
      // Pixels of a map are as large as each other.
      cell_size: layer.form === 'matrix' ? 0 : layer.width * Math.max(1, Math.round(CELL / layer.width)),
    });
    show();
  };
  field.addEventListener('change', chooseLayer);
  moments.follow(show);
  inLanguage(show);
  chooseLayer();
  return {
    root,
    choose: (other) => {
      sample = other;
      show();
    },
  };
}

function tiles({ form, channels }: Layer, sample: number): { row: number; column: number }[] {
  if (form === 'matrix') return [{ row: sample, column: 0 }];
  return channels.map((_, column) => ({ row: sample, column }));
}
