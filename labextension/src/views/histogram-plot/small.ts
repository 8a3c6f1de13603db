/** One of many small plots: a name, its histograms, and the range of its values. */

import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { fitted, tickText } from './frame';
import { paintHeat } from './heat';
import { type Box, drawnFor, layoutRidges, paintRidges } from './ridge';
import type { Axis, Rows } from './rows';
import { roomy } from './scale';

const [TITLE, FOOT, PAD] = [20, 16, 6];

export interface SmallScene {
  label: string;
  rows: Rows | undefined;
  axis: Axis;
  form: 'ridge' | 'heat';
  log: boolean;
  /** On the axis, where the timeline is; null for nowhere. */
  marked: number | null;
  selected: boolean;
  pointed: boolean;
}

export function paintSmall(
  context: CanvasRenderingContext2D,
  box: Box,
  theme: Theme,
  scene: SmallScene,
): void {
  const { rows, axis } = scene;
  context.fillStyle = scene.pointed ? theme.grid : 'transparent';
  context.fillRect(box.left, box.top, box.width, box.height);
  context.strokeStyle = scene.selected ? theme.palette[0]! : theme.grid;
  context.lineWidth = scene.selected ? 2 : 1;
  context.strokeRect(box.left + 1, box.top + 1, box.width - 2, box.height - 2);
  context.font = `12px ${theme.font}`;
  context.fillStyle = theme.text;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillText(
    fitted(context, scene.label, box.width - 2 * PAD),
    box.left + PAD,
    box.top + TITLE / 2 + 2,
  );
  const inner: Box = {
    left: box.left + PAD,
    top: box.top + TITLE + 2,
    width: box.width - 2 * PAD,
    height: box.height - TITLE - FOOT - 6,
  };
  const found = rows?.range();
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  if (!rows || !found) {
    context.textAlign = 'center';
    const text = rows?.count ? t('no finite values') : t('nothing yet');
    context.fillText(text, box.left + box.width / 2, inner.top + inner.height / 2, inner.width);
    return;
  }
  const range = roomy(found);
  const foot = box.top + box.height - FOOT / 2 - 3;
  if (scene.form === 'heat') {
    paintHeat(context, rows, axis, inner, range, scene.log, theme, {
      hovered: null,
      marked: scene.marked,
      lines: false,
    });
    context.textAlign = 'left';
    const text = t('from {low} to {high}', {
      low: end(found[0], range),
      high: end(found[1], range),
    });
    context.fillText(text, inner.left, foot, inner.width);
    return;
  }
  const ridges = layoutRidges(rows, axis, inner, range, scene.log);
  const marked = scene.marked === null ? -1 : drawnFor(ridges, rows.nearest(axis, scene.marked));
  paintRidges(context, ridges, inner, theme, { hovered: -1, marked });
  context.fillStyle = theme.muted;
  context.textAlign = 'left';
  context.fillText(end(range[0], range), inner.left, foot);
  context.textAlign = 'right';
  context.fillText(end(range[1], range), inner.left + inner.width, foot);
}

/** An end of a range in three digits; next to the other one, tiny numbers are 0. */
function end(value: number, [low, high]: readonly [number, number]): string {
  return tickText(Math.abs(value) < 1e-4 * (high - low) ? 0 : Number(value.toPrecision(3)));
}
