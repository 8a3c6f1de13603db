import { formatDuration, formatFixed, formatInteger, formatPercent, formatValue } from '../../shared/format';
import { t } from '../../core/i18n';
import { DrawnView } from '../../core/view';
import { el, keepHeight, setText } from '../../shared/dom';
import { setCode } from '../../shared/inline-markup';
import { sizedCanvas } from '../../shared/draw-pixels';
import { binAt } from './bins';
import { cellAt, cellBox, type GridLayout, layoutGrid, moveIn } from './frame';
import type { HistogramPlotModel } from './model';
import { LargePlot } from './large';
import type { Rows } from './rows';
import { roomy, zoomed } from './scale';
import { paintSmall } from './small';
import { QuantileTable } from './table';
import { Tools } from './tools';

const TABLE_MS = 1000;

/** Histograms over steps: one large plot, or many small ones of which one can be enlarged. */
export class HistogramPlotView extends DrawnView {
  declare model: HistogramPlotModel;
  private heading!: HTMLElement;
  private tools!: Tools;
  private large!: LargePlot;
  private readout!: HTMLElement;
  private table!: QuantileTable;
  private scroller!: HTMLElement;
  private grid!: HTMLCanvasElement;
  private notice!: HTMLElement;
  private layout!: GridLayout;
  /** The small plot under the pointer or the keys; -1 for none. */
  private pointed!: number;
  private tableAt!: number;

  override render(): void {
    super.render();
    this.pointed = -1;
    this.tableAt = -Infinity;
    this.layout = layoutGrid(0, 300);
    this.build();
    this.listenTo(this.model, 'rows', () => this.drawing.request());
    this.grid.addEventListener('pointermove', (event) => this.point(this.under(event)));
    this.grid.addEventListener('pointerleave', () => this.point(-1));
    this.grid.addEventListener('click', (event) => this.enlarge(this.under(event)));
    this.grid.addEventListener('keydown', (event) => this.onGridKey(event));
    this.drawOnResize();
  }

  private build(): void {
    const { model } = this;
    this.el.classList.add('dlw-histograms');
    this.el.dataset.lmSuppressShortcuts = 'true';
    this.heading = el('div', 'dlw-title', { role: 'heading', 'aria-level': 2 });
    this.tools = new Tools({
      form: (form) => model.put('form', form),
      axis: (axis) => model.put('x_axis', axis),
      log: (on) => model.put('log_counts', on),
      zoom: () => this.zoom(0.5),
      reset: () => model.put('value_range', []),
      table: () => {
        this.table.root.hidden = !this.table.root.hidden;
        this.tableAt = -Infinity;
        this.drawing.request(true);
      },
    });
    this.large = new LargePlot(model, {
      said: () => this.say(),
      redraw: () => this.drawing.request(true),
      zoom: (factor, around) => this.zoom(factor, around),
      leave: () => this.enlarge(-1),
    });
    this.readout = el('div', 'dlw-histogram-readout', { 'aria-live': 'polite' });
    this.table = new QuantileTable();
    this.grid = el('canvas', 'dlw-histogram-grid', {
      tabindex: 0,
      role: 'application',
      'aria-roledescription': () => t('small histograms'),
      'aria-label': () => t('Small histograms. The arrow keys move, Enter enlarges one.'),
    });
    this.scroller = el('div', 'dlw-histogram-scroller', {}, this.grid);
    this.notice = el('div', 'dlw-notice', { role: 'status' });
    this.el.append(
      el('div', 'dlw-view-head', {}, this.heading, this.tools.root),
      this.large.root,
      this.readout,
      this.table.root,
      this.scroller,
      this.notice,
    );
  }

  protected override draw(): void {
    const { model } = this;
    const { names, enlarged } = model;
    const empty = names.every(({ id }) => !model.rows.get(id)?.count);
    keepHeight(this.el, empty);
    setText(this.heading, model.localized('title'));
    this.heading.hidden = model.localized('title') === '';
    setCode(this.notice, empty ? model.emptyText() : model.problem);
    this.notice.hidden = this.notice.textContent === '';
    const rows = enlarged ? model.rows.get(enlarged.id) : undefined;
    const large = !empty && enlarged !== null;
    this.tools.root.hidden = empty;
    this.tools.update({
      form: this.form,
      axis: model.axis,
      log: model.flag('log_counts'),
      zoomed: model.range !== null,
      large,
      table: !this.table.root.hidden,
    });
    this.large.root.hidden = this.readout.hidden = !large;
    if (large) this.large.draw(enlarged, rows, this.el.clientWidth || 300, this.theme);
    this.showTable(large ? rows : undefined);
    this.scroller.hidden = empty || names.length < 2;
    if (!this.scroller.hidden) this.drawGrid();
    this.say();
    this.el.dataset.form = this.form;
    this.el.dataset.focus = enlarged?.id ?? '';
    this.el.dataset.rows = String([...model.rows.values()].reduce((sum, one) => sum + one.count, 0));
    this.el.dataset.ready = 'true';
  }

