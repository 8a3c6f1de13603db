import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame } from '../../shared/concept/frame';
import { drawAxes } from '../../shared/concept/surface';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Weights } from './fit';
import type { OneNeuronModel } from './model';

type Spot = readonly [number, number];
type Grip = { kind: 'tilt' } | { kind: 'shift' } | { kind: 'point'; index: number };

interface Options {
  label: () => string;
  /** The line is dragged, or moved by keys. */
  line: (weights: Weights) => void;
  points: (x: readonly number[], y: readonly number[]) => void;
  /** w and b that are shown. */
  weights: () => Weights;
}

const SHAPE = 0.82;
const LARGEST = 440;
const NEAR = 16;

/** The points and the line. Drag the line by its handles, drag points, click to add one, double-click to remove one. */
export class Plane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private grip: Grip | null = null;
  private hovered: Grip | null = null;
  /** The points as the user put them here last. */
  private mine = '';

  constructor(
    private readonly model: OneNeuronModel,
    private readonly options: Options,
    private readonly redraw: () => void,
  ) {
    this.surface = el(
      'div',
      'dlw-neuron-canvas',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
    );
    const title = el('div', 'dlw-neuron-caption', {}, () => t('Points and the line y = w·x + b'));
    const help = el('div', 'dlw-neuron-help', {}, () =>
      t('Drag a handle or a point. Click to add a point, double-click to remove one.'),
    );
    this.root = el('div', 'dlw-neuron-plane', {}, title, this.surface, help);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const at = this.place(event);
      this.grip = this.gripAt(at);
      if (this.grip) surface.setPointerCapture(event.pointerId);
      else this.add(at);
    });
    surface.addEventListener('pointermove', (event) => {
      const at = this.place(event);
      if (this.grip && surface.hasPointerCapture(event.pointerId)) {
        this.drag(this.grip, at);
        return;
      }
      const found = event.pointerType === 'touch' ? null : this.gripAt(at);
      if (JSON.stringify(found) === JSON.stringify(this.hovered)) return;
      this.hovered = found;
      surface.style.cursor = found ? 'grab' : 'crosshair';
      this.redraw();
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      surface.addEventListener(kind, () => (this.grip = null));
    }
    surface.addEventListener('dblclick', (event) => {
      const found = this.gripAt(this.place(event));
      if (found?.kind === 'point') this.remove(found.index);
    });
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' && this.frame) this.add([this.frame.width / 2, this.frame.height / 2]);
    if (event.key === 'Delete') this.remove(this.model.points.x.length - 1);
    const [w, b] = this.options.weights();
    const by = event.shiftKey ? 0.01 : 0.1;
    const moves: Readonly<Record<string, Weights>> = {
      ArrowRight: [w + by, b],
      ArrowLeft: [w - by, b],
      ArrowUp: [w, b + by],
      ArrowDown: [w, b - by],
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    this.options.line(to);
  }

  private place(event: MouseEvent): Spot {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  /** Where the line is held: at x = 0 to shift it, far from there to tilt it. */
  private handles(frame: Frame): { shift: number; tilt: number } {
    const [low, high] = frame.x;
    const inside = low <= 0 && high >= 0;
    const tilt = Math.abs(high) >= Math.abs(low) ? low + (high - low) * 0.92 : low + (high - low) * 0.08;
    return { shift: inside ? 0 : low + (high - low) * 0.5, tilt };
  }

  private spotOn(frame: Frame, x: number): Spot {
    const [w, b] = this.options.weights();
    const y = Math.min(frame.edges.bottom - 9, Math.max(frame.edges.top + 9, frame.py(w * x + b)));
    return [frame.px(x), y];
  }

  private gripAt([x, y]: Spot): Grip | null {
    const { frame, model } = this;
    if (!frame) return null;
    let best: Grip | null = null;
    let least = NEAR;
    const look = (grip: Grip, [px, py]: Spot): void => {
      const away = Math.hypot(px - x, py - y);
      if (away < least) [least, best] = [away, grip];
    };
    const { shift, tilt } = this.handles(frame);
    model.points.x.forEach((value, index) =>
      look({ kind: 'point', index }, [frame.px(value), frame.py(model.points.y[index]!)]),
    );
    look({ kind: 'shift' }, this.spotOn(frame, shift));
    look({ kind: 'tilt' }, this.spotOn(frame, tilt));
    return best;
  }

  private drag(grip: Grip, [px, py]: Spot): void {
    const { frame, options, model } = this;
    if (!frame) return;
    const [x, y] = frame.at(px, py);
    const [w, b] = options.weights();
    const { shift, tilt } = this.handles(frame);
    if (grip.kind === 'shift') {
      options.line([w, y - w * shift]);
    } else if (grip.kind === 'tilt') {
      options.line([(y - b) / tilt, b]);
    } else {
      const { x: xs, y: ys } = model.points;
      const put = (all: readonly number[], value: number): number[] =>
        all.map((old, i) => (i === grip.index ? value : old));
      this.put(put(xs, x), put(ys, y));
    }
  }

  private add(at: Spot): void {
    if (!this.frame) return;
    const [x, y] = this.frame.at(...at);
    this.put([...this.model.points.x, x], [...this.model.points.y, y]);
  }

  private remove(index: number): void {
    const { x, y } = this.model.points;
    const rest = (all: readonly number[]): number[] => all.filter((_, i) => i !== index);
    this.put(rest(x), rest(y));
  }

  private put(x: readonly number[], y: readonly number[]): void {
    this.options.points(x, y);
    this.mine = keyOf(this.model.points);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, weights: Weights, batch: readonly number[]): void {
    const { x, y } = this.model.points;
    const width = Math.max(220, Math.min(LARGEST, room || LARGEST));
    const height = Math.round(width * SHAPE);
    const context = sizedCanvas(this.canvas, width, height);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    // What the user does here leaves the axes where they are.
    const edges = { left: 1, top: 1, right: width - 1, bottom: height - 1 };
    const mine = keyOf({ x, y }) === this.mine;
    const kept = (mine || this.grip) && this.frame?.width === width ? this.frame : null;
    const frame = (this.frame = kept ?? new Frame(width, height, around(x, true), around(y, false), edges));
    if (!context) return;
    context.strokeStyle = theme.grid;
    context.strokeRect(0.5, 0.5, width - 1, height - 1);
    drawZero(context, theme, frame);
    drawAxes(context, ['x', 'y'], frame, theme);
    context.save();
    context.beginPath();
    context.rect(1, 1, width - 2, height - 2);
    context.clip();
    const seen = new Set(batch);
    x.forEach((value, i) => drawError(context, theme, frame, weights, [value, y[i]!], seen.has(i)));
    const [w, b] = weights;
    context.strokeStyle = theme.palette[0]!;
    context.lineWidth = 2.4;
    context.beginPath();
    for (const place of frame.x) context.lineTo(frame.px(place), frame.py(w * place + b));
    context.stroke();
    context.restore();
    x.forEach((value, i) => {
      const isHeld = held(this.grip ?? this.hovered, i);
      context.beginPath();
      context.arc(frame.px(value), frame.py(y[i]!), isHeld ? 7 : 5, 0, 2 * Math.PI);
      context.fillStyle = seen.has(i) ? theme.text : theme.muted;
      context.fill();
    });
    const { shift, tilt } = this.handles(frame);
    drawHandle(context, theme, this.spotOn(frame, shift), 'b');
    drawHandle(context, theme, this.spotOn(frame, tilt), 'w');
  }
}

function keyOf({ x, y }: { x: readonly number[]; y: readonly number[] }): string {
  return JSON.stringify([x, y]);
}

function held(grip: Grip | null, index: number): boolean {
  return grip?.kind === 'point' && grip.index === index;
}

/** The square of an error, as large as it is. */
function drawError(
  context: CanvasRenderingContext2D,
  theme: Theme,
  frame: Frame,
  [w, b]: Weights,
  [x, y]: Spot,
  counts: boolean,
): void {
  const [px, top] = [frame.px(x), frame.py(y)];
  const bottom = frame.py(w * x + b);
  const side = Math.abs(bottom - top);
  context.globalAlpha = counts ? 0.16 : 0.05;
  context.fillStyle = theme.palette[1]!;
  context.fillRect(w * (y - (w * x + b)) > 0 ? px - side : px, Math.min(top, bottom), side, side);
  context.globalAlpha = counts ? 1 : 0.35;
  context.strokeStyle = theme.palette[1]!;
  context.lineWidth = 1.4;
  context.beginPath();
  context.moveTo(px, top);
  context.lineTo(px, bottom);
  context.stroke();
  context.globalAlpha = 1;
}

function drawZero(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
  context.strokeStyle = theme.axis;
  context.lineWidth = 1;
  context.beginPath();
  const [x, y] = [frame.px(0), frame.py(0)];
  if (x > 0 && x < frame.width) {
    context.moveTo(x, 0);
    context.lineTo(x, frame.height);
  }
  if (y > 0 && y < frame.height) {
    context.moveTo(0, y);
    context.lineTo(frame.width, y);
  }
  context.stroke();
}

function drawHandle(context: CanvasRenderingContext2D, theme: Theme, [x, y]: Spot, name: string): void {
  context.beginPath();
  context.arc(x, y, 10, 0, 2 * Math.PI);
  context.fillStyle = theme.background;
  context.fill();
  context.lineWidth = 2.2;
  context.strokeStyle = theme.palette[0]!;
  context.stroke();
  context.font = `650 12px ${theme.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = theme.text;
  context.fillText(name, x, y + 0.5);
}

function around(values: readonly number[], wide: boolean): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = (high - low) * (wide ? 0.16 : 0.3) || 1;
  return [low - room, high + room];
}
