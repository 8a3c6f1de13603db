import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Clock.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  drag: {
    text: () => t('Drag a **hand**. How many of the pixels change, of the coordinates, of the angles?'),
    part: 'clock',
    done: 'drag',
  },
  samples: {
    text: () =>
      t(
        'Let the networks learn from more **clocks**. Which network reads well after a few, and which one gains most from 256?',
      ),
    part: 'samples',
    done: 'samples',
  },
  wrap: {
    text: () => t('Turn the minute hand to the **12**, then a little back. Which networks are wrong there?'),
    part: 'clock',
    done: 'wrap',
  },
  circle: {
    text: () => t('Let them answer with **sine and cosine**. Which network is the best one now, and why?'),
    part: 'answer',
    done: 'answer=circle',
  },
  units: {
    text: () =>
      t(
        'Let them answer with sine and cosine, and give them 4 **hidden units**. Which network still reads well?',
      ),
    part: 'units',
    done: 'answer=circle;units=4',
  },
};
