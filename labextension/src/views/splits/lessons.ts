import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Splits.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  blocks: {
    text: () =>
      t(
        'Go through the rows with the pointer or the arrow keys. How often is each sample in the framed block of validation?',
      ),
    part: 'splits',
    done: 'row',
  },
  swing: {
    text: () =>
      t(
        'Choose **Hold-out** and press the dots of the best and the worst seed. Did the model get better or worse?',
      ),
    part: 'swing',
    done: 'protocol=holdout;pick',
  },
  sorted: {
    text: () =>
      t(
        'Choose the trap **Sorted classes** with 3 folds. Which color is missing among the pale samples of the first row, and of the last?',
      ),
    part: 'trap',
    done: 'trap=sorted;folds=3',
  },
  copies: {
    text: () =>
      t(
        'Choose **Duplicates** and copy all samples. The wines are as hard as before: why does the careless score rise?',
      ),
    part: 'trap',
    done: 'trap=duplicates;copies=100',
  },
  time: {
    text: () => t('Choose **Arrow of time**. Where are the training samples in each row on the right?'),
    part: 'trap',
    done: 'trap=time',
  },
  leak: {
    text: () =>
      t(
        'Choose **Features selected with all samples**. The features are random numbers: what should the score be, and what is it?',
      ),
    part: 'trap',
    done: 'trap=selection',
  },
};
