import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A network that learns its training samples by heart relies on a few units that happen to fit them together. *Dropout* breaks such conspiracies: in each training step it sets some activations to zero at random, so every unit has to be useful on its own. The *rate* is the share that is dropped, usually 0.2 to 0.5. With fewer units the sum for the next layer is smaller, so what is left is made larger: Keras divides it by 1 − rate in training. At test time nothing is dropped, and on average nothing has changed.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**The book’s matrix.** Its mask drops five of sixteen numbers. Step on: how many does a random mask drop?',
        ),
      state: '',
    },
    {
      text: () =>
        t(
          '**Forgotten scaling.** The sums of training and test differ. By how much, and does the rate matter?',
        ),
      state: 'scaling=none;values=layer',
    },
    {
      text: () =>
        t(
          '**Two ways.** Scale at test time, as the first paper does. Which numbers does the next layer see, in training and at test time?',
        ),
      state: 'scaling=test;values=vector',
    },
    {
      text: () => t('**Few units, large rate.** Five units and rate 0.8: how often is nothing left?'),
      state: 'values=vector;rate=0.8',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 4.4.3; Srivastava et al., JMLR 15 (2014). The output is that of Keras’s `Dropout` for the same mask.',
    ),
};
