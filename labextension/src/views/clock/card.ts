import type { Theme } from '../../core/theme';
import { el, setText, type Text } from '../../shared/dom';
import { putPixels } from '../../shared/draw-pixels';
import { pixelsOf, SIDE } from './face';

interface Shown {
  color: string;
  /** What the network gets, line by line. */
  numbers: readonly string[];
  /** The time that it reads. */
  answer: string;
  off: string;
  test: string;
}

/** One representation: its numbers, and the answer of its network. */
export class Card {
  readonly root: HTMLElement;
  private readonly image: HTMLCanvasElement | null;
  private readonly numbers = el('div', 'dlw-clock-numbers');
  private readonly answer = el('strong', 'dlw-clock-answer');
  private readonly off = el('span', 'dlw-clock-off');
  private readonly test = el('div', 'dlw-clock-test');

  constructor(name: Text, image = false) {
    this.image = image ? el('canvas', 'dlw-clock-image', { 'aria-hidden': 'true' }) : null;
    this.root = el(
      'section',
      'dlw-clock-card',
      { 'aria-label': name },
      el('strong', 'dlw-clock-name', {}, name),
      ...(this.image ? [this.image] : []),
      this.numbers,
      el('div', 'dlw-clock-reads', {}, this.answer, this.off),
      this.test,
    );
  }

  show(theme: Theme, time: number, { color, numbers, answer, off, test }: Shown): void {
    this.root.style.borderTopColor = color;
    setText(this.numbers, numbers.join('\n'));
    setText(this.answer, answer);
    setText(this.off, off);
    setText(this.test, test);
    if (!this.image) return;
    const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
    pixelsOf(time).forEach((ink, i) => {
      pixels.fill(255 * (theme.dark ? ink : 1 - ink), 4 * i, 4 * i + 3);
      pixels[4 * i + 3] = 255;
    });
    putPixels(this.image, pixels, { width: SIDE, height: SIDE });
  }
}
