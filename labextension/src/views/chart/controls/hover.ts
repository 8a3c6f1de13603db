import { t } from '../../../core/i18n';
import { el, setText } from '../../../shared/dom';
import { formatValue } from '../../../shared/format';
import { type Readout, type ReadoutRow, spoken } from './readout';
import type { PlotArea, Style } from '../types';

export interface HoverSource {
  area(): PlotArea | null;
  read(x: number, near: number): Readout | null;
  styles(): ReadonlyMap<string, Style>;
  /** Shows the values beside the plot; the pointer is next to the curve `nearest`, or to none with "". */
  show(readout: Readout | null, nearest: string): void;
  /** The x that is `steps` points on from `x`. */
  move(x: number, steps: number): number | null;
}

const NEAR_PX = 8;
/** From the pointer to a curve that it is next to. */
const NEXT_TO_PX = 24;

/**
 * The crosshair, under the pointer or moved with the arrow keys.
 *
 * Nothing covers the curves: a line below the plot says where it is, the legend has the values.
 */
export class Hover {
  readonly root = el('div', 'dlw-hover', { 'aria-hidden': 'true' });
  readonly live = el('div', 'dlw-sr-only', { 'aria-live': 'polite' });
  private readonly line = el('div', 'dlw-hover-line');
  private readonly dots = el('div');
  private readonly note = el('div', 'dlw-hover-note');
  /** Position in the axis's units, so that it stays put while data arrives; null when there is none. */
  private x: number | null = null;
  private pointerY = NaN;
  /** Where the pointer is, in pixels: under a pointer it is the value that moves, not the line. */
  private pointerX: number | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly source: HoverSource,
  ) {
    this.root.append(this.line, this.dots, this.note);
    this.root.hidden = true;
    host.addEventListener('pointermove', (event) => this.onPointer(event));
    host.addEventListener('pointerleave', () => this.hide());
    host.addEventListener('blur', () => this.hide());
  }

  /** Where the crosshair is, in the axis's unit; null when there is none. */
  get position(): number | null {
    return this.x;
  }

  /** Draws the crosshair anew: the curves have moved. */
  refresh(): void {
    const area = this.source.area();
    if (!area || (this.x === null && this.pointerX === null)) {
      this.vanish();
      return;
    }
    if (this.pointerX !== null) this.x = area.x[0] + (this.pointerX / area.width) * (area.x[1] - area.x[0]);
    this.show(area, this.x!);
  }

  hide(): void {
    this.x = null;
    this.pointerX = null;
    this.vanish();
  }

  /** Moves the crosshair by points (or to the first or last with ±Infinity) and says the values. */
  step(points: number): void {
    const area = this.source.area();
    if (!area) return;
    this.pointerX = null;
    const from = this.x ?? (points > 0 ? area.x[0] : area.x[1]);
    const far = Number.isFinite(points) ? this.source.move(from, points) : points > 0 ? area.x[1] : area.x[0];
    if (far === null) return;
    this.x = far;
    this.pointerY = NaN;
    const readout = this.show(area, far);
    if (readout) setText(this.live, spoken(readout));
  }

  private onPointer(event: PointerEvent): void {
    const area = this.source.area();
    if (!area) return;
    const box = this.host.getBoundingClientRect();
    const x = event.clientX - box.left - area.left;
    const y = event.clientY - box.top - area.top;
    if (x < 0 || x > area.width || y < 0 || y > area.height || event.buttons !== 0) {
      this.hide();
      return;
    }
    this.pointerX = x;
    this.pointerY = y;
    this.refresh();
  }

  private vanish(): void {
    if (!this.root.hidden) this.source.show(null, '');
    this.root.hidden = true;
  }

  private show(area: PlotArea, x: number): Readout | null {
    const perPixel = (area.x[1] - area.x[0]) / area.width;
    const readout = this.source.read(x, NEAR_PX * perPixel);
    if (!readout) {
      this.vanish();
      return null;
    }
    this.root.hidden = false;
    const left = area.left + (x - area.x[0]) / perPixel;
    Object.assign(this.line.style, { left: `${left}px`, top: `${area.top}px`, height: `${area.height}px` });
    this.drawDots(area, readout, perPixel);
    const nearest = this.nearest(area, readout);
    Object.assign(this.note.style, { paddingLeft: `${area.left}px` });
    setText(
      this.note,
      [readout.heading, ...readout.events, rawOf(readout, nearest, this.pointerX === null)]
        .filter(Boolean)
        .join(' · '),
    );
    this.source.show(readout, nearest);
    return readout;
  }

  /** The curve that the pointer is next to, "" for none. */
  private nearest(area: PlotArea, readout: Readout): string {
    let [id, best] = ['', NEXT_TO_PX];
    for (const row of readout.rows) {
      const distance = Math.abs(downTo(area, row) - this.pointerY);
      if (distance < best) [id, best] = [row.id, distance];
    }
    return id;
  }

  private drawDots(area: PlotArea, readout: Readout, perPixel: number): void {
    const dots: HTMLElement[] = [];
    const styles = this.source.styles();
    for (const row of readout.rows) {
      const down = downTo(area, row);
      const across = (row.x - area.x[0]) / perPixel;
      if (!(down >= 0 && down <= area.height && across >= 0 && across <= area.width)) continue;
      const dot = el('span', 'dlw-hover-dot');
      dot.style.left = `${area.left + across}px`;
      dot.style.top = `${area.top + down}px`;
      dot.style.setProperty('--dlw-color', styles.get(row.id)?.color ?? 'currentColor');
      dots.push(dot);
    }
    this.dots.replaceChildren(...dots);
  }
}

/** How far below the top of the plot area a value is, in pixels. */
function downTo({ y, height, log }: PlotArea, { value }: ReadoutRow): number {
  return ((y[1] - (log ? Math.log10(value) : value)) / (y[1] - y[0])) * height;
}

/**
 * The value itself where the curve that the pointer is next to, or the only one, is an average.
 *
 * The arrow keys are next to no curve: then it is the one of the first average.
 */
function rawOf({ rows }: Readout, nearest: string, byKey: boolean): string {
  const averages = rows.filter((row) => row.raw !== null);
  const only = byKey || averages.length === 1 ? averages[0] : undefined;
  const row = averages.find(({ id }) => id === nearest) ?? only;
  return row ? t('raw {value}', { value: formatValue(row.raw!) }) : '';
}
