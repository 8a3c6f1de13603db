import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Embeddings.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  learn: {
    text: () => t('Move the **training** slider to its beginning and to its end. What becomes of the cloud?'),
    part: 'moment',
    done: 'moment',
  },
  word: {
    text: () =>
      t('Choose **king**. Why are its neighbors such different words on the left and on the right?'),
    part: 'word',
    done: 'word=king',
  },
  task: {
    text: () => t('Choose **Analogy**. Which space finds queen?'),
    part: 'task',
    done: 'task=analogy',
  },
  own: {
    text: () => t('Make an analogy of your own: a country, its capital, and another country.'),
    part: 'analogy',
    done: 'a;b;c',
  },
  color: {
    text: () => t('Color by **similarity**, and click words. Is what is near in the plane always similar?'),
    part: 'color',
    done: 'color=similarity;point',
  },
};
