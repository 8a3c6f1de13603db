import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { rounded } from '../../shared/concept/state';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { HEIGHT, MOST_POINTS } from './fields';
import type { CapacityModel } from './model';
import { type Points, TRUTHS } from './points';

interface Grip {
  list: 'training' | 'validation';
  index: number;
}
type Spot = readonly [number, number];

const TALL = 300;
const NEAR = 14;
/** Places across at which a curve is computed. */
const PLACES = 200;

/** The points and the curve. Drag a point, click to add one, double-click to remove one. */
export class Plane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private readonly help = el('p', 'dlw-capacity-help');
  private frame: Frame | null = null;
  private grip: Grip | null = null;
  /** The training point that keys move. */
  private chosen = 0;

  /** @param put points are changed by hand */
  constructor(
    private readonly model: CapacityModel,
    private readonly put: (points: Points) => void,
    private readonly redraw: () => void,
  ) {
    this.surface = el(
      'div',
      'dlw-capacity-surface',
      {
        tabindex: 0,
        role: 'application',
        'aria-label': () =>
          t('Points. Left and right select one, up and down move it, Enter adds one, Delete removes it.'),
      },
      this.canvas,
    );
    this.root = el('div', 'dlw-capacity-plane', {}, this.surface, this.help);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0 || model.usesOwn) return;
      const at = this.place(event);
      this.grip = this.gripAt(at) ?? this.add(at);
      if (this.grip?.list === 'training') this.chosen = this.grip.index;
      surface.setPointerCapture(event.pointerId);
    });
    surface.addEventListener('pointermove', (event) => {
      if (model.usesOwn) return;
      if (this.grip && surface.hasPointerCapture(event.pointerId))
        this.move(this.grip, this.at(this.place(event)));
      else surface.style.cursor = this.gripAt(this.place(event)) ? 'grab' : 'crosshair';
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      surface.addEventListener(kind, () => {
        this.grip = null;
        redraw();
      });
    }
    surface.addEventListener('dblclick', (event) => {
      const found = model.usesOwn ? null : this.gripAt(this.place(event));
      if (found) this.remove(found);
    });
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const { x, y } = this.model.points;
    if (this.model.usesOwn || x.length === 0) return;
    const { key } = event;
    const order = Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
    const index = Math.min(this.chosen, x.length - 1);
    const rank = order.indexOf(index);
    const by = event.shiftKey ? 0.2 : 0.05;
    if (key === 'ArrowRight' || key === 'ArrowLeft') {
      const next = rank + (key === 'ArrowRight' ? 1 : -1);
      this.chosen = order[Math.min(order.length - 1, Math.max(0, next))]!;
      this.redraw();
    } else if (key === 'ArrowUp' || key === 'ArrowDown') {
      this.move({ list: 'training', index }, [x[index]!, y[index]! + (key === 'ArrowUp' ? by : -by)]);
    } else if (key === 'Enter') {
      if (this.frame) this.add([this.frame.px(0), this.frame.py(0)]);
    } else if (key === 'Delete') {
      this.remove({ list: 'training', index });
    } else {
      return;
    }
    event.preventDefault();
  }

  private place(event: MouseEvent): Spot {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private at(spot: Spot): Spot {
    return this.frame ? this.frame.at(...spot) : [0, 0];
  }

  private gripAt(spot: Spot): Grip | null {
    const { points } = this.model;
    // Training points are on top.
    const training = this.nearest(spot, points.x, points.y);
    if (training !== null) return { list: 'training', index: training };
    const validation = this.nearest(spot, points.vx, points.vy);
    return validation === null ? null : { list: 'validation', index: validation };
  }

  /** The point that is near enough to be meant. */
  private nearest([x, y]: Spot, xs: readonly number[], ys: readonly number[]): number | null {
    const { frame } = this;
    if (!frame) return null;
    let [best, least]: [number | null, number] = [null, NEAR];
    xs.forEach((value, index) => {
      const away = Math.hypot(frame.px(value) - x, frame.py(ys[index]!) - y);
      if (away < least) [best, least] = [index, away];
    });
    return best;
  }

  private move({ list, index }: Grip, [x, y]: Spot): void {
    const { points } = this.model;
    const set = (all: readonly number[], value: number, most: number): number[] =>
      all.map((old, i) => (i === index ? rounded(Math.min(most, Math.max(-most, value)), 2) : old));
    if (list === 'training') this.put({ ...points, x: set(points.x, x, 1), y: set(points.y, y, HEIGHT) });
    else this.put({ ...points, vx: set(points.vx, x, 1), vy: set(points.vy, y, HEIGHT) });
  }

  private add(spot: Spot): Grip | null {
    const { points } = this.model;
    if (points.x.length >= MOST_POINTS || !this.frame) return null;
    const [x, y] = this.at(spot);
    const clip = (value: number, most: number): number => rounded(Math.min(most, Math.max(-most, value)), 2);
    this.put({ ...points, x: [...points.x, clip(x, 1)], y: [...points.y, clip(y, HEIGHT)] });
    return { list: 'training', index: points.x.length };
  }

  private remove({ list, index }: Grip): void {
    const { points } = this.model;
    const rest = (all: readonly number[]): number[] => all.filter((_, i) => i !== index);
    if (list === 'validation') this.put({ ...points, vx: rest(points.vx), vy: rest(points.vy) });
    else if (points.x.length > 2) this.put({ ...points, x: rest(points.x), y: rest(points.y) });
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, predict: (x: number) => number): void {
    const { model } = this;
    const { points, truth } = model;
    setText(this.help, model.usesOwn ? '' : t('Drag a point, click to add one, double-click to remove one.'));
    const width = Math.max(220, room || 460);
    const context = sizedCanvas(this.canvas, width, TALL);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${TALL}px`;
    const largest = Math.max(...[...points.y, ...points.vy].map(Math.abs), 0);
    const high = Math.max(1.9, largest * 1.12);
    const edges = { left: 40, top: 6, right: width - 8, bottom: TALL - 22 };
    // What is dragged leaves the axes where they are.
    if (!this.grip || this.frame?.width !== width) {
      this.frame = new Frame(width, TALL, [-1.04, 1.04], [-high, high], edges);
    }
    const { frame } = this;
    if (!context) return;
    this.axes(context, theme, frame);
    context.save();
    context.beginPath();
    context.rect(edges.left, edges.top, edges.right - edges.left, edges.bottom - edges.top);
    context.clip();
    const curve = (value: (x: number) => number): void => {
      context.beginPath();
      for (let i = 0; i <= PLACES; i += 1) {
        const x = -1 + (2 * i) / PLACES;
        // A canvas draws nothing where numbers are too large.
        context.lineTo(frame.px(x), Math.min(1e5, Math.max(-1e5, frame.py(value(x)))));
      }
      context.stroke();
    };
    context.lineJoin = 'round';
    if (truth) {
      context.strokeStyle = theme.muted;
      context.lineWidth = 1.5;
      context.setLineDash([5, 4]);
      curve(TRUTHS[truth]);
      context.setLineDash([]);
    }
    context.lineWidth = 1.6;
    context.strokeStyle = theme.palette[1]!;
    points.vx.forEach((x, i) => {
      context.beginPath();
      context.arc(frame.px(x), frame.py(points.vy[i]!), 3.6, 0, 2 * Math.PI);
      context.stroke();
    });
    context.strokeStyle = theme.text;
    context.lineWidth = 2.4;
    curve(predict);
    const focused = document.activeElement === this.surface;
    points.x.forEach((x, i) => {
      const isHeld = this.grip?.list === 'training' ? this.grip.index === i : focused && this.chosen === i;
      context.fillStyle = theme.palette[0]!;
      context.strokeStyle = theme.background;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(frame.px(x), frame.py(points.y[i]!), isHeld ? 7.5 : 5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    });
    context.restore();
  }

  private axes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
    const { model } = this;
    const { left, right, top, bottom } = frame.edges;
    const shown = new Frame(
      frame.width,
      frame.height,
      [model.shownX(frame.x[0]), model.shownX(frame.x[1])],
      [model.shownY(frame.y[0]), model.shownY(frame.y[1])],
      frame.edges,
    );
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.beginPath();
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    for (const value of ticks(shown.y, 5)) {
      const y = Math.round(shown.py(value)) + 0.5;
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.fillText(short(value), left - 5, y);
    }
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const value of ticks(shown.x, 5)) {
      const x = Math.round(shown.px(value)) + 0.5;
      context.moveTo(x, top);
      context.lineTo(x, bottom);
      context.fillText(short(value), Math.min(right - 8, x), bottom + 5);
    }
    context.stroke();
  }
}
