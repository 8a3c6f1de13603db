import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Dropout.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  mask: {
    text: () => t('Click a **1** in the mask. What happens to the output of that unit, and to the sum?'),
    part: 'mask',
    done: 'toggle',
  },
  many: {
    text: () => t('Press **Play**. To which numbers does the average come close?'),
    part: 'average',
    done: 'play',
  },
  test: {
    text: () => t('Select **Test**. Compare the sum with the average of the training.'),
    part: 'phase',
    done: 'phase=test',
  },
  none: {
    text: () => t('Scale **nowhere**. How many times too large is the sum at test time now?'),
    part: 'scaling',
    done: 'scaling=none',
  },
  rate: {
    text: () => t('Raise the rate above **0.8**. Why do the sums jump so much more?'),
    part: 'rate',
    done: 'rate',
  },
};
