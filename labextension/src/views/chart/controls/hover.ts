import { t, tn } from '../../../core/i18n';
import { el, setText } from '../../../shared/dom';
import { formatValue } from '../../../shared/format';
import { type Readout, spoken } from './readout';
import type { PlotArea, Style } from '../types';

export interface HoverSource {
  area(): PlotArea | null;
  read(x: number, near: number, y: number): Readout | null;
  style(id: string): Style | undefined;
  /** The x that is `steps` points on from `x`. */
  move(x: number, steps: number): number | null;
}

const NEAR_PX = 8;

/** The crosshair with its values, under the pointer or moved with the arrow keys. */
export class Hover {
  readonly root = el('div', 'dlw-hover', { 'aria-hidden': 'true' });
  readonly live = el('div', 'dlw-sr-only', { 'aria-live': 'polite' });
  private readonly line = el('div', 'dlw-hover-line');
  private readonly dots = el('div');
  private readonly box = el('div', 'dlw-hover-box');
  /** Position in the axis's units, so that it stays put while data arrives; null when there is none. */
  private x: number | null = null;
  private pointerY = NaN;
  /** Where the pointer is, in pixels: under a pointer it is the value that moves, not the line. */
  private pointerX: number | null = null;

  constructor(
    private readonly host: HTMLElement,
    private readonly source: HoverSource,
  ) {
    this.root.append(this.line, this.dots, this.box);
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
      this.root.hidden = true;
      return;
    }
    if (this.pointerX !== null) this.x = area.x[0] + (this.pointerX / area.width) * (area.x[1] - area.x[0]);
    this.show(area, this.x!);
  }

  hide(): void {
    this.x = null;
    this.pointerX = null;
    this.root.hidden = true;
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

  private show(area: PlotArea, x: number): Readout | null {
    const perPixel = (area.x[1] - area.x[0]) / area.width;
    const height = Number.isNaN(this.pointerY) ? area.height / 2 : this.pointerY;
    const level = area.y[1] - (height / area.height) * (area.y[1] - area.y[0]);
    const readout = this.source.read(x, NEAR_PX * perPixel, area.log ? Math.pow(10, level) : level);
    this.root.hidden = readout === null;
    if (!readout) return null;
    const left = area.left + (x - area.x[0]) / perPixel;
    Object.assign(this.line.style, { left: `${left}px`, top: `${area.top}px`, height: `${area.height}px` });
    this.drawDots(area, readout, perPixel);
    this.fillBox(readout);
    const flip = left + 14 + this.box.offsetWidth > this.host.clientWidth;
    const room = Math.max(0, this.host.clientWidth - this.box.offsetWidth);
    this.box.style.left = `${Math.max(0, Math.min(room, flip ? left - 14 - this.box.offsetWidth : left + 14))}px`;
    this.box.style.top = `${area.top + 4}px`;
    return readout;
  }

  private drawDots(area: PlotArea, readout: Readout, perPixel: number): void {
    const dots: HTMLElement[] = [];
    for (const row of readout.rows) {
      const y = area.log ? Math.log10(row.value) : row.value;
      const down = ((area.y[1] - y) / (area.y[1] - area.y[0])) * area.height;
      const across = (row.x - area.x[0]) / perPixel;
      if (!Number.isFinite(y) || down < 0 || down > area.height || across < 0 || across > area.width)
        continue;
      const dot = el('span', 'dlw-hover-dot');
      dot.style.left = `${area.left + across}px`;
      dot.style.top = `${area.top + down}px`;
      dot.style.setProperty('--dlw-color', this.source.style(row.id)?.color ?? 'currentColor');
      dots.push(dot);
    }
    this.dots.replaceChildren(...dots);
  }

  private fillBox(readout: Readout): void {
    const lines: Node[] = [el('div', 'dlw-hover-heading', {}, readout.heading)];
    for (const text of readout.events) lines.push(el('div', 'dlw-hover-event', {}, text));
    const table = el('div', 'dlw-hover-rows');
    for (const row of readout.rows) {
      const style = this.source.style(row.id);
      const swatch = el('span', 'dlw-swatch', { 'data-dash': style?.dash ?? 'solid' });
      swatch.style.setProperty('--dlw-color', style?.color ?? 'currentColor');
      table.append(
        swatch,
        el('span', 'dlw-hover-name', {}, row.name),
        el('span', 'dlw-hover-value', {}, formatValue(row.value)),
        el(
          'span',
          'dlw-hover-raw',
          {},
          row.raw === null ? '' : t('raw {value}', { value: formatValue(row.raw) }),
        ),
      );
    }
    lines.push(table);
    if (readout.more > 0)
      lines.push(el('div', 'dlw-hover-more', {}, tn('and {n} more', 'and {n} more', readout.more)));
    this.box.replaceChildren(...lines);
  }
}
