import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame } from '../../shared/concept/frame';
import { drawAxes, drawSurface } from '../../shared/concept/surface';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { lossOf, type Weights } from './fit';
import type { OneNeuronModel } from './model';

interface Options {
  label: () => string;
  /** The ball is dragged, or moved by keys. */
  line: (weights: Weights) => void;
  weights: () => Weights;
}

const SHAPE = 0.82;
const LARGEST = 440;

/** The loss over w and b, the way of learning, and the line as a ball that can be dragged. */
export class SurfacePane {
  readonly root: HTMLElement;
  private readonly ground = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly ways = el('canvas', '', { 'aria-hidden': 'true' });
  private frame: Frame | null = null;
  private drawn = '';

  constructor(
    private readonly model: OneNeuronModel,
    private readonly options: Options,
  ) {
    const surface = el(
      'div',
      'dlw-neuron-canvas',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.ground,
      this.ways,
    );
    const title = el('div', 'dlw-neuron-caption', {}, () => t('Loss over w and b: drag the ball'));
    this.root = el('div', 'dlw-neuron-surface', {}, title, surface);
    const press = (event: PointerEvent): void => {
      const box = this.ground.getBoundingClientRect();
      if (this.frame) options.line(this.frame.at(event.clientX - box.left, event.clientY - box.top));
    };
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      press(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) press(event);
    });
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const [w, b] = this.options.weights();
    const share = event.shiftKey ? 0.1 : 0.02;
    const [[left, right], [low, high]] = this.model.bounds;
    const [across, up] = [(right - left) * share, (high - low) * share];
    const moves: Readonly<Record<string, Weights>> = {
      ArrowRight: [w + across, b],
      ArrowLeft: [w - across, b],
      ArrowUp: [w, b + up],
      ArrowDown: [w, b - up],
    };
    const to = moves[event.key];
    if (!to) return;
    event.preventDefault();
    this.options.line(to);
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, step: number): void {
    const { model } = this;
    const { x, y } = model.points;
    const width = Math.max(220, Math.min(LARGEST, room || LARGEST));
    const height = Math.round(width * SHAPE);
    const key = JSON.stringify([width, theme.dark, window.devicePixelRatio, x, y]);
    if (key !== this.drawn) {
      this.drawn = key;
      const edges = { left: 1, top: 1, right: width - 1, bottom: height - 1 };
      const frame = (this.frame = new Frame(width, height, ...model.bounds, edges));
      const below = sizedCanvas(this.ground, width, height);
      for (const canvas of [this.ground, this.ways]) {
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      if (below) {
        drawSurface(below, ([w, b]) => lossOf(x, y, [w!, b!]), frame, theme);
        drawAxes(below, ['w', 'b'], frame, theme);
      }
    }
    const context = sizedCanvas(this.ways, width, height);
    if (!context || !this.frame) return;
    this.drawBest(context, theme, this.frame);
    this.drawWay(context, theme, this.frame, step);
  }

  private drawBest(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
    const [w, b] = this.model.best;
    const [x, y] = [frame.px(w), frame.py(b)];
    context.strokeStyle = theme.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x - 6, y);
    context.lineTo(x + 6, y);
    context.moveTo(x, y - 6);
    context.lineTo(x, y + 6);
    context.stroke();
  }

  private drawWay(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, step: number): void {
    const { path } = this.model.learning;
    const spots = path.map(([w, b]): [number, number] => [frame.px(w), frame.py(b)]);
    const color = theme.palette[0]!;
    context.strokeStyle = context.fillStyle = color;
    context.lineJoin = context.lineCap = 'round';
    const trace = (from: number, to: number): void => {
      context.beginPath();
      for (const [x, y] of spots.slice(from, to + 1)) context.lineTo(x, y);
      context.stroke();
    };
    context.globalAlpha = 0.4;
    context.lineWidth = 1.2;
    trace(step, spots.length - 1);
    context.globalAlpha = 1;
    context.lineWidth = 2.2;
    trace(0, step);
    context.beginPath();
    let [lastX, lastY] = [Infinity, Infinity];
    for (const [x, y] of spots) {
      if (Math.abs(x - lastX) < 1.5 && Math.abs(y - lastY) < 1.5) continue;
      [lastX, lastY] = [x, y];
      context.moveTo(x + 2, y);
      context.arc(x, y, 2, 0, 2 * Math.PI);
    }
    context.fill();
    const [x, y] = spots[step]!;
    // A ball that is outside waits at the edge.
    const { left, top, right, bottom } = frame.edges;
    const place: [number, number] = [Math.min(right, Math.max(left, x)), Math.min(bottom, Math.max(top, y))];
    context.beginPath();
    context.arc(...place, 8, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    context.lineWidth = 2;
    context.strokeStyle = theme.dark ? '#0d0f13' : '#ffffff';
    context.stroke();
  }
}
