import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { Frame } from '../../shared/concept/frame';
import { straightened } from '../../shared/concept/straight';
import { drawGround, frameOf } from './ground';
import type { Landscape, Point } from './landscape';
import { short } from '../../shared/concept/numbers';
import type { Descent, GradientDescentModel } from './model';
import type { OptimizerName } from './optimizers';
import { colorOf, drawingOrder } from './styles';

/** What is pointed at. */
export interface Pointed {
  readonly step: number;
  readonly optimizer: OptimizerName | null;
}

interface Options {
  label: () => string;
  /** The start is dragged, or moved by keys. */
  start: (at: Point) => void;
  home: () => void;
  hover: (pointed: Pointed | null) => void;
}

const LARGEST = 460;
const SMALLEST = 220;
/** An iterate that is closer to the pointer is pointed at, in px. */
const NEAR = 16;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/** The landscape with all ways on it. Press or drag to put the start elsewhere. */
export class Plot {
  readonly root: HTMLElement;
  private readonly ground = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly ways = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private drawn: { landscape: Landscape; key: string } | null = null;

  constructor(
    private readonly model: GradientDescentModel,
    private readonly options: Options,
  ) {
    this.surface = el(
      'div',
      'dlw-descent-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.ground,
      this.ways,
    );
    this.root = el('div', 'dlw-descent-plot', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      this.drag(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.drag(event);
      else if (event.pointerType !== 'touch') options.hover(this.nearest(event));
    });
    surface.addEventListener('pointerleave', () => options.hover(null));
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  // -- the start -----------------------------------------------------------------------------------

  private drag(event: PointerEvent): void {
    const place = this.place(event);
    if (!place || !this.frame) return;
    const at = this.frame.at(...place);
    this.options.start(this.model.landscape.axes.length === 1 ? at.slice(0, 1) : at);
  }

  private onKey(event: KeyboardEvent): void {
    const by = ARROWS[event.key];
    if (!by && event.key !== 'Home') return;
    event.preventDefault();
    if (!by) {
      this.options.home();
      return;
    }
    const { landscape, start } = this.model;
    const far = event.shiftKey ? 5 : 1;
    this.options.start(
      start.map((value, i) => {
        const [low, high] = landscape.bounds[i]!;
        return Math.min(high, Math.max(low, value + ((high - low) / 50) * by[i]! * far));
      }),
    );
  }

  /** Where an event is on the canvas, in px. */
  private place(event: PointerEvent): [number, number] | null {
    const box = this.ways.getBoundingClientRect();
    if (!this.frame || box.width === 0) return null;
    return [
      ((event.clientX - box.left) / box.width) * this.frame.width,
      ((event.clientY - box.top) / box.height) * this.frame.height,
    ];
  }

  private nearest(event: PointerEvent): Pointed | null {
    const place = this.place(event);
    let best: Pointed | null = null;
    let least = NEAR;
    if (!place) return null;
    for (const { optimizer, points, losses } of this.model.descents) {
      points.forEach((point, step) => {
        const [x, y] = this.spot(point, losses[step]!);
        const away = Math.hypot(x - place[0], y - place[1]);
        if (away >= least) return;
        least = away;
        best = { step, optimizer };
      });
    }
    return best;
  }

  private spot(point: Point, loss: number): [number, number] {
    return [this.frame!.px(point[0]!), this.frame!.py(point[1] ?? loss)];
  }

  /** Height by width: a curve lies, and weights of one kind have one scale. */
  private shape(): number {
    const { bounds, name } = this.model.landscape;
    const [across, up] = bounds;
    if (!up) return 0.7;
    return name === 'points' ? 1 : Math.min(1, (up[1] - up[0]) / (across![1] - across![0]));
  }

  // -- drawing -------------------------------------------------------------------------------------

  /**
   * Draws all of it.
   *
   * @param room how wide it may be, in px
   * @param pointed what the pointer is at, here or in the chart
   */
  show(theme: Theme, room: number, step: number, pointed: Pointed | null): void {
    const { landscape, descents, focus } = this.model;
    const flat = landscape.axes.length === 1;
    const width = Math.max(SMALLEST, Math.min(LARGEST, room || LARGEST));
    const height = Math.round(width * this.shape());
    const key = [width, height, theme.dark, window.devicePixelRatio].join();
    if (this.drawn?.landscape !== landscape || this.drawn.key !== key) {
      this.frame = frameOf(landscape, width, height);
      const below = sizedCanvas(this.ground, width, height);
      for (const canvas of [this.ground, this.ways]) {
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
      }
      if (below) drawGround(below, landscape, this.frame, theme);
      this.drawn = { landscape, key };
    }
    const context = sizedCanvas(this.ways, width, height);
    if (!context) return;
    this.drawLowest(context, theme);
    const order = drawingOrder(descents, pointed?.optimizer ?? focus);
    for (const one of order) this.drawWay(context, theme, one, step, one.optimizer === focus);
    if (flat) this.drawTangent(context, theme, pointed?.step ?? step);
    this.drawStart(context, theme);
    const shown = pointed?.step ?? step;
    for (const one of order) {
      const large = one.optimizer === focus || one.optimizer === pointed?.optimizer;
      this.drawBall(context, theme, one, shown, large);
    }
  }

  private drawWay(
    context: CanvasRenderingContext2D,
    theme: Theme,
    { optimizer, points, losses }: Descent,
    step: number,
    strong: boolean,
  ): void {
    const spots = points.map((point, i) => this.spot(point, losses[i]!));
    const now = Math.min(step, spots.length - 1);
    const trace = (from: number, to: number): void => {
      context.beginPath();
      for (const [x, y] of straightened(spots.slice(from, to + 1))) context.lineTo(x, y);
      context.stroke();
    };
    context.lineJoin = context.lineCap = 'round';
    context.strokeStyle = context.fillStyle = colorOf(optimizer, theme);
    // What is still to come is paler, and all of it is there. A line of 1 px is by far the quickest one.
    context.lineWidth = 1;
    context.globalAlpha = 0.5;
    trace(now, spots.length - 1);
    context.globalAlpha = strong ? 1 : 0.8;
    context.lineWidth = strong ? 2.4 : 1.6;
    trace(0, now);
    const size = strong ? 2.2 : 1.7;
    context.beginPath();
    for (const [x, y] of apart(spots, size)) {
      context.moveTo(x + size, y);
      context.arc(x, y, size, 0, 2 * Math.PI);
    }
    context.fill();
    context.globalAlpha = 1;
  }

  private drawBall(
    context: CanvasRenderingContext2D,
    theme: Theme,
    { optimizer, points, losses }: Descent,
    step: number,
    large: boolean,
  ): void {
    const at = Math.min(step, points.length - 1);
    const [x, y] = this.spot(points[at]!, losses[at]!);
    context.beginPath();
    context.arc(x, y, large ? 6.5 : 4.5, 0, 2 * Math.PI);
    context.fillStyle = colorOf(optimizer, theme);
    context.fill();
    context.lineWidth = 1.6;
    context.strokeStyle = theme.dark ? '#0d0f13' : '#ffffff';
    context.stroke();
  }

  /** A ring at the start, which can be dragged. */
  private drawStart(context: CanvasRenderingContext2D, theme: Theme): void {
    const { start, landscape } = this.model;
    const [x, y] = this.spot(start, landscape.loss(start));
    context.lineWidth = 4.5;
    context.strokeStyle = theme.dark ? '#0d0f13' : '#ffffff';
    context.beginPath();
    context.arc(x, y, 10, 0, 2 * Math.PI);
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = theme.text;
    context.stroke();
    this.label(context, theme, t('Start point'), x, y - 22);
  }

  /** A cross where the loss is lowest. */
  private drawLowest(context: CanvasRenderingContext2D, theme: Theme): void {
    const { lowest } = this.model.landscape;
    const [x, y] = this.spot(lowest.at, lowest.loss);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x - 6, y);
    context.lineTo(x + 6, y);
    context.moveTo(x, y - 6);
    context.lineTo(x, y + 6);
    context.stroke();
    const flat = this.model.landscape.axes.length === 1;
    // On a surface many ways end here, so the text stands aside.
    const away = flat ? 17 : Math.min(70, this.frame!.height * 0.16);
    if (!flat) {
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(x, y + 8);
      context.lineTo(x, y + away - 8);
      context.stroke();
    }
    this.label(context, theme, t('Lowest loss'), x, y + away);
  }

