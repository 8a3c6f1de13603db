import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Check, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { REACH } from '../../shared/concept/points';
import { drawPoints, type Spot, toPixels } from './map';
import { Picture } from './paint';
import { coordinates, SIDE } from './plane';
import type { Points } from '../../shared/concept/points';
import { percent } from './texts';

/** Where the new axes begin and where they point. */
export interface Axes {
  /** In degrees. */
  readonly angle: number;
  readonly shift: Spot;
  /** Whether the first new coordinate is the distance from the new origin. */
  readonly polar: boolean;
}

/** In polar coordinates, distances below and above this one are told apart. */
const RADIUS = 1;
/** How full the colors of both sides are. */
const SOFT = 0.4;

const MOVES: Readonly<Record<string, Spot>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
const TURNS: Readonly<Record<string, number>> = { '+': 1, '=': 1, '-': -1, '−': -1 };

/** The new coordinates of a point. The rule is the sign of the first one. */
export function moved([x1, x2]: Spot, { angle, shift, polar }: Axes): Spot {
  const turn = (angle * Math.PI) / 180;
  const [a, b] = [x1 - shift[0], x2 - shift[1]];
  if (polar) return [Math.hypot(a, b) - RADIUS, Math.atan2(b, a) / Math.PI];
  return [a * Math.cos(turn) + b * Math.sin(turn), b * Math.cos(turn) - a * Math.sin(turn)];
}

/** The share of points (NaN without any) that the sign of the first new coordinate tells apart, and whether it is positive for class 1. */
export function separation({ x1, x2, y }: Points, axes: Axes): { share: number; positive: boolean } {
  let right = 0;
  for (let i = 0; i < y.length; i += 1) {
    if (moved([x1[i]!, x2[i]!], axes)[0] > 0 === (y[i] === 1)) right += 1;
  }
  // NaN without points.
  const share = right / y.length;
  return share >= 0.5 ? { share, positive: true } : { share: 1 - share, positive: false };
}

interface Options {
  changed: (values: Partial<Axes>) => void;
}

/** Points in the old axes and in new ones, which the hand turns and moves. */
export class Coordinates {
  readonly root: HTMLElement;
  private readonly before: HTMLElement;
  private readonly canvases = [el('canvas'), el('canvas')] as const;
  private readonly angle: Slider;
  private readonly across: Slider;
  private readonly up: Slider;
  private readonly polar: Check;
  private readonly result = el('p', 'dlw-play-result');
  private axes: Axes = { angle: 0, shift: [0, 0], polar: false };
  private turning = false;
  private readonly picture = new Picture(SIDE);
  private readonly plane = coordinates();

  constructor(private readonly options: Options) {
    const { changed } = options;
    this.angle = new Slider(
      () => t('Turn the axes by'),
      -180,
      180,
      1,
      (angle) => changed({ angle }),
    );
    this.across = new Slider(
      () => t('New origin, x₁'),
      -REACH,
      REACH,
      0.05,
      (x) => changed({ shift: [x, this.axes.shift[1]] }),
    );
    this.up = new Slider(
      () => t('New origin, x₂'),
      -REACH,
      REACH,
      0.05,
      (y) => changed({ shift: [this.axes.shift[0], y] }),
    );
    this.polar = new Check(
      () => t('Distance and direction instead of x and y'),
      (polar) => changed({ polar }),
    );
    for (const canvas of this.canvases) canvas.ariaHidden = 'true';
    this.before = el(
      'div',
      'dlw-play-surface',
      {
        tabindex: 0,
        role: 'application',
        'aria-label': () =>
          t('Points in the old axes. The arrow keys move the origin of the new axes, + and − turn them.'),
      },
      this.canvases[0],
    );
    const pane = (name: () => string, inner: HTMLElement): HTMLElement =>
      el('div', 'dlw-play-pane', {}, el('div', 'dlw-play-caption', {}, name), inner);
    this.root = el(
      'div',
      'dlw-play-coordinates',
      {},
      el('div', 'dlw-concept-settings', {}, this.angle.root, this.across.root, this.up.root, this.polar.root),
      el(
        'div',
        'dlw-play-pair',
        {},
        pane(() => t('Drag the new axes'), this.before),
        pane(
          () => t('The same points in the new axes'),
          el('div', 'dlw-play-surface dlw-play-still', {}, this.canvases[1]),
        ),
      ),
      this.result,
      el('p', 'dlw-play-note', {}, () =>
        t(
          'Drag the origin to move the axes, and drag elsewhere to turn them. Play lets the machine try at random and keep what separates more points.',
        ),
      ),
    );
    this.listen();
  }

