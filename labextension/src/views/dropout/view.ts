import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu, Slider } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { NumberTable } from '../../shared/concept/number-grid';
import { short } from '../../shared/concept/numbers';
import { colorOf, css, inkOn } from '../../shared/concept/paint';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { EXPLANATION } from './explanation';
import { NAMES, SCALINGS, type Phase, type Scaling, type ValuesName } from './fields';
import { LESSONS } from './lessons';
import { MaskGrid } from './mask-grid';
import { sum } from './masks';
import { type DropoutModel, MOST_STEPS } from './model';
import { SumsChart } from './sums-chart';
import { formulaLines, inWords, remarks, scalingText, valuesText } from './texts';

const OWN = 'own';

/** Masks that fall on a layer's activations, and what stays the same on average. */
export class DropoutView extends ConceptView {
  declare model: DropoutModel;
  private values!: Menu;
  private rateField!: Slider;
  private scaling!: Menu;
  private phase!: Menu;
  private tables!: Record<'activations' | 'output' | 'average', NumberTable>;
  private mask!: MaskGrid;
  private chart!: SumsChart;
  private averageLabel!: HTMLElement;
  private outputLabel!: HTMLElement;
  private notes!: HTMLElement;
  private step!: number;
  /** The run that the step is of. */
  private run!: string;
  /** The unit that is written out. */
  private unit!: number;
  private own!: DropoutModel['rows'] | null;

