import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A classifier gives each sample a *score*, and a *threshold* makes a decision of it. *Precision* is the share of right answers among the samples that are predicted positive, *recall* the share of the positive samples that are found: a higher threshold usually raises the one and lowers the other. *Accuracy* counts all right answers, so with 1 fake in 100 it is 99% for an answer that never says fake. The ROC curve and the precision-recall curve show all thresholds at once; with few positive samples the second one shows much sooner how many alarms are false. In a regression, the *squared* error weights one large error more than many small ones, the *absolute* error doesn’t.',
    ),
  tries: [
    {
      text: () => t('**1 fake in 100.** How many are wrongly suspected until the fake is found?'),
      state: 'threshold=0.8',
    },
    {
      text: () =>
        t(
          '**Rare or not.** Compare both curves at 5 and at 50 positive samples. Which one stays about the same?',
        ),
      state: 'positives=5;separation=3;seed=7;threshold=0.5',
    },
    {
      text: () => t('**Guessing.** Without any distance between the classes, what are both areas?'),
      state: 'positives=30;separation=0;threshold=0.5',
    },
    {
      text: () => t('**By chance.** Press the dice: how much does the area swing with 3 positive samples?'),
      state: 'positives=3;threshold=0.5',
    },
    {
      text: () => t('**An outlier.** Drag the last point far down. Which line believes it?'),
      state: 'task=regression',
    },
  ],
  source: () =>
    t(
      'A book’s example: `is_fake` always says no, and 1 of 100 users is a fake, so accuracy is 99%, precision 0 / 0, recall 0%. Metrics, curves and areas are those of scikit-learn.',
    ),
};
