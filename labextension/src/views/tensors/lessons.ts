import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Tensors.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  corner: {
    text: () =>
      t(
        'Move **start** of axis 2 below 0, until only the right half of each digit is left: `x[:, :, -14:]`.',
      ),
    part: 'slice',
    done: 'axis2=-14,28',
  },
  index: {
    text: () => t('Tick **one index** of axis 0. How many axes has the result, and why?'),
    part: 'slice',
    done: 'axis0',
  },
  reshape: {
    text: () =>
      t('Choose **Reshape and transpose**, then `x.T`. Why is its order in the memory another one?'),
    part: 'show',
    done: 'show=reshape;operation=transpose',
  },
  misfit: {
    text: () =>
      t(
        'Choose **Broadcasting** and type shapes that don’t fit. Which size is to blame, and what would help?',
      ),
    part: 'show',
    done: 'show=broadcast;misfit',
  },
  dot: {
    text: () => t('Choose **Dot product** and click an entry of the result. Which row and column make it?'),
    part: 'show',
    done: 'show=dot;point',
  },
  shapes: {
    text: () =>
      t('Choose **Shapes of real data**. With which type do the videos take a quarter of the memory?'),
    part: 'show',
    done: 'show=shapes;dtype=uint8',
  },
};
