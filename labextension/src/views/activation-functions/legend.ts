import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { el, setAttributes, setText } from '../../shared/dom';
import { short } from '../../shared/concept/numbers';
import { type FunctionName, FUNCTIONS } from './functions';
import type { ActivationFunctionsModel } from './model';
import { DEPTH, nameOf, passed, styleOf } from './texts';

interface Row {
  root: HTMLElement;
  check: HTMLInputElement;
  name: HTMLButtonElement;
  cells: readonly HTMLElement[];
}

/** The functions: shown or not, value and derivative at the point, and what ten layers leave of a gradient. */
export class Legend {
  readonly root: HTMLElement;
  private readonly rows: ReadonlyMap<FunctionName, Row>;
  private readonly heads: readonly HTMLElement[];

  constructor(
    private readonly model: ActivationFunctionsModel,
    focused: (name: FunctionName) => void,
  ) {
    this.rows = new Map([...FUNCTIONS, 'own' as const].map((name) => [name, this.row(name, focused)]));
    this.heads = [el('span'), el('span'), el('span')];
    this.root = el(
      'div',
      'dlw-activation-legend',
      { role: 'group', 'aria-label': () => t('Functions') },
      el(
        'div',
        'dlw-activation-row dlw-activation-head',
        { 'aria-hidden': 'true' },
        el('span', 'dlw-activation-head-name', {}, () => t('Function')),
        ...this.heads,
      ),
      ...[...this.rows.values()].map(({ root }) => root),
    );
  }

  private row(name: FunctionName, focused: (name: FunctionName) => void): Row {
    const { model } = this;
    const check = el('input', '', {
      type: 'checkbox',
      'aria-label': () => t('Show {name}', { name: nameOf(name) }),
    });
    check.addEventListener('change', () => {
      const others = model.now.functions.filter((one) => one !== name);
      model.change({ functions: check.checked ? [...others, name] : others });
    });
    const button = el(
      'button',
      'dlw-activation-pick',
      { type: 'button', title: () => t('Write out the numbers of this function.') },
      el('span', 'dlw-activation-swatch'),
      () => nameOf(name),
    );
    button.addEventListener('click', () => focused(name));
    const cells = [el('span'), el('span'), el('span')];
    return { root: el('div', 'dlw-activation-row', {}, check, button, ...cells), check, name: button, cells };
  }

  show(theme: Theme, x: number): void {
    const { names, now, focus } = this.model;
    setText(this.heads[0]!, `f(${short(x)})`);
    setText(this.heads[1]!, 'f′');
    setText(this.heads[2]!, t('{depth} layers', { depth: DEPTH }));
    for (const [name, row] of this.rows) {
      row.root.hidden = !names.includes(name);
      if (row.root.hidden) continue;
      const curve = this.model.curve(name);
      const slope = curve.slope(x);
      const { color, dash } = styleOf(name, theme);
      row.root.style.setProperty('--dlw-line-color', color);
      row.root.classList.toggle('dlw-activation-dashed', dash.length > 0);
      row.root.classList.toggle('dlw-activation-off', !now.functions.includes(name));
      row.check.checked = now.functions.includes(name);
      setAttributes(row.name, { 'aria-pressed': String(name === focus) });
      [short(curve.value(x)), short(slope), passed(slope)].forEach((text, i) => setText(row.cells[i]!, text));
    }
  }
}
