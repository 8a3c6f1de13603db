import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Connections.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  output: {
    text: () => t('Point at an **output**. From how many inputs does it have a line, in each of the layers?'),
    part: 'conv',
    done: 'output',
  },
  weight: {
    text: () => t('Point at a **weight** of the convolution. How many lines have it, and why so many?'),
    part: 'weights',
    done: 'weight',
  },
  matrix: {
    text: () =>
      t('Point at an **entry of a matrix**, or at a line. What does the empty part of a matrix stand for?'),
    part: 'matrix',
    done: 'line',
  },
  longer: {
    text: () => t('Make the **input** larger. Which of the three numbers of parameters stays?'),
    part: 'size',
    done: 'longer',
  },
  digits: {
    text: () => t('Select the example **Digits**. What would 1,000 filters cost, and 1,000 dense units?'),
    part: 'example',
    done: 'shape=28,28,1',
  },
};
