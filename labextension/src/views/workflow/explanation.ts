import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'What you want to predict decides how a network ends. The last layer has one unit per answer; its *activation* puts the answers into the right range; the *loss* compares them with the targets, and the *metric* tells people how good they are. A model that mixes them up often trains without any error message, only badly. Before you train, know the *baseline*: the score of a prediction that needs no model. A model that doesn’t beat it has learned nothing.',
    ),
  tries: [
    {
      text: () => t('**Always 1.** One unit with softmax. Drag the logit: what does the output do?'),
      state: 'problem=binary;activation=softmax',
    },
    {
      text: () =>
        t(
          '**No activation.** The book has a last `Dense(1)` without one, and binary crossentropy. What does Keras do below 0?',
        ),
      state: 'problem=binary;activation=linear;logits=-2',
    },
    {
      text: () =>
        t(
          '**The worst error.** Sigmoid and MSE, and a wrong answer that is sure of itself: look at the gradient, then select binary crossentropy.',
        ),
      state: 'problem=binary;loss=mse;logits=-6',
    },
    {
      text: () =>
        t('**Labels that compete.** Two labels are right. How large can both outputs be with softmax?'),
      state: 'problem=multilabel;activation=softmax;logits=4,-3,-3,4',
    },
    {
      text: () => t('**99% right.** One class has nearly all samples. What does accuracy hide?'),
      state: 'problem=binary;largest=99',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 4.5 and table 4-1. Losses and gradients are those of Keras, for one sample.',
    ),
};
