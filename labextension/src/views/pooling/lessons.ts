import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Pooling.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  step: {
    text: () =>
      t(
        'Press **Step**. The window moves on by its stride, and its largest value becomes one pixel of the output.',
      ),
    part: 'controls',
    done: 'step',
  },
  point: {
    text: () => t('Point at a pixel of the output. Which pixels of the input was it chosen from?'),
    part: 'output',
    done: 'point',
  },
  average: {
    text: () => t('Choose **Mean**. Thin lines become gray: what has the maximum kept that the mean hasn’t?'),
    part: 'kind',
    done: 'kind=average',
  },
  shift: {
    text: () => t('Drag the shifted digit by a few pixels. Does the output change as much as the input?'),
    part: 'shifted',
    done: 'shift',
  },
  window: {
    text: () =>
      t('Set the window to **4×4**. The output hardly notices the shift, but can you still read it?'),
    part: 'window',
    done: 'window=4',
  },
  network: {
    text: () =>
      t(
        'Set the window back to **2×2** and compare both networks. Where are the weights that pooling saves?',
      ),
    part: 'network',
    done: 'window=2',
  },
};
