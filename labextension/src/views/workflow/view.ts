import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { Menu, Slider, Stepper } from '../../shared/concept/fields';
import type { LessonStep } from '../../shared/concept/lesson';
import { ConceptView } from '../../shared/concept/view';
import { el, setChildren, setText } from '../../shared/dom';
import { inlineCode } from '../../shared/inline-markup';
import { MILD } from './advice';
import { kerasCode } from './code';
import { ExamplePane } from './example-pane';
import { EXPLANATION } from './explanation';
import { ACTIVATIONS, ADVISED, LOSSES, METRICS, SHOWN } from './fields';
import { formulaLines } from './formula';
import { LESSONS } from './lessons';
import type { Example, WorkflowModel } from './model';
import { Problems } from './problems';
import { activationText, baselineText, findingText, inWords, lossText, metricText, percent } from './texts';

/** Classes that a hand selects; code may set more. */
const MOST = 100;

/** Which last layer, loss, metric and baseline a problem asks for, and what doesn't fit. */
export class WorkflowView extends ConceptView {
  declare model: WorkflowModel;
  private problems!: Problems;
  private classes!: Slider;
  private values!: Stepper;
  private labels!: Menu;
  private largest!: Slider;
  private units!: Slider;
  private activation!: Menu;
  private loss!: Menu;
  private metric!: Menu;
  private baseline!: HTMLElement;
  private code!: HTMLElement;
  private findings!: HTMLElement;
  private list!: HTMLElement;
  private advise!: HTMLButtonElement;
  private pane!: ExamplePane;
  /** Steps of the animation so far. */
  private step!: number;

  protected title(): string {
    return t('Workflow: problem, last layer, loss');
  }

  protected lessons(): Readonly<Record<string, LessonStep>> {
    return LESSONS;
  }

  protected explanation(): Explanation {
    return EXPLANATION;
  }

  protected override rate(): number {
    return 12;
  }

  protected build(): void {
    const { model } = this;
    this.step = 0;
    this.problems = new Problems(model, (problem) => model.change({ problem, logits: [], right: 0 }));
    this.buildFields();
    this.baseline = el('p', 'dlw-workflow-baseline');
    this.code = el('pre', 'dlw-workflow-code', { tabindex: 0, 'aria-label': () => t('Code') });
    this.list = el('ul', 'dlw-workflow-list', { role: 'status' });
    this.advise = el('button', 'dlw-button dlw-workflow-advise', { type: 'button' }, () =>
      t('Use the suggestions'),
    );
    this.advise.addEventListener('click', () => {
      model.advise();
      this.happened('advise');
    });
    this.findings = el('div', 'dlw-workflow-findings', {}, this.list, this.advise);
    this.pane = new ExamplePane(
      model,
      (index, value) => this.move(index, value),
      (right) => model.change({ right }),
    );
    this.arrange();
  }

  private buildFields(): void {
    const { model } = this;
    const change = model.change.bind(model);
    this.classes = new Slider(
      () => t('Classes or labels'),
      2,
      MOST,
      1,
      (classes) => change({ classes }),
    );
    this.values = new Stepper(
      () => t('Numbers to predict'),
      1,
      MOST,
      (values) => change({ values }),
    );
    this.labels = new Menu(
      () => t('Labels are written as'),
      (labels) => change({ labels: labels as 'integers' | 'one_hot' }),
    );
    this.largest = new Slider(
      () => t('Samples in the largest class'),
      0,
      99,
      1,
      (largest) => change({ largest }),
    );
    this.units = new Slider(
      () => t('Units of the last layer'),
      1,
      MOST,
      1,
      (units) => change({ units: units === model.setup.wanted ? 0 : units }),
    );
    this.activation = new Menu(
      () => t('Activation'),
      (activation) => change({ activation: activation as typeof model.now.activation }),
    );
    this.loss = new Menu(
      () => t('Loss'),
      (loss) => change({ loss: loss as typeof model.now.loss }),
    );
    this.metric = new Menu(
      () => t('Metric'),
      (metric) => change({ metric: metric as typeof model.now.metric }),
    );
  }

