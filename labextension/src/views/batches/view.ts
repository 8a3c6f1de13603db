import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';
import { prefersStillness } from '../../shared/concept/player';
import { ConceptView } from '../../shared/concept/view';
import { el, setText } from '../../shared/dom';
import { BatchPane } from './batch-pane';
import { EXPLANATION } from './explanation';
import { LESSONS } from './lessons';
import type { BatchesModel } from './model';
import { Pool } from './pool';
import { Progress } from './progress';
import { Settings } from './settings';
import { Sizes } from './sizes';
import { formulaLines, inWords, remarks } from './texts';

/** While it plays, an epoch takes at most so many steps. */
const MOST_STEPS = 40;

/** Samples that are used batch by batch, iteration by iteration, epoch by epoch. */
export class BatchesView extends ConceptView {
  declare model: BatchesModel;
  private settings!: Settings;
  private pool!: Pool;
  private batch!: BatchPane;
  private progress!: Progress;
  private sizes!: Sizes;
  private notes!: HTMLElement;
  /** Iterations that are finished. */
  private finished!: number;
  /** Where the state put it last. */
  private lastPlaced!: number | null;

  protected title(): string {
    return t('Batches');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 3;
  }

  protected override chance(): boolean {
    return this.model.now.shuffle;
  }

  protected build(): void {
    const { model } = this;
    this.lastPlaced = this.placed();
    this.finished = this.lastPlaced ?? (prefersStillness() ? Math.min(2, model.plan.updates) : 0);
    this.settings = new Settings(model, () => this.happened('preset'));
    this.pool = new Pool(model);
    this.batch = new BatchPane(model);
    this.progress = new Progress(
      model,
      (finished) => this.go(finished),
      () => this.finished,
    );
    this.sizes = new Sizes(model, (batch_size) => model.change({ batch_size }));
    this.notes = el('div', 'dlw-batches-notes');
    const { fields } = this.settings;
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    this.part('pool', this.pool.root);
    this.part('batch', this.batch.root);
    this.part('progress', this.progress.root);
    this.part('sizes', this.sizes.root);
    this.part('notes', this.notes);
    this.stage.classList.add('dlw-batches');
    this.stage.append(
      el('div', 'dlw-concept-settings', {}, ...Object.values(fields)),
      el(
        'div',
        'dlw-batches-panes',
        {},
        el('div', 'dlw-batches-side', {}, this.pool.root, this.notes),
        el('div', 'dlw-batches-side', {}, this.batch.root, this.progress.root, this.sizes.root),
      ),
    );
  }

  protected override pinned(): boolean {
    return this.placed() !== null;
  }

  private placed(): number | null {
    const at = this.model.now.at[0];
    return at === undefined ? null : Math.min(at, this.model.plan.updates);
  }

  private go(finished: number): void {
    this.take();
    this.finished = finished;
    this.tellOf(finished);
    this.model.change({ at: [finished] });
    this.drawing.request(true);
  }

  protected stateChanged(): void {
    const placed = this.placed();
    if (placed !== this.lastPlaced) this.finished = placed ?? 0;
    this.lastPlaced = placed;
    this.finished = Math.min(this.finished, this.model.plan.updates);
  }

  protected override rewind(): void {
    this.finished = this.placed() ?? 0;
  }

  protected advance(): boolean {
    const { iterations, updates } = this.model.plan;
    if (updates === 0) return false;
    if (this.finished >= updates) {
      if (this.player.playing) return false;
      this.finished = 0;
    }
    // A large epoch would take minutes, iteration by iteration; Step goes on by one.
    const by = this.player.playing ? Math.ceil(iterations / MOST_STEPS) : 1;
    const epoch = Math.floor(this.finished / iterations);
    // The last batch of an epoch is always seen.
    this.finished = Math.min(this.finished + by, (epoch + 1) * iterations);
    this.tellOf(this.finished);
    this.drawing.request(true);
    return true;
  }

  private tellOf(finished: number): void {
    const { iterations, updates } = this.model.plan;
    if (finished > 0 && finished % iterations === 0) this.happened('epoch');
    if (finished > 0 && finished === updates) this.happened('end');
  }

  protected paint(): void {
    const { model, theme, finished } = this;
    // Asked before anything changes, or the browser would lay out the page twice.
    const [left, right] = [this.pool.root.clientWidth, this.batch.root.clientWidth];
    const place = model.place(finished);
    this.settings.show();
    this.pool.show(theme, left, place);
    this.batch.show(theme, right, place, finished);
    this.progress.show(place);
  }

  protected override aside(): void {
    this.sizes.show();
    setText(this.notes, remarks(this.model, this.model.place(this.finished)).join(' '));
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model);
  }

  protected said(): string {
    return inWords(this.model, this.model.place(this.finished), this.finished);
  }
}
