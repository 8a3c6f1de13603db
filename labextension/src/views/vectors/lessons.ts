import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Vectors.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  turn: {
    text: () => t('Rotate by **90°**. Read the columns of M: where did (1, 0) and (0, 1) go?'),
    part: 'rotate',
    done: 'matrix=0,-1/1,0',
  },
  columns: {
    text: () => t('Drag the tip of **v**. Which lines of the grid stay parallel? Which stay where they are?'),
    part: 'plane',
    done: 'column',
  },
  flat: {
    text: () => t('Set **Scale y** to **0**. What is left of the digit, and what is the determinant?'),
    part: 'scale_y',
    done: 'flat',
  },
  mirror: {
    text: () => t('Make the determinant **negative**. What has happened to the digit?'),
    part: 'matrix',
    done: 'mirror',
  },
  shift: {
    text: () => t('Change **t**. No matrix alone could do this: why?'),
    part: 'shift',
    done: 'shift',
  },
  sum: {
    text: () => t('Choose **a + b** and make the dot product **0**. How do the arrows stand?'),
    part: 'plane',
    done: 'perpendicular',
  },
};
