import { t, tn } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import type { PredictionCardsModel } from './model';

const ORDERS: Record<string, () => string> = {
  loss: () => t('highest loss first'),
  loss_up: () => t('lowest loss first'),
  confident: () => t('most confident first'),
  unsure: () => t('least confident first'),
  data: () => t('in the order of the data'),
};

/** What the user asks for: names of traits with the values they are to get. */
export type Wish = Record<string, string | number | boolean>;

/** What to see, and in which order. */
export class Toolbar {
  readonly root: HTMLElement;
  private readonly wrong = el('input', '', { type: 'checkbox', 'data-role': 'wrong-only' });
  private readonly truth = el('select', '', { 'data-role': 'true-class' });
  private readonly predicted = el('select', '', { 'data-role': 'predicted-class' });
  private readonly low = el(
    'input',
    '',
    percentField('low', () => t('Lowest confidence in percent')),
  );
  private readonly high = el(
    'input',
    '',
    percentField('high', () => t('Highest confidence in percent')),
  );
  private readonly order = el('select', '', { 'data-role': 'order' });
  private readonly reset = el(
    'button',
    'dlw-button dlw-small',
    { type: 'button', 'data-role': 'reset' },
    () => t('Show all'),
  );
  private names: string | null = null;

  constructor(wish: (wish: Wish) => void) {
    for (const [value, text] of Object.entries(ORDERS)) this.order.append(el('option', '', { value }, text));
    this.root = el(
      'div',
      'dlw-tools',
      { role: 'toolbar', 'aria-label': () => t('Which predictions to show') },
      el('label', '', {}, this.wrong, () => t('Wrong only')),
      el('label', '', {}, () => t('True class'), this.truth),
      el('label', '', {}, () => t('Predicted'), this.predicted),
      el('span', 'dlw-range', {}, () => t('Confidence'), this.low, '–', this.high, '%'),
      el('label', '', {}, () => t('Sort'), this.order),
      this.reset,
    );
    const on = (field: HTMLElement, value: () => Wish): void =>
      field.addEventListener('change', () => wish({ ...value(), page: 0 }));
    on(this.wrong, () => ({ wrong_only: this.wrong.checked }));
    on(this.truth, () => ({ true_class: Number(this.truth.value) }));
    on(this.predicted, () => ({ predicted_class: Number(this.predicted.value) }));
    on(this.low, () => ({ low: share(this.low, 0) }));
    on(this.high, () => ({ high: share(this.high, 1) }));
    on(this.order, () => ({ order: this.order.value }));
    this.reset.addEventListener('click', () =>
      wish({ wrong_only: false, true_class: -1, predicted_class: -1, low: 0, high: 1, page: 0 }),
    );
  }

  show(model: PredictionCardsModel): void {
    const names = model.texts('class_names');
    const key = names.join('\u0000');
    if (key !== this.names) {
      this.names = key;
      for (const choice of [this.truth, this.predicted]) {
        choice.replaceChildren(
          el('option', '', { value: -1 }, () => t('any')),
          ...names.map((name, i) => el('option', '', { value: i }, name)),
        );
      }
    }
    this.wrong.checked = model.flag('wrong_only');
    this.truth.value = String(model.number('true_class', -1));
    this.predicted.value = String(model.number('predicted_class', -1));
    this.order.value = model.text('order');
    for (const [field, name, fallback] of [
      [this.low, 'low', 0],
      [this.high, 'high', 1],
    ] as const) {
      // Not under the fingers of whoever types.
      if (document.activeElement !== field) {
        field.value = String(Number((100 * model.number(name, fallback)).toFixed(1)));
      }
    }
    const filtered =
      model.flag('wrong_only') ||
      model.number('true_class', -1) >= 0 ||
      model.number('predicted_class', -1) >= 0 ||
      model.number('low') > 0 ||
      model.number('high', 1) < 1;
    this.reset.disabled = !filtered;
  }
}

function percentField(role: string, label: () => string): Record<string, string | number | (() => string)> {
  return { type: 'number', min: 0, max: 100, step: 1, 'data-role': role, 'aria-label': label, title: label };
}

/** The share that was typed as a percentage; the field shows what is taken of it. */
function share(field: HTMLInputElement, fallback: number): number {
  const value = field.valueAsNumber;
  const percent = Number.isFinite(value) ? Math.max(0, Math.min(100, value)) : 100 * fallback;
  if (percent !== value) field.value = String(percent);
  return percent / 100;
}

/** Turning pages. */
export class Pager {
  readonly root: HTMLElement;
  private readonly buttons: Record<'first' | 'previous' | 'next' | 'last', HTMLButtonElement>;
  private readonly field = el('input', '', {
    type: 'number',
    min: 1,
    step: 1,
    'data-role': 'page',
    'aria-label': () => t('Page'),
  });
  private readonly of = el('span', 'dlw-pager-of');
  private readonly range = el('span', 'dlw-count', { role: 'status' });
  private readonly size = el('select', '', {
    'data-role': 'page-size',
    'aria-label': () => t('Samples per page'),
  });
  private page = 0;
  private pages = 0;

  constructor(wish: (wish: Wish) => void) {
    const button = (role: string, sign: string, text: () => string, to: () => number): HTMLButtonElement => {
      const made = el(
        'button',
        'dlw-tool',
        { type: 'button', 'data-role': role, title: text, 'aria-label': text },
        sign,
      );
      made.addEventListener('click', () => wish({ page: Math.max(0, Math.min(this.pages - 1, to())) }));
      return made;
    };
    this.buttons = {
      first: button(
        'first',
        '«',
        () => t('First page'),
        () => 0,
      ),
      previous: button(
        'previous',
        '‹',
        () => t('Previous page (Page Up)'),
        () => this.page - 1,
      ),
      next: button(
        'next',
        '›',
        () => t('Next page (Page Down)'),
        () => this.page + 1,
      ),
      last: button(
        'last',
        '»',
        () => t('Last page'),
        () => this.pages - 1,
      ),
    };
    for (const n of [12, 24, 48, 96])
      this.size.append(el('option', '', { value: n }, () => tn('{n} per page', '{n} per page', n)));
    this.field.addEventListener('change', () => {
      const page = Math.round(this.field.valueAsNumber) - 1;
      if (Number.isFinite(page)) wish({ page: Math.max(0, Math.min(this.pages - 1, page)) });
    });
    this.size.addEventListener('change', () => wish({ page_size: Number(this.size.value), page: 0 }));
    const { first, previous, next, last } = this.buttons;
    this.root = el(
      'div',
      'dlw-pager',
      { role: 'group', 'aria-label': () => t('Pages') },
      first,
      previous,
      el('label', '', {}, () => t('Page'), this.field),
      this.of,
      next,
      last,
      this.size,
      this.range,
    );
  }

  /** @param page the page that is wished for, which may not be there yet */
  show(model: PredictionCardsModel, page: number): void {
    this.page = page;
    this.pages = model.number('pages');
    const total = model.number('total');
    const size = model.number('page_size', 24);
    this.root.hidden = total === 0;
    if (document.activeElement !== this.field) this.field.value = String(page + 1);
    this.field.max = String(this.pages);
    setText(this.of, tn('of {n}', 'of {n}', this.pages));
    this.size.value = String(size);
    const from = page * size + 1;
    const to = Math.min(total, (page + 1) * size);
    setText(this.range, t('{from}–{to} of {total}', { from, to, total }));
    this.buttons.first.disabled = this.buttons.previous.disabled = page <= 0;
    this.buttons.last.disabled = this.buttons.next.disabled = page >= this.pages - 1;
  }
}
