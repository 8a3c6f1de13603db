import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'An *embedding* gives each word a short vector of numbers that are learned, instead of a one-hot vector with a place for each word. At first the vectors are random. Training moves them so that the task gets easier: a model that tells good reviews from bad ones moves *excellent* to *superb* and away from *awful*, and it doesn’t care about *king* and *queen*. *GloVe* was trained to tell which words stand near each other in 6 billion words of text, so its directions mean more: from *man* to *woman* is about as far, and in about the same direction, as from *king* to *queen*. How similar two words are is measured by the cosine of the angle between their vectors, in all dimensions; a plane shows only two of them.',
    ),
  tries: [
    {
      text: () => t('**A new task.** What does the reviewers’ model know about *horror*, what does GloVe?'),
      state: 'word=horror',
    },
    {
      text: () => t('**King − man + woman.** Why does only one of the spaces find *queen*?'),
      state: 'task=analogy',
    },
    {
      text: () => t('**Capitals.** France is to Paris as Italy is to …'),
      state: 'task=analogy;a=france;b=paris;c=italy;show=glove',
    },
    {
      text: () =>
        t(
          '**Drawn by hand.** In the book’s figure, cat is to tiger as dog is to wolf. What do real vectors say?',
        ),
      state: 'task=analogy;a=cat;b=tiger;c=dog;show=glove',
    },
    {
      text: () => t('**Before training.** Are random vectors neighbors of anything?'),
      state: 'moment=0',
    },
    {
      text: () => t('**Opposites.** *good* and *bad* are neighbors in GloVe. Why, and why not on the left?'),
      state: 'word=bad',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 6.1.2; Mikolov et al., *Efficient Estimation of Word Representations in Vector Space*, 2013; Pennington, Socher and Manning, *GloVe*, 2014 (vectors under PDDL 1.0). The color is the share of positive reviews of IMDB among those with the word.',
    ),
};
