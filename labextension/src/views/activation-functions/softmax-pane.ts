import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { Bars, shareText } from '../../shared/concept/bars';
import { Stepper } from '../../shared/concept/fields';
import { short } from '../../shared/concept/numbers';
import { el } from '../../shared/dom';
import { LOGIT, MOST_LOGITS } from './fields';
import { logistic } from './functions';
import type { ActivationFunctionsModel } from './model';

interface Options {
  change: (logits: readonly number[]) => void;
  shifted: (logits: readonly number[]) => void;
  hover: (index: number | null) => void;
}

/** Logits to drag, with the probabilities that softmax makes of them, and sigmoid of each. */
export class SoftmaxPane {
  readonly root: HTMLElement;
  /** The parts that can be hidden, by name. */
  readonly parts: Readonly<Record<'logits' | 'probabilities' | 'count' | 'shift', HTMLElement>>;
  private readonly logits: Bars;
  private readonly probabilities: Bars;
  private readonly count: Stepper;
  private readonly shift: HTMLButtonElement;

  constructor(
    private readonly model: ActivationFunctionsModel,
    options: Options,
  ) {
    this.logits = new Bars({
      label: () => t('Logits'),
      low: -LOGIT,
      high: LOGIT,
      height: 180,
      step: 0.1,
      name: ({ name }) => t('Logit of class {name}', { name }),
      changed: (index, value) =>
        options.change(model.now.logits.map((old, i) => (i === index ? value : old))),
      hover: options.hover,
    });
    this.probabilities = new Bars({
      label: () => t('Probabilities'),
      low: 0,
      high: 1,
      height: 180,
      hover: options.hover,
    });
    this.count = new Stepper(
      () => t('Classes'),
      2,
      MOST_LOGITS,
      (count) => {
        const kept = model.now.logits.slice(0, count);
        options.change([...kept, ...new Array<number>(count - kept.length).fill(0)]);
      },
    );
    this.shift = el('button', 'dlw-button', { type: 'button' }, () => t('Add 1 to all logits'));
    this.shift.addEventListener('click', () =>
      options.shifted(model.now.logits.map((value) => Math.min(LOGIT, value + 1))),
    );
    const legend = el('p', 'dlw-activation-remark', {}, el('span', 'dlw-activation-mark'), () =>
      t('Sigmoid of each logit: each class by itself, so they don’t add up to 1.'),
    );
    const pane = (title: () => string, ...content: HTMLElement[]): HTMLElement =>
      el('div', 'dlw-activation-side', {}, el('div', 'dlw-activation-caption', {}, title), ...content);
    this.parts = {
      logits: pane(() => t('Logits z: drag them'), this.logits.root),
      probabilities: pane(
        () => t('Softmax: probabilities that add up to 100%'),
        this.probabilities.root,
        legend,
      ),
      count: this.count.root,
      shift: this.shift,
    };
    this.root = el('div', 'dlw-activation-panes', {}, this.parts.logits, this.parts.probabilities);
  }

  show(theme: Theme, logits: readonly number[]): void {
    const probabilities = this.model.probabilities(logits);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const color = (i: number): string => theme.palette[i === best ? 1 : 0]!;
    this.logits.show(
      logits.map((value, i) => ({ name: String(i), value, text: short(value), color: color(i) })),
    );
    this.probabilities.show(
      probabilities.map((value, i) => ({
        name: String(i),
        value,
        text: shareText(value),
        color: color(i),
        line: logistic(logits[i]!),
      })),
    );
    this.count.show(logits.length);
    this.shift.disabled = this.model.now.logits.every((value) => value >= LOGIT);
  }
}
