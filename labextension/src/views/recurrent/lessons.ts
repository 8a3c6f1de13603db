import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Recurrent.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  point: {
    text: () =>
      t('Point at a square of the picture. Which numbers of the step before does its formula take?'),
    part: 'unrolled',
    done: 'point',
  },
  cell: {
    text: () =>
      t('Choose **SimpleRNN** and then **LSTM**. What does the carry do that the state alone can’t?'),
    part: 'cell',
    done: 'cell',
  },
  vanish: {
    text: () =>
      t('Make the recurrent weights smaller until the gradient **vanishes**: what does the output say then?'),
    part: 'gain',
    done: 'vanish',
  },
  explode: {
    text: () => t('Make the gradient **explode**. With which cell is that easy?'),
    part: 'gain',
    done: 'explode',
  },
  own: {
    text: () =>
      t('Change the sequence: drag a bar, or type. Which steps of the picture change, and which never do?'),
    part: 'sequence',
    done: 'series',
  },
};
