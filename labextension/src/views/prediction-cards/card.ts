import { formatPercent } from '../../shared/format';
import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { BAD, GOOD, type Theme } from '../../core/theme';
import type { Atlas } from '../../shared/atlas';
import { CARD_IMAGE, drawImage, imageSize, sizedCanvas } from '../../shared/draw-pixels';
import type { Verdict } from './model';

const BAR_WIDTH = 92;
const BAR_HEIGHT = 61;
/** Of a character of a class below its bar. */
const CHARACTER_WIDTH = 6;

/** A probability as people read it. */
export function percent(value: number, digits = 0): string {
  return Number.isFinite(value) ? formatPercent(value, digits) : 'NaN';
}

/** "7 98 % (3)", as the books write it: predicted class, confidence, true class. */
export function shortLabel(verdict: Verdict, name: (which: number) => string): string {
  const sure = Number.isFinite(verdict.confidence) ? ` ${percent(verdict.confidence)}` : '';
  return `${name(verdict.predicted)}${sure} (${name(verdict.truth)})`;
}

/** A whole sentence on a sample, for tooltips and screen readers. */
export function longLabel(verdict: Verdict, name: (which: number) => string): string {
  const right = verdict.predicted === verdict.truth;
  const index = String(verdict.index);
  return [
    right ? t('Sample {index}, right.', { index }) : t('Sample {index}, wrong.', { index }),
    predictedText(verdict, name),
    t('True class: {name}.', { name: name(verdict.truth) }),
    Number.isFinite(verdict.loss) ? t('Loss: {loss}.', { loss: verdict.loss.toPrecision(3) }) : '',
  ]
    .filter(Boolean)
    .join(' ');
}

/** What was predicted, and how surely. */
export function predictedText(verdict: Verdict, name: (which: number) => string): string {
  if (verdict.predicted < 0) return t("The model's output is not a number.");
  const predicted = name(verdict.predicted);
  return Number.isFinite(verdict.confidence)
    ? t('Predicted: {name}, {percent}.', { name: predicted, percent: percent(verdict.confidence, 1) })
    : t('Predicted: {name}.', { name: predicted });
}

/** The color of a bar: true class blue, wrong prediction red, all others gray. */
export function barColor(which: number, verdict: Verdict, dark: boolean): string {
  if (which === verdict.truth) return dark ? GOOD.dark : GOOD.light;
  if (which === verdict.predicted) return dark ? BAD.dark : BAD.light;
  return dark ? '#8d929e' : '#777777';
}

function drawBars(canvas: HTMLCanvasElement, verdict: Verdict, theme: Theme): void {
  const context = sizedCanvas(canvas, BAR_WIDTH, BAR_HEIGHT);
  if (!context) return;
  context.fillStyle = theme.grid;
  for (const share of [0.5, 1]) context.fillRect(0, Math.round((1 - share) * (BAR_HEIGHT - 2)), BAR_WIDTH, 1);
  const step = BAR_WIDTH / Math.max(1, verdict.bars.length);
  const width = Math.max(1, Math.min(24, step - (step > 3 ? 2 : 0)));
  verdict.bars.forEach((share, i) => {
    const which = verdict.classes[i]!;
    const height = Number.isFinite(share) ? Math.max(0, Math.min(1, share)) * (BAR_HEIGHT - 2) : 0;
    context.fillStyle = barColor(which, verdict, theme.dark);
    context.fillRect(i * step + (step - width) / 2, BAR_HEIGHT - 1 - height, width, height);
  });
  context.fillStyle = theme.axis;
  context.fillRect(0, BAR_HEIGHT - 1, BAR_WIDTH, 1);
}

