import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `OneNeuron.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  drag: {
    text: () => t('Drag the handles **w** and **b** until the squares are small. Which loss do you reach?'),
    part: 'plane',
    done: 'w;b',
  },
  surface: {
    text: () => t('Drag the ball along the valley. How does the line turn while the loss hardly changes?'),
    part: 'surface',
    done: 'surface_dragged',
  },
  learn: {
    text: () =>
      t('Press **Play**. In which direction does the first step go, and why are the last ones so small?'),
    part: 'controls',
    done: 'play',
  },
  rate: {
    text: () =>
      t('Raise the learning rate slowly until it diverges. Compare the rate with 2 / λ in the formula.'),
    part: 'learning_rate',
    done: 'learning_rate;diverge',
  },
  point: {
    text: () =>
      t('Drag a point up, then to the right. Which of the two changes the rate at which it diverges?'),
    part: 'plane',
    done: 'x;y',
  },
  batch: {
    text: () =>
      t('Choose a batch size of **1**. Why does the ball never come to rest if the points aren’t on a line?'),
    part: 'batch_size',
    done: 'batch_size=1',
  },
};
