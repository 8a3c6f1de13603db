import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `ReceptiveField.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  step: {
    text: () => t('Press **Step** a few times. From layer to layer, a unit sees more of the image.'),
    part: 'controls',
    done: 'step',
  },
  point: {
    text: () => t('Point at a unit of the highest layer. Which pixels count most for it?'),
    part: 'section',
    done: 'point',
  },
  pixel: {
    text: () => t('Point at a pixel of the input, in the lowest row. How many units of each layer see it?'),
    part: 'section',
    done: 'pixel',
  },
  deeper: {
    text: () => t('Add a **convolution**. By how many pixels does the field grow, and why not by 2?'),
    part: 'add',
    done: 'layers',
  },
  stride: {
    text: () => t('Remove both **pooling** layers. What do the highest units see now?'),
    part: 'stack',
    done: 'unpooled',
  },
  dilation: {
    text: () => t('Set the **dilation** of a layer to 2. Which pixels does a unit skip?'),
    part: 'stack',
    done: 'dilation',
  },
};
