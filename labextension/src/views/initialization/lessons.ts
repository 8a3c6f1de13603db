import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Initialization.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  he: {
    text: () => t('Choose **He**. By which number does each layer multiply the activations now?'),
    part: 'method',
    done: 'method=he',
  },
  scale: {
    text: () => t('Drag **Scale**. Find where the activations neither vanish nor explode.'),
    part: 'scale',
    done: 'scale',
  },
  layer: {
    text: () => t('Press a layer in a chart. Multiply the numbers of the formula yourself.'),
    part: 'activations',
    done: 'layer',
  },
  sigmoid: {
    text: () => t('Select **Sigmoid**. What happens to the gradients, and why?'),
    part: 'activation',
    done: 'activation=sigmoid',
  },
  zeros: {
    text: () => t('Choose **All zero**. Could training repair it?'),
    part: 'method',
    done: 'method=zeros',
  },
  residual: {
    text: () =>
      t('Choose **Too small**, and switch **Residual connections** on. Which way do gradients take?'),
    part: 'residual',
    done: 'method=small;residual=1',
  },
};

/** Those for a user's own model, whose layers are as they are. */
export const OWN_LESSONS: Readonly<Record<string, LessonStep>> = Object.fromEntries(
  Object.entries(LESSONS).filter(([name]) => name !== 'sigmoid' && name !== 'residual'),
);
