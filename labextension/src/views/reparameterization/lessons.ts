import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Reparameterization.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  drag: {
    text: () => t('Drag the **mean**. What does z do, as long as ε stays the same?'),
    part: 'plane',
    done: 'mean',
  },
  deviation: {
    text: () => t('Drag an open **circle** at the edge of the cloud. How far does z move, and why?'),
    part: 'plane',
    done: 'deviation',
  },
  sampled: {
    text: () => t('Draw z **directly** from N(μ, σ²), and drag the mean again. Can you say how z follows?'),
    part: 'path',
    done: 'path=sampled;mean',
  },
  collapse: {
    text: () => t('Press **Play** now. Where does the cloud go, and why not to the digit?'),
    part: 'controls',
    done: 'play',
  },
  beta: {
    text: () => t('Go back to μ + σ·ε and raise **β**. What does the cloud become, and what the image?'),
    part: 'beta',
    done: 'beta',
  },
};
