import type { Theme } from '../../core/theme';
import { Backdrop } from '../../shared/concept/backdrop';
import { el, setAttributes, type Text } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import { HANDS, modulo, turnsOf } from './face';
import { HALF_DAY } from './fields';

export const SIZE = 236;
const MIDDLE = SIZE / 2;
/** Of the hand's unit, in px. */
const RADIUS = 88;
/** The hands snap to half minutes. */
const SNAP = 2;

/** The time after a hand is turned: the other one goes with it. */
export function turned(time: number, hand: number, turn: number): number {
  const snapped = (value: number): number => modulo(Math.round(value * SNAP) / SNAP, HALF_DAY);
  if (hand === 1) return snapped(turn * HALF_DAY);
  // The shorter way: over the 12 into the next hour, or back.
  return snapped(time + modulo(turn * 60 - modulo(time, 60) + 30, 60) - 30);
}

/** A clock whose hands are dragged, with the answers of the networks as thin hands. */
export class Dial {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly backdrop = new Backdrop();
  private time = 0;
  private hand = 0;
  private dragged = false;

  constructor(label: Text, changed: (time: number) => void) {
    this.root = el(
      'div',
      'dlw-clock-dial',
      {
        tabindex: 0,
        role: 'slider',
        'aria-label': label,
        'aria-valuemin': 0,
        'aria-valuemax': HALF_DAY - 1,
      },
      this.canvas,
    );
    const { root } = this;
    const at = (event: PointerEvent): [number, number] => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left - MIDDLE, event.clientY - box.top - MIDDLE];
    };
    const drag = (event: PointerEvent): void => {
      const [x, y] = at(event);
      if (Math.hypot(x, y) < 4) return;
      this.time = turned(this.time, this.hand, modulo(Math.atan2(x, -y) / (2 * Math.PI), 1));
      changed(this.time);
    };
    root.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      root.focus({ preventScroll: true });
      root.setPointerCapture(event.pointerId);
      this.hand = this.nearest(...at(event));
      this.dragged = true;
      drag(event);
    });
    root.addEventListener('pointermove', (event) => {
      if (root.hasPointerCapture(event.pointerId)) drag(event);
    });
    root.addEventListener('lostpointercapture', () => (this.dragged = false));
    root.addEventListener('keydown', (event) => {
      const by: Readonly<Record<string, number>> = {
        ArrowRight: 1,
        ArrowUp: 1,
        ArrowLeft: -1,
        ArrowDown: -1,
        PageUp: 60,
        PageDown: -60,
        Home: -this.time,
      };
      const step = by[event.key];
      if (step === undefined) return;
      event.preventDefault();
      // Keys may come faster than frames.
      this.time = modulo(this.time + step, HALF_DAY);
      changed(Math.round(this.time * 10) / 10);
    });
  }

  /** The hand whose middle part or tip is closest. */
  private nearest(x: number, y: number): number {
    const away = turnsOf(this.time).map((turn, i) => {
      const [length, angle] = [HANDS[i]![0] * RADIUS, 2 * Math.PI * turn];
      return Math.hypot(x - length * Math.sin(angle), y + length * Math.cos(angle));
    });
    return away[1]! < away[0]! ? 1 : 0;
  }

  /** @param answers the times that the networks read, each in its color */
  show(theme: Theme, time: number, text: string, answers: readonly { time: number; color: string }[]): void {
    if (!this.dragged || Math.abs(time - this.time) > 0.01) this.time = time;
    setAttributes(this.root, { 'aria-valuenow': Math.floor(time), 'aria-valuetext': text });
    const context = sizedCanvas(this.canvas, SIZE, SIZE);
    this.canvas.style.width = `${SIZE}px`;
    this.canvas.style.height = `${SIZE}px`;
    if (!context) return;
    const key = [theme.dark, theme.font].join();
    this.backdrop.draw(context, SIZE, SIZE, key, (onto) => this.face(onto, theme));
    context.translate(MIDDLE, MIDDLE);
    for (const answer of answers) this.hands(context, answer.time, answer.color, [1.5, 3], 0.97);
    this.hands(context, time, theme.text, [3.5, 7], 1);
    context.fillStyle = theme.text;
    context.beginPath();
    context.arc(0, 0, 5, 0, 2 * Math.PI);
    context.fill();
    // What can be taken.
    for (const [i, turn] of turnsOf(time).entries()) {
      const [length, angle] = [HANDS[i]![0] * RADIUS, 2 * Math.PI * turn];
      context.beginPath();
      context.arc(length * Math.sin(angle), -length * Math.cos(angle), 7, 0, 2 * Math.PI);
      context.fillStyle = theme.background;
      context.fill();
      context.lineWidth = 2.5;
      context.strokeStyle = theme.text;
      context.stroke();
    }
  }

  private face(context: CanvasRenderingContext2D, theme: Theme): void {
    context.translate(MIDDLE, MIDDLE);
    context.strokeStyle = theme.axis;
    context.lineWidth = 1.5;
    context.beginPath();
    context.arc(0, 0, MIDDLE - 2, 0, 2 * Math.PI);
    context.stroke();
    context.font = `13px ${theme.font}`;
    context.fillStyle = theme.muted;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.beginPath();
    for (let mark = 0; mark < 60; mark += 1) {
      const angle = (2 * Math.PI * mark) / 60;
      const [x, y] = [Math.sin(angle), -Math.cos(angle)];
      const inner = MIDDLE - (mark % 5 === 0 ? 9 : 5);
      context.moveTo(x * inner, y * inner);
      context.lineTo(x * (MIDDLE - 2), y * (MIDDLE - 2));
      if (mark % 5 === 0) context.fillText(String(mark / 5 || 12), x * (MIDDLE - 19), y * (MIDDLE - 19));
    }
    context.stroke();
  }

  private hands(
    context: CanvasRenderingContext2D,
    time: number,
    color: string,
    thick: readonly [number, number],
    reach: number,
  ): void {
    context.strokeStyle = color;
    context.lineCap = 'round';
    for (const [i, turn] of turnsOf(time).entries()) {
      const [length, angle] = [HANDS[i]![0] * RADIUS * reach, 2 * Math.PI * turn];
      context.lineWidth = thick[i]!;
      context.beginPath();
      context.moveTo(0, 0);
      context.lineTo(length * Math.sin(angle), -length * Math.cos(angle));
      context.stroke();
    }
  }
}
