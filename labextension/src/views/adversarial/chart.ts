import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { MOST_EPSILON } from './fields';
import type { Attack } from './moment';

const HEIGHT = 170;
/** An arrow key goes so far; ten times as far with Shift or Page up. */
const STEP = 0.001;
const BYTES = [0, 10, 20, 30, 40, 50, 60, 70];

/** Probabilities by ε. Press or drag to set ε. */
export class LevelsChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private frame: Frame | null = null;
  private epsilon = 0;
  /** Those that were computed; null where any ε can be. */
  private levels: readonly number[] | null = null;
  private width = 0;

  /** @param go called with the ε that is wanted */
  constructor(private readonly go: (epsilon: number) => void) {
    this.surface = el(
      'div',
      'dlw-adversarial-curve',
      {
        tabindex: 0,
        role: 'slider',
        'aria-label': () => t('Size ε'),
        'aria-valuemin': 0,
        'aria-valuemax': MOST_EPSILON,
        'aria-valuenow': 0,
      },
      this.canvas,
    );
    this.root = el('div', 'dlw-adversarial-chart', {}, this.surface);
    const { surface } = this;
    new ResizeObserver(() => {
      this.width = this.root.clientWidth;
    }).observe(this.root);
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      surface.setPointerCapture(event.pointerId);
      this.drag(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) this.drag(event);
    });
    surface.addEventListener('keydown', (event) => {
      const far = event.shiftKey ? 10 : 1;
      const to: Readonly<Record<string, number>> = {
        ArrowRight: this.beside(far),
        ArrowUp: this.beside(far),
        ArrowLeft: this.beside(-far),
        ArrowDown: this.beside(-far),
        PageUp: this.beside(10),
        PageDown: this.beside(-10),
        Home: 0,
        End: MOST_EPSILON,
      };
      const wanted = to[event.key];
      if (wanted === undefined) return;
      event.preventDefault();
      this.to(wanted);
    });
  }

  /** The ε so many steps away; where only some were computed, so many of those. */
  private beside(steps: number): number {
    if (this.levels === null) return this.epsilon + steps * STEP;
    const { levels, epsilon } = this;
    const now = levels.reduce(
      (best, level, i) => (Math.abs(level - epsilon) < Math.abs(levels[best]! - epsilon) ? i : best),
      0,
    );
    const by = Math.abs(steps) === 1 ? steps : Math.sign(steps) * 3;
    return levels[Math.max(0, Math.min(levels.length - 1, now + by))]!;
  }

  private drag(event: PointerEvent): void {
    const box = this.canvas.getBoundingClientRect();
    if (this.frame && box.width > 0) this.to(this.frame.at(event.clientX - box.left, 0)[0]);
  }

  private to(wanted: number): void {
    // Keys may come faster than frames.
    this.epsilon = Number(Math.min(MOST_EPSILON, Math.max(0, wanted)).toFixed(3));
    this.go(this.epsilon);
  }

  /** @param said ε as people read it */
  show(theme: Theme, attack: Attack, epsilon: number, said: string): void {
    this.epsilon = epsilon;
    this.levels = attack.exact ? null : attack.levels;
    setAttributes(this.surface, { 'aria-valuenow': epsilon, 'aria-valuetext': said });
    this.width ||= this.root.clientWidth;
    const width = Math.max(240, this.width || 320);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    const edges = { left: 40, top: 18, right: width - 10, bottom: HEIGHT - 36 };
    const frame = (this.frame = new Frame(width, HEIGHT, [0, MOST_EPSILON], [0, 1], edges));
    if (!context) return;
    axes(context, theme, frame);
    const draw = (table: Attack['adversarial'], index: number, color: string, dash: number[] = []): void => {
      context.strokeStyle = color;
      context.setLineDash(dash);
      context.beginPath();
      attack.levels.forEach((level, i) => context.lineTo(frame.px(level), frame.py(table[i]![index]!)));
      context.stroke();
      context.setLineDash([]);
    };
    context.lineWidth = 1;
    context.lineJoin = 'round';
    attack.names.forEach((_, i) => {
      if (i !== attack.label && i !== attack.rival) draw(attack.adversarial, i, theme.axis);
    });
    context.lineWidth = 2;
    draw(attack.random, attack.label, labelColor(theme), [5, 4]);
    draw(attack.adversarial, attack.rival, rivalColor(theme));
    draw(attack.adversarial, attack.label, labelColor(theme));
    this.flip(context, theme, frame, attack);
    const x = frame.px(epsilon);
    context.strokeStyle = theme.text;
    context.beginPath();
    context.moveTo(x, edges.top);
    context.lineTo(x, edges.bottom);
    context.stroke();
    context.fillStyle = theme.text;
    context.beginPath();
    context.arc(x, edges.bottom, 5, 0, 2 * Math.PI);
    context.fill();
  }

  private flip(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, { flip }: Attack): void {
    if (flip === null || flip === 0) return;
    const { top, bottom, right } = frame.edges;
    const x = frame.px(flip);
    context.strokeStyle = theme.muted;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(x, top - 4);
    context.lineTo(x, bottom);
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = theme.muted;
    context.font = `11px ${theme.font}`;
    context.textBaseline = 'bottom';
    const left = x > right - 70;
    context.textAlign = left ? 'right' : 'left';
    context.fillText(t('flips here'), x + (left ? -4 : 4), top);
  }
}

export function labelColor(theme: Theme): string {
  return theme.palette[0]!;
}

export function rivalColor(theme: Theme): string {
  return theme.palette[1]!;
}

function axes(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
  const { left, right, bottom } = frame.edges;
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  context.beginPath();
  for (const value of [0, 0.5, 1]) {
    const y = Math.round(frame.py(value)) + 0.5;
    context.moveTo(left, y);
    context.lineTo(right, y);
    context.fillText(`${value * 100}%`, left - 6, y);
  }
  context.textBaseline = 'top';
  context.textAlign = 'center';
  for (const value of ticks(frame.x, 6)) {
    const x = Math.round(frame.px(value)) + 0.5;
    context.moveTo(x, bottom);
    context.lineTo(x, bottom + 4);
    context.fillText(short(value), Math.min(x, right - 4), bottom + 7);
  }
  for (const value of BYTES) {
    const x = Math.round(frame.px(value / 255)) + 0.5;
    if (value % 20 === 0) context.fillText(`${value}/255`, Math.max(left + 12, x), bottom + 21);
  }
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  context.fillText('ε', 4, bottom + 13);
  context.stroke();
}