  protected title(): string {
    return t('Dropout');
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

  protected build(): void {
    const { model } = this;
    this.step = 0;
    this.run = model.run;
    this.unit = 1;
    this.own = typeof model.now.values === 'string' ? null : model.now.values;
    const change = model.change.bind(model);
    this.values = new Menu(
      () => t('Activations'),
      (name) => change({ values: name === OWN ? this.own! : (name as ValuesName), mask: [] }),
    );
    this.rateField = new Slider(
      () => t('Rate'),
      0,
      0.95,
      0.05,
      (rate) => change({ rate, mask: [] }),
    );
    this.scaling = new Menu(
      () => t('Scaled'),
      (scaling) => change({ scaling: scaling as Scaling }),
    );
    this.phase = new Menu(
      () => t('Phase'),
      (phase) => {
        this.take();
        change({ phase: phase as Phase });
      },
    );
    this.tables = {
      activations: new NumberTable(() => t('Activations')),
      output: new NumberTable(() => t('Output')),
      average: new NumberTable(() => t('Average')),
    };
    this.mask = new MaskGrid((index) => this.toggle(index));
    this.chart = new SumsChart();
    this.notes = el('div', 'dlw-dropout-notes');
    this.arrange();
  }

  private arrange(): void {
    const { tables } = this;
    const block = (name: string, label: HTMLElement, content: HTMLElement): HTMLElement => {
      const found = this.part(name, el('div', 'dlw-dropout-block', {}, label, content));
      content.addEventListener('pointerover', (event) => this.point(content, event.target));
      return found;
    };
    const label = (text: () => string): HTMLElement => el('div', 'dlw-concept-label', {}, text);
    const sign = (text: string): HTMLElement =>
      el('span', 'dlw-dropout-sign', { 'aria-hidden': 'true' }, text);
    this.outputLabel = el('div', 'dlw-concept-label');
    this.averageLabel = el('div', 'dlw-concept-label');
    const fields = { values: this.values, rate: this.rateField, scaling: this.scaling, phase: this.phase };
    this.stage.classList.add('dlw-dropout');
    this.stage.append(
      el(
        'div',
        'dlw-concept-settings',
        {},
        ...Object.entries(fields).map(([name, field]) => this.part(name, field.root)),
      ),
      el(
        'div',
        'dlw-dropout-row',
        {},
        block(
          'activations',
          label(() => t('Activations')),
          tables.activations.root,
        ),
        sign('×'),
        block(
          'mask',
          label(() => t('Mask: click to drop or keep')),
          this.mask.root,
        ),
        sign('→'),
        block('output', this.outputLabel, tables.output.root),
        block('average', this.averageLabel, tables.average.root),
      ),
      this.part('notes', this.notes),
      this.part(
        'sums',
        el(
          'div',
          'dlw-dropout-sums',
          {},
          el(
            'div',
            'dlw-dropout-legend',
            {},
            el('strong', '', {}, () => t('Sum of the output')),
            el('span', 'dlw-dropout-dots', {}, () => t('each step')),
            el('span', 'dlw-dropout-line', {}, () => t('average so far')),
            el('span', 'dlw-dropout-dashed', {}, () => t('at test time')),
          ),
          this.chart.root,
        ),
      ),
    );
  }

  private point(grid: HTMLElement, target: EventTarget | null): void {
    const index = [...grid.children].indexOf(target as Element);
    if (index < 0 || index === this.unit) return;
    this.unit = index;
    this.happened('point');
    this.drawing.request(true);
  }

  private toggle(index: number): void {
    this.take();
    const mask = this.model.maskAt(this.step).map((kept, i) => (i === index ? 1 - kept : kept));
    this.unit = index;
    this.model.change({ mask });
    this.happened('toggle');
  }

  protected stateChanged(): void {
    if (this.unit >= this.model.activations.length) this.unit = 0;
    if (typeof this.model.now.values !== 'string') this.own = this.model.now.values;
    // The phase tells another thing of the same steps.
    if (this.model.run !== this.run) this.step = 0;
    this.run = this.model.run;
  }

  protected override pinned(): boolean {
    return this.model.handmade || this.model.now.phase === 'test';
  }

  protected override rewind(): void {
    this.step = 0;
  }

  protected advance(): boolean {
    const { now } = this.model;
    if (now.mask.length > 0 || now.phase === 'test') {
      this.moveState({ mask: [], phase: 'training' });
      if (this.model.run !== this.run) this.step = 0;
      this.run = this.model.run;
    }
    if (this.step + 1 >= MOST_STEPS) {
      this.step = 0;
      return false;
    }
    this.step += 1;
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { model, theme, step } = this;
    const room = this.stage.clientWidth;
    const { now, width } = model;
    this.showFields();
    const past = model.past(step);
    const output = model.output(step);
    const most = Math.max(1e-9, ...[...model.activations, ...output].map(Math.abs));
    const inRows = (values: readonly number[]): number[][] =>
      model.rows.map((_, i) => values.slice(i * width, (i + 1) * width));
    const color = (value: number): { fill: string; text: string } => {
      const found = colorOf(value, { kind: 'signed', most: most * 1.4 }, theme.dark);
      return { fill: css(found), text: inkOn(found) };
    };
    const tables: [NumberTable, number[]][] = [
      [this.tables.activations, model.activations],
      [this.tables.output, output],
      [this.tables.average, past.average],
    ];
    for (const [table, values] of tables) {
      table.show(inRows(values), short, color);
      table.mark(Math.floor(this.unit / width), this.unit % width);
    }
    this.mask.show(model.maskAt(step), width, now.phase === 'test');
    setText(
      this.outputLabel,
      model.scale === 1 ? t('Output') : t('Output, times {scale}', { scale: short(model.scale) }),
    );
    setText(this.averageLabel, t('Average so far ({n})', { n: past.sums.length }));
    setChildren(
      this.notes,
      [...this.ownNote(), ...remarks(model, step)].map((text) => el('p', '', {}, text)),
    );
    this.chart.show(theme, room, past.sums, sum(model.tested));
    this.stage.classList.toggle('dlw-dropout-wide', width > 5);
  }

  /** Where the user's own activations come from, while they are shown. */
  private ownNote(): string[] {
    const { model } = this;
    const note = typeof model.now.values === 'string' ? '' : model.localized('values_note');
    return note ? [note] : [];
  }

  private showFields(): void {
    const { now } = this.model;
    const names = NAMES.map((name) => [name, valuesText(name)] as const);
    const own = this.own ? [[OWN, t('Your own')] as const] : [];
    this.values.show([...names, ...own], typeof now.values === 'string' ? now.values : OWN);
    this.rateField.show(now.rate, short(now.rate));
    this.scaling.show(
      SCALINGS.map((name) => [name, scalingText(name)] as const),
      now.scaling,
    );
    this.phase.show(
      [
        ['training', t('Training')],
        ['test', t('Test')],
      ],
      now.phase,
    );
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.step, this.unit);
  }

  protected said(): string {
    return [...this.ownNote(), inWords(this.model, this.step)].join(' ');
  }
}
