import { formatInteger, formatPercent } from '../../shared/format';
import { t, tn } from '../../core/i18n';
import { el, keepHeight, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { DrawnView } from '../../core/view';
import { sizedCanvas } from '../../shared/draw-pixels';
import { cellAt, layoutMatrix, type MatrixLayout, moveCell } from './layout';
import { type ConfusionPlotModel, single } from './model';
import { cellText, paintMatrix } from './painter';
import { Replay } from './replay';
import { score, ScoreTable } from './table';
import { Threshold } from './threshold';

type Cell = [number, number];

/** The matrix under pointer and keys, the scores per class, and the threshold of a yes-or-no question. */
export class ConfusionPlotView extends DrawnView {
  declare model: ConfusionPlotModel;
  private heading!: HTMLElement;
  private summary!: HTMLElement;
  private notice!: HTMLElement;
  private body!: HTMLElement;
  private holder!: HTMLElement;
  private canvas!: HTMLCanvasElement;
  private readout!: HTMLElement;
  private shares!: HTMLInputElement;
  private table!: ScoreTable;
  private threshold!: Threshold;
  private replay!: Replay;
  private layout!: MatrixLayout;
  private cursor!: Cell | null;

  override render(): void {
    super.render();
    this.cursor = null;
    this.layout = layoutMatrix(0, 300, 10, 1);
    this.build();
    this.stops.push(() => {
      this.threshold.dispose();
      this.replay.dispose();
    });
    this.listenTo(this.model, 'change:answered', () =>
      this.threshold.answered(this.model.number('answered')),
    );
    this.listenTo(this.model, 'moved', () => this.drawing.request(true));
    this.canvas.addEventListener('pointermove', (event) => this.hover(this.under(event)));
    this.canvas.addEventListener('pointerleave', () => this.hover(null));
    this.canvas.addEventListener('click', (event) => {
      const cell = this.under(event);
      if (cell) this.choose(cell);
    });
    this.canvas.addEventListener('keydown', (event) => this.onKey(event));
    this.shares.addEventListener('change', () =>
      this.model.tell({ type: 'shares', value: this.shares.checked }),
    );
    this.drawOnResize();
  }

  private build(): void {
    this.el.classList.add('dlw-confusion');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.summary = el('div', 'dlw-summary', { role: 'status' });
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.canvas = el('canvas', 'dlw-matrix', {
      tabindex: 0,
      role: 'application',
      'aria-roledescription': () => t('confusion matrix'),
      'aria-label': () => t('Confusion matrix. The arrow keys move, Enter selects a cell.'),
    });
    this.readout = el('div', 'dlw-matrix-readout', { 'aria-live': 'polite' });
    this.shares = el('input', '', { type: 'checkbox', 'data-role': 'shares' });
    this.replay = new Replay(this.model, (playing) => this.quiet(playing));
    this.holder = el('div', 'dlw-matrix-holder', {}, this.canvas, this.replay.root, this.readout);
    this.table = new ScoreTable();
    this.threshold = new Threshold(this.model);
    const side = el('div', 'dlw-confusion-side', {}, this.threshold.root, this.table.root);
    this.body = el('div', 'dlw-confusion-body', {}, this.holder, side);
    const shares = el('label', 'dlw-check', {}, this.shares, () => t('Percent of each row'));
    this.el.append(
      el('div', 'dlw-view-head', {}, this.heading, this.summary, shares),
      this.body,
      this.notice,
    );
  }

  protected override draw(): void {
    const { model } = this;
    const { matrix } = model;
    keepHeight(this.el, matrix.k === 0);
    this.replay.show();
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setText(this.summary, this.summarize());
    const failed = model.english('notice').startsWith('No confusion');
    const waiting = matrix.k === 0 && !failed;
    setCode(this.notice, waiting ? model.emptyText('notice') : model.localized('notice'));
    this.notice.hidden = this.notice.textContent === '';
    this.notice.classList.toggle('dlw-error', failed);
    this.body.hidden = matrix.k === 0;
    this.shares.checked = model.flag('shares');
    this.el.dataset.classes = String(matrix.k);
    this.el.dataset.cell = model.list('cell').join(',');
    this.el.dataset.replayed = model.replayed === null ? '' : String(model.steps[model.replayed]);
    if (matrix.k > 0) {
      this.threshold.show();
      this.table.show(model);
      this.drawMatrix();
    }
    this.el.dataset.ready = 'true';
  }

  /** While it plays, screen readers need not say every step. */
  private quiet(playing: boolean): void {
    for (const node of [this.summary, this.readout])
      node.setAttribute('aria-live', playing ? 'off' : 'polite');
  }

  private summarize(): string {
    const { model } = this;
    if (model.replayed === null) return model.localized('summary');
    return t('Replay of step {step}: accuracy {percent}', {
      step: formatInteger(model.steps[model.replayed] ?? 0),
      percent: score(single(model.scores, 'accuracy')),
    });
  }

  private drawMatrix(): void {
    const { matrix } = this.model;
    const context = this.canvas.getContext('2d');
    const shares = this.model.flag('shares');
    let widest = 10;
    if (context) {
      context.font = `12px ${this.theme.font}`;
      for (let i = 0; i < matrix.k; i += 1) {
        widest = Math.max(widest, context.measureText(this.model.className(i)).width);
      }
    }
    const digits = shares ? 3 : String(matrix.largest).length;
    const available = Math.max(180, Math.min(720, this.holder.clientWidth || this.el.clientWidth || 300));
    this.layout = layoutMatrix(matrix.k, available, widest, digits);
    this.paint();
    this.say();
  }

  private paint(): void {
    const { width, height } = this.layout;
    const context = sizedCanvas(this.canvas, width, height);
    if (!context) return;
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    paintMatrix(context, this.layout, this.theme, {
      matrix: this.model.matrix,
      name: (which) => this.model.className(which),
      shares: this.model.flag('shares'),
      chosen: this.model.cell,
      cursor: this.cursor,
      outcomes: this.model.isQuestion
        ? [t('true negatives'), t('false positives'), t('false negatives'), t('true positives')]
        : [],
    });
  }

  private under(event: MouseEvent): Cell | null {
    const box = this.canvas.getBoundingClientRect();
    return cellAt(this.layout, this.model.matrix.k, event.clientX - box.left, event.clientY - box.top);
  }

  private hover(cell: Cell | null): void {
    if (String(cell) === String(this.cursor)) return;
    this.cursor = cell;
    this.paint();
    this.say();
  }

  private choose([row, column]: Cell): void {
    const again = String(this.model.cell) === String([row, column]);
    // Shown at once: the kernel will say the same.
    this.model.set('cell', again ? [] : [row, column]);
    this.model.act({ type: 'cell', row, column });
  }

  /** The cell under the pointer, or the chosen one, in words. */
  private say(): void {
    const cell = this.cursor ?? this.model.cell;
    const words = cell
      ? this.describe(cell)
      : t('Select a cell to see its samples, or a class name to see its row or column.');
    const { replayed } = this.model;
    setText(
      this.readout,
      replayed === null ? words : `${words} ${t('Samples are those of the live model.')}`,
    );
  }

  private describe([row, column]: Cell): string {
    const { matrix } = this.model;
    const name = (which: number): string => this.model.className(which);
    if (column < 0)
      return tn('True class {name}: {n} sample', 'True class {name}: {n} samples', matrix.rows[row] ?? 0, {
        name: name(row),
      });
    if (row < 0)
      return tn(
        'Predicted as {name}: {n} sample',
        'Predicted as {name}: {n} samples',
        matrix.columns[column] ?? 0,
        { name: name(column) },
      );
    const count = matrix.counts[row * matrix.k + column] ?? 0;
    const all = matrix.rows[row] ?? 0;
    const args = {
      count,
      name: name(row),
      other: name(column),
      percent: formatPercent(count / Math.max(1, all), 1),
    };
    return row === column
      ? tn(
          '{count} of {n} sample of class {name} ({percent}) predicted correctly',
          '{count} of {n} samples of class {name} ({percent}) predicted correctly',
          all,
          args,
        )
      : tn(
          '{count} of {n} sample of class {name} ({percent}) predicted as {other}',
          '{count} of {n} samples of class {name} ({percent}) predicted as {other}',
          all,
          args,
        );
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { matrix } = this.model;
    if (matrix.k === 0) return;
    const from = this.cursor ?? this.model.cell ?? [0, 0];
    if (event.key === 'Enter' || event.key === ' ') {
      this.choose([from[0], from[1]]);
    } else if (event.key === 'Escape') {
      this.hover(null);
      this.model.act({ type: 'cell', row: -1, column: -1 });
    } else {
      const to =
        this.cursor || this.model.cell
          ? moveCell(event.key, [Math.max(0, from[0]), Math.max(0, from[1])], matrix.k)
          : moveCell(event.key, [0, 0], matrix.k) && ([0, 0] as Cell);
      if (to === null) return;
      this.hover(to);
      this.canvas.setAttribute(
        'aria-label',
        `${this.describe(to)}. ${cellText(matrix, ...to, false) || '0'}`,
      );
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
