import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Backpropagation.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  step: {
    text: () =>
      t('Press **Step** until the loss appears. Which numbers does each activation need to be known?'),
    part: 'controls',
    done: 'step;loss_seen',
  },
  edit: {
    text: () => t('Click the weight w⁽²⁾₁₁ and type **2**. Which numbers of the forward pass stay the same?'),
    part: 'network',
    done: 'weights',
  },
  backward: {
    text: () =>
      t(
        'Go on to **δ 1**. It is made of the δ of layer 2 and the same weights, read from right to left. Why must layer 2 be first?',
      ),
    part: 'phases',
    done: 'backward',
  },
  chain: {
    text: () =>
      t(
        'Select another weight of layer 1. Through how many paths does it reach the loss? And a weight of layer 2?',
      ),
    part: 'chain',
    done: 'focus',
  },
  check: {
    text: () =>
      t('Choose the mistake **δ without the slope**. Which gradients does the check find to be wrong?'),
    part: 'mistake',
    done: 'mistake=no_slope;fail',
  },
  train: {
    text: () => t('Go to the last pass in the chart. How large are δ and the gradients now, and why?'),
    part: 'chart',
    done: 'pass',
  },
};
