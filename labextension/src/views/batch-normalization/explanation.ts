import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      '*Batch normalization* shifts and scales each unit so that over a batch its mean is β and its standard deviation |γ|; γ and β are learned, so that each layer gets inputs of a steady size, however large the weights before it are, and gradients don’t vanish in saturated activations. A single sample at inference has no batch: the layer then uses *moving averages* of the means and variances that it saw in training. They begin at 0 and 1 and come closer with each step, by 1 − momentum of the way, so inference is wrong at first. The statistics of a small batch are rough, and a batch of one sample loses all that it says. The network here is a toy: real ones normalize thousands of units or channels in the same way.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**With and without.** Three layers of sigmoid: which of the two networks learns, and what do the histograms say?',
        ),
      state: '',
    },
    {
      text: () => t('**Batch size 1.** What does the unit give, whatever comes in?'),
      state: 'batch_size=1;learning_rate=0.3',
    },
    {
      text: () => t('**Rough statistics.** Batches of 2. Compare the means of the batches with those of 32.'),
      state: 'batch_size=2;learning_rate=0.3',
    },
    {
      text: () =>
        t(
          '**Inference too early.** After 100 steps with a momentum of 0.99, the moving averages are still far from the batches. Which momentum would be ready by now?',
        ),
      state: 'mode=inference;step=100;momentum=0.99',
    },
    {
      text: () => t('**Far too large weights.** With tanh and scale 5: which distribution feels it?'),
      state: 'activation=tanh;scale=5;learning_rate=0.3',
    },
    {
      text: () => t('**Not needed.** One layer of 16 tanh units, with scale 2: which network learns faster?'),
      state: 'activation=tanh;layers=1;units=16;scale=2',
    },
  ],
  source: () =>
    t(
      'Ioffe and Szegedy, ICML 2015; Chollet, *Deep Learning with Python*, section 7.3.1. Training is that of a Keras model with `BatchNormalization` layers, the same weights and batches.',
    ),
};