  /** The slope at this step as a straight line, and the step as an arrow below. */
  private drawTangent(context: CanvasRenderingContext2D, theme: Theme, step: number): void {
    const { focus, descents } = this.model;
    const way = descents.find(({ optimizer }) => optimizer === focus);
    const taken = way?.steps[Math.min(step, way.steps.length - 1)];
    if (!way || !taken || !this.frame) return;
    const { frame } = this;
    const [w, slope] = [taken.at[0]!, taken.gradient[0]!];
    const [x, y] = this.spot(taken.at, this.model.landscape.loss(taken.at));
    // As long on the screen whatever the slope.
    const across = frame.px(w + 1) - x;
    const up = frame.py(0) - frame.py(slope);
    const length = 70 / Math.hypot(across, up);
    context.strokeStyle = theme.text;
    context.lineWidth = 1.6;
    context.beginPath();
    context.moveTo(x - across * length, y + up * length);
    context.lineTo(x + across * length, y - up * length);
    context.stroke();
    this.label(context, theme, t('slope {slope}', { slope: short(slope) }), x, y - 40);
    const [to] = this.spot([w + taken.change[0]!], 0);
    const base = frame.edges.bottom - 30;
    context.strokeStyle = context.fillStyle = colorOf(way.optimizer, theme);
    context.setLineDash([3, 3]);
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x, base);
    context.stroke();
    context.setLineDash([]);
    arrow(context, x, to, base);
  }

  /** A short text with a rim, inside of the picture. */
  private label(context: CanvasRenderingContext2D, theme: Theme, text: string, x: number, y: number): void {
    context.font = `600 12px ${theme.font}`;
    context.textBaseline = 'middle';
    context.textAlign = 'center';
    const half = context.measureText(text).width / 2 + 5;
    const { width, height } = this.frame!;
    const [left, top] = [Math.min(width - half, Math.max(half, x)), Math.min(height - 30, Math.max(12, y))];
    context.lineWidth = 3.5;
    context.lineJoin = 'round';
    context.strokeStyle = theme.dark ? 'rgba(13, 15, 19, 0.85)' : 'rgba(255, 255, 255, 0.85)';
    context.strokeText(text, left, top);
    context.fillStyle = theme.text;
    context.fillText(text, left, top);
  }
}

/** Places without those that lie on the one before, of which there are many where a descent ends. */
function apart(spots: readonly (readonly [number, number])[], least: number): (readonly [number, number])[] {
  const kept: (readonly [number, number])[] = [];
  let [x, y] = [Infinity, Infinity];
  for (const spot of spots) {
    if (Math.abs(spot[0] - x) < least && Math.abs(spot[1] - y) < least) continue;
    kept.push(spot);
    [x, y] = spot;
  }
  return kept;
}

function arrow(context: CanvasRenderingContext2D, from: number, to: number, y: number): void {
  const sign = Math.sign(to - from);
  const head = Math.min(7, Math.abs(to - from));
  context.lineWidth = 2.4;
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to - sign * head, y);
  context.stroke();
  context.beginPath();
  context.moveTo(to, y);
  context.lineTo(to - sign * head, y - 4.5);
  context.lineTo(to - sign * head, y + 4.5);
  context.fill();
}
