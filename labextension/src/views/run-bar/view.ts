import { t, tn, translated } from '../../core/i18n';
import { el, setAttributes, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { formatCount, formatDuration, withUnit } from '../../shared/format';
import { icon } from '../../shared/icons';
import { DrawnView } from '../../core/view';
import { isRecord } from '../../core/wire';
import { Buttons } from './buttons';
import { Progress } from './progress';
import { RunStats } from './run-stats';
import { LearningRateField } from './learning-rate';
import type { RunBarModel } from './model';
import { type Action, actionOfKey, note, type Offer, offer, rateReason, stateText } from './state';

/** After this long without an answer the bar says that it is waiting. */
const PATIENCE_MS = 1500;
/** How long the dot of a running run is bright, and how long faint. */
const BEAT_MS = 800;
/** A change of any of these shows that the kernel has heard what was asked. */
const ANSWERS = ['state', 'seq', 'message', 'can_start', 'can_restart', 'phase'];

/** The bar above the charts of a run: what it is, how it goes, and what one can do about it. */
export class RunBarView extends DrawnView {
  declare model: RunBarModel;
  private chip!: HTMLElement;
  private chipText!: HTMLElement;
  private name!: HTMLElement;
  private facts!: HTMLElement;
  private message!: HTMLElement;
  private messageText!: HTMLElement;
  private messageTime!: HTMLElement;
  /** Since when the first step is awaited, ms of the page's clock. */
  private awaitedSince!: number | null;
  private clock!: number | undefined;
  private buttons!: Buttons;
  private field!: LearningRateField;
  private progress!: Progress;
  private figures!: RunStats;
  private waiting!: Action | null;
  private slow!: boolean;
  private timer!: number | undefined;

  override render(): void {
    super.render();
    this.waiting = null;
    this.slow = false;
    this.awaitedSince = null;
    this.build();
    // The state is shown at once: what follows it may be a slow page.
    this.listenTo(this.model, ANSWERS.map((name) => `change:${name}`).join(' '), () => {
      this.settle();
      this.update();
    });
    this.listenTo(this.model, 'change:state', () => this.field.forgetError());
    this.listenTo(this.model, 'msg:custom', (content: unknown) => {
      if (isRecord(content) && content.type === 'learning_rate_error')
        this.field.setError(translated(content.text));
    });
    this.listenTo(this.model, 'comm_live_update', () => {
      this.settle();
      this.drawing.request(true);
    });
    this.el.addEventListener('keydown', (event) => this.onKey(event));
    this.update();
  }

  override remove(): this {
    clearTimeout(this.timer);
    clearInterval(this.clock);
    super.remove();
    return this;
  }

  private build(): void {
    this.el.classList.add('dlw-run-bar');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.el.tabIndex = -1; // a click into the bar lets its keys act
    this.el.dataset.takesFocus = 'true';
    setAttributes(this.el, { role: 'region', 'aria-label': () => t('Training run') });
    this.chipText = el('span');
    this.chip = el('div', 'dlw-chip', { role: 'status' }, el('span', 'dlw-chip-dot'), this.chipText);
    this.name = el('div', 'dlw-run-name');
    this.facts = el('div', 'dlw-run-facts');
    this.buttons = new Buttons((action) => this.act(action));
    this.field = new LearningRateField((value) => this.model.tell({ type: 'learning_rate', value }));
    this.figures = new RunStats();
    this.progress = new Progress(this.figures.brief, this.figures.toggle);
    this.messageText = el('span');
    // Not read out: it changes every second.
    this.messageTime = el('span', 'dlw-run-elapsed', { 'aria-hidden': 'true' });
    this.message = el('div', 'dlw-run-message', {}, this.messageText, this.messageTime);
    this.el.append(
      el(
        'div',
        'dlw-run-controls',
        {},
        this.chip,
        this.buttons.root,
        this.field.root,
        this.field.error,
        el('div', 'dlw-run-about', {}, this.name, this.facts),
      ),
      this.progress.root,
      this.figures.root,
    );
    // What comes and goes takes the place of the figures: nothing below moves.
    this.progress.root.append(this.message);
  }

  protected override prompt(): boolean {
    return true;
  }

  protected override draw(): void {
    this.update();
  }

  override update(): void {
    const { model } = this;
    const now = this.offer();
    const { state } = model;
    Object.assign(this.el.dataset, {
      state,
      step: String(model.number('step')),
      epoch: String(model.number('epoch')),
      seq: String(model.number('seq')),
      recorded: String(model.flag('recorded')),
    });
    setText(this.chipText, stateText(state, model.text('phase')));
    // With the news of the run, in frames that there are anyway: an animation would ask for sixty a second.
    this.chip.dataset.beat = state === 'running' ? String(Math.floor(performance.now() / BEAT_MS) % 2) : '';
    const name = model.text('model_name');
    setText(this.name, name || t('Model'));
    this.name.title = name;
    const parameters = model.number('parameters');
    const facts = [
      parameters > 0 ? t('{count} parameters', { count: formatCount(parameters) }) : '',
      model.localized('device'),
    ];
    setText(this.facts, facts.filter(Boolean).join(' · '));
    this.facts.title = parameters > 0 ? tn('{n} parameter', '{n} parameters', parameters) : '';
    this.buttons.update(now, this.waiting);
    const rate = model.number('learning_rate', -1);
    this.field.update(
      model.localized('learning_rate_label'),
      rate,
      model.localized('learning_rate_locked'),
      now.reason || rateReason(state, rate),
    );
    this.field.setRates(model.localized('learning_rates'));
    this.progress.update(model);
    this.figures.update(model);
    this.updateMessage(now);
  }

  private offer(): Offer {
    const { model } = this;
    return offer(model.state, {
      canStart: model.flag('can_start'),
      canRestart: model.flag('can_restart'),
      blocking: model.flag('blocking'),
      alive: model.comm_live,
    });
  }

  private updateMessage({ reason }: Offer): void {
    const { model } = this;
    const said = model.state === 'lost' ? '' : model.localized('message');
    const awaits = this.showClock();
    const waits = awaits && said === '' ? t('Waiting for the first step…') : said;
    const { text, kind } = note(waits, model.text('message_kind'), this.slow, reason);
    this.message.hidden = text === '';
    if (this.message.dataset.kind !== kind) {
      this.message.dataset.kind = kind;
      // Errors interrupt a screen reader; the rest waits its turn.
      this.message.setAttribute('role', kind === 'error' ? 'alert' : 'status');
      this.message.replaceChildren(
        icon(kind === 'info' ? 'info' : 'warning'),
        this.messageText,
        this.messageTime,
      );
    }
    setCode(this.messageText, text);
  }

  /** While the first step is awaited, says for how long already. */
  private showClock(): boolean {
    const { model } = this;
    const waits = model.text('phase') === 'starting' && model.state === 'running';
    if (!waits) {
      clearInterval(this.clock);
      this.clock = undefined;
      this.awaitedSince = null;
      setText(this.messageTime, '');
      return false;
    }
    this.awaitedSince ??= performance.now();
    this.clock ??= window.setInterval(() => this.update(), 1000);
    const seconds = Math.floor((performance.now() - this.awaitedSince) / 1000);
    setText(
      this.messageTime,
      seconds < 2 ? '' : seconds < 60 ? withUnit(String(seconds), 's') : formatDuration(seconds),
    );
    return true;
  }

  private act(action: Action): void {
    if (!this.offer().enabled.has(action)) return;
    this.model.tell({ type: action, n: 1 });
    this.waiting = action;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.slow = true;
      this.update();
    }, PATIENCE_MS);
    this.update();
  }

  private settle(): void {
    this.waiting = null;
    this.slow = false;
    clearTimeout(this.timer);
  }

  private onKey(event: KeyboardEvent): void {
    const { target } = event;
    if (target instanceof HTMLInputElement || event.ctrlKey || event.metaKey || event.altKey) return;
    // Space on a button presses that button.
    if (event.key === ' ' && target instanceof HTMLButtonElement) return;
    const action = actionOfKey(event.key, this.offer().enabled);
    if (!action && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (action && !event.repeat) this.act(action);
  }
}
