import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'The encoder of a variational autoencoder doesn’t turn an image into a point, but into a *cloud*: a mean μ and a standard deviation σ for each latent dimension. A point z of the cloud is drawn and decoded, and the loss compares the result with the image. But a gradient can’t pass through a draw. The *reparameterization trick* writes the same draw as z = μ + σ·ε, where ε comes from N(0, 1) and has nothing to do with the encoder: now z is a sum and a product, and dz/dμ = 1, dz/dσ = ε. The *KL divergence* pulls every cloud toward the prior N(0, 1), so that clouds overlap and places between them mean something.',
    ),
  tries: [
    {
      text: () => t('**No trick.** z is drawn directly. Only the KL divergence still trains the cloud.'),
      state: 'path=sampled',
    },
    {
      text: () =>
        t(
          '**Through a wide cloud.** Training for a 9 begins at the 1s. Watch how the cloud finds it, and becomes narrow.',
        ),
      state: 'digit=9',
    },
    {
      text: () =>
        t('**A wrong place.** Training for a 4 begins on the wrong side. Does it arrive? Roll the dice.'),
      state: 'digit=4',
    },
    {
      text: () => t('**Too much KL.** With β = 20, how much wider is the cloud in the end than with β = 1?'),
      state: 'beta=20',
    },
    {
      text: () =>
        t(
          '**No KL.** The cloud begins narrow, at the 2. Press **Play** and watch σ: without KL it shrinks to 0.01, the least here. With β = 1 it grows. What would be lost without KL?',
        ),
      state: 'beta=0;mean=-0.5,0.4;deviation=0.02,0.02',
    },
  ],
  source: () =>
    t(
      'Kingma, Welling, *Auto-Encoding Variational Bayes*, ICLR 2014; Chollet, *Deep Learning with Python*, section 8.4. Images and gradients are those of Keras for the same decoder.',
    ),
};