/** One sample on the page; used again for the samples of other pages. */
export class Card {
  readonly root: HTMLElement;
  private readonly image = el('canvas', 'dlw-card-image', { 'aria-hidden': 'true' });
  private readonly bars = el('canvas', 'dlw-card-bars', { 'aria-hidden': 'true' });
  /** The classes below the bars, where their names are short. */
  private readonly names = el('div', 'dlw-card-names');
  private readonly label = el('div', 'dlw-card-label', { 'aria-hidden': 'true' });
  /** What the canvases show: while a model trains, most cards keep their images, and many their bars. */
  private readonly drawn = { image: '', pixels: new Uint8Array(0), bars: '', names: '' };
  /** The label in words; an `aria-label` would differ from what is seen. */
  private readonly said = el('span', 'dlw-sr-only');

  constructor() {
    this.bars.style.width = `${BAR_WIDTH}px`;
    this.bars.style.height = `${BAR_HEIGHT}px`;
    this.names.style.width = `${BAR_WIDTH}px`;
    const chart = el('div', 'dlw-card-chart', { 'aria-hidden': 'true' }, this.bars, this.names);
    const pictures = el('div', 'dlw-card-pictures', {}, this.image, chart);
    this.root = el('div', 'dlw-card', { role: 'option' }, pictures, this.label, this.said);
  }

  show(
    verdict: Verdict,
    at: number,
    images: Atlas,
    options: {
      name: (which: number) => string;
      theme: Theme;
      colormap: string;
      id: string;
      selected: boolean;
    },
  ): void {
    const right = verdict.predicted === verdict.truth;
    const words = longLabel(verdict, options.name);
    setAttributes(this.root, {
      'data-index': verdict.index,
      'data-at': at,
      'data-right': right ? 'true' : 'false',
      id: options.id,
      title: words,
    });
    setText(this.said, words);
    this.select(options.selected);
    setText(this.label, shortLabel(verdict, options.name));
    this.image.hidden = images.count === 0;
    if (images.count > 0) {
      const [width, height] = imageSize(images.width, images.height);
      this.image.style.width = `${width}px`;
      this.image.style.height = `${height}px`;
      this.image.style.imageRendering = images.width > CARD_IMAGE ? 'auto' : 'pixelated';
      this.drawImage(images, at, options.colormap);
    }
    this.bars.hidden = verdict.bars.length === 0;
    if (verdict.bars.length > 0) this.drawBars(verdict, options.theme);
    this.nameBars(verdict.bars.length > 0 ? verdict.classes.map(options.name) : []);
  }

  private drawImage(images: Atlas, at: number, colormap: string): void {
    const size = images.height * images.width * images.channels;
    const pixels = images.bytes.subarray(at * size, (at + 1) * size);
    const kind = [images.height, images.width, images.channels, colormap].join();
    const { drawn } = this;
    if (kind === drawn.image && pixels.every((value, i) => value === drawn.pixels[i])) return;
    drawImage(this.image, images, at, colormap);
    drawn.image = kind;
    drawn.pixels = pixels.slice();
  }

  private drawBars(verdict: Verdict, theme: Theme): void {
    const { truth, predicted, classes, bars } = verdict;
    // A tenth of a pixel isn't seen.
    const heights = bars.map((share) => Math.round(share * BAR_HEIGHT * 10));
    const colors = [theme.dark, theme.grid, theme.axis, window.devicePixelRatio];
    const shown = [truth, predicted, ...classes, ...heights, ...colors].join();
    if (shown === this.drawn.bars) return;
    drawBars(this.bars, verdict, theme);
    this.drawn.bars = shown;
  }

  private nameBars(names: readonly string[]): void {
    const room = BAR_WIDTH / Math.max(1, names.length);
    const shown = names.every((name) => name.length * CHARACTER_WIDTH <= room) ? names : [];
    if (shown.join() === this.drawn.names) return;
    this.drawn.names = shown.join();
    this.names.replaceChildren(...shown.map((name) => el('span', '', {}, name)));
  }

  select(selected: boolean): void {
    setAttributes(this.root, { 'aria-selected': selected ? 'true' : 'false' });
  }
}
