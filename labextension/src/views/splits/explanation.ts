import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A model is judged by samples that it hasn’t seen, so some are held out for *validation*. One *hold-out* is quick, but its score depends on which samples happen to be in it. *k-fold* validation trains k models and lets each sample be validated once; *iterated* k-fold repeats that P times with other shuffles. A score is only honest if validation is like the use later on: classes mixed, no copies of training samples, nothing from the future, and no mean, scale or selected feature computed with the validation samples. What you choose by the validation score, even a lucky seed, fits the validation samples, so keep a test set that you use once, at the end.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**A matter of luck.** 36 wines are held out. How far apart are the luckiest and the unluckiest seed?',
        ),
      state: 'protocol=holdout;seed=7',
    },
    {
      text: () =>
        t('**Better than one.** Iterated k-fold: what does it cost, and how much less do its scores swing?'),
      state: 'protocol=iterated;repeats=5',
    },
    {
      text: () =>
        t(
          '**Sorted.** With 3 folds in the order of the file, the first and the last model are asked for a class that they never saw; the second has seen only 12 of its 71 wines.',
        ),
      state: 'trap=sorted;folds=3',
    },
    {
      text: () => t('**Copies.** All samples are there twice. What do 5 neighbors do to the careless score?'),
      state: 'trap=duplicates;copies=100',
    },
    {
      text: () =>
        t('**Tomorrow.** The price of yesterday and of tomorrow give today’s away. What is known in time?'),
      state: 'trap=time',
    },
    {
      text: () =>
        t('**Nothing to learn.** 500 random features, the best 20 kept. Which score would you publish?'),
      state: 'trap=selection',
    },
  ],
  source: () =>
    t(
      'A book shows hold-out, k-fold and iterated k-fold with shuffling as figures, and names the traps in words. The scores here are computed in this page: nearest neighbors in standardized features, compared with scikit-learn. Wines: S. Aeberhard and M. Forina, UCI Machine Learning Repository (CC BY 4.0).',
    ),
};
