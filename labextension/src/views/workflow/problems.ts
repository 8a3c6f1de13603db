import { t } from '../../core/i18n';
import { el, setText } from '../../shared/dom';
import { advised } from './advice';
import { PROBLEMS, type Problem } from './fields';
import type { WorkflowModel } from './model';
import { activationText, lossText, metricText, problemText } from './texts';

let groups = 0;

/** The book's table: a row per problem, of which one is selected. */
export class Problems {
  readonly root: HTMLElement;
  private readonly rows = new Map<
    Problem,
    { root: HTMLElement; input: HTMLInputElement; cells: HTMLElement[] }
  >();

  constructor(
    private readonly model: WorkflowModel,
    selected: (problem: Problem) => void,
  ) {
    groups += 1;
    const head = el(
      'div',
      'dlw-workflow-row dlw-workflow-head',
      { 'aria-hidden': 'true' },
      ...[() => t('What is predicted'), () => t('Last layer'), () => t('Loss'), () => t('Metric')].map(
        (text) => el('span', '', {}, text),
      ),
    );
    this.root = el(
      'div',
      'dlw-workflow-table',
      { role: 'radiogroup', 'aria-label': () => t('Problem') },
      head,
    );
    for (const problem of PROBLEMS) {
      const input = el('input', '', { type: 'radio', name: `dlw-workflow-${groups}` });
      input.addEventListener('change', () => selected(problem));
      const name = el(
        'span',
        'dlw-workflow-problem',
        {},
        input,
        el(
          'span',
          '',
          {},
          el('strong', '', {}, () => problemText(problem)[0]),
          el('span', 'dlw-workflow-known', {}, () => problemText(problem)[1]),
        ),
      );
      const cells = [0, 1, 2].map(() => el('span', 'dlw-workflow-cell'));
      const root = el('label', 'dlw-workflow-row', {}, name, ...cells);
      this.rows.set(problem, { root, input, cells });
      this.root.append(root);
    }
  }

  show(): void {
    const { model } = this;
    for (const [problem, { root, input, cells }] of this.rows) {
      const [activation, loss, metric] = advised(problem, model.now.labels);
      const selected = problem === model.now.problem;
      input.checked = selected;
      root.classList.toggle('dlw-workflow-selected', selected);
      const units = model.outputs(problem);
      const layer =
        units === 1
          ? t('1 unit, {activation}', { activation: activationText(activation) })
          : t('{units} units, {activation}', { units, activation: activationText(activation) });
      [layer, lossText(loss), metricText(metric)].forEach((text, i) => setText(cells[i]!, text));
    }
  }
}
