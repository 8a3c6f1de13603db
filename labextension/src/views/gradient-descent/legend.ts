import { t, tn } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../../shared/dom';
import { short } from '../../shared/concept/numbers';
import type { GradientDescentModel } from './model';
import { type OptimizerName, OPTIMIZERS } from './optimizers';
import { colorOf, nameOf } from './styles';
import { verdictText } from './texts';

interface Row {
  root: HTMLElement;
  check: HTMLInputElement;
  name: HTMLButtonElement;
  loss: HTMLElement;
  verdict: HTMLElement;
}

/** The optimizers: shown or not, the loss at this step, and how each ends. */
export class Legend {
  readonly root: HTMLElement;
  private readonly rows: ReadonlyMap<OptimizerName, Row>;
  private readonly head = el('span', 'dlw-descent-head-loss');

  constructor(
    private readonly model: GradientDescentModel,
    focused: (name: OptimizerName) => void,
  ) {
    this.rows = new Map(OPTIMIZERS.map((name) => [name, this.row(name, focused)]));
    this.root = el(
      'div',
      'dlw-descent-legend',
      { role: 'group', 'aria-label': () => t('Optimizers') },
      el(
        'div',
        'dlw-descent-row dlw-descent-head',
        { 'aria-hidden': 'true' },
        el('span', 'dlw-descent-head-name', {}, () => t('Optimizer')),
        this.head,
        el('span', '', {}, () => t('after 150 steps')),
      ),
      ...[...this.rows.values()].map(({ root }) => root),
    );
  }

  private row(name: OptimizerName, focused: (name: OptimizerName) => void): Row {
    const { model } = this;
    const check = el('input', '', {
      type: 'checkbox',
      'aria-label': () => t('Show {name}', { name: nameOf(name) }),
    });
    check.addEventListener('change', () => {
      const others = model.now.optimizers.filter((one) => one !== name);
      model.change({ optimizers: check.checked ? [...others, name] : others });
    });
    const button = el(
      'button',
      'dlw-descent-name',
      { type: 'button', title: () => t('Write out the numbers of this optimizer.') },
      el('span', 'dlw-descent-swatch'),
      () => nameOf(name),
    );
    button.addEventListener('click', () => focused(name));
    const loss = el('span', 'dlw-descent-loss');
    const verdict = el('span', 'dlw-descent-verdict');
    return {
      root: el('div', 'dlw-descent-row', {}, check, button, loss, verdict),
      check,
      name: button,
      loss,
      verdict,
    };
  }

  show(theme: Theme, step: number): void {
    const { descents, focus, now } = this.model;
    setText(this.head, tn('loss after {n} step', 'loss after {n} steps', step));
    for (const [name, row] of this.rows) {
      const found = descents.find(({ optimizer }) => optimizer === name);
      row.root.style.setProperty('--dlw-line-color', colorOf(name, theme));
      row.root.classList.toggle('dlw-descent-off', !found);
      row.check.checked = now.optimizers.includes(name);
      setAttributes(row.name, { 'aria-pressed': String(name === focus) });
      setText(row.loss, found ? short(found.losses[Math.min(step, found.losses.length - 1)]!) : '');
      setText(row.verdict, found ? verdictText(found.verdict) : '');
      row.verdict.dataset.verdict = found?.verdict.kind ?? '';
    }
  }
}
