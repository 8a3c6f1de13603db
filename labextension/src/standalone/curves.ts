/** The charts of the loss and the metrics, with the moment that the page shows. */

import { t } from '../core/i18n';
import { el } from '../shared/dom';
import { ChartModel } from '../views/chart/model';
import { ChartView } from '../views/chart/view';
import type { RunDocument } from './document';
import type { Moments } from './moment';
import { place } from './place';

const SHARED = ['x_axis', 'smoothing', 'x_range'];

export function makeCurves({ curves }: RunDocument, moments: Moments): HTMLElement {
  const charts = curves.map(({ title, series, snapshot, markers }) => {
    const chart = place(ChartModel, ChartView, { title, series, markers, _snapshot: snapshot, height: 260 });
    moments.follow(() => void chart.model.set('cursor', moments.now ?? {}));
    return chart;
  });
  // One axis, window and smoothing for all, as in a panel.
  for (const { model } of charts) {
    for (const name of SHARED) {
      model.on(`change:${name}`, () => {
        for (const other of charts) other.model.set(name, model.get(name));
      });
    }
  }
  return el(
    'section',
    'dlw-file-curves',
    { 'aria-label': () => t('Curves') },
    ...charts.map((chart) => chart.el),
  );
}