  private listen(): void {
    const { before } = this;
    before.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      before.focus({ preventScroll: true });
      before.setPointerCapture(event.pointerId);
      const [x, y] = this.place(event);
      const { shift, polar } = this.axes;
      // Near the origin it is moved, farther out the axes are turned.
      this.turning = !polar && Math.hypot(x - shift[0], y - shift[1]) > 0.45;
      this.drag([x, y]);
    });
    before.addEventListener('pointermove', (event) => {
      if (before.hasPointerCapture(event.pointerId)) this.drag(this.place(event));
    });
    before.addEventListener('keydown', (event) => {
      const by = MOVES[event.key];
      const turn = TURNS[event.key];
      const far = event.shiftKey ? 5 : 1;
      const { angle, shift } = this.axes;
      if (by)
        this.options.changed({
          shift: [inside(shift[0] + 0.05 * far * by[0]), inside(shift[1] + 0.05 * far * by[1])],
        });
      else if (turn) this.options.changed({ angle: wrapped(angle + 2 * turn) });
      else return;
      event.preventDefault();
    });
  }

  private place(event: PointerEvent): Spot {
    const box = this.canvases[0].getBoundingClientRect();
    const share = (part: number, whole: number): number => part / (whole || 1);
    return [
      inside(-REACH + 2 * REACH * share(event.clientX - box.left, box.width)),
      inside(REACH - 2 * REACH * share(event.clientY - box.top, box.height)),
    ];
  }

  private drag([x, y]: Spot): void {
    const { shift } = this.axes;
    if (!this.turning) this.options.changed({ shift: [x, y] });
    else
      this.options.changed({ angle: Math.round((Math.atan2(y - shift[1], x - shift[0]) * 180) / Math.PI) });
  }

  /** @param room how wide both may be together, in px */
  show(theme: Theme, room: number, points: Points, axes: Axes): void {
    this.axes = axes;
    this.angle.show(axes.angle, `${axes.angle.toFixed(0).replace('-', '−')}°`);
    this.across.show(axes.shift[0], short(axes.shift[0]));
    this.up.show(axes.shift[1], short(axes.shift[1]));
    this.polar.show(axes.polar);
    this.angle.root.hidden = axes.polar;
    const size = Math.round(Math.max(220, Math.min(400, room > 560 ? (room - 20) / 2 : room)));
    const { share, positive } = separation(points, axes);
    setText(
      this.result,
      share === 1
        ? t('One number is enough now: its sign separates all points.')
        : t('The sign of the first new coordinate separates {share} of the points.', {
            share: percent(share),
          }),
    );
    const [old, fresh] = this.canvases.map((canvas) => {
      canvas.style.width = canvas.style.height = `${size}px`;
      return sizedCanvas(canvas, size, size);
    });
    if (!old || !fresh) return;
    this.sides(old, theme, size, (at) => moved(at, axes)[0] > 0 === positive);
    drawPoints(old, theme, size, points);
    this.drawAxes(old, theme, size, axes);
    this.sides(fresh, theme, size, (at) => at[0] > 0 === positive);
    const places = Array.from(points.y, (_, i) => moved([points.x1[i]!, points.x2[i]!], axes));
    drawPoints(fresh, theme, size, {
      ...points,
      x1: Float64Array.from(places, ([x]) => x),
      x2: Float64Array.from(places, ([, y]) => y),
    });
    this.drawLabels(fresh, theme, size, axes.polar);
  }

  /** Both sides in the colors of their classes. */
  private sides(
    context: CanvasRenderingContext2D,
    theme: Theme,
    size: number,
    orange: (at: Spot) => boolean,
  ): void {
    const { x1, x2 } = this.plane;
    this.picture.draw(theme.dark, (i) => (orange([x1[i]!, x2[i]!]) ? SOFT : -SOFT));
    context.imageSmoothingEnabled = true;
    context.drawImage(this.picture.canvas, 0, 0, size, size);
  }

  private drawAxes(
    context: CanvasRenderingContext2D,
    theme: Theme,
    size: number,
    { angle, shift, polar }: Axes,
  ): void {
    const [x, y] = toPixels(...shift, size);
    const scale = size / (2 * REACH);
    context.strokeStyle = context.fillStyle = theme.text;
    context.lineWidth = 2;
    if (polar) {
      context.beginPath();
      context.arc(x, y, RADIUS * scale, 0, 2 * Math.PI);
      context.stroke();
    } else {
      const turn = (angle * Math.PI) / 180;
      for (const [direction, name] of [
        [turn, 'x′'],
        [turn + Math.PI / 2, 'y′'],
      ] as const) {
        const [dx, dy] = [Math.cos(direction), -Math.sin(direction)];
        context.globalAlpha = name === 'x′' ? 1 : 0.9;
        context.beginPath();
        context.moveTo(x - dx * size * 2, y - dy * size * 2);
        context.lineTo(x + dx * size * 2, y + dy * size * 2);
        context.setLineDash(name === 'x′' ? [5, 5] : []);
        context.stroke();
        context.setLineDash([]);
        this.label(context, theme, name, x + dx * scale * 1.25 + dy * 13, y + dy * scale * 1.25 - dx * 13);
      }
    }
    context.globalAlpha = 1;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.fillStyle = theme.background;
    context.fill();
    context.stroke();
  }

  private drawLabels(context: CanvasRenderingContext2D, theme: Theme, size: number, polar: boolean): void {
    context.strokeStyle = theme.text;
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(size / 2, 0);
    context.lineTo(size / 2, size);
    context.stroke();
    this.label(
      context,
      theme,
      polar ? t('distance − {radius}', { radius: RADIUS }) : 'x′',
      size - 40,
      size / 2 - 12,
    );
    this.label(context, theme, polar ? t('direction') : 'y′', size / 2 + 32, 14);
  }

  private label(context: CanvasRenderingContext2D, theme: Theme, text: string, x: number, y: number): void {
    context.font = `600 13px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineWidth = 4;
    context.strokeStyle = theme.background;
    context.strokeText(text, x, y);
    context.fillStyle = context.strokeStyle = theme.text;
    context.fillText(text, x, y);
    context.lineWidth = 2;
  }
}

function inside(value: number): number {
  return Math.min(REACH, Math.max(-REACH, value));
}

export function wrapped(angle: number): number {
  return angle > 180 ? angle - 360 : angle < -180 ? angle + 360 : angle;
}
