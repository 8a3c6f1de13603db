import { t } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { icon } from '../../shared/icons';
import { formatInteger } from '../../shared/format';
import type { ConfusionPlotModel } from './model';

/** A replay takes about this long, whatever it has to show. */
const PLAY_MS = 6000;
const [FASTEST_MS, SLOWEST_MS] = [40, 400];

/** Under the matrix: a slider over the recorded steps, a button that plays them, and one that goes back to now. */
export class Replay {
  readonly root: HTMLElement;
  private readonly play = el('button', 'dlw-button dlw-replay-play', {
    type: 'button',
    'data-role': 'replay',
  });
  private readonly slider = el('input', '', {
    type: 'range',
    min: 0,
    step: 1,
    'data-role': 'step',
    'aria-label': () => t('Recorded step'),
  });
  private readonly value = el('output', 'dlw-replay-step');
  private readonly live = el(
    'button',
    'dlw-button',
    { type: 'button', 'data-role': 'live', title: () => t('Show the matrix of the current weights.') },
    () => t('Live'),
  );
  private timer: ReturnType<typeof setInterval> | null = null;

  /**
   * @param model what is replayed
   * @param playing hears whether it plays by itself
   */
  constructor(
    private readonly model: ConfusionPlotModel,
    private readonly playing: (on: boolean) => void,
  ) {
    this.root = el(
      'div',
      'dlw-replay',
      { role: 'group', 'aria-label': () => t('Replay of the training') },
      this.play,
      this.slider,
      this.value,
      this.live,
    );
    this.play.addEventListener('click', () => this.toggle());
    this.slider.addEventListener('input', () => {
      this.stop();
      model.replay(this.slider.valueAsNumber);
    });
    this.live.addEventListener('click', () => this.goLive());
    this.root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || model.wanted === null) return;
      this.goLive();
      event.preventDefault();
    });
  }

  dispose(): void {
    this.stop();
  }

  show(): void {
    const { model } = this;
    const { steps, wanted } = model;
    this.root.hidden = !model.replayable;
    const few = steps.length < 2;
    // It may have been ended elsewhere.
    if (few || wanted === null) this.stop();
    this.play.disabled = this.slider.disabled = few;
    this.live.setAttribute('aria-pressed', String(model.replayed === null));
    const last = Math.max(0, steps.length - 1);
    const at = Math.min(wanted ?? last, last);
    this.slider.max = String(last);
    this.slider.value = String(at);
    const text = t('step {step}', { step: formatInteger(steps[at] ?? 0) });
    setText(this.value, text);
    setAttributes(this.slider, { 'aria-valuetext': wanted === null ? `${text}, ${t('Live')}` : text });
    this.dress();
  }

  private dress(): void {
    const playing = this.timer !== null;
    this.playing(playing);
    const label = playing ? t('Pause the replay') : t('Replay how the mistakes vanished');
    if (this.play.title === label) return;
    this.play.title = label;
    this.play.setAttribute('aria-label', label);
    this.play.replaceChildren(icon(playing ? 'pause' : 'start'));
  }

  private toggle(): void {
    if (this.timer !== null) {
      this.stop();
      return;
    }
    const { model } = this;
    model.replay(model.wanted ?? 0);
    const pause = Math.max(FASTEST_MS, Math.min(SLOWEST_MS, PLAY_MS / Math.max(1, model.steps.length)));
    this.timer = setInterval(() => this.next(), pause);
    this.dress();
  }

  private next(): void {
    const { model } = this;
    if (model.replayed === null) return; // the matrices are on their way
    if (model.replayed + 1 < model.steps.length) model.replay(model.replayed + 1);
    else this.goLive();
  }

  private goLive(): void {
    this.stop();
    this.model.replay(null);
  }

  private stop(): void {
    if (this.timer === null) return;
    clearInterval(this.timer);
    this.timer = null;
    this.dress();
  }
}
