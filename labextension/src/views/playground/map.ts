import type { Theme } from '../../core/theme';
import { type Sampled, segments } from '../../shared/concept/contours';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { REACH } from '../../shared/concept/points';
import { classColor } from '../../shared/concept/class-colors';
import type { Points } from '../../shared/concept/points';

export type Spot = readonly [number, number];

interface Drawn {
  /** The colors behind; null for none. */
  picture: HTMLCanvasElement | null;
  /** Where it is 0 is the boundary; null for none. */
  boundary: Sampled | null;
  points: Points;
}

/** A place of the plane on a square canvas. */
export function toPixels(x1: number, x2: number, size: number): Spot {
  return [((x1 + REACH) / (2 * REACH)) * size, ((REACH - x2) / (2 * REACH)) * size];
}

/** Draws colors, boundary and points onto a square. */
export function drawMap(context: CanvasRenderingContext2D, theme: Theme, size: number, drawn: Drawn): void {
  drawGround(context, theme, size, drawn);
  drawPoints(context, theme, size, drawn.points);
}

function drawGround(
  context: CanvasRenderingContext2D,
  theme: Theme,
  size: number,
  { picture, boundary }: Drawn,
): void {
  if (picture) {
    context.imageSmoothingEnabled = true;
    context.drawImage(picture, 0, 0, size, size);
  }
  if (boundary) drawBoundary(context, theme, size, boundary);
}

function drawBoundary(
  context: CanvasRenderingContext2D,
  theme: Theme,
  size: number,
  boundary: Sampled,
): void {
  const lines = segments(boundary, 0);
  const scale = size / (boundary.columns - 1);
  context.beginPath();
  for (let i = 0; i + 3 < lines.length; i += 4) {
    context.moveTo(lines[i]! * scale, lines[i + 1]! * scale);
    context.lineTo(lines[i + 2]! * scale, lines[i + 3]! * scale);
  }
  context.lineWidth = 2;
  context.lineCap = 'round';
  context.strokeStyle = theme.text;
  context.stroke();
}

/** Points for training are filled, those for testing are rings. */
export function drawPoints(
  context: CanvasRenderingContext2D,
  theme: Theme,
  size: number,
  { x1, x2, y, training }: Points,
): void {
  const radius = size < 240 ? 2 : 3.2;
  for (const label of [0, 1]) {
    const color = classColor(label, theme);
    for (const test of [false, true]) {
      context.beginPath();
      for (let i = test ? training : 0; i < (test ? x1.length : training); i += 1) {
        if (y[i] !== label) continue;
        const [x, top] = toPixels(x1[i]!, x2[i]!, size);
        context.moveTo(x + radius, top);
        context.arc(x, top, radius, 0, 2 * Math.PI);
      }
      context.lineWidth = test ? 2 : 2.4;
      context.strokeStyle = test ? color : theme.dark ? '#0d0f13' : '#fff';
      context.fillStyle = test ? (theme.dark ? '#0d0f13' : '#fff') : color;
      if (test) context.fill();
      context.stroke();
      if (!test) context.fill();
    }
  }
}

interface Options {
  label: () => string;
  /** A press, or a drag with the button down. */
  press: (at: Spot, begins: boolean) => void;
  hover: (at: Spot | null) => void;
  key: (event: KeyboardEvent) => boolean;
}

/** The plane with what the network answers. */
export class OutputMap {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  /** The points lie on a canvas of their own: to draw them takes longer than all else, and they rarely change. */
  private readonly above = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly surface: HTMLElement;
  private drawn: { points: Points; key: string } | null = null;

  constructor(options: Options) {
    this.surface = el(
      'div',
      'dlw-play-surface',
      { tabindex: 0, role: 'application', 'aria-label': options.label },
      this.canvas,
      this.above,
    );
    this.root = el('div', 'dlw-play-map', {}, this.surface);
    const { surface } = this;
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      options.press(this.place(event), true);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) options.press(this.place(event), false);
      else if (event.pointerType !== 'touch') options.hover(this.place(event));
    });
    surface.addEventListener('pointerleave', () => options.hover(null));
    surface.addEventListener('keydown', (event) => {
      if (options.key(event)) event.preventDefault();
    });
  }

  private place(event: PointerEvent): Spot {
    const box = this.canvas.getBoundingClientRect();
    const share = (part: number, whole: number): number => Math.min(1, Math.max(0, part / (whole || 1)));
    return [
      -REACH + 2 * REACH * share(event.clientX - box.left, box.width),
      REACH - 2 * REACH * share(event.clientY - box.top, box.height),
    ];
  }

  /** @param at the place whose numbers are written out */
  show(theme: Theme, size: number, drawn: Drawn, at: Spot): void {
    const context = sizedCanvas(this.canvas, size, size);
    for (const canvas of [this.canvas, this.above]) canvas.style.width = canvas.style.height = `${size}px`;
    const key = [size, theme.dark, window.devicePixelRatio].join();
    if (this.drawn?.points !== drawn.points || this.drawn.key !== key) {
      this.drawn = { points: drawn.points, key };
      const above = sizedCanvas(this.above, size, size);
      if (above) drawPoints(above, theme, size, drawn.points);
    }
    if (!context) return;
    drawGround(context, theme, size, drawn);
    const [x, y] = toPixels(...at, size);
    context.beginPath();
    for (const [dx, dy] of [
      [-1, 0],
      [1, 0],
      [0, -1],
      [0, 1],
    ] as const) {
      context.moveTo(x + dx * 4, y + dy * 4);
      context.lineTo(x + dx * 10, y + dy * 10);
    }
    context.lineWidth = 4;
    context.strokeStyle = theme.dark ? '#0d0f13' : '#fff';
    context.stroke();
    context.lineWidth = 2;
    context.strokeStyle = theme.text;
    context.stroke();
  }
}
