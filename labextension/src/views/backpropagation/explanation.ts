import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'To learn, a network needs to know for each weight how the loss changes with it: the *gradient*. *Forward*, each layer multiplies what comes in by its weights, adds the bias and applies its activation; at the end the loss compares the outputs with the targets. *Backward*, the chain rule goes the same way from right to left: δ of a unit is the loss’s derivative by its z, and it comes from the δ of the next layer through the same weights. A gradient is then one product: what came in, times δ. So one backward pass gives all gradients for about the price of one forward pass, whereas differences need two forward passes for each weight. This network is a toy, but each formula is that of a large one.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**A chain.** With one unit in each layer, the gradient is one product. Which factor is the smallest?',
        ),
      state: 'layers=1,1,1,1;focus=1,1,1',
    },
    {
      text: () =>
        t(
          '**All the same.** Every weight begins with 0.5. Do the two hidden units ever become different? That is why weights begin at random.',
        ),
      state: 'weights=0.5,0.5,0.5,0.5,0,0,0.5,0.5,0.5,0.5,0,0;pace=passes',
    },
    {
      text: () =>
        t(
          '**Saturated.** The weights are large, so each sigmoid is almost flat and the gradients vanish. Then choose cross-entropy: what becomes of δ 2?',
        ),
      state: 'weights=6,-5,4,6,1,1,-7,6,-6,7,-1,1;at=0,4',
    },
    {
      text: () => t('**A wrong program.** The gradient check finds the mistake. In which layer is it?'),
      state: 'mistake=new_weights;learning_rate=2',
    },
    {
      text: () => t('**Too careful.** ε is so small that rounding spoils the differences. Which ε is best?'),
      state: 'epsilon=0.000000000001',
    },
    {
      text: () =>
        t('**XOR.** Four samples, one in each pass. Move through the passes: when does the loss fall?'),
      state:
        'layers=2,3,1;activations=tanh,sigmoid;x=0,0,0,1,1,0,1,1;y=0,1,1,0;loss=crossentropy;pace=passes;seed=4',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 2.4.4. The numbers are compared with TensorFlow’s gradients of the same Keras model, and with finite differences.',
    ),
};
