import { t } from '../../core/i18n';
import { el, setAttributes, svg } from '../../shared/dom';
import { histogram, type Samples } from './binary';

const BINS = 40;
const HEIGHT = 48;

/** How probable class 1 is for the samples of either class, above the slider of the threshold. */
export class ScoreHistogram {
  private readonly negative = svg('path', { class: 'dlw-score-negative' });
  private readonly positive = svg('path', { class: 'dlw-score-positive' });
  private readonly cut = svg('line', { class: 'dlw-score-cut', y1: 0, y2: HEIGHT });
  private readonly picture = svg(
    'svg',
    { viewBox: `0 0 ${BINS} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img' },
    this.negative,
    this.positive,
    this.cut,
  );
  readonly root = el('div', 'dlw-score-histogram', {}, this.picture);

  show(samples: Samples, threshold: number, no: string, yes: string): void {
    this.root.hidden = samples.truth.length === 0;
    if (this.root.hidden) return;
    const [negatives, positives] = histogram(samples, BINS);
    const most = Math.max(1, ...negatives, ...positives);
    this.negative.setAttribute('d', bars(negatives, most, 0));
    this.positive.setAttribute('d', bars(positives, most, 0.5));
    setAttributes(this.cut, { x1: threshold * BINS, x2: threshold * BINS });
    const label = t('How many samples of “{yes}” (red) and “{no}” (blue) have which probability', {
      yes,
      no,
    });
    setAttributes(this.picture, { 'aria-label': label });
    this.root.title = label;
  }
}

/** Bars of half a bin's width; heights by the square root, so that single samples can be seen beside hundreds. */
function bars(counts: readonly number[], most: number, left: number): string {
  return counts
    .map((count, i) => {
      const height = Math.sqrt(count / most) * HEIGHT;
      return count > 0 ? `M${i + left} ${HEIGHT}v-${height.toFixed(2)}h0.5V${HEIGHT}Z` : '';
    })
    .join('');
}
