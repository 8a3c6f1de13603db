import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A *recurrent* layer reads a sequence step by step with the same weights and keeps a *state* h, which it computes from the input and from its own state of the step before. Drawn side by side, the steps are the *unrolled* layer. To learn from an early input, a gradient must go back through all steps in between, and is multiplied in each: after many of them it has vanished or exploded. *LSTM* therefore has a carry c, which is only scaled by a gate and added to, and *GRU* mixes its old state into the new one. The *gates* are numbers from 0 to 1 that the layer computes for each step: what to forget, what to let in, what to show.',
    ),
  tries: [
    {
      text: () => t('**What remembers?** Which row holds the sign of the first number to the end?'),
      state: '',
    },
    {
      text: () =>
        t(
          '**Forgetting.** The forget gates are nearly closed, and the recurrent weights are small. Drag the first bar below 0: does the last output change? Then set the recurrent weights to × 1: which other way does the first number have?',
        ),
      state: 'gain=0.3;forget=-5',
    },
    {
      text: () =>
        t(
          '**Remembered, but not learned from.** This SimpleRNN remembers, and its gradient vanishes: look at its units.',
        ),
      state: 'cell=simple_rnn',
    },
    {
      text: () =>
        t('**Vanishing.** Half of the recurrent weights of a SimpleRNN: how far back does it reach?'),
      state: 'cell=simple_rnn;data=text;gain=0.5',
    },
    {
      text: () =>
        t(
          '**Untrained.** A random SimpleRNN of 12 units with large recurrent weights: where does it explode?',
        ),
      state: 'cell=simple_rnn;data=text;weights=random;gain=1.6',
    },
    {
      text: () => t('**The next letter.** Green letters are right. Where can no network know what comes?'),
      state: 'cell=gru;data=text',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, sections 6.2.1 and 6.2.2. The book’s formula of the output gate also takes the carry, which Keras’s LSTM doesn’t. All gates are compared with cells written in NumPy, and states and derivatives with Keras’s `SimpleRNN`, `LSTM` and `GRU`.',
    ),
};
