/** How each optimizer is called and drawn. */

import { t } from '../../core/i18n';
import type { Theme } from '../../core/theme';
import { type OptimizerName, OPTIMIZERS } from './optimizers';

/** Places in the palette: the two kinds of momentum, and the three that scale each weight, are told apart at a glance. */
const PLACES: Readonly<Record<OptimizerName, number>> = {
  sgd: 0,
  momentum: 1,
  nesterov: 6,
  adagrad: 3,
  rmsprop: 4,
  adam: 2,
  printed: 5,
};

export function colorOf(optimizer: OptimizerName, theme: Theme): string {
  return theme.palette[PLACES[optimizer]]!;
}

export function nameOf(optimizer: OptimizerName): string {
  switch (optimizer) {
    case 'sgd':
      return 'SGD';
    case 'momentum':
      return t('Momentum');
    case 'nesterov':
      return 'Nesterov';
    case 'adagrad':
      return 'Adagrad';
    case 'rmsprop':
      return 'RMSprop';
    case 'adam':
      return 'Adam';
    case 'printed':
      return t('As printed');
  }
}

/** The one that is looked at is drawn last, above the others. */
export function drawingOrder<T extends { optimizer: OptimizerName }>(
  all: readonly T[],
  focus: OptimizerName | null,
): T[] {
  const place = (one: T): number =>
    one.optimizer === focus ? OPTIMIZERS.length : OPTIMIZERS.indexOf(one.optimizer);
  return [...all].sort((a, b) => place(a) - place(b));
}
