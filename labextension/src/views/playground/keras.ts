import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import type { PlaygroundModel } from './model';

/** The network as a real Keras model, which the kernel trains through `dl.fit`. */
export class KerasBox {
  readonly root: HTMLElement;
  private readonly start = el('button', 'dlw-button', { type: 'button' });
  private readonly note = el('span', 'dlw-concept-label', { role: 'status' });

  /** @param begin called before the kernel trains; returns the weights of now */
  constructor(
    private readonly model: PlaygroundModel,
    begin: () => readonly number[],
  ) {
    this.start.addEventListener('click', () => {
      if (model.trained?.running) model.act({ type: 'stop' });
      else model.act({ type: 'train', weights: begin() });
    });
    this.root = el('div', 'dlw-play-keras', {}, this.start, this.note);
  }

  /** @param taken whether the weights that are shown are those of Keras */
  show(taken: boolean): void {
    const { model } = this;
    const { trained } = model;
    const running = trained?.running === true && model.comm_live;
    this.start.disabled = !model.comm_live;
    setText(this.start, running ? t('Stop Keras') : t('Train with Keras'));
    const said = model.localized('keras_note');
    setText(
      this.note,
      !model.comm_live
        ? t('A real Keras model needs a kernel. Here the page itself trains, with the same numbers.')
        : said !== ''
          ? said
          : running
            ? t('Keras trains: epoch {epoch} of {epochs}.', { epoch: trained.epoch, epochs: trained.epochs })
            : trained && taken
              ? t('Keras has trained {epoch} epochs. Its weights are shown.', { epoch: trained.epoch })
              : t('Builds this network with these weights, and trains it through dl.fit.'),
    );
  }
}
