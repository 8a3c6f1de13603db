import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Metrics.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  always: {
    text: () =>
      t(
        'Press **Pause** and **Reset**. The threshold is above all scores, so nothing is positive. Why is the accuracy 99%?',
      ),
    part: 'controls',
    done: 'play;reset',
  },
  drag: {
    text: () =>
      t('Drag the threshold until the one positive sample is found. What does that do to the precision?'),
    part: 'scores',
    done: 'drag',
  },
  all: {
    text: () =>
      t('Press **Home** on the scores, or drag to the left end: all is positive. Which metric is 100% now?'),
    part: 'values',
    done: 'all',
  },
  curve: {
    text: () => t('Drag the point on the ROC curve. Where are the false positives in the matrix?'),
    part: 'roc',
    done: 'point',
  },
  balanced: {
    text: () =>
      t('Set **50** positive samples of 100. Does the ROC curve change as much as precision over recall?'),
    part: 'positives',
    done: 'positives=50',
  },
  outlier: {
    text: () => t('Choose **Regression** and drag the outlier. Which line follows it?'),
    part: 'task',
    done: 'task=regression;y',
  },
};
