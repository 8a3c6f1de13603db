import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'One neuron without activation computes y = w·x + b: a line. The *loss* is the mean area of the squares between the points and the line. Every line is one place on the surface over w and b, and the loss is its height, so to fit the line means to find the lowest place. *Gradient descent* finds it without seeing the surface: at each place it knows the slope, and takes a step downward. The *learning rate* says how far. Above a rate that follows from the data alone, each step jumps higher up the other side. This is a toy with two weights, but a large network learns in the same way.',
    ),
  tries: [
    {
      text: () =>
        t('**At the limit.** The rate is a little below 2 / λ. How does the ball move? And a little above?'),
      state: 'learning_rate=0.172',
    },
    {
      text: () =>
        t('**An outlier.** One point is far from the line. How much does it pull, and why so much? Drag it.'),
      state: 'x=-1,0,1,2,3,4,4.5;y=-3,-1,1,3,5,7,-4',
    },
    {
      text: () =>
        t('**Batches of one.** The points aren’t on a line. Make the learning rate smaller: what changes?'),
      state: 'batch_size=1;learning_rate=0.04;x=-1,0,1,2,3,4;y=-2.2,-2,1.8,2.3,5.9,6.3',
    },
    {
      text: () =>
        t(
          '**Far from zero.** The x go from 9 to 14, and the valley is narrow. How slow is it, and what would subtracting the mean do?',
        ),
      state: 'b=0;learning_rate=0.007;x=9,10,11,12,13,14;y=-3,-1,1,3,5,7',
    },
    {
      text: () => t('**One point.** Many lines go through it. Where does learning end? Begin elsewhere.'),
      state: 'x=2;y=3',
    },
  ],
  source: () =>
    t(
      'The line y = 2x − 1 is the usual first example of Keras: a `Dense(1)`, SGD and the mean squared error for 500 epochs. Each step here is one of Keras’s.',
    ),
};
