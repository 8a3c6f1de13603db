import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'Training looks for weights with a low loss. The *gradient* says in which direction the loss rises most, so each step goes the other way, as far as the *learning rate* and the gradient say. Too small a rate takes many steps; too large a rate jumps over the valley, and the loss grows. *Momentum* remembers past steps like a ball that rolls: it gathers speed along a valley, and can roll out of a small hollow. Adagrad, RMSprop and Adam divide the step of each weight by the size of its past gradients. Here there are two weights, so you see everything; a network has millions, and the same formulas.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**Too fast.** The learning rate is a little below 2 / curvature, and SGD swings from side to side. What happens a little above?',
        ),
      state: 'optimizers=sgd,momentum;learning_rate=0.16;focus=sgd',
    },
    {
      text: () =>
        t('**The slope.** The tangent becomes flat near the minimum. What does that do to the steps?'),
      state: 'function=parabola;optimizers=sgd;focus=sgd;learning_rate=0.12',
    },
    {
      text: () => t('**A local minimum.** Who leaves it? Drag the start, and change β.'),
      state: 'function=two_minima',
    },
    {
      text: () =>
        t('**The book’s momentum.** As printed and as meant: compare the two paths, and the code below.'),
      state: 'optimizers=momentum,printed;learning_rate=0.08',
    },
    {
      text: () =>
        t(
          '**Noise.** Each step sees one point of twenty. Which paths stay near the minimum, and what does a smaller rate change?',
        ),
      state: 'function=points;optimizers=sgd,momentum,adam;batch_size=1;learning_rate=0.05;focus=sgd',
    },
    {
      text: () =>
        t('**A saddle.** The gradient is almost 0 there, though the loss is not low. Who leaves first?'),
      state: 'function=saddle;learning_rate=0.05',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 2.4. Each step is what Keras’s `SGD`, `Adagrad`, `RMSprop` and `Adam` compute.',
    ),
};
