import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { fitted, paintHeatAxes, paintStepsBeside, paintValuesBelow } from './frame';
import { paintHeat, stepScale, valueScale } from './heat';
import type { HistogramPlotModel, Name } from './model';
import { quantiles } from './bins';
import { type Box, drawnFor, layoutRidges, paintRidges, type Ridge, ridgeAt } from './ridge';
import type { Rows } from './rows';
import { roomy, type Scale, valueAt } from './scale';

const RIDGE = { left: 10, right: 62, top: 10, bottom: 38 };
const HEAT = { left: 62, right: 14, top: 10, bottom: 38 };
const TITLE = 24;
/** A pointer that moves less clicks. */
const DRAG_PX = 6;

interface Host {
  said(): void;
  redraw(): void;
  zoom(factor: number, around?: number): void;
  leave(): void;
}

/** The large plot of one name, under pointer and keys. */
export class LargePlot {
  readonly root: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private readonly close = el('button', 'dlw-histogram-close', { type: 'button' }, () => t('Close'));
  private readonly selection = el('div', 'dlw-histogram-selection', { hidden: true });
  /** The histogram and the value that is pointed at. */
  pointed: { row: number; value: number } | null = null;
  private box: Box = { left: 0, top: 0, width: 1, height: 1 };
  private ridges: Ridge[] = [];
  private rows: Rows | undefined;
  private range: [number, number] = [0, 1];
  private begun: [number, number] | null = null;

