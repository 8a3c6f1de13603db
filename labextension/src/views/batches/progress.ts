import { t } from '../../core/i18n';
import { formatInteger } from '../../shared/format';
import { el, setAttributes, setText } from '../../shared/dom';
import type { BatchesModel, Place } from './model';

interface Track {
  surface: HTMLElement;
  fill: HTMLElement;
  text: HTMLElement;
}

/** How far this epoch and all of `fit` are; both can be dragged. */
export class Progress {
  readonly root: HTMLElement;
  private readonly inEpoch: Track;
  private readonly inAll: Track;

  /** @param go called with the number of finished iterations */
  constructor(
    private readonly model: BatchesModel,
    private readonly go: (finished: number) => void,
    private readonly finished: () => number,
  ) {
    this.inEpoch = this.track(
      () => t('Iterations of this epoch'),
      (share) => {
        const { iterations } = model.plan;
        go(model.place(finished()).epoch * iterations + Math.max(1, Math.round(share * iterations)));
      },
      () => model.plan.iterations,
      () => model.place(finished()).done,
    );
    this.inAll = this.track(
      () => t('Epochs'),
      (share) => go(Math.round(share * model.plan.updates)),
      () => model.plan.updates,
      finished,
    );
    this.root = el(
      'div',
      'dlw-batches-progress',
      {},
      this.inEpoch.text,
      this.inEpoch.surface,
      this.inAll.text,
      this.inAll.surface,
    );
  }

  private track(
    name: () => string,
    drag: (share: number) => void,
    most: () => number,
    now: () => number,
  ): Track {
    const fill = el('div', 'dlw-batches-fill');
    const surface = el(
      'div',
      'dlw-batches-track',
      { tabindex: 0, role: 'slider', 'aria-label': name, 'aria-valuemin': 0 },
      fill,
    );
    const at = (event: PointerEvent): void => {
      const box = surface.getBoundingClientRect();
      if (box.width > 0) drag(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)));
    };
    surface.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      surface.focus({ preventScroll: true });
      surface.setPointerCapture(event.pointerId);
      at(event);
    });
    surface.addEventListener('pointermove', (event) => {
      if (surface.hasPointerCapture(event.pointerId)) at(event);
    });
    surface.addEventListener('keydown', (event) => {
      const { iterations, updates } = this.model.plan;
      const begin = this.finished() - now();
      const to: Readonly<Record<string, number>> = {
        ArrowRight: this.finished() + 1,
        ArrowUp: this.finished() + 1,
        ArrowLeft: this.finished() - 1,
        ArrowDown: this.finished() - 1,
        PageUp: this.finished() + iterations,
        PageDown: this.finished() - iterations,
        Home: begin,
        End: begin + most(),
      };
      const finished = to[event.key];
      if (finished === undefined) return;
      event.preventDefault();
      this.go(Math.min(updates, Math.max(0, finished)));
    });
    return { surface, fill, text: el('div', 'dlw-batches-progress-text') };
  }

  show(place: Place): void {
    const { plan, now } = this.model;
    const finished = this.finished();
    const paint = ({ surface, fill, text }: Track, value: number, most: number, said: string): void => {
      fill.style.width = `${most > 0 ? (value / most) * 100 : 0}%`;
      setText(text, said);
      setAttributes(surface, { 'aria-valuemax': most, 'aria-valuenow': value, 'aria-valuetext': said });
    };
    paint(
      this.inEpoch,
      place.done,
      plan.iterations,
      t('Iteration {done} of {total} in this epoch', {
        done: formatInteger(place.done),
        total: formatInteger(plan.iterations),
      }),
    );
    paint(
      this.inAll,
      finished,
      plan.updates,
      t('Epoch {epoch} of {epochs}, update {done} of {total}', {
        epoch: formatInteger(place.epoch + 1),
        epochs: formatInteger(now.epochs),
        done: formatInteger(finished),
        total: formatInteger(plan.updates),
      }),
    );
  }
}
