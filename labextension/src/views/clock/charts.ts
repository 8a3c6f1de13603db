import { locale, t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Backdrop } from '../../shared/concept/backdrop';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { inputsOf, turnsRead } from './face';
import { type Representation, REPRESENTATIONS, SIZES } from './fields';
import { type Class, type Each, each, STEPS, type Study } from './study';

const HEIGHT = 210;
const [LEFT, RIGHT, TOP, BOTTOM] = [40, 12, 10, 34];
/** Minutes: the logarithmic axis of errors. */
const [LEAST, MOST] = [0.1, 360];
/** The mean error of guessing. */
const GUESS = 180;
/** The minutes read may leave the hour by so much. */
const OVER = 12;

export function colorsOf({ palette }: Theme): Each<string> {
  return { pixels: palette[1]!, coordinates: palette[2]!, angles: palette[3]! };
}
export function ownColor({ palette }: Theme): string {
  return palette[4]!;
}

interface Axes {
  context: CanvasRenderingContext2D;
  width: number;
  x: (share: number) => number;
  y: (share: number) => number;
}

function widthOf(room: number): number {
  return Math.max(200, room);
}

function canvasOf(canvas: HTMLCanvasElement, width: number): CanvasRenderingContext2D | null {
  const context = sizedCanvas(canvas, width, HEIGHT);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${HEIGHT}px`;
  return context;
}

function axes(context: CanvasRenderingContext2D, theme: Theme, width: number, across: string): Axes {
  context.font = `11px ${theme.font}`;
  context.fillStyle = theme.muted;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  context.fillText(across, (LEFT + width - RIGHT) / 2, HEIGHT);
  return {
    context,
    width,
    x: (share) => LEFT + share * (width - LEFT - RIGHT),
    y: (share) => HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM),
  };
}

/** A horizontal line with its number. */
function rule({ context, width, y }: Axes, theme: Theme, share: number, text: string): void {
  context.strokeStyle = theme.grid;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(LEFT, y(share));
  context.lineTo(width - RIGHT, y(share));
  context.stroke();
  context.fillStyle = theme.muted;
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  context.fillText(text, LEFT - 6, y(share));
}

/** The test error of each representation, by the number of samples. */
export class ErrorChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private width = 0;
  private drawn: { study: Study; key: string } | null = null;

  /** @param chosen a number of samples is clicked */
  constructor(chosen: (samples: number) => void) {
    this.root = el('div', 'dlw-clock-chart', { role: 'img' }, this.canvas);
    this.canvas.addEventListener('click', (event) => {
      const at = event.clientX - this.canvas.getBoundingClientRect().left;
      const share = (at - LEFT) / (this.width - LEFT - RIGHT);
      const index = Math.round(share * SIZES.length - 0.5);
      chosen(SIZES[Math.min(SIZES.length - 1, Math.max(0, index))]!);
    });
  }

  show(theme: Theme, room: number, study: Study, samples: number, own: number | null): void {
    // Another time of the clock changes nothing here.
    const key = [
      room,
      theme.dark,
      theme.font,
      window.devicePixelRatio,
      locale(),
      study.version,
      samples,
      own,
    ];
    if (this.drawn?.study === study && this.drawn.key === key.join()) return;
    this.drawn = { study, key: key.join() };
    const width = widthOf(room);
    const context = canvasOf(this.canvas, width);
    if (!context) return;
    const found = axes(context, theme, width, t('samples to learn from'));
    const { x, y } = found;
    this.width = width;
    const place = (size: number): number => x((SIZES.findIndex((one) => one === size) + 0.5) / SIZES.length);
    const height = (error: number): number => {
      const share = Math.log(Math.max(LEAST, error) / LEAST) / Math.log(MOST / LEAST);
      return y(Math.min(1, share));
    };
    const share = (error: number): number => Math.log(error / LEAST) / Math.log(MOST / LEAST);
    for (const error of [0.1, 1, 10, 100]) rule(found, theme, share(error), String(error));
    const half = (x(1) - x(0)) / SIZES.length / 2;
    context.fillStyle = theme.grid;
    context.fillRect(place(samples) - half, TOP, 2 * half, HEIGHT - TOP - BOTTOM);
    context.fillStyle = theme.muted;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    for (const size of SIZES) context.fillText(String(size), place(size), HEIGHT - BOTTOM + 5);
    const level = (error: number, color: string, text: string): void => {
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.setLineDash([5, 4]);
      context.beginPath();
      context.moveTo(LEFT, height(error));
      context.lineTo(width - RIGHT, height(error));
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = color;
      context.textAlign = 'right';
      context.textBaseline = 'bottom';
      context.fillText(text, width - RIGHT, height(error) - 1);
    };
    level(GUESS, theme.muted, t('guessing'));
    if (own !== null) level(own, ownColor(theme), t('your model'));
    const colors = colorsOf(theme);
    for (const representation of REPRESENTATIONS) {
      this.curve(context, study, representation, colors[representation], place, height);
    }
  }

  private curve(
    context: CanvasRenderingContext2D,
    { classes }: Study,
    representation: Representation,
    color: string,
    place: (size: number) => number,
    height: (error: number) => number,
  ): void {
    const known = SIZES.map((size) => classes.get(size)).filter((one) => one !== undefined);
    context.strokeStyle = color;
    context.lineWidth = 2;
    context.beginPath();
    for (const [i, one] of known.entries()) {
      const [x, y] = [place(one.samples), height(one.errors[representation])];
      // Only over neighbors: what lies between isn't known yet.
      const before = known[i - 1];
      const next = SIZES.findIndex((size) => size === one.samples);
      if (before && SIZES[next - 1] === before.samples) context.lineTo(x, y);
      else context.moveTo(x, y);
    }
    context.stroke();
    for (const one of known) {
      context.beginPath();
      context.arc(place(one.samples), height(one.errors[representation]), 4, 0, 2 * Math.PI);
      context.fillStyle = color;
      // A ring while it learns.
      if (one.step >= STEPS) context.fill();
      context.stroke();
    }
  }
}

/** The minutes that the networks read while an hour passes: a straight line if all is right. */
export class HourChart {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly backdrop = new Backdrop();
  private hour = -1;
  private inputs: Each<ArrayLike<number>[]> = each(() => []);
  private read: { key: string; minutes: Each<number[]> } = { key: '', minutes: each(() => []) };

  constructor() {
    this.root = el('div', 'dlw-clock-chart', { 'aria-hidden': 'true' }, this.canvas);
  }

  private minutes(study: Study, networks: Class, hour: number): Each<number[]> {
    if (this.hour !== hour) {
      this.hour = hour;
      this.inputs = each((representation) =>
        Array.from({ length: 61 }, (_, minute) =>
          inputsOf(60 * hour + Math.min(59.99, minute), representation),
        ),
      );
      this.read.key = '';
    }
    const { answer, units, seed } = study.setting;
    const key = [answer, units, seed, networks.samples, networks.step].join();
    if (this.read.key !== key) {
      const minutes = each((representation) =>
        this.inputs[representation].map(
          (inputs) => 60 * turnsRead(networks.outputs(representation, inputs), answer)[0],
        ),
      );
      this.read = { key, minutes };
    }
    return this.read.minutes;
  }

  show(theme: Theme, room: number, study: Study, networks: Class, time: number): void {
    const width = widthOf(room);
    const context = canvasOf(this.canvas, width);
    if (!context) return;
    const hour = Math.floor(time / 60);
    const { answer, units, seed } = study.setting;
    const key = [
      theme.dark,
      theme.font,
      locale(),
      answer,
      units,
      seed,
      networks.samples,
      networks.step,
      hour,
    ];
    this.backdrop.draw(context, width, HEIGHT, key.join(), (onto) => {
      this.lines(axes(onto, theme, width, t('minute shown')), theme, study, networks, hour);
    });
    const now = LEFT + ((time % 60) / 60) * (width - LEFT - RIGHT);
    context.strokeStyle = theme.axis;
    context.beginPath();
    context.moveTo(now, TOP);
    context.lineTo(now, HEIGHT - BOTTOM);
    context.stroke();
  }

  private lines(found: Axes, theme: Theme, study: Study, networks: Class, hour: number): void {
    const { context, x, y } = found;
    const share = (minutes: number): number =>
      (Math.min(60 + OVER, Math.max(-OVER, minutes)) + OVER) / (60 + 2 * OVER);
    for (const minute of [0, 15, 30, 45, 60]) {
      rule(found, theme, share(minute), String(minute));
      context.textAlign = 'center';
      context.textBaseline = 'top';
      context.fillText(String(minute), x(minute / 60), HEIGHT - BOTTOM + 5);
    }
    context.strokeStyle = theme.axis;
    context.lineWidth = 5;
    context.beginPath();
    context.moveTo(x(0), y(share(0)));
    context.lineTo(x(1), y(share(60)));
    context.stroke();
    const circle = study.setting.answer === 'circle';
    const minutes = this.minutes(study, networks, hour);
    const colors = colorsOf(theme);
    for (const representation of REPRESENTATIONS) {
      context.strokeStyle = colors[representation];
      context.lineWidth = 2;
      context.beginPath();
      let before = Infinity;
      minutes[representation].forEach((given, minute) => {
        // Around the circle: the turn that is closest to what is shown.
        const value = circle ? given + 60 * Math.round((minute - given) / 60) : given;
        const at = [x(minute / 60), y(share(value))] as const;
        if (Math.abs(value - before) > 30) context.moveTo(...at);
        else context.lineTo(...at);
        before = value;
      });
      context.stroke();
    }
  }
}
