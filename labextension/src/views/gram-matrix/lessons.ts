import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `GramMatrix.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  share: {
    text: () => t('Drag **Shuffled** to another share. Which of the two losses changes, and which doesn’t?'),
    part: 'share',
    done: 'share',
  },
  image: {
    text: () => t('Shuffle **the image** instead. Why does the Gram matrix change now?'),
    part: 'shuffle',
    done: 'shuffle=image',
  },
  tile: {
    text: () => t('Make the **tiles** larger. Why does the style loss become smaller?'),
    part: 'tile',
    done: 'shuffle=image;tile',
  },
  pair: {
    text: () => t('Click a number off the diagonal. Where are both feature maps bright?'),
    part: 'gram',
    done: 'pair',
  },
  other: {
    text: () => t('Compare with **stripes**. Which entries tell that they lie in one direction?'),
    part: 'compare',
    done: 'compare=stripes',
  },
};
