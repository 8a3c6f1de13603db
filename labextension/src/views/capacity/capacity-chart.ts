import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { errorColor, logFrame, type LogFrame } from './log-frame';
import type { Errors } from './model';

const TALL = 250;

interface Options {
  label: () => string;
  /** A capacity is pressed, dragged to, or moved to by keys. */
  go: (capacity: number) => void;
}

interface Shown {
  readonly capacities: readonly number[];
  readonly errors: readonly (Errors | null)[];
  /** The capacity that is shown, with its errors. */
  readonly capacity: number;
  readonly now: Errors;
  /** Whether each step doubles the capacity. */
  readonly doubling: boolean;
  readonly axis: string;
  readonly best: number | null;
  /** The variance of the noise; null where it isn't known. */
  readonly noise: number | null;
  /** The mean squared error of values that are about 1. */
  readonly unit: number;
  readonly said: string;
}

/** Training and validation error over capacity, with the point where you are. */
export class CapacityChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private shown: Shown | null = null;
  private across: (capacity: number) => number = () => 0;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-capacity-curve',
      { tabindex: 0, role: 'slider', 'aria-label': options.label },
      this.canvas,
    );
    this.root = el('div', '', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      this.choose(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.choose(event);
    });
    surface.addEventListener('keydown', (event) => {
      if (!this.shown) return;
      const { capacities, capacity } = this.shown;
      const last = capacities.length - 1;
      const up = capacities.findIndex((one) => one > capacity);
      const down = capacities.filter((one) => one < capacity).length - 1;
      const places: Readonly<Record<string, number>> = {
        ArrowRight: up < 0 ? last : up,
        ArrowUp: up < 0 ? last : up,
        ArrowLeft: Math.max(0, down),
        ArrowDown: Math.max(0, down),
        Home: 0,
        End: last,
      };
      const place = places[event.key];
      if (place === undefined) return;
      event.preventDefault();
      // The next key may come before the next frame.
      this.shown = { ...this.shown, capacity: capacities[place]! };
      options.go(capacities[place]!);
    });
  }

  private choose(event: PointerEvent): void {
    const x = event.clientX - this.canvas.getBoundingClientRect().left;
    const away = (capacity: number): number => Math.abs(this.across(capacity) - x);
    const all = this.shown?.capacities ?? [];
    this.options.go(all.reduce((best, one) => (away(one) < away(best) ? one : best), all[0] ?? 0));
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, shown: Shown): void {
    this.shown = shown;
    const { capacities, errors, now, capacity, doubling } = shown;
    const last = capacities.at(-1)!;
    setAttributes(this.surface, {
      'aria-valuemin': capacities[0]!,
      'aria-valuemax': last,
      'aria-valuenow': capacity,
      'aria-valuetext': shown.said,
    });
    const width = Math.max(220, room || 420);
    const context = sizedCanvas(this.canvas, width, TALL);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${TALL}px`;
    const all = [...errors.flatMap((one) => one ?? []), ...now];
    const frame = logFrame(context, theme, [width, TALL], all, shown.unit);
    const { left, right } = frame;
    const share = (value: number): number => (doubling ? Math.log2(value) / Math.log2(last) : value / last);
    this.across = (value) => left + 8 + share(value) * (right - left - 16);
    if (!context) return;
    this.axis(context, theme, frame, shown);
    for (const which of [1, 0] as const) {
      context.strokeStyle = context.fillStyle = errorColor(theme, which);
      context.lineWidth = 2;
      context.lineJoin = 'round';
      context.beginPath();
      errors.forEach((one, i) => {
        if (one) context.lineTo(this.across(capacities[i]!), frame.py(one[which]));
      });
      context.stroke();
      errors.forEach((one, i) => {
        if (!one || !Number.isFinite(one[which])) return;
        context.beginPath();
        context.arc(this.across(capacities[i]!), frame.py(one[which]), 2.5, 0, 2 * Math.PI);
        context.fill();
      });
    }
    this.mark(context, theme, frame, shown);
  }

  private axis(context: CanvasRenderingContext2D, theme: Theme, frame: LogFrame, shown: Shown): void {
    const { left, right, bottom } = frame;
    const { capacities, noise, best } = shown;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.fillStyle = theme.muted;
    for (const capacity of capacities) {
      if (!shown.doubling && capacity % 5 !== 0) continue;
      if (shown.doubling && Math.log2(capacity) % 1 !== 0) continue;
      context.fillText(String(capacity), this.across(capacity), bottom + 4);
    }
    context.textAlign = 'right';
    context.fillText(shown.axis, right, bottom + 19);
    if (best !== null) {
      context.fillStyle = theme.text;
      const x = this.across(best);
      context.beginPath();
      context.moveTo(x, bottom - 7);
      context.lineTo(x - 5, bottom);
      context.lineTo(x + 5, bottom);
      context.fill();
    }
    if (noise === null || noise <= 0) return;
    const y = Math.round(frame.py(noise)) + 0.5;
    if (y < frame.top || y > bottom) return;
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = theme.muted;
    context.textBaseline = 'bottom';
    context.textAlign = 'left';
    context.fillText(t('noise'), left + 4, y - 2);
  }

  private mark(context: CanvasRenderingContext2D, theme: Theme, frame: LogFrame, shown: Shown): void {
    const { top, bottom, right } = frame;
    const x = Math.round(this.across(shown.capacity)) + 0.5;
    context.strokeStyle = theme.text;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    const isLeft = x > right - 70;
    context.font = `600 12px ${theme.font}`;
    context.textAlign = isLeft ? 'right' : 'left';
    context.textBaseline = 'middle';
    const places = shown.now.map((error) => frame.py(error));
    // Two numbers that are close together would be written over each other.
    const apart = Math.abs(places[0]! - places[1]!) < 16 ? 9 : 0;
    for (const which of [0, 1] as const) {
      const error = shown.now[which];
      if (!Number.isFinite(error)) continue;
      const y = places[which]!;
      context.fillStyle = errorColor(theme, which);
      context.beginPath();
      context.arc(x, y, 5.5, 0, 2 * Math.PI);
      context.fill();
      context.lineWidth = 3;
      context.strokeStyle = theme.background;
      const [at, height] = [x + (isLeft ? -10 : 10), y + (which === 0 ? apart : -apart)];
      const safe = Math.min(bottom - 6, Math.max(top + 6, height));
      context.strokeText(short(error), at, safe);
      context.fillText(short(error), at, safe);
    }
  }
}
