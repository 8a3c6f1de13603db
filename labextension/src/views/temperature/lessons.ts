import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Temperature.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  cold: {
    text: () => t('Set the temperature to **0.2**. How often is the most probable word drawn now?'),
    part: 'temperature',
    done: 'temperature=0.2',
  },
  hot: {
    text: () => t('Set it to **3**. What happens to the words that hardly fit?'),
    part: 'temperature',
    done: 'temperature=3',
  },
  throw: {
    text: () => t('Press **Step** a few times. Which word does the random number fall on, and why?'),
    part: 'line',
    done: 'step',
  },
  top_k: {
    text: () => t('Set top-k to **3**. Where do the probabilities of the other words go?'),
    part: 'top_k',
    done: 'top_k=3',
  },
  top_p: {
    text: () => t('Set top-p to **0.8**, and lower the temperature. How many words are kept now?'),
    part: 'top_p',
    done: 'top_p=0.8;temperature',
  },
  drag: {
    text: () => t('Drag the logits until all words are equally probable. How large is the entropy?'),
    part: 'logits',
    done: 'logits',
  },
};
