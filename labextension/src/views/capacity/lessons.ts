import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Capacity.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  curve: {
    text: () =>
      t(
        'Drag the mark on the error chart from left to right. Which error always falls, and which one rises again?',
      ),
    part: 'errors',
    done: 'capacity',
  },
  zero: {
    text: () =>
      t(
        'Set degree **14**: 15 coefficients for 15 points. The training error is 0. Would you use this curve?',
      ),
    part: 'plane',
    done: 'degree=14',
  },
  point: {
    text: () => t('Drag a validation point (a ring). Why does the curve stay?'),
    part: 'plane',
    done: 'point',
  },
  size: {
    text: () => t('Move **Training points** to 60. To which degree does the validation error stay low now?'),
    part: 'size',
    done: 'size=60',
  },
  penalty: {
    text: () => t('Choose the penalty **L1**, then **L2**. Which one makes weights 0?'),
    part: 'penalty',
    done: 'penalty=l2',
  },
  stopping: {
    text: () => t('Choose **Network** with 32 units, and early stopping. How many epochs are enough?'),
    part: 'model',
    done: 'model=network;units=32;stopping=1',
  },
};
