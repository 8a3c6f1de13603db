import { t } from '../../core/i18n';
import { el, setAttributes, setText, svg } from '../../shared/dom';
import { score } from './table';

const SIDE = 176;
/** Room for the numbers on the axes, and around the frame. */
const LEFT = 22;
const BOTTOM = 16;
const MARGIN = 6;
const INSIDE = SIDE - 2 * MARGIN;
const TICKS = [0, 0.5, 1];

/** Turns points in [0, 1]² into an SVG path; what is not defined interrupts it. */
export function path(xs: number[], ys: number[]): string {
  let text = '';
  let open = false;
  xs.forEach((x, i) => {
    const y = ys[i] ?? NaN;
    if (!Number.isFinite(x + y)) {
      open = false;
      return;
    }
    text += `${open ? 'L' : 'M'}${across(x).toFixed(1)} ${up(y).toFixed(1)}`;
    open = true;
  });
  return text;
}

function across(share: number): number {
  return LEFT + MARGIN + share * INSIDE;
}

function up(share: number): number {
  return MARGIN + (1 - share) * INSIDE;
}

/** A curve in the unit square with a point that can be dragged along it. */
export class UnitCurve {
  readonly root: HTMLElement;
  private readonly caption = el('figcaption');
  private readonly line = svg('path', { class: 'dlw-unit-line' });
  private readonly chance = svg('path', { class: 'dlw-unit-chance' });
  private readonly point = svg('circle', { class: 'dlw-unit-point', r: 6 });
  private readonly picture: SVGElement;
  private dragged = false;

  /** @param drag told where in the unit square the user drags the point to */
  constructor(x: () => string, y: () => string, drag: (place: readonly [number, number]) => void) {
    const frame = svg('rect', {
      class: 'dlw-unit-frame',
      x: across(0),
      y: up(1),
      width: INSIDE,
      height: INSIDE,
    });
    const size = { width: SIDE + LEFT, height: SIDE + BOTTOM };
    this.picture = svg('svg', { viewBox: `0 0 ${size.width} ${size.height}`, ...size, role: 'img' });
    this.picture.append(frame, ...TICKS.flatMap(numbers), this.chance, this.line, this.point);
    this.root = el(
      'figure',
      'dlw-unit',
      {},
      this.caption,
      el('div', 'dlw-unit-y', {}, y),
      this.picture,
      el('div', 'dlw-unit-x', {}, x),
    );
    this.follow(drag);
  }

  show(caption: string, xs: number[], ys: number[], at: [number, number], chance: string): void {
    setText(this.caption, caption);
    this.line.setAttribute('d', path(xs, ys));
    this.chance.setAttribute('d', chance);
    const known = Number.isFinite(at[0] + at[1]);
    this.point.toggleAttribute('hidden', !known);
    this.point.style.display = known ? '' : 'none';
    if (known) setAttributes(this.point, { cx: across(at[0]).toFixed(1), cy: up(at[1]).toFixed(1) });
    this.picture.setAttribute(
      'aria-label',
      t('{caption}. At this threshold: {x} horizontally, {y} vertically.', {
        caption,
        x: score(at[0]),
        y: score(at[1]),
      }),
    );
  }

  private follow(drag: (place: readonly [number, number]) => void): void {
    const move = (event: PointerEvent): void => {
      const box = this.picture.getBoundingClientRect();
      drag([
        (event.clientX - box.left - LEFT - MARGIN) / INSIDE,
        1 - (event.clientY - box.top - MARGIN) / INSIDE,
      ]);
    };
    this.picture.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      this.picture.setPointerCapture(event.pointerId);
      this.dragged = true;
      move(event);
    });
    this.picture.addEventListener('pointermove', (event) => {
      if (this.dragged) move(event);
    });
    for (const kind of ['pointerup', 'pointercancel', 'lostpointercapture'] as const) {
      this.picture.addEventListener(kind, () => (this.dragged = false));
    }
  }
}

/** The numbers on both axes. */
function numbers(share: number): SVGElement[] {
  const text = String(share);
  return [
    svg(
      'text',
      { class: 'dlw-unit-tick', x: across(share), y: SIDE + BOTTOM - 3, 'text-anchor': 'middle' },
      text,
    ),
    svg('text', { class: 'dlw-unit-tick', x: LEFT - 1, y: up(share) + 4, 'text-anchor': 'end' }, text),
  ];
}
