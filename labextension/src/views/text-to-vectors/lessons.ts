import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `TextToVectors.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  type: {
    text: () =>
      t('Change a word of the first sentence into one that is in the corpus. Which integer does it get?'),
    part: 'text',
    done: 'text',
  },
  unknown: {
    text: () =>
      t('Two words have the same integer, 1. Add one of them to the corpus: which integers change?'),
    part: 'corpus',
    done: 'corpus',
  },
  output: {
    text: () => t('Choose **One-hot**. How many numbers are there now, and how many of them are 1?'),
    part: 'output',
    done: 'output=one_hot',
  },
  padding: {
    text: () => t('Set the length to **5**. Which words are lost, and which with truncating **before**?'),
    part: 'length',
    done: 'length=5;truncating=pre',
  },
  hashing: {
    text: () => t('Choose **Hashing**, and as many bins as it takes until no two words share one.'),
    part: 'encoder',
    done: 'encoder=hashing;num_bins;apart',
  },
  listing: {
    text: () =>
      t('Choose the book’s **one-hot as printed** and **Characters**. What is wrong with the rows?'),
    part: 'split',
    done: 'encoder=listing;split=characters',
  },
};
