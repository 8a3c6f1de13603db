import { t, tn } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { formatInteger } from '../../shared/format';
import { el, setAttributes, setText } from '../../shared/dom';
import { sizedCanvas } from '../../shared/draw-pixels';
import type { BatchesModel, Place } from './model';

const HEIGHT = 34;
/** So many samples have their numbers in the batch. */
const NUMBERED = 16;

/** The batch that is used, and what is done with it. */
export class BatchPane {
  readonly root: HTMLElement;
  private readonly canvas = el('canvas', '', { role: 'img' });
  private readonly caption = el('div', 'dlw-batches-caption');
  private readonly steps: readonly HTMLElement[];

  constructor(private readonly model: BatchesModel) {
    this.steps = [el('li'), el('li'), el('li'), el('li')];
    this.root = el(
      'div',
      'dlw-batches-batch',
      {},
      this.caption,
      this.canvas,
      el('ol', 'dlw-batches-steps', {}, ...this.steps),
    );
  }

  /**
   * @param room how wide it may be, in px
   * @param updates how often the weights were updated
   */
  show(theme: Theme, room: number, place: Place, updates: number): void {
    const { from, to, epoch, done } = place;
    const size = to - from;
    setText(
      this.caption,
      size === 0 ? t('No batch yet') : tn('Batch of {n} sample', 'Batch of {n} samples', size),
    );
    const texts =
      size === 0
        ? [t('Press Step: the first batch is taken.'), '', '', '']
        : [
            tn('The model predicts {n} target.', 'The model predicts {n} targets.', size),
            t('The loss is the mean over the batch.'),
            t('Its gradient says how each weight changes.'),
            t('The weights are updated: update {updates}.', { updates: formatInteger(updates) }),
          ];
    texts.forEach((text, i) => {
      setText(this.steps[i]!, text);
      this.steps[i]!.hidden = text === '';
    });
    const width = Math.max(200, room || 400);
    const context = sizedCanvas(this.canvas, width, HEIGHT);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${HEIGHT}px`;
    const counts = this.model.counts(place);
    setAttributes(this.canvas, {
      'aria-label': t('Classes in the batch: {counts}', {
        counts: [...counts].map(([of, count]) => `${of}: ${count}`).join(', ') || '-',
      }),
    });
    if (!context) return;
    context.font = `12px ${theme.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    const paint = (left: number, right: number, of: number, text: string): void => {
      context.fillStyle = theme.palette[of % theme.palette.length]!;
      context.fillRect(left, 1, Math.max(1, right - left - 2), HEIGHT - 2);
      if (context.measureText(text).width + 6 > right - left) return;
      context.fillStyle = theme.dark ? '#111' : '#fff';
      context.fillText(text, (left + right) / 2 - 1, HEIGHT / 2);
    };
    if (size === 0 || done === 0) {
      context.strokeStyle = theme.grid;
      context.strokeRect(0.5, 1.5, width - 1, HEIGHT - 3);
    } else if (size <= NUMBERED) {
      const { sorts } = this.model;
      const order = this.model.order(epoch);
      const each = Math.min(Math.max(44, 14 + 8 * String(this.model.now.samples).length), width / size);
      for (let i = 0; i < size; i += 1) {
        const sample = order[from + i]!;
        paint(i * each, (i + 1) * each, sorts[sample]!, String(sample));
      }
    } else {
      let begin = 0;
      for (const [of, count] of counts) {
        const end = begin + (count / size) * width;
        paint(begin, end, of, t('class {name}: {count}', { name: of, count }));
        begin = end;
      }
    }
  }
}