  constructor(
    private readonly model: HistogramPlotModel,
    private readonly host: Host,
  ) {
    this.canvas = el('canvas', 'dlw-histogram-large', {
      tabindex: 0,
      role: 'application',
      'aria-roledescription': () => t('histograms over steps'),
      'aria-label': () =>
        t(
          'Histograms over steps. The arrow keys move between steps, Enter selects a step, + and − zoom, and 0 shows all values.',
        ),
    });
    this.root = el('div', 'dlw-histogram-main', {}, this.canvas, this.selection, this.close);
    this.close.addEventListener('click', () => host.leave());
    this.canvas.addEventListener('pointerdown', (event) => this.onDown(event));
    this.canvas.addEventListener('pointermove', (event) => this.onMove(event));
    this.canvas.addEventListener('pointerup', (event) => this.onUp(event));
    this.canvas.addEventListener('pointercancel', () => this.endDrag());
    this.canvas.addEventListener('pointerleave', () => {
      if (!this.begun) this.point(null);
    });
    this.canvas.addEventListener('dblclick', () => this.model.put('value_range', []));
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** Another name follows. */
  leave(): void {
    this.pointed = null;
    this.endDrag();
  }

  /** What a screen reader says of the plot. */
  describe(words: string): void {
    if (document.activeElement === this.canvas) this.canvas.setAttribute('aria-label', words);
  }

  private get heat(): boolean {
    return this.model.text('form') === 'heat';
  }

  draw(name: Name, rows: Rows | undefined, width: number, theme: Theme): void {
    const height = Math.max(120, this.model.number('height', 320));
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.rows = rows;
    const found = rows?.range();
    const several = this.model.names.length > 1;
    this.close.hidden = !several;
    const margin = this.heat ? HEAT : RIDGE;
    const top = margin.top + (several ? TITLE : 0);
    this.box = {
      left: margin.left,
      top,
      width: Math.max(40, width - margin.left - margin.right),
      height: Math.max(40, height - top - margin.bottom),
    };
    if (found) this.range = this.model.range ?? roomy(found);
    this.ridges =
      rows && found && !this.heat
        ? layoutRidges(rows, this.model.axis, this.box, this.range, this.model.flag('log_counts'))
        : [];
    if (!context) return;
    context.clearRect(0, 0, width, height);
    context.fillStyle = theme.text;
    context.font = `600 13px ${theme.font}`;
    context.textAlign = 'left';
    context.textBaseline = 'top';
    if (several) context.fillText(fitted(context, name.label, width - 90), 10, 6);
    if (!rows || !found) {
      context.font = `13px ${theme.font}`;
      context.fillStyle = theme.muted;
      context.fillText(rows?.count ? t('no finite values') : t('nothing yet'), 10, top + 10);
    } else if (this.heat) this.paintHeat(context, rows, name, theme);
    else this.paintRidge(context, rows, name, theme);
  }

  private paintRidge(context: CanvasRenderingContext2D, rows: Rows, name: Name, theme: Theme): void {
    const { axis } = this.model;
    const { box } = this;
    paintValuesBelow(context, box, this.values(), name.unit, theme);
    context.save();
    context.beginPath();
    context.rect(box.left, 0, box.width, box.top + box.height + 1);
    context.clip();
    const marked = this.model.markedOn(rows);
    paintRidges(context, this.ridges, box, theme, {
      hovered: this.pointed?.row ?? -1,
      marked: marked === null ? -1 : drawnFor(this.ridges, rows.nearest(axis, marked)),
    });
    context.restore();
    const [first, last] = [this.ridges[0], this.ridges[this.ridges.length - 1]];
    if (!first || !last) return;
    const feet = {
      low: rows.at(first.row, axis),
      high: rows.at(last.row, axis),
      from: first.foot,
      to: last.foot,
    };
    paintStepsBeside(context, box, feet, axis, theme);
  }

  private paintHeat(context: CanvasRenderingContext2D, rows: Rows, name: Name, theme: Theme): void {
    const { axis } = this.model;
    const row = this.pointed?.row;
    paintHeat(context, rows, axis, this.box, this.range, this.model.flag('log_counts'), theme, {
      hovered: row === undefined || row >= rows.count ? null : rows.at(row, axis),
      marked: this.model.markedOn(rows),
      lines: true,
    });
    const across = stepScale(rows, axis, this.box);
    paintHeatAxes(context, this.box, across, this.values(), axis, name.unit, theme);
  }

  /** The scale of the values in the present form. */
  private values(): Scale {
    if (this.heat) return valueScale(this.range, this.box);
    const [low, high] = this.range;
    return { low, high, from: this.box.left, to: this.box.left + this.box.width };
  }

  // -- pointer and keys ----------------------------------------------------------------------------

  private pixel(event: MouseEvent): [number, number] {
    const frame = this.canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  }

  /** The pixel along the axis of the values. */
  private along([x, y]: readonly [number, number]): number {
    const { left, top, width, height } = this.box;
    return this.heat ? Math.max(top, Math.min(top + height, y)) : Math.max(left, Math.min(left + width, x));
  }

  private under([x, y]: [number, number]): { row: number; value: number } | null {
    const { rows, box } = this;
    const inside = x >= box.left && x <= box.left + box.width && y >= 0 && y <= box.top + box.height + 4;
    if (!rows || !inside) return null;
    const value = valueAt(this.values(), this.along([x, y]));
    if (!this.heat) {
      const ridge = ridgeAt(this.ridges, box, x, y);
      return ridge ? { row: ridge.row, value } : null;
    }
    const row = rows.nearest(this.model.axis, valueAt(stepScale(rows, this.model.axis, box), x));
    return row < 0 ? null : { row, value };
  }

  private point(pointed: { row: number; value: number } | null): void {
    this.pointed = pointed;
    this.host.redraw();
    this.host.said();
  }

  private onDown(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.begun = this.pixel(event);
    // A finger scrolls the page.
    if (event.pointerType !== 'touch') this.canvas.setPointerCapture(event.pointerId);
  }

  private onMove(event: PointerEvent): void {
    const at = this.pixel(event);
    if (!this.begun || event.pointerType === 'touch') {
      this.point(this.under(at));
      return;
    }
    const [from, to] = [this.along(this.begun), this.along(at)].sort((a, b) => a - b) as [number, number];
    this.selection.hidden = to - from < DRAG_PX;
    const { left, top, width, height } = this.box;
    const { style } = this.selection;
    [style.left, style.width] = this.heat ? [`${left}px`, `${width}px`] : [`${from}px`, `${to - from}px`];
    [style.top, style.height] = this.heat ? [`${from}px`, `${to - from}px`] : [`${top}px`, `${height}px`];
  }

  private onUp(event: PointerEvent): void {
    const { begun } = this;
    const dragged = !this.selection.hidden;
    this.endDrag();
    if (!begun) return;
    const at = this.pixel(event);
    if (dragged) {
      const ends = [this.along(begun), this.along(at)].map((pixel) => valueAt(this.values(), pixel));
      const [low, high] = ends.sort((a, b) => a - b) as [number, number];
      if (high > low) this.model.put('value_range', [low, high]);
      return;
    }
    const found = this.under(at);
    this.point(found);
    if (found) this.select(found.row);
  }

  private endDrag(): void {
    this.begun = null;
    this.selection.hidden = true;
  }

  /** Selects the step of a histogram; the one that is selected already, none. */
  private select(row: number): void {
    const step = row < 0 || !this.rows ? -1 : this.rows.at(row, 'step');
    const again = step === this.model.number('moment', -1);
    // Shown at once: the kernel will say the same.
    this.model.set('moment', again ? -1 : step);
    this.model.act({ type: 'moment', step: again ? -1 : step });
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows } = this;
    if (!rows || rows.count === 0) return;
    const around = this.pointed?.value;
    if (event.key === '+' || event.key === '=') this.host.zoom(0.5, around);
    else if (event.key === '-' || event.key === '−') this.host.zoom(2, around);
    else if (event.key === '0') this.model.put('value_range', []);
    else if (event.key === 'Enter' || event.key === ' ') {
      if (this.pointed) this.select(this.pointed.row);
    } else if (event.key === 'Escape') {
      if (this.pointed) this.point(null);
      else if (this.model.names.length > 1) this.host.leave();
      else return;
    } else {
      const row = this.moved(event.key, rows);
      if (row === null) return;
      const value = this.pointed?.value ?? quantiles(rows, row, [0.5])[0]!;
      this.point({ row, value });
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** The histogram that a key goes to; left and right along a heat map's values go up and down. */
  private moved(key: string, rows: Rows): number | null {
    const drawn = this.heat
      ? Array.from({ length: rows.count }, (_, i) => i)
      : this.ridges.map(({ row }) => row);
    const last = drawn.length - 1;
    const at = this.pointed ? drawn.indexOf(this.nearestOf(drawn, this.pointed.row)) : last + 1;
    const moves: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      Home: 0,
      End: last,
    };
    const to = moves[key];
    return to === undefined ? null : drawn[Math.max(0, Math.min(last, to))]!;
  }

  private nearestOf(drawn: readonly number[], row: number): number {
    return drawn.reduce((best, one) => (Math.abs(one - row) < Math.abs(best - row) ? one : best), drawn[0]!);
  }
}
