import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { SEEDS } from './fields';

const ROW = 58;
const TOP = 18;
const DOT = 7;

/** A row of dots. */
export interface SwingRow {
  readonly label: string;
  /** By seed, as far as they are known. */
  readonly scores: readonly number[];
  /** The score of the seed that is shown; null where it isn't of this row. */
  readonly now: number | null;
  readonly warn: boolean;
}

interface Shown {
  readonly rows: readonly SwingRow[];
  readonly regression: boolean;
  readonly baseline: number;
  readonly seed: number;
  readonly said: string;
  readonly axis: string;
  readonly write: (score: number) => string;
}

/** The scores of forty seeds as dots, one row for each way of splitting. Press one to see its split. */
export class SwingPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private shown: Shown | null = null;
  private dots: { x: number; y: number; seed: number }[] = [];

  /** @param pick a seed is chosen */
  constructor(private readonly pick: (seed: number) => void) {
    this.surface = el(
      'div',
      'dlw-splits-swing',
      {
        tabindex: 0,
        role: 'slider',
        'aria-label': () => t('Seed'),
        'aria-valuemin': 0,
        'aria-valuemax': 999,
      },
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
      const seed = this.shown?.seed ?? 0;
      const seeds: Readonly<Record<string, number>> = {
        ArrowRight: seed + 1,
        ArrowUp: seed + 1,
        ArrowLeft: seed - 1,
        ArrowDown: seed - 1,
        Home: 0,
        End: SEEDS - 1,
      };
      const next = seeds[event.key];
      if (next === undefined) return;
      event.preventDefault();
      pick(Math.min(999, Math.max(0, next)));
    });
  }

  private choose(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    let [nearest, least] = [-1, Infinity];
    for (const dot of this.dots) {
      const away = (dot.x - x) ** 2 + (dot.y - y) ** 2;
      if (away < least) [nearest, least] = [dot.seed, away];
    }
    if (nearest >= 0) this.pick(nearest);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, shown: Shown): void {
    this.shown = shown;
    setAttributes(this.surface, { 'aria-valuenow': shown.seed, 'aria-valuetext': shown.said });
    const { rows, regression, baseline } = shown;
    const [width, height] = [Math.max(240, room || 600), TOP + rows.length * ROW + 36];
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    const all = [baseline, ...rows.flatMap((row) => [...row.scores, ...(row.now === null ? [] : [row.now])])];
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const range: [number, number] = regression
      ? [0, high * 1.08 || 1]
      : [Math.max(0, low - 0.06), Math.min(1.01, high + 0.06)];
    const edges = { left: 10, top: TOP, right: width - 14, bottom: height - 34 };
    const frame = new Frame(width, height, range, [0, 1], edges);
    this.dots = [];
    if (!context) return;
    this.axis(context, theme, frame, shown);
    rows.forEach((row, i) => this.row(context, theme, frame, row, i, shown));
  }

  private axis(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, shown: Shown): void {
    const { left, right, top, bottom } = frame.edges;
    context.font = `11px ${theme.font}`;
    context.textBaseline = 'top';
    context.textAlign = 'center';
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.beginPath();
    for (const value of ticks(frame.x, right - left > 420 ? 8 : 4)) {
      const x = Math.round(frame.px(value)) + 0.5;
      context.moveTo(x, top);
      context.lineTo(x, bottom);
      context.fillStyle = theme.muted;
      context.fillText(shown.write(value), Math.min(right - 8, Math.max(left + 3, x)), bottom + 4);
    }
    context.stroke();
    context.textAlign = 'right';
    context.fillText(shown.axis, right + 10, bottom + 19);
    const x = Math.round(frame.px(shown.baseline)) + 0.5;
    context.strokeStyle = theme.text;
    context.setLineDash([4, 3]);
    context.beginPath();
    context.moveTo(x, top);
    context.lineTo(x, bottom);
    context.stroke();
    context.setLineDash([]);
    const text = t('always the same answer: {score}', { score: shown.write(shown.baseline) });
    const wide = context.measureText(text).width;
    context.textAlign = 'left';
    context.textBaseline = 'bottom';
    context.fillStyle = theme.text;
    context.fillText(text, Math.max(left, Math.min(x, right - wide)), top - 3);
  }

  private row(
    context: CanvasRenderingContext2D,
    theme: Theme,
    frame: Frame,
    { label, scores, now, warn }: SwingRow,
    index: number,
    { seed }: Shown,
  ): void {
    const { left, right, top } = frame.edges;
    const base = top + (index + 1) * ROW - 4;
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(left, base + 0.5);
    context.lineTo(right, base + 0.5);
    context.stroke();
    const color = theme.palette[warn ? 1 : 0]!;
    const piles = new Map<number, number[]>();
    scores.forEach((score, i) => {
      const bin = Math.round((frame.px(score) - left) / DOT);
      piles.set(bin, [...(piles.get(bin) ?? []), i]);
    });
    const most = Math.max(1, ...[...piles.values()].map((pile) => pile.length));
    const step = Math.min(DOT, (ROW - 26) / most);
    context.fillStyle = color;
    for (const [bin, pile] of piles) {
      pile.forEach((one, i) => {
        const [x, y] = [left + bin * DOT, base - 4 - i * step];
        this.dots.push({ x, y, seed: one });
        // Where the row is of this seed, a ring takes its place.
        if (one === seed && now !== null) return;
        context.globalAlpha = 0.55;
        context.beginPath();
        context.arc(x, y, 3, 0, 2 * Math.PI);
        context.fill();
        context.globalAlpha = 1;
      });
    }
    if (now !== null) {
      const [x, y] = [frame.px(now), base - 4];
      context.beginPath();
      context.arc(x, y, 5, 0, 2 * Math.PI);
      context.fill();
      context.strokeStyle = theme.background;
      context.lineWidth = 4;
      context.stroke();
      context.strokeStyle = theme.text;
      context.lineWidth = 2;
      context.stroke();
    }
    context.font = `12px ${theme.font}`;
    context.textBaseline = 'top';
    context.textAlign = 'left';
    context.lineJoin = 'round';
    context.strokeStyle = theme.background;
    context.lineWidth = 3;
    context.strokeText(label, left, top + index * ROW + 4);
    context.fillStyle = theme.text;
    context.fillText(label, left, top + index * ROW + 4);
  }
}