  private get form(): 'ridge' | 'heat' {
    return this.model.text('form') === 'heat' ? 'heat' : 'ridge';
  }

  // -- the small plots -----------------------------------------------------------------------------

  private drawGrid(): void {
    const { model } = this;
    const { names } = model;
    this.layout = layoutGrid(names.length, this.scroller.clientWidth || this.el.clientWidth || 300);
    const { width, height } = this.layout;
    const context = sizedCanvas(this.grid, width, height);
    this.grid.style.width = `${width}px`;
    this.grid.style.height = `${height}px`;
    if (!context) return;
    names.forEach(({ id, label }, which) => {
      const rows = model.rows.get(id);
      paintSmall(context, cellBox(this.layout, which), this.theme, {
        label,
        rows,
        axis: model.axis,
        form: this.form,
        log: model.flag('log_counts'),
        marked: rows ? model.markedOn(rows) : null,
        selected: id === model.text('focus'),
        pointed: which === this.pointed,
      });
    });
  }

  private under(event: MouseEvent): number {
    const box = this.grid.getBoundingClientRect();
    const { names } = this.model;
    return cellAt(this.layout, names.length, event.clientX - box.left, event.clientY - box.top);
  }

  private point(which: number): void {
    this.grid.style.cursor = which >= 0 ? 'pointer' : '';
    if (which === this.pointed) return;
    this.pointed = which;
    this.drawing.request(true);
  }

  /** Enlarges a small plot; the one that is enlarged already, or none, closes it. */
  private enlarge(which: number): void {
    const id = this.model.names[which]?.id ?? '';
    this.large.leave();
    this.model.set('value_range', []);
    this.model.put('focus', id === this.model.text('focus') ? '' : id);
  }

  private onGridKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { names } = this.model;
    if (event.key === 'Enter' || event.key === ' ') this.enlarge(Math.max(0, this.pointed));
    else if (event.key === 'Escape') this.enlarge(-1);
    else {
      const to =
        this.pointed < 0
          ? moveIn(event.key, 0, names.length, this.layout.columns) === null
            ? null
            : 0
          : moveIn(event.key, this.pointed, names.length, this.layout.columns);
      if (to === null) return;
      this.point(to);
      const box = cellBox(this.layout, to);
      const { scroller } = this;
      if (box.top < scroller.scrollTop) scroller.scrollTop = box.top;
      else if (box.top + box.height > scroller.scrollTop + scroller.clientHeight)
        scroller.scrollTop = box.top + box.height - scroller.clientHeight;
      this.grid.setAttribute('aria-label', this.summarize(to));
    }
    event.preventDefault();
    event.stopPropagation();
  }

  private summarize(which: number): string {
    const { id, label } = this.model.names[which]!;
    const range = this.model.rows.get(id)?.range();
    return range
      ? t('{name}: values from {low} to {high}', {
          name: label,
          low: formatValue(range[0]),
          high: formatValue(range[1]),
        })
      : t('{name}: no values yet', { name: label });
  }

  // -- the large plot ------------------------------------------------------------------------------

  private zoom(factor: number, around?: number): void {
    const rows = this.shownRows();
    const found = rows?.range();
    if (!found) return;
    const whole = roomy(found);
    const range = this.model.range ?? whole;
    const next = zoomed(range, around ?? (range[0] + range[1]) / 2, factor, whole);
    this.model.put('value_range', next ?? []);
  }

  private shownRows(): Rows | undefined {
    const { enlarged } = this.model;
    return enlarged ? this.model.rows.get(enlarged.id) : undefined;
  }

  private showTable(rows: Rows | undefined): void {
    const { root } = this.table;
    root.classList.toggle('dlw-histogram-gone', rows === undefined);
    if (root.hidden || !rows || performance.now() < this.tableAt + TABLE_MS) return;
    this.tableAt = performance.now();
    this.table.show(this.model.enlarged?.label ?? '', rows, this.model.axis);
  }

  /** What is pointed at, in words; else what one can do. */
  private say(): void {
    const pointed = this.large.pointed;
    const rows = this.shownRows();
    if (!pointed || !rows || pointed.row >= rows.count) {
      setText(this.readout, t('Point at a step to see its values. Click one to select it, drag to zoom.'));
      return;
    }
    const at = {
      step: formatInteger(rows.at(pointed.row, 'step')),
      epoch: formatFixed(rows.at(pointed.row, 'epoch'), 2),
      time: formatDuration(rows.at(pointed.row, 'time')),
    };
    const bin = binAt(rows, pointed.row, pointed.value);
    if (!bin) {
      setText(this.readout, t('After step {step} (epoch {epoch}, {time}): no values here', at));
      return;
    }
    const total = rows.total(pointed.row);
    const words = t(
      'After step {step} (epoch {epoch}, {time}): {count} of {total} values ({percent}) from {low} to {high}',
      {
        ...at,
        count: formatInteger(bin.count),
        total: formatInteger(total),
        percent: formatPercent(bin.count / total, 1),
        low: formatValue(bin.low),
        high: formatValue(bin.high),
      },
    );
    setText(this.readout, words);
    this.large.describe(words);
  }
}
