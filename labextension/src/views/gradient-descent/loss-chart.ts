import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { STEPS } from './descend';
import { Frame } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { straightened } from '../../shared/concept/straight';
import type { GradientDescentModel } from './model';
import type { Pointed } from './plot';
import { colorOf, drawingOrder } from './styles';

interface Options {
  label: () => string;
  hover: (pointed: Pointed | null) => void;
  /** A step is pressed, dragged to, or moved to by keys. */
  go: (step: number) => void;
  /** The step that is shown. */
  step: () => number;
  /** What the step says to a screen reader. */
  said: (step: number) => string;
}

const HEIGHT = 190;
/** From the smallest to the largest loss that are told apart, as powers of ten. */
const DECADES = 5;

/** The loss by step, above the lowest one, on a logarithmic axis. Point at a step to see it in the plot. */
export class LossChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;

  constructor(
    private readonly model: GradientDescentModel,
    private readonly options: Options,
  ) {
    this.surface = el(
      'div',
      'dlw-descent-chart-surface',
      {
        tabindex: 0,
        role: 'slider',
        'aria-label': options.label,
        'aria-valuemin': 0,
        'aria-valuemax': STEPS,
        'aria-valuenow': 0,
      },
      this.canvas,
    );
    const title = el('div', 'dlw-descent-caption', {}, () => t('Loss above the lowest, by step'));
    this.root = el('div', 'dlw-descent-chart', {}, title, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      options.go(this.stepAt(event));
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) options.go(this.stepAt(event));
      else if (event.pointerType !== 'touch') options.hover({ step: this.stepAt(event), optimizer: null });
    });
    surface.addEventListener('pointerleave', () => options.hover(null));
    surface.addEventListener('keydown', (event) => this.onKey(event));
  }

  private onKey(event: KeyboardEvent): void {
    const far = event.shiftKey ? 10 : 1;
    const now = this.options.step();
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: now + far,
      ArrowUp: now + far,
      ArrowLeft: now - far,
      ArrowDown: now - far,
      PageUp: now + 10,
      PageDown: now - 10,
      Home: 0,
      End: STEPS,
    };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    this.options.go(Math.min(STEPS, Math.max(0, step)));
  }

  private stepAt(event: PointerEvent): number {
    const box = this.canvas.getBoundingClientRect();
    if (!this.frame || box.width === 0) return 0;
    return Math.round(this.frame.at(((event.clientX - box.left) / box.width) * this.frame.width, 0)[0]);
  }

  /** Highest and lowest loss that are shown, as powers of ten. */
  private range(): [number, number] {
    const { landscape, start } = this.model;
    const usual = Math.max(
      landscape.loss(start) - landscape.lowest.loss,
      landscape.loss(landscape.start) - landscape.lowest.loss,
      1e-9,
    );
    const top = Math.ceil(Math.log10(usual) + 0.15);
    return [top - DECADES, top];
  }

  /** @param room how wide it may be, in px */
  show(theme: Theme, room: number, step: number, pointed: Pointed | null): void {
    const width = Math.max(220, room || 420);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    const shown = pointed?.step ?? step;
    setAttributes(this.surface, { 'aria-valuenow': step, 'aria-valuetext': this.options.said(step) });
    const range = this.range();
    const edges = { left: 44, top: 8, right: width - 8, bottom: HEIGHT - 22 };
    const frame = (this.frame = new Frame(width, HEIGHT, [0, STEPS], range, edges));
    if (!context) return;
    this.drawAxes(context, theme, frame);
    context.save();
    context.beginPath();
    context.rect(edges.left, edges.top - 2, edges.right - edges.left + 2, edges.bottom - edges.top + 4);
    context.clip();
    const { focus, descents, landscape } = this.model;
    const place = (loss: number): number => {
      const above = loss - landscape.lowest.loss;
      const power = above > 0 ? Math.log10(above) : -Infinity;
      return frame.py(Math.min(range[1] + 1, Math.max(range[0], power)));
    };
    context.lineJoin = 'round';
    for (const { optimizer, losses } of drawingOrder(descents, pointed?.optimizer ?? focus)) {
      context.strokeStyle = colorOf(optimizer, theme);
      context.lineWidth = optimizer === focus ? 2.4 : 1.5;
      context.beginPath();
      const spots = losses.map((loss, i) => [frame.px(i), place(loss)] as const);
      for (const [x, y] of straightened(spots)) context.lineTo(x, y);
      context.stroke();
    }
    context.strokeStyle = theme.axis;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(frame.px(shown), edges.top);
    context.lineTo(frame.px(shown), edges.bottom);
    context.stroke();
    context.restore();
    for (const { optimizer, losses } of drawingOrder(descents, focus)) {
      const loss = losses[shown];
      if (loss === undefined) continue;
      context.fillStyle = colorOf(optimizer, theme);
      context.beginPath();
      context.arc(frame.px(shown), Math.max(edges.top, place(loss)), 3.2, 0, 2 * Math.PI);
      context.fill();
    }
  }

  private drawAxes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
    const { left, right, bottom } = frame.edges;
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.textBaseline = 'middle';
    context.textAlign = 'right';
    context.beginPath();
    for (let power = frame.y[0]; power <= frame.y[1]; power += 1) {
      const y = Math.round(frame.py(power)) + 0.5;
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.fillText(short(10 ** power), left - 6, y);
    }
    context.textBaseline = 'top';
    context.textAlign = 'center';
    for (let step = 0; step <= STEPS; step += 25) {
      const x = Math.round(frame.px(step)) + 0.5;
      context.moveTo(x, bottom);
      context.lineTo(x, bottom + 4);
      context.fillText(String(step), Math.min(x, right - 8), bottom + 6);
    }
    context.stroke();
  }
}
