import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { three } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { STEPS } from './fields';

/** One line over the steps; the first value is of step `from`. */
export interface Line {
  readonly values: readonly number[];
  readonly from: number;
  /** The place of its color in the palette. */
  readonly color: number;
  readonly look: 'line' | 'dashed' | 'dots';
}

const LEFT = 48;
const RIGHT = 8;

/** Values by step. Press or drag to go to a step; the slider of the steps is for keys. */
export class CoursePane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly title = el('div', 'dlw-bn-caption');
  private width = 200;

  constructor(
    private readonly height: number,
    go: (step: number) => void,
  ) {
    const surface = el('div', 'dlw-bn-surface dlw-bn-course', {}, this.canvas);
    this.root = el('div', 'dlw-bn-pane', {}, this.title, surface);
    const at = (event: PointerEvent): number => {
      const box = this.canvas.getBoundingClientRect();
      const share = (event.clientX - box.left - LEFT) / (this.width - LEFT - RIGHT);
      return Math.round(Math.min(1, Math.max(0, share)) * STEPS);
    };
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      go(at(event));
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) go(at(event));
    });
  }

  /**
   * @param room how wide it may be, in px
   * @param legend texts of the lines
   */
  show(
    theme: Theme,
    room: number,
    { title, lines, axis, step }: { title: string; lines: readonly Line[]; axis: string; step: number },
  ): void {
    setText(this.title, title);
    const width = (this.width = Math.max(200, Math.floor(room)));
    const { height } = this;
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    if (!context) return;
    const all = lines.flatMap(({ values }) => values).filter(Number.isFinite);
    const [low, most] = [Math.min(0, ...all), Math.max(0, ...all)];
    const high = most - low < 1e-9 ? 1 : most;
    const pad = (high - low) * 0.06;
    const edges = { left: LEFT, top: 6, right: width - RIGHT, bottom: height - 20 };
    const frame = new Frame(width, height, [0, STEPS], [low - (low < 0 ? pad : 0), high + pad], edges);
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.lineWidth = 1;
    for (const value of ticks(frame.y, 3)) {
      const y = Math.round(frame.py(value)) + 0.5;
      context.strokeStyle = value === 0 ? theme.axis : theme.grid;
      context.beginPath();
      context.moveTo(edges.left, y);
      context.lineTo(edges.right, y);
      context.stroke();
      context.fillText(three(value), edges.left - 6, y);
    }
    context.textBaseline = 'alphabetic';
    context.textAlign = 'left';
    context.fillText(axis, 0, height - 5);
    context.textAlign = 'center';
    for (let i = 0; i <= 4; i += 1) {
      const number = (STEPS * i) / 4;
      context.fillText(String(number), Math.min(frame.px(number), edges.right - 9), height - 5);
    }
    context.strokeStyle = theme.axis;
    context.beginPath();
    context.moveTo(frame.px(step), edges.top);
    context.lineTo(frame.px(step), edges.bottom);
    context.stroke();
    for (const line of lines) draw(context, theme, frame, line);
  }
}

function draw(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, line: Line): void {
  context.strokeStyle = context.fillStyle = theme.palette[line.color]!;
  if (line.look === 'dots') {
    context.globalAlpha = 0.55;
    line.values.forEach((value, i) => {
      if (!Number.isFinite(value)) return;
      context.beginPath();
      context.arc(frame.px(line.from + i), frame.py(value), 2, 0, 2 * Math.PI);
      context.fill();
    });
    context.globalAlpha = 1;
    return;
  }
  context.lineWidth = 2;
  context.setLineDash(line.look === 'dashed' ? [5, 3] : []);
  context.beginPath();
  line.values.forEach((value, i) => {
    if (Number.isFinite(value)) context.lineTo(frame.px(line.from + i), frame.py(value));
  });
  context.stroke();
  context.setLineDash([]);
  const last = line.values.at(-1);
  if (last === undefined || !Number.isFinite(last)) return;
  context.beginPath();
  context.arc(frame.px(line.from + line.values.length - 1), frame.py(last), 3.5, 0, 2 * Math.PI);
  context.fill();
}
