import { t } from '../../core/i18n';
import { el, setAttributes } from '../../shared/dom';
import { icon, type IconName } from '../../shared/icons';
import type { Axis } from './rows';

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
const AXES: Record<Axis, () => string> = {
  step: () => t('Steps'),
  epoch: () => t('Epochs'),
  time: () => t('Time'),
};

/** The buttons of a plot of histograms. */
export class Tools {
  readonly root = el('div', 'dlw-toolbar', { role: 'toolbar', 'aria-label': () => t('Histograms') });
  private readonly forms = new Map<'ridge' | 'heat', HTMLButtonElement>();
  private readonly axis = el('select', 'dlw-select', {
    'aria-label': () => t('Axis of the steps'),
    title: () => t('Axis of the steps'),
  });
  private readonly log: HTMLButtonElement;
  private readonly closer: HTMLButtonElement;
  private readonly reset: HTMLButtonElement;
  private readonly table: HTMLButtonElement;

  constructor(actions: Actions) {
    const group = el('div', 'dlw-histogram-forms', { role: 'group', 'aria-label': () => t('Form') });
    for (const form of ['ridge', 'heat'] as const) {
      const button = el('button', 'dlw-histogram-form', { type: 'button', 'data-form': form }, FORMS[form]);
      button.addEventListener('click', () => actions.form(form));
      this.forms.set(form, button);
      group.append(button);
    }
    for (const [value, text] of Object.entries(AXES)) this.axis.append(el('option', '', { value }, text));
    this.axis.addEventListener('change', () => actions.axis(this.axis.value as Axis));
    this.log = tool(
      'log',
      'log',
      () => t('Logarithm of the counts'),
      () => actions.log(this.log.getAttribute('aria-pressed') !== 'true'),
    );
    this.closer = tool(
      'closer',
      'zoomIn',
      () => t('Show a smaller range of values'),
      () => actions.zoom(true),
    );
    this.reset = tool(
      'reset',
      'reset',
      () => t('Show all values'),
      () => actions.reset(),
    );
    this.table = tool(
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

function tool(action: string, name: IconName, label: () => string, act: () => void): HTMLButtonElement {
  const button = el(
    'button',
    'dlw-tool',
    { type: 'button', title: label, 'aria-label': label, 'data-action': action },
    icon(name),
  );
  button.addEventListener('click', act);
  return button;
}
