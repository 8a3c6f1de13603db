import { t } from '../../core/i18n';
import { short } from '../../shared/concept/numbers';
import { el, setAttributes, setText } from '../../shared/dom';
import { SHOWN } from './fields';
import type { Example, WorkflowModel } from './model';

interface Row {
  root: HTMLElement;
  slider: HTMLInputElement;
  logit: HTMLElement;
  bar: HTMLElement;
  output: HTMLElement;
  target: HTMLButtonElement;
  gradient: HTMLElement;
}

/** One sample: what each unit gives, what the activation makes of it, the target, and the gradient of the loss. */
export class ExamplePane {
  readonly root: HTMLElement;
  private readonly caption = el('p', 'dlw-workflow-caption');
  private readonly rows: Row[] = [];

  constructor(
    private readonly model: WorkflowModel,
    moved: (index: number, value: number) => void,
    chosen: (index: number) => void,
  ) {
    const heads = [() => t('Logit'), () => t('Output'), () => t('Target'), () => t('Gradient')];
    const head = el(
      'div',
      'dlw-workflow-unit dlw-workflow-head',
      { 'aria-hidden': 'true', title: () => t('The gradient of the loss with respect to each logit') },
      el('span'),
      ...heads.map((text) => el('span', '', {}, text)),
    );
    this.root = el('div', 'dlw-workflow-example', {}, this.caption, head);
    for (let i = 0; i < SHOWN; i++) {
      const number = i + 1;
      const slider = el('input', '', {
        type: 'range',
        min: -6,
        max: 6,
        step: 0.1,
        'aria-label': () => t('Logit of unit {number}', { number }),
      });
      slider.addEventListener('input', () => moved(i, slider.valueAsNumber));
      const target = el('button', 'dlw-workflow-target', { type: 'button' });
      target.addEventListener('click', () => chosen(i));
      const [logit, output, gradient] = [
        el('output', '', { 'aria-live': 'off' }),
        el('span'),
        el('span', 'dlw-workflow-number'),
      ];
      const bar = el('span', 'dlw-workflow-bar');
      const root = el(
        'div',
        'dlw-workflow-unit',
        {},
        el('span', 'dlw-workflow-name', {}, String(number)),
        el('span', 'dlw-workflow-logit', {}, slider, logit),
        el('span', 'dlw-workflow-output', {}, el('span', 'dlw-workflow-track', {}, bar), output),
        target,
        gradient,
      );
      this.rows.push({ root, slider, logit, bar, output, target, gradient });
      this.root.append(root);
    }
  }

  show(example: Example): void {
    const { setup, shownUnits } = this.model;
    const classes = setup.problem !== 'regression' && setup.problem !== 'unit_regression';
    setText(
      this.caption,
      setup.units > shownUnits
        ? t('One sample, with {shown} of the {units} units', {
            shown: shownUnits,
            units: setup.units,
          })
        : t('One sample'),
    );
    this.rows.forEach((row, i) => {
      row.root.hidden = i >= example.logits.length;
      if (row.root.hidden) return;
      const [z, p, y] = [example.logits[i]!, example.outputs[i]!, example.targets[i]!];
      if (row.slider.valueAsNumber !== z) row.slider.value = String(z);
      setText(row.logit, short(z));
      const share = Math.min(1, Math.abs(p) / (Math.abs(p) > 1 ? 6 : 1));
      row.bar.style.transform = `scaleX(${share})`;
      row.bar.classList.toggle('dlw-workflow-below', p < 0);
      setText(row.output, short(p));
      setText(row.target, short(y));
      const choosable = classes && example.logits.length > 1;
      row.target.disabled = !choosable;
      setAttributes(row.target, {
        'aria-pressed': String(y === 1),
        'aria-label': t('Target of unit {number}: {value}', { number: i + 1, value: short(y) }),
        title: choosable ? t('Let this class be right') : '',
      });
      const gradient = example.gradients[i];
      setText(row.gradient, gradient === undefined ? '-' : short(Math.abs(gradient) < 5e-6 ? 0 : gradient));
    });
  }
}
