import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A network gets the two coordinates of a point and answers how probable it is that the point is orange. Each unit adds its weighted inputs and a bias, and bends the sum with an *activation function*; its picture shows what it answers at every place. One unit can only draw a line. The next layer adds the bent lines, so more units make more complex boundaries. Training changes all weights a little in each step so that the loss falls. Hollow points are for testing, and the network never learns from them: if their loss rises while that of the others falls, it *overfits*. This is a toy with a few dozen weights, but training is the same as in large networks.',
    ),
  tries: [
    {
      text: () =>
        t('**One line.** Without hidden layers the network fails on rings. Which inputs would help it?'),
      state: 'layers=',
    },
    {
      text: () =>
        t(
          '**Features make it easy.** With x₁² and x₂² as inputs, the same network needs no hidden layer. Why?',
        ),
      state: 'features=x1_squared,x2_squared;layers=',
    },
    {
      text: () => t('**No activation.** Three layers, and still one line. Choose tanh and compare.'),
      state: 'data=xor;layers=6,6,4;activation=linear',
    },
    {
      text: () => t('**Two spirals.** Watch which pictures in the second layer begin to bend around.'),
      state: 'data=spirals;noise=0.03;layers=8,8;learning_rate=0.02',
    },
    {
      text: () =>
        t('**Overfitting.** Few points with much noise: the two losses part. Then choose L2 regularization.'),
      state: 'data=moons;noise=0.35;samples=60;test=0.5;layers=8,8;learning_rate=0.05',
    },
    {
      text: () => t('**By hand.** Turn and move the axes until the sign of one number separates the points.'),
      state: 'mode=coordinates;data=clouds;noise=0',
    },
    {
      text: () => t('**Draw.** Put blue and orange points where the network has difficulties.'),
      state: 'data=drawn;layers=6,4',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, sections 1.1 and 2.3. Each step is what a Keras model with the same weights and batches computes.',
    ),
};
