import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `GradientDescent.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  step: {
    text: () =>
      t(
        'Select **SGD** in the list and press **Step**. The formula subtracts the learning rate times the gradient from the weights.',
      ),
    part: 'controls',
    done: 'step;focus=sgd',
  },
  drag: {
    text: () => t('Drag the start to another place. From where does **SGD** need the fewest steps?'),
    part: 'plot',
    done: 'start',
  },
  rate: {
    text: () => t('Raise the learning rate until an optimizer diverges. Which one is the first?'),
    part: 'learning_rate',
    done: 'learning_rate;diverge',
  },
  momentum: {
    text: () => t('Set β to **0**. Which paths are the same now, and why?'),
    part: 'momentum',
    done: 'momentum=0',
  },
  local: {
    text: () => t('Choose **Surface: two minima**. Which optimizers leave the local minimum?'),
    part: 'function',
    done: 'function=two_minima',
  },
  batch: {
    text: () =>
      t('Choose **Line through points** and a batch size of **1**. Why do the paths never come to rest?'),
    part: 'batch_size',
    done: 'function=points;batch_size=1',
  },
};