  private arrange(): void {
    const part = (name: string, element: HTMLElement): HTMLElement => this.part(name, element);
    const row = (...fields: HTMLElement[]): HTMLElement => el('div', 'dlw-concept-settings', {}, ...fields);
    const heading = (text: () => string): HTMLElement => el('h3', 'dlw-workflow-heading', {}, text);
    this.stage.classList.add('dlw-workflow');
    this.stage.append(
      part('problem', this.problems.root),
      row(
        part('classes', this.classes.root),
        part('values', this.values.root),
        part('labels', this.labels.root),
        part('largest', this.largest.root),
      ),
      part(
        'baseline',
        el(
          'div',
          'dlw-workflow-base',
          {},
          heading(() => t('Baseline')),
          this.baseline,
        ),
      ),
      heading(() => t('Your model')),
      row(
        part('units', this.units.root),
        part('activation', this.activation.root),
        part('loss', this.loss.root),
        part('metric', this.metric.root),
      ),
      el('div', 'dlw-workflow-columns', {}, part('findings', this.findings), part('code', this.code)),
      part('example', this.pane.root),
    );
  }

  private move(index: number, value: number): void {
    this.take();
    const { logits } = this.example;
    this.model.change({ logits: logits.map((z, i) => (i === index ? value : z)) });
    this.happened('logit');
  }

  /** What the units give in this moment, where the hand hasn't set it. */
  private get example(): Example {
    const moving = Array.from(
      { length: SHOWN },
      (_, i) => Math.round(25 * Math.sin(0.11 * this.step + 1.9 * i + 0.6)) / 10,
    );
    return this.model.example(moving);
  }

  protected override pinned(): boolean {
    return this.model.now.logits.length > 0;
  }

  protected stateChanged(): void {
    if (this.model.findings.length > 0) this.happened('mismatch');
  }

  protected override rewind(): void {
    this.step = 0;
  }

  protected advance(): boolean {
    if (this.model.now.logits.length > 0) this.moveState({ logits: [] });
    this.step += 1;
    this.drawing.request(true);
    return true;
  }

  protected paint(): void {
    const { model } = this;
    const { now, setup, findings } = model;
    this.problems.show();
    this.showFields();
    setChildren(this.baseline, inlineCode(baselineText(model)));
    setText(this.code, kerasCode(setup));
    const key = JSON.stringify([setup, findings, this.list.lang]);
    if (this.list.dataset.key !== key) {
      this.list.dataset.key = key;
      this.list.replaceChildren(
        ...(findings.length === 0
          ? [el('li', 'dlw-workflow-fits', {}, t('All fits this problem.'))]
          : findings.map((name) =>
              el(
                'li',
                MILD.has(name) ? 'dlw-workflow-mild' : 'dlw-workflow-wrong',
                {},
                ...inlineCode(findingText(name, setup)),
              ),
            )),
      );
    }
    this.advise.hidden = !model.chosen;
    this.pane.show(this.example);
    this.stage.dataset.problem = now.problem;
  }

  protected override onLanguage(): void {
    delete this.list.dataset.key;
    super.onLanguage();
  }

  private showFields(): void {
    const { now, setup } = this.model;
    const of = (...problems: string[]): boolean => problems.includes(now.problem);
    this.classes.root.hidden = !of('multiclass', 'multilabel');
    this.values.root.hidden = !of('regression', 'unit_regression');
    this.labels.root.hidden = !of('multiclass');
    this.largest.root.hidden = !of('binary', 'multiclass');
    this.classes.show(now.classes, String(now.classes));
    this.values.show(now.values);
    this.labels.show(
      [
        ['integers', t('integers (3)')],
        ['one_hot', t('one-hot rows (0, 0, 0, 1)')],
      ],
      now.labels,
    );
    this.largest.show(now.largest, now.largest === 0 ? t('all equal') : percent(now.largest));
    this.units.show(setup.units, String(setup.units));
    const advice = (text: string): readonly [string, string] => [
      ADVISED,
      t('Suggested: {name}', { name: text }),
    ];
    const { fitting } = this.model;
    const menu = <T extends string>(
      of: Menu,
      names: readonly T[],
      text: (name: T) => string,
      fits: T,
      value: string,
    ): void => of.show([advice(text(fits)), ...names.map((name) => [name, text(name)] as const)], value);
    menu(this.activation, ACTIVATIONS, activationText, fitting.activation, now.activation);
    menu(this.loss, LOSSES, lossText, fitting.loss, now.loss);
    menu(this.metric, METRICS, metricText, fitting.metric, now.metric);
  }

  protected formula(): HTMLElement[] {
    return formulaLines(this.model, this.example);
  }

  protected said(): string {
    return inWords(this.model);
  }
}
