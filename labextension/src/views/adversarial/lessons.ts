import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Adversarial.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  flip: {
    text: () => t('Drag **ε** until the answer flips. Would you have noticed the change of the image?'),
    part: 'chart',
    done: 'flipped',
  },
  noise: {
    text: () =>
      t('Roll the **dice** for other random noise of this size. How much does it change the answer?'),
    part: 'noise',
    done: 'seed',
  },
  target: {
    text: () => t('Choose a **wanted answer**. Which digit needs the smallest ε, which the largest?'),
    part: 'target',
    done: 'target',
  },
  linear: {
    text: () =>
      t('Select the **linear** network. Compare w·sign with w·n in the formula: why is one so much larger?'),
    part: 'formula',
    done: 'network=linear',
  },
  iterative: {
    text: () => t('Take **many small steps** (PGD). Is a smaller ε enough?'),
    part: 'method',
    done: 'method=iterative',
  },
  draw: {
    text: () => t('Draw a digit of **your own**. Does a bold one withstand a larger ε?'),
    part: 'image',
    done: 'image=drawing',
  },
};
