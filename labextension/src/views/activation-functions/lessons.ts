import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `ActivationFunctions.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  saturated: {
    text: () =>
      t('Drag the point until **Sigmoid** saturates. How much of a gradient is left after ten such layers?'),
    part: 'curve',
    done: 'x;saturated',
  },
  dead: {
    text: () => t('Select **ReLU**, and drag the point to where it is dead. What is the derivative there?'),
    part: 'functions',
    done: 'focus=relu;dead',
  },
  leaky: {
    text: () => t('Select **Leaky ReLU**. What has become of the dead zone?'),
    part: 'functions',
    done: 'focus=leaky_relu',
  },
  softmax: {
    text: () => t('Choose **Softmax**, and drag one logit. Why do all probabilities change?'),
    part: 'show',
    done: 'show=softmax;logits',
  },
  shift: {
    text: () => t('Press **Add 1 to all logits**. What changes, and what doesn’t?'),
    part: 'shift',
    done: 'shift',
  },
  stack: {
    text: () =>
      t(
        'Choose **Layers with and without**, and add layers. What does the network without an activation stay?',
      ),
    part: 'show',
    done: 'show=stack;layers',
  },
};
