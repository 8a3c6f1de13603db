import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'The gradient by the weights says how to train a network. The gradient by the *pixels* says how to deceive it: move each pixel by ε in the direction in which the loss grows. That is the *fast gradient sign method*, and the result is an *adversarial example*. Each pixel changes so little that people hardly see it. But a sum over n pixels with weights of mean size m grows by ε·n·m, because every single change has the right sign. Random signs of the same size cancel each other, and their sum grows only with the square root of n.',
    ),
  tries: [
    {
      text: () =>
        t('**A linear network.** There is no hidden layer to blame: the lead grows exactly by w·(x′ − x).'),
      state: 'network=linear;digit=2',
    },
    {
      text: () =>
        t(
          '**Make a 5 of a 3.** A wanted answer needs another direction. One step doesn’t reach a 1; do many?',
        ),
      state: 'digit=3;target=5',
    },
    {
      text: () =>
        t('**Many small steps.** PGD corrects its direction after each step. How much smaller is ε?'),
      state: 'digit=7;method=iterative',
    },
    {
      text: () => t('**Your own digit.** Draw one, and see how much it withstands.'),
      state: 'image=drawing',
    },
  ],
  source: () =>
    t(
      'Goodfellow, Shlens, Szegedy, *Explaining and Harnessing Adversarial Examples*, ICLR 2015 (FGSM, and the linear explanation); Kurakin, Goodfellow, Bengio, ICLR 2017, and Madry et al., ICLR 2018 (many steps; here PGD begins at the image itself). Gradients are those of TensorFlow for the same network.',
    ),
};
