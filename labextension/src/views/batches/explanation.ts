import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'Training doesn’t show a model all samples at once. It takes a *batch* of them, computes the mean loss and its gradient, and updates the weights once: that is an *iteration*, which Keras calls a step. When all samples have been used once, an *epoch* is over, and the next one uses them in another order. A small batch gives many updates, each with a noisy gradient; a large one gives few, each with a more exact gradient, and needs more memory. If the samples don’t divide evenly, the last batch is smaller, and counts as an iteration all the same.',
    ),
  tries: [
    {
      text: () => t('**469.** MNIST in batches of 128: how large is the last batch?'),
      state: 'samples=60000;batch_size=128;epochs=5',
    },
    {
      text: () => t('**One left over.** With 25 samples the last batch has one. Leave it out: what is lost?'),
      state: 'samples=25',
    },
    {
      text: () => t('**Sorted.** Without shuffling, each batch has one class. Why is that bad for training?'),
      state: 'shuffle=0',
    },
    {
      text: () => t('**All at once.** One batch with all samples: 20 epochs are 20 updates.'),
      state: 'batch_size=24',
    },
    {
      text: () => t('**Four times as large.** By how much does the noise of the gradient shrink?'),
      state: 'samples=2000;batch_size=32;epochs=30',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, sections 2.1 and 2.4.3: 469 updates of each epoch, 2,345 in all. The counts are those of Keras’s `fit`; the noise is the standard deviation of the mean of a batch drawn without replacement, against that of one sample.',
    ),
};
