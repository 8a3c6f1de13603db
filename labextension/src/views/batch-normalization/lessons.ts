import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `BatchNormalization.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  watch: {
    text: () => t('Press **Reset** and **Play**. Compare the two sides of each layer’s histogram.'),
    part: 'distributions',
    done: 'reset;play',
  },
  unit: {
    text: () => t('Press another layer. Compute ẑ₁ and y₁ yourself.'),
    part: 'unit_values',
    done: 'unit',
  },
  inference: {
    text: () =>
      t(
        'Choose the **moving averages**. Go back to step 60: why is the loss larger than with batch statistics?',
      ),
    part: 'mode',
    done: 'mode=inference;step',
  },
  momentum: {
    text: () => t('Lower the **momentum**. What do the moving averages gain, and what do they lose?'),
    part: 'momentum',
    done: 'momentum',
  },
  one: {
    text: () => t('Set the batch size to **1**. Why is every output β?'),
    part: 'batch_size',
    done: 'batch_size=1',
  },
};
