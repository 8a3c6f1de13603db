import { t } from '../../core/i18n';
import { el, setAttributes } from '../../shared/dom';
import { type Axis, axisMenu, isPressed, toolButton } from '../../shared/plot-tools';

export interface Actions {
  form(form: 'ridge' | 'heat'): void;
  axis(axis: Axis): void;
  log(on: boolean): void;
  zoom(closer: boolean): void;
  reset(): void;
  table(): void;
}

export interface ToolsState {
  form: 'ridge' | 'heat';
  axis: Axis;
  log: boolean;
  zoomed: boolean;
  /** Whether there is a large plot. */
  large: boolean;
  table: boolean;
}

const FORMS = { ridge: () => t('Ridges'), heat: () => t('Heat map') };
/** The buttons of a plot of histograms. */
export class Tools {
  readonly root = el('div', 'dlw-toolbar', { role: 'toolbar', 'aria-label': () => t('Histograms') });
  private readonly forms = new Map<'ridge' | 'heat', HTMLButtonElement>();
  private readonly axis: HTMLSelectElement;
  private readonly log: HTMLButtonElement;
  private readonly closer: HTMLButtonElement;
  private readonly reset: HTMLButtonElement;
  private readonly table: HTMLButtonElement;

  constructor(actions: Actions) {
    const group = el('div', 'dlw-histogram-forms', { role: 'group', 'aria-label': () => t('Plot type') });
    for (const form of ['ridge', 'heat'] as const) {
      const button = el('button', 'dlw-histogram-form', { type: 'button', 'data-form': form }, FORMS[form]);
      button.addEventListener('click', () => actions.form(form));
      this.forms.set(form, button);
      group.append(button);
    }
    this.axis = axisMenu(
      () => t('Step axis'),
      (axis) => actions.axis(axis),
    );
    this.log = toolButton(
      'log',
      'log',
      () => t('Logarithmic counts'),
      () => actions.log(!isPressed(this.log)),
    );
    this.closer = toolButton(
      'closer',
      'zoomIn',
      () => t('Show a smaller range of values'),
      () => actions.zoom(true),
    );
    this.reset = toolButton(
      'reset',
      'reset',
      () => t('Show all values'),
      () => actions.reset(),
    );
    this.table = toolButton(
      'table',
      'table',
      () => t('Table of quantiles'),
      () => actions.table(),
    );
    this.root.append(group, this.axis, this.log, this.closer, this.reset, this.table);
  }

  update(state: ToolsState): void {
    for (const [form, button] of this.forms) {
      setAttributes(button, { 'aria-pressed': form === state.form ? 'true' : 'false' });
    }
    this.axis.value = state.axis;
    setAttributes(this.log, { 'aria-pressed': state.log ? 'true' : 'false' });
    setAttributes(this.table, { 'aria-pressed': state.table ? 'true' : 'false' });
    this.closer.hidden = this.reset.hidden = this.table.hidden = !state.large;
    this.reset.disabled = !state.zoomed;
  }
}
