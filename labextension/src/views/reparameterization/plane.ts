import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Frame, ticks } from '../../shared/concept/frame';
import { hue, css } from '../../shared/concept/paint';
import { el } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { LABELS, PLACES } from './decoder';
import { REACH } from './fields';
import type { Pair } from './latent';

/** What can be dragged: the mean, z, or the edge of the ellipse to the right or above. */
export type Handle = 'mean' | 'z' | 'right' | 'top';

export interface Seen {
  readonly mean: Pair;
  readonly deviation: Pair;
  readonly z: Pair;
  /** Samples: x and y in turn. */
  readonly cloud: readonly number[];
  /** The gradient of the reconstruction by z. */
  readonly byZ: Pair;
  /** Whether the gradient passes on to the mean. */
  readonly passes: boolean;
  /** What the encoder gives; null where it isn't known. */
  readonly code: { mean: Pair; deviation: Pair } | null;
  /** Whether the places of known images belong to this decoder. */
  readonly known: boolean;
}

interface Options {
  drag: (handle: Handle, to: Pair) => void;
  /** An arrow key: by so much; with Alt or Ctrl the deviation is changed. */
  move: (by: Pair) => void;
  home: () => void;
}

const LARGEST = 400;
const SMALLEST = 240;
/** A handle that is closer to the pointer is taken, in px. */
const NEAR = 16;
const ARROWS: Readonly<Record<string, Pair>> = {
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

export function cloudColor(theme: Theme): string {
  return theme.palette[0]!;
}

export function sampleColor(theme: Theme): string {
  return theme.palette[1]!;
}

export function gradientColor(theme: Theme): string {
  return theme.palette[4]!;
}

/** The latent plane with the cloud, which can be dragged. */
export class LatentPlane {
  readonly root: HTMLElement;
  private readonly surface: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly ground = document.createElement('canvas');
  private grounded = '';
  private frame: Frame | null = null;
  private seen: Seen | null = null;
  private dragged: Handle | null = null;
  private width = 0;

  constructor(private readonly options: Options) {
    this.surface = el(
      'div',
      'dlw-reparam-surface',
      {
        tabindex: 0,
        role: 'application',
        'aria-label': () => t('Latent plane. The arrow keys move the mean, Home puts it back.'),
      },
      this.canvas,
    );
    this.root = el('div', 'dlw-reparam-plane', {}, this.surface);
    const { surface } = this;
    new ResizeObserver(() => {
      this.width = this.root.clientWidth;
    }).observe(this.root);
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      this.dragged = this.nearest(event) ?? 'mean';
      this.drag(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (this.dragged && surface.hasPointerCapture(event.pointerId)) this.drag(event);
      else surface.style.cursor = this.nearest(event) ? 'grab' : '';
    });
    for (const kind of ['pointerup', 'pointercancel'] as const) {
      surface.addEventListener(kind, () => {
        this.dragged = null;
      });
    }
    surface.addEventListener('keydown', (event) => {
      const by = ARROWS[event.key];
      if (!by && event.key !== 'Home') return;
      event.preventDefault();
      const far = event.shiftKey ? 0.5 : 0.1;
      if (by) options.move([by[0] * far, by[1] * far]);
      else options.home();
    });
  }

  /** Where the handles are; the later ones lie above. */
  private handles(): [Handle, Pair][] {
    const { mean, deviation, z } = this.seen!;
    return [
      ['mean', mean],
      ['right', [mean[0] + deviation[0], mean[1]]],
      ['top', [mean[0], mean[1] + deviation[1]]],
      ['z', z],
    ];
  }

  private place(event: PointerEvent): Pair {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private nearest(event: PointerEvent): Handle | null {
    const { frame } = this;
    if (!frame || !this.seen) return null;
    const [x, y] = this.place(event);
    let [found, least]: [Handle | null, number] = [null, NEAR];
    for (const [name, at] of this.handles()) {
      const far = Math.hypot(frame.px(at[0]) - x, frame.py(at[1]) - y);
      if (far < least) [found, least] = [name, far];
    }
    return found;
  }

  private drag(event: PointerEvent): void {
    if (this.frame && this.dragged) this.options.drag(this.dragged, this.frame.at(...this.place(event)));
  }

  show(theme: Theme, seen: Seen): void {
    this.seen = seen;
    this.width ||= this.root.clientWidth;
    const side = Math.min(LARGEST, Math.max(SMALLEST, this.width || LARGEST));
    const context = sizedCanvas(this.canvas, side, side);
    this.canvas.style.width = this.canvas.style.height = `${side}px`;
    const edges = { left: 0, top: 0, right: side, bottom: side };
    const frame = (this.frame = new Frame(side, side, [-REACH, REACH], [-REACH, REACH], edges));
    if (!context) return;
    this.drawGround(theme, frame, seen.known);
    context.drawImage(this.ground, 0, 0, side, side);
    drawCloud(context, theme, frame, seen);
    drawSample(context, theme, frame, seen);
  }

  /** What doesn't move: axes, the prior, and where the encoder puts known images. */
  private drawGround(theme: Theme, frame: Frame, known: boolean): void {
    const key = [frame.width, theme.dark, theme.font, window.devicePixelRatio, known].join('|');
    if (key === this.grounded) return;
    this.grounded = key;
    const context = sizedCanvas(this.ground, frame.width, frame.height);
    if (!context) return;
    context.font = `11px ${theme.font}`;
    context.strokeStyle = theme.grid;
    context.lineWidth = 1;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.beginPath();
    for (const value of ticks([-REACH, REACH], 8)) {
      const [x, y] = [Math.round(frame.px(value)) + 0.5, Math.round(frame.py(value)) + 0.5];
      context.moveTo(x, 0);
      context.lineTo(x, frame.height);
      context.moveTo(0, y);
      context.lineTo(frame.width, y);
    }
    context.stroke();
    if (known) drawKnown(context, theme, frame);
    context.fillStyle = theme.muted;
    for (const value of [-3, -2, -1, 1, 2, 3]) {
      context.fillText(String(value).replace('-', '−'), frame.px(value), frame.height - 8);
      context.fillText(String(value).replace('-', '−'), 9, frame.py(value));
    }
    context.fillText('z₁', frame.width - 12, frame.height - 9);
    context.fillText('z₂', 12, 10);
    context.strokeStyle = theme.muted;
    context.setLineDash([4, 4]);
    for (const radius of [1, 2]) ellipse(context, frame, [0, 0], [radius, radius]);
    context.setLineDash([]);
    context.fillText('N(0, 1)', frame.px(1.42) + 24, frame.py(-1.42) + 10);
  }
}

/** The digits that the encoder has seen, each written where it puts it. */
function drawKnown(context: CanvasRenderingContext2D, theme: Theme, frame: Frame): void {
  const bytes = (text: string): Uint8Array => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  const places = new Int8Array(bytes(PLACES).buffer);
  context.font = `10px ${theme.font}`;
  context.globalAlpha = theme.dark ? 0.85 : 0.6;
  bytes(LABELS).forEach((label, i) => {
    context.fillStyle = css(hue(label / 10));
    const [x, y] = [places[2 * i]! / 127, places[2 * i + 1]! / 127];
    context.fillText(String(label), frame.px(x * REACH), frame.py(y * REACH));
  });
  context.globalAlpha = 1;
  context.font = `11px ${theme.font}`;
}

function ellipse(context: CanvasRenderingContext2D, frame: Frame, [x, y]: Pair, [across, up]: Pair): void {
  const scale = frame.width / (2 * REACH);
  context.beginPath();
  context.ellipse(frame.px(x), frame.py(y), across * scale, up * scale, 0, 0, 2 * Math.PI);
  context.stroke();
}

function dot(context: CanvasRenderingContext2D, frame: Frame, [x, y]: Pair, radius: number): void {
  context.beginPath();
  context.arc(frame.px(x), frame.py(y), radius, 0, 2 * Math.PI);
  context.fill();
}

function drawCloud(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, seen: Seen): void {
  const { mean, deviation, cloud, code } = seen;
  if (code) {
    context.strokeStyle = theme.text;
    context.lineWidth = 1;
    const [x, y] = [frame.px(code.mean[0]), frame.py(code.mean[1])];
    context.strokeRect(x - 5.5, y - 5.5, 11, 11);
  }
  context.fillStyle = context.strokeStyle = cloudColor(theme);
  context.globalAlpha = 0.5;
  for (let i = 0; i < cloud.length; i += 2) dot(context, frame, [cloud[i]!, cloud[i + 1]!], 2);
  context.globalAlpha = 1;
  context.lineWidth = 2;
  ellipse(context, frame, mean, deviation);
  context.lineWidth = 1;
  ellipse(context, frame, mean, [2 * deviation[0], 2 * deviation[1]]);
  dot(context, frame, mean, 6);
  context.fillStyle = theme.background;
  context.lineWidth = 2;
  for (const at of [
    [mean[0] + deviation[0], mean[1]],
    [mean[0], mean[1] + deviation[1]],
  ] as Pair[]) {
    dot(context, frame, at, 4);
    context.stroke();
  }
}

function drawSample(context: CanvasRenderingContext2D, theme: Theme, frame: Frame, seen: Seen): void {
  const { mean, z, byZ, passes } = seen;
  context.strokeStyle = context.fillStyle = sampleColor(theme);
  context.lineWidth = 1.5;
  if (!passes) context.setLineDash([3, 4]);
  context.beginPath();
  context.moveTo(frame.px(mean[0]), frame.py(mean[1]));
  context.lineTo(frame.px(z[0]), frame.py(z[1]));
  context.stroke();
  context.setLineDash([]);
  dot(context, frame, z, 6);
  const size = Math.hypot(...byZ);
  if (size < 1e-9) return;
  const long = Math.min(70, 12 * Math.log1p(size));
  const by: Pair = [(-byZ[0] / size) * long, (byZ[1] / size) * long];
  context.strokeStyle = context.fillStyle = gradientColor(theme);
  arrow(context, [frame.px(z[0]), frame.py(z[1])], by);
  if (passes) arrow(context, [frame.px(mean[0]), frame.py(mean[1])], by);
  else cross(context, [frame.px((mean[0] + z[0]) / 2), frame.py((mean[1] + z[1]) / 2)]);
}

function arrow(context: CanvasRenderingContext2D, [x, y]: Pair, [across, down]: Pair): void {
  const angle = Math.atan2(down, across);
  context.lineWidth = 2.5;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + across, y + down);
  context.stroke();
  context.beginPath();
  context.moveTo(x + across + 4 * Math.cos(angle), y + down + 4 * Math.sin(angle));
  for (const turn of [2.6, -2.6]) {
    context.lineTo(x + across + 7 * Math.cos(angle + turn), y + down + 7 * Math.sin(angle + turn));
  }
  context.fill();
}

/** The gradient is blocked here. */
function cross(context: CanvasRenderingContext2D, [x, y]: Pair): void {
  context.lineWidth = 3;
  context.beginPath();
  for (const turn of [1, -1]) {
    context.moveTo(x - 6, y - 6 * turn);
    context.lineTo(x + 6, y + 6 * turn);
  }
  context.stroke();
}
