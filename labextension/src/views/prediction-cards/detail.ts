import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import type { Theme } from '../../core/theme';
import { drawImage } from '../../shared/draw-pixels';
import { barColor, percent, predictedText } from './card';
import type { Cards } from './model';

const LARGE = 168;

/** The chosen sample: a larger image, the answer in words, and a named bar per class. */
export class Detail {
  readonly root: HTMLElement;
  private readonly heading = el('div', 'dlw-detail-title', { role: 'heading', 'aria-level': 3 });
  private readonly image = el('canvas', 'dlw-detail-image', { 'aria-hidden': 'true' });
  private readonly words = el('div', 'dlw-detail-words');
  private readonly bars = el('table', 'dlw-detail-bars', {
    'aria-label': () => t('Probability of each class'),
  });

  constructor() {
    this.root = el('aside', 'dlw-detail', { 'aria-live': 'polite' });
    this.root.append(this.heading, this.image, this.words, this.bars);
  }

  show({ verdicts, images }: Cards, name: (which: number) => string, theme: Theme, colormap: string): void {
    const verdict = verdicts[0];
    this.root.hidden = !verdict;
    if (!verdict) return;
    setText(this.heading, t('Sample {index}', { index: verdict.index }));
    this.image.hidden = images.count === 0;
    if (images.count > 0) {
      const scale = LARGE / Math.max(images.width, images.height);
      this.image.style.width = `${Math.round(images.width * scale)}px`;
      this.image.style.height = `${Math.round(images.height * scale)}px`;
      this.image.style.imageRendering = images.width > 96 ? 'auto' : 'pixelated';
      drawImage(this.image, images, 0, colormap);
    }
    const right = verdict.predicted === verdict.truth;
    this.words.replaceChildren(
      el('div', right ? 'dlw-is-right' : 'dlw-is-wrong', {}, right ? `✓ ${t('right')}` : `✗ ${t('wrong')}`),
      el('div', '', {}, predictedText(verdict, name)),
      el('div', '', {}, t('True class: {name}.', { name: name(verdict.truth) })),
    );
    if (Number.isFinite(verdict.loss)) {
      this.words.append(el('div', '', {}, t('Loss: {loss} nats.', { loss: verdict.loss.toPrecision(3) })));
    }
    this.bars.replaceChildren(
      ...verdict.classes.map((which, i) => {
        const share = verdict.bars[i] ?? NaN;
        const bar = el('div', 'dlw-detail-bar');
        bar.style.width = `${Number.isFinite(share) ? 100 * Math.max(0, Math.min(1, share)) : 0}%`;
        bar.style.background = barColor(which, verdict, theme.dark);
        const row = el(
          'tr',
          '',
          {},
          el('th', '', { scope: 'row', title: name(which) }, name(which)),
          el('td', 'dlw-detail-track', {}, bar),
          el('td', 'dlw-detail-share', {}, percent(share, 1)),
        );
        if (which === verdict.truth) row.classList.add('dlw-is-truth');
        return row;
      }),
    );
  }
}
