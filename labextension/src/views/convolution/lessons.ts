import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Convolution.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  step: {
    text: () =>
      t(
        'Press **Step**. The window moves on by one pixel, and the sum of the products becomes one pixel of the output.',
      ),
    part: 'controls',
    done: 'step',
  },
  point: {
    text: () =>
      t('Point at a pixel of the output. The window shows which pixels of the input it was made of.'),
    part: 'output',
    done: 'point',
  },
  edges: {
    text: () => t('Choose **Sobel y**. Which lines of the digit are bright now?'),
    part: 'presets',
    done: 'kernel=1,2,1/0,0,0/-1,-2,-1',
  },
  own: {
    text: () => t('Click a number of the kernel and change it. What has changed in the output?'),
    part: 'kernel',
    done: 'edit',
  },
  padding: {
    text: () =>
      t('Set the padding to **same**. The output becomes as large as the input: where do the zeros come in?'),
    part: 'padding',
    done: 'padding=same',
  },
  stride: {
    text: () => t('Set the stride to **2**. The output has half as many rows and columns.'),
    part: 'stride',
    done: 'stride=2',
  },
};
