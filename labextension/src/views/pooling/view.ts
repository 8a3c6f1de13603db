import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { Cell } from '../../shared/concept/grid-pane';
import type { LessonStep } from '../../shared/concept/lesson';
import { NumberTable } from '../../shared/concept/number-grid';
import { short } from '../../shared/concept/numbers';
import { colorOf, css, inkOn } from '../../shared/concept/paint';
import { WindowView } from '../../shared/concept/window-view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { Changes } from './changes';
import { EXPLANATION } from './explanation';
import { KINDS, MOST_SHIFT } from './fields';
import { LESSONS } from './lessons';
import type { PoolingModel } from './model';
import { grayOf, Panes } from './panes';
import { kept, windowAt } from './pool';
import { Settings } from './settings';
import { NetworkTable } from './table';
import { formulaNodes, inWords, kindName, lines, remarks, unfit } from './texts';

/** The window begins so many outputs before what is worth seeing. */
const BEFORE = 4;

/** A window keeps one value of many, of an image and of the same image moved by some pixels. */
export class PoolingView extends WindowView {
  declare model: PoolingModel;
  private settings!: Settings;
  private panes!: Panes;
  private values!: NumberTable;
  private results!: { root: HTMLElement; value: HTMLElement }[];
  private changes!: Changes;
  private table!: NetworkTable;
  private notes!: HTMLElement;
  /** Where the moved image was pressed, and its shift then. */
  private grip!: { cell: Cell; shift: readonly number[] } | null;

  protected title(): string {
    return t('Pooling');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 5;
  }

  protected build(): void {
    const { model } = this;
    this.grip = null;
    this.enter();
    this.settings = new Settings(model);
    this.panes = new Panes({
      pointAtInput: (cell) => this.pointAtInput(cell),
      pressInput: (cell) => this.pressInput(cell),
      drag: (cell, first) => this.drag(cell, first),
      nudge: (rows, columns, home) => {
        const [right, down] = model.now.shift as [number, number];
        this.shift(home ? [0, 0] : [right + columns, down + rows]);
      },
      pointAtOutput: (cell) => this.pointAtOutput(cell),
      pressOutput: (cell) => this.put(cell),
      move: (rows, columns, home) => this.move(rows, columns, home),
    });
    this.values = new NumberTable(() => t('Pixels under the window'));
    this.results = KINDS.map((kind) => {
      const value = el('output', 'dlw-pooling-result', { 'aria-live': 'off' });
      const label = el('span', 'dlw-concept-label', {}, () => kindName(kind));
      return { root: el('div', 'dlw-pooling-kept', {}, label, value), value };
    });
    this.changes = new Changes();
    this.notes = el('div', 'dlw-pooling-notes');
    const { fields } = this.settings;
    this.table = new NetworkTable(fields.units!);
    for (const [name, field] of Object.entries(fields)) this.part(name, field);
    const { input, moved, output } = this.panes.all;
    this.part('input', input.root);
    this.part('shifted', moved.root);
    this.part('output', output.root);
    this.part('change', this.changes.root);
    this.part('network', this.table.root);
    this.part('notes', this.notes);
    const values = this.part(
      'values',
      el(
        'div',
        'dlw-pooling-values',
        {},
        el(
          'div',
          '',
          {},
          el('span', 'dlw-concept-label', {}, () => t('Window')),
          this.values.root,
        ),
        el('div', 'dlw-pooling-all', {}, ...this.results.map(({ root }) => root)),
      ),
    );
    const row = (...names: string[]): HTMLElement =>
      el('div', 'dlw-concept-settings', {}, ...names.map((name) => fields[name]!));
    this.stage.classList.add('dlw-pooling');
    this.stage.append(
      row('image', 'kind'),
      this.settings.sketch.root,
      row('window', 'stride', 'padding', 'shift'),
      el('div', 'dlw-pooling-panes', {}, ...Object.values(this.panes.all).map(({ root }) => root)),
      el('div', 'dlw-pooling-below', {}, values, this.changes.root),
      this.notes,
      this.table.root,
    );
  }

  // -- where the window is, and by how much the image is moved ----------------------------------

  /** Just before the first of the largest outputs. */
  protected beginning(): Cell {
    const { data, width } = this.model.result.output;
    const most = data.reduce((best, value, i, all) => (value > all[best]! ? i : best), 0);
    return this.inside([Math.floor(most / Math.max(1, width)), (most % Math.max(1, width)) - BEFORE]);
  }

  private pressInput([row, column]: Cell): void {
    const { axes, setting } = this.model;
    const half = (setting.window - 1) / 2;
    const place = (pixel: number, before: number): number =>
      Math.round((pixel + before - half) / setting.stride);
    this.put([place(row, axes[0].before), place(column, axes[1].before)]);
  }

  private pointAtInput(cell: Cell | null): void {
    this.pixel = cell;
    this.drawing.request(true);
  }

  private drag(cell: Cell, first: boolean): void {
    if (first || !this.grip) this.grip = { cell, shift: this.model.now.shift };
    const { cell: from, shift } = this.grip;
    if (first) return;
    this.shift([shift[0]! + cell[1] - from[1], shift[1]! + cell[0] - from[0]]);
  }

  private shift(to: readonly [number, number]): void {
    const within = (value: number): number => Math.min(MOST_SHIFT, Math.max(-MOST_SHIFT, value));
    this.model.change({ shift: to.map(within) });
    this.happened('drag');
  }

  // -- what is painted --------------------------------------------------------------------------

  protected paint(): void {
    const { model } = this;
    const problem = unfit(model);
    this.settings.show();
    const { theme, spot, pixel } = this;
    this.panes.show({ model, theme, problem, spot, pixel });
    this.paintValues(problem !== '');
  }

  protected override aside(): void {
    const { model } = this;
    this.changes.show(model, unfit(model) === '');
    this.table.show(model);
    setChildren(
      this.notes,
      remarks(model).map((text) => el('p', '', {}, ...inlineCode(text))),
    );
  }

  private window(): number[][] {
    return windowAt(this.model.image, this.model.axes, this.model.setting, this.spot);
  }

  private paintValues(unfit: boolean): void {
    const { image, now } = this.model;
    const window = unfit ? [[0]] : this.window();
    const gray = grayOf(image);
    this.values.root.hidden = unfit;
    this.values.root.classList.toggle('dlw-pooling-many', now.window > 4);
    this.values.show(window, short, (value) => {
      const color = colorOf(value, gray, false);
      return { fill: css(color), text: inkOn(color) };
    });
    const flat = window.flat();
    const most = flat.indexOf(Math.max(...flat));
    const width = window[0]!.length;
    const marked = now.kind === 'max' ? most : now.kind === 'subsample' ? 0 : -1;
    this.values.mark(Math.floor(marked / width), marked < 0 ? -1 : marked % width);
    this.results.forEach(({ root, value }, i) => {
      setText(value, unfit ? '–' : short(kept(flat, KINDS[i]!)));
      root.classList.toggle('dlw-pooling-now', KINDS[i] === now.kind);
    });
  }

  protected formula(): HTMLElement[] {
    const problem = unfit(this.model);
    return formulaNodes(lines(this.model, problem ? [] : this.window(), this.spot));
  }

  protected said(): string {
    return inWords(this.model, this.spot);
  }
}
