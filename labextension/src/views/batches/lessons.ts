import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Batches.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  step: {
    text: () => t('Press **Step**. How many samples are used, and how often are the weights updated?'),
    part: 'batch',
    done: 'step',
  },
  epoch: {
    text: () => t('Step on until all samples are used. How many iterations make an epoch?'),
    part: 'progress',
    done: 'epoch',
  },
  size: {
    text: () => t('Choose another batch size in the table. What becomes of the number of updates?'),
    part: 'sizes',
    done: 'batch_size',
  },
  rest: {
    text: () => t('Set the samples to **25** and the batch size to **6**. How large is the last batch?'),
    part: 'samples',
    done: 'samples=25;batch_size=6',
  },
  shuffle: {
    text: () => t('Turn **Shuffle** off, and step. Which classes are in a batch now?'),
    part: 'shuffle',
    done: 'shuffle=0;step',
  },
  mnist: {
    text: () => t('Choose **MNIST**. Why does Keras write 469 and not 468?'),
    part: 'presets',
    done: 'samples=60000;batch_size=128',
  },
};
