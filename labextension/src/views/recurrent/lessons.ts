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
      t(
        'Choose **Text** and make the recurrent weights smaller until the gradient **vanishes**: what is predicted then?',
      ),
    part: 'gain',
    done: 'vanish',
  },
  explode: {
    text: () => t('Make them larger until the gradient **explodes**. Which cell needs the least for it?'),
    part: 'gain',
    done: 'explode',
  },
  own: {
    text: () =>
      t('Change the sequence: drag a bar, or type. Which steps of the picture change, and which never do?'),
    part: 'sequence',
    done: 'sequence',
  },
};
