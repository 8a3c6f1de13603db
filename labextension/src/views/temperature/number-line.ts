import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { TemperatureModel } from './model';

const HEIGHT = 44;
const BAR = 30;
/** Words that were drawn last. */
const LAST = 16;

/** The line from 0 to 1, of which each word has its part: the random number falls on one of them. */
export class NumberLine {
  /** The line. */
  readonly root: HTMLElement;
  /** The words that were drawn last. */
  readonly words: HTMLElement;
  private readonly canvas = el('canvas', '', { 'aria-hidden': 'true' });
  private readonly caption = el('div', 'dlw-temperature-caption');
  private readonly list = el('div', 'dlw-temperature-drawn');

  constructor(private readonly model: TemperatureModel) {
    this.root = el('div', 'dlw-temperature-line', {}, this.caption, this.canvas);
    this.words = el(
      'div',
      '',
      {},
      el('div', 'dlw-temperature-caption', {}, () => t('Drawn last')),
      this.list,
    );
  }

  /**
   * @param room how wide it may be, in px
   * @param throws how many have been drawn
   */
  show(theme: Theme, room: number, throws: number): void {
    const { probabilities, words, drawn, numbers } = this.model;
    const at = throws > 0 ? throws - 1 : null;
    const word = at === null ? null : drawn[at]!;
    setText(
      this.caption,
      at === null
        ? t('A random number from 0 to 1 draws the word whose part it falls on')
        : t('Throw {throws}: the random number {number} falls on “{word}”', {
            throws,
            number: numbers[at]!.toFixed(3),
            word: words[word!]!,
          }),
    );
    const recent = drawn.slice(Math.max(0, throws - LAST), throws).map((i) => words[i]!);
    setText(this.list, `${throws > LAST ? '… ' : ''}${recent.join(' · ')}`);
    const width = Math.max(220, room || 600);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    if (!context) return;
    const [left, right] = [6, width - 6];
    context.font = `12px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    let begin = 0;
    probabilities.forEach((share, i) => {
      const [from, to] = [begin, begin + share].map((place) => left + place * (right - left));
      begin += share;
      if (share === 0) return;
      context.globalAlpha = i === word ? 1 : 0.3;
      context.fillStyle = theme.palette[i % theme.palette.length]!;
      context.fillRect(from!, HEIGHT - BAR, Math.max(1, to! - from! - 1), BAR);
      context.globalAlpha = 1;
      const name = words[i]!;
      if (context.measureText(name).width + 6 > to! - from!) return;
      context.fillStyle = i === word ? (theme.dark ? '#111' : '#fff') : theme.text;
      context.fillText(name, (from! + to!) / 2, HEIGHT - BAR / 2);
    });
    if (at === null) return;
    const x = left + numbers[at]! * (right - left);
    context.fillStyle = theme.text;
    context.beginPath();
    context.moveTo(x, HEIGHT - BAR + 1);
    context.lineTo(x - 6, HEIGHT - BAR - 12);
    context.lineTo(x + 6, HEIGHT - BAR - 12);
    context.fill();
    context.fillRect(x - 0.75, HEIGHT - BAR, 1.5, BAR);
  }
}
