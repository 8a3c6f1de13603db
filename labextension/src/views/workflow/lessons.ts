import { t } from '../../core/i18n';
import type { LessonStep } from '../../shared/concept/lesson';

/** The widget's own lesson. `Workflow.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  problem: {
    text: () => t('Select **Several labels at once**. What changes in the last layer, and what stays?'),
    part: 'problem',
    done: 'problem=multilabel',
  },
  break: {
    text: () => t('Give that problem **softmax**. Read why it can’t work, and watch the outputs.'),
    part: 'activation',
    done: 'problem=multilabel;activation=softmax',
  },
  mend: {
    text: () => t('Press **Use the suggestions**.'),
    part: 'findings',
    done: 'advise',
  },
  baseline: {
    text: () => t('Select **Several classes**, and raise the classes to **46**. How good is a guess?'),
    part: 'classes',
    done: 'problem=multiclass;classes=46',
  },
  skewed: {
    text: () => t('Put **99%** of the samples into one class. Why does accuracy say nothing now?'),
    part: 'largest',
    done: 'largest=99',
  },
  logits: {
    text: () =>
      t(
        'Select **Two classes** and the loss **MSE**, and drag the logit to **−6**. How large is the gradient where the answer is worst?',
      ),
    part: 'example',
    done: 'problem=binary;loss=mse;logits=-6',
  },
};
