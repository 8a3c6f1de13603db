import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { three } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Unit } from './training';

const HEIGHT = 190;
const TOP = 48;
const BOTTOM = HEIGHT - 40;
const SIDE = 14;

/** The values of one unit for a batch: before the normalization above, after it below. */
export class UnitPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-bn-caption');

  constructor() {
    this.root = el('div', 'dlw-bn-pane', {}, this.title, el('div', 'dlw-bn-still', {}, this.canvas));
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, title: string, unit: Unit): void {
    setText(this.title, title);
    const width = Math.max(200, Math.floor(room));
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const spread = Math.sqrt(Math.max(0, unit.variance));
    const edges = { left: SIDE, right: width - SIDE, top: TOP, bottom: BOTTOM };
    const across = (values: readonly number[], least: number): [number, number] => {
      const finite = values.filter(Number.isFinite);
      const [low, high] = [Math.min(...finite), Math.max(...finite)];
      const pad = Math.max(least, (high - low) * 0.06);
      return [low - pad, high + pad];
    };
    const above = across(
      [...unit.z, unit.mean - spread, unit.mean + spread],
      spread > 0 ? 0 : Math.max(0.5, Math.abs(unit.mean) * 0.05),
    );
    const below = across([...unit.y, unit.beta - 2.5, unit.beta + 2.5], 0.1);
    const z = new Frame(width, HEIGHT, above, [0, 1], edges);
    const y = new Frame(width, HEIGHT, below, [0, 1], edges);
    context.font = `11px ${theme.font}`;
    band(context, theme, z, TOP, unit.mean, spread, 1);
    band(context, theme, y, BOTTOM, unit.beta, Math.abs(unit.gamma), 0);
    context.strokeStyle = theme.axis;
    context.globalAlpha = 0.6;
    unit.z.forEach((value, i) => {
      context.beginPath();
      context.moveTo(z.px(value), TOP);
      context.lineTo(y.px(unit.y[i]!), BOTTOM);
      context.stroke();
    });
    context.globalAlpha = 1;
    axis(context, theme, z, TOP, -1);
    axis(context, theme, y, BOTTOM, 1);
    // The first sample is the one of the formula.
    [...unit.z.keys()].reverse().forEach((i) => {
      const first = i === 0;
      for (const [frame, at, value, color] of [
        [z, TOP, unit.z[i]!, 1],
        [y, BOTTOM, unit.y[i]!, 0],
      ] as const) {
        context.fillStyle = theme.palette[color]!;
        context.globalAlpha = first ? 1 : 0.7;
        context.beginPath();
        context.arc(frame.px(value), at, first ? 5.5 : 3.5, 0, 2 * Math.PI);
        context.fill();
        if (first) {
          context.strokeStyle = theme.text;
          context.lineWidth = 1.5;
          context.stroke();
          context.lineWidth = 1;
        }
      }
    });
    context.globalAlpha = 1;
    context.fillStyle = theme.text;
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    context.fillText(t('before: z, with μ ± σ'), SIDE, 12);
    context.fillText(t('after: y, with β ± γ'), SIDE, HEIGHT - 4);
  }
}

function band(
  context: CanvasRenderingContext2D,
  theme: Theme,
  frame: Frame,
  at: number,
  middle: number,
  half: number,
  color: number,
): void {
  context.fillStyle = theme.palette[color]!;
  context.globalAlpha = 0.16;
  const left = frame.px(middle - half);
  context.fillRect(left, at - 9, Math.max(1, frame.px(middle + half) - left), 18);
  context.globalAlpha = 1;
  context.fillRect(frame.px(middle) - 1, at - 11, 2, 22);
}

function axis(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, at: number, side: 1 | -1): void {
  context.strokeStyle = theme.axis;
  context.fillStyle = theme.muted;
  context.textAlign = 'center';
  context.textBaseline = side < 0 ? 'bottom' : 'top';
  context.beginPath();
  context.moveTo(frame.edges.left, at + 0.5);
  context.lineTo(frame.edges.right, at + 0.5);
  context.stroke();
  for (const value of ticks(frame.x, frame.width > 330 ? 6 : 4)) {
    context.fillText(three(Number(value.toPrecision(6))), frame.px(value), at + side * 13);
  }
}
