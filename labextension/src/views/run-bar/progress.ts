import { t, tn } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import type { RunBarModel } from './model';
import { fraction } from './state';

/** The progress of the epoch and of the whole run. */
export class Progress {
  readonly root = el('div', 'dlw-progress');
  private readonly bars: { track: HTMLElement; fill: HTMLElement }[];
  private readonly left = el('span');
  private readonly right = el('span');

  /** @param more what stands at the end of the line */
  constructor(...more: readonly HTMLElement[]) {
    this.bars = [() => t('Progress of the epoch'), () => t('Progress of the run')].map((label) => {
      const fill = el('span', 'dlw-bar-fill');
      const track = el(
        'div',
        'dlw-bar',
        { role: 'progressbar', 'aria-label': label, title: label, 'aria-valuemin': 0, 'aria-valuemax': 100 },
        fill,
      );
      return { track, fill };
    });
    this.bars[1]!.track.classList.add('dlw-bar-run');
    this.root.append(
      el('div', 'dlw-progress-text', {}, this.left, this.right, ...more),
      ...this.bars.map(({ track }) => track),
    );
  }

  update(model: RunBarModel): void {
    const [epoch, epochs] = [model.number('epoch'), model.number('epochs')];
    const [inEpoch, perEpoch] = [model.number('step_in_epoch'), model.number('steps_per_epoch')];
    const [step, total] = [model.number('step'), model.number('total_steps')];
    const running = model.state === 'running';
    this.fill(0, fraction(inEpoch, perEpoch), running && perEpoch === 0);
    this.fill(1, fraction(step, total) ?? fraction(Math.max(0, epoch - 1), epochs), false);
    const texts = progressTexts(model);
    setText(this.left, texts.place);
    setText(this.right, texts.total);
  }

  private fill(which: number, share: number | null, busy: boolean): void {
    const { track, fill } = this.bars[which]!;
    // No transform: the browser would sort the whole page into layers anew, at every step.
    fill.style.width = busy ? '' : `${Number(((share ?? 0) * 100).toFixed(2))}%`;
    track.classList.toggle('dlw-bar-busy', busy);
    if (share === null) track.removeAttribute('aria-valuenow');
    else track.setAttribute('aria-valuenow', (share * 100).toFixed(0));
  }
}

/** Where a run is, and the steps of all of it. */
export function progressTexts(model: RunBarModel): { place: string; total: string } {
  const [epoch, epochs] = [model.number('epoch'), model.number('epochs')];
  const [inEpoch, perEpoch] = [model.number('step_in_epoch'), model.number('steps_per_epoch')];
  const [step, total] = [model.number('step'), model.number('total_steps')];
  if (model.state === 'ready' && step === 0) {
    return {
      place: planned(epochs, perEpoch),
      total: total > 0 ? tn('{n} step in total', '{n} steps in total', total) : '',
    };
  }
  const inRun = epochs > 0 ? t('Epoch {epoch} / {epochs}', { epoch, epochs }) : t('Epoch {epoch}', { epoch });
  const steps =
    perEpoch > 0
      ? t('step {step} / {steps}', { step: inEpoch, steps: perEpoch })
      : t('step {step}', { step: inEpoch });
  return {
    place: `${inRun} · ${steps}`,
    total:
      total > 0
        ? tn('{step} of {n} step in total', '{step} of {n} steps in total', total, { step })
        : tn('{n} step in total', '{n} steps in total', step),
  };
}

function planned(epochs: number, perEpoch: number): string {
  if (epochs <= 0) return t('Not started');
  if (perEpoch <= 0) return tn('{n} epoch', '{n} epochs', epochs);
  const steps = tn('{n} step', '{n} steps', perEpoch);
  return tn('{n} epoch of {steps}', '{n} epochs of {steps}', epochs, { steps });
}
