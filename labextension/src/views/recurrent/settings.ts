import { t } from '../../core/i18n';
import { Check, Menu, Slider } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { plain } from '../../shared/concept/state';
import { el, setText } from '../../shared/dom';
import { CELLS, type CellName, type DataName, MOST, MOST_STEPS } from './fields';
import type { RecurrentModel } from './model';
import { cellName } from './texts';

/** The cell, its weights and the sequence. */
export class Settings {
  readonly fields: Readonly<Record<string, HTMLElement>>;
  private readonly cell: Menu;
  private readonly data: Menu;
  private readonly weights: Menu;
  private readonly gain: Slider;
  private readonly forget: Slider;
  private readonly after: Check;
  private readonly input: HTMLInputElement;
  private readonly label = el('label', '');
  private readonly problem = el('span', 'dlw-recurrent-problem', { role: 'status' });
  private typed = '';

  /** @param changed is told that the user has typed another sequence */
  constructor(
    private readonly model: RecurrentModel,
    private readonly changed: () => void,
  ) {
    const change = model.change.bind(model);
    this.cell = new Menu(
      () => t('Cell'),
      (cell) => change({ cell: cell as CellName, at: [] }),
    );
    this.data = new Menu(
      () => t('Sequence'),
      (data) => change({ data: data as DataName, at: [] }),
    );
    this.weights = new Menu(
      () => t('Weights'),
      (weights) => change({ weights: weights as 'trained' }),
    );
    this.gain = new Slider(
      () => t('Recurrent weights times'),
      0,
      3,
      0.05,
      (gain) => change({ gain }),
    );
    this.forget = new Slider(
      () => t('Forget bias plus'),
      -5,
      5,
      0.5,
      (forget) => change({ forget }),
    );
    this.after = new Check(
      () => t('Reset after the product'),
      (on) => change({ reset_after: on }),
    );
    this.input = el('input', 'dlw-recurrent-input', {
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
      maxlength: 400,
    });
    this.input.id = `dlw-recurrent-${String(Math.random()).slice(2)}`;
    this.label.htmlFor = this.input.id;
    this.input.addEventListener('input', () => this.read());
    this.input.addEventListener('blur', () => {
      this.typed = '';
      setText(this.problem, '');
      this.show();
    });
    this.fields = {
      cell: this.cell.root,
      data: this.data.root,
      weights: this.weights.root,
      gain: this.gain.root,
      forget: this.forget.root,
      reset_after: this.after.root,
      sequence: el(
        'div',
        'dlw-concept-field dlw-recurrent-sequence',
        {},
        this.label,
        this.input,
        this.problem,
      ),
    };
  }

  show(): void {
    const { model } = this;
    const { now, kind, own } = model;
    const cells = kind === 'own' ? [own!.layer.cell] : CELLS;
    this.cell.show(
      cells.map((name) => [name, cellName(name)] as const),
      model.layer.cell,
    );
    const data: [DataName, string][] = [
      ['series', t('Series')],
      ['text', t('Text')],
    ];
    if (own || now.data === 'own') data.push(['own', t('Your own layer')]);
    this.data.show(data, now.data);
    this.weights.show(
      [
        ['trained', t('Trained')],
        ['random', t('Random')],
      ],
      now.weights,
    );
    this.gain.show(now.gain, `× ${short(now.gain)}`);
    this.forget.show(now.forget, now.forget < 0 ? short(now.forget) : `+ ${short(now.forget)}`);
    this.after.show(now.reset_after);
    const { fields } = this;
    fields.weights!.hidden = fields.sequence!.hidden = kind === 'own';
    fields.forget!.hidden = model.layer.cell !== 'lstm';
    fields.reset_after!.hidden = model.layer.cell !== 'gru' || kind === 'own';
    setText(
      this.label,
      kind === 'text'
        ? t('Your text, at most {n} letters', { n: MOST_STEPS })
        : t('Your series: at most {n} numbers, or drag the bars', { n: MOST_STEPS }),
    );
    if (document.activeElement === this.input && this.typed !== '') return;
    const text = kind === 'text' ? now.text : now.series.map((value) => plain(value, 2)).join(' ');
    if (this.input.value !== text) this.input.value = text;
  }

  /** What is typed counts as soon as it can be used. */
  private read(): void {
    const { input, model } = this;
    this.typed = input.value || ' ';
    if (model.kind === 'text') {
      // Not half a sign, which is none.
      const text = input.value.slice(0, MOST_STEPS).replace(/[\uD800-\uDBFF]$/, '');
      setText(this.problem, input.value.length > MOST_STEPS ? t('The rest is left out.') : '');
      model.change({ text, data: 'text', at: [] });
      this.changed();
      return;
    }
    const parts = input.value
      .replaceAll('−', '-')
      .split(/[\s,;]+/)
      .filter((part) => part !== '');
    const values = parts.map(Number);
    const good = values.length > 0 && values.every((value) => Math.abs(value) <= MOST);
    input.classList.toggle('dlw-number-bad', !good);
    if (!good) {
      setText(
        this.problem,
        t('Expected numbers from −{most} to {most}, with spaces between them.', { most: MOST }),
      );
      return;
    }
    setText(this.problem, values.length > MOST_STEPS ? t('The rest is left out.') : '');
    model.change({ series: values.slice(0, MOST_STEPS), data: 'series', at: [] });
    this.changed();
  }
}
