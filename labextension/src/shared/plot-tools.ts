/** What the toolbars of plots have in common. */

import { t } from '../core/i18n';
import { el } from './dom';
import { icon, type IconName } from './icons';

/** Where a point lies on the horizontal axis. */
export type Axis = 'step' | 'epoch' | 'time';

const AXES: Record<Axis, () => string> = {
  step: () => t('Steps'),
  epoch: () => t('Epochs'),
  time: () => t('Time'),
};

/** A menu of the axes. */
export function axisMenu(label: () => string, choose: (axis: Axis) => void): HTMLSelectElement {
  const menu = el('select', 'dlw-select', { 'aria-label': label, title: label });
  for (const [value, text] of Object.entries(AXES)) menu.append(el('option', '', { value }, text));
  menu.addEventListener('change', () => choose(menu.value as Axis));
  return menu;
}

/** A button that shows an icon; its label is its tooltip. */
export function toolButton(
  action: string,
  name: IconName,
  label: () => string,
  act: () => void,
): HTMLButtonElement {
  const button = el(
    'button',
    'dlw-tool',
    { type: 'button', title: label, 'aria-label': label, 'data-action': action },
    icon(name),
  );
  button.addEventListener('click', act);
  return button;
}

/** Whether a button that stays pressed is pressed. */
export function isPressed(button: HTMLButtonElement): boolean {
  return button.getAttribute('aria-pressed') === 'true';
}
