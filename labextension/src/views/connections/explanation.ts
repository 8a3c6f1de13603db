import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import { EXAMPLES } from './fields';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A dense layer connects every input with every output, and each line has a weight of its own: twice as many inputs and outputs have four times as many weights. A convolution uses two ideas. Its connections are *sparse*: an output has lines only from the inputs in its window. And its weights are *shared*: all windows use the same few numbers, so what is learned in one place works in every other place, and the number of weights doesn’t depend on the size of the input. The layer in the middle has the first idea only. As a matrix, a convolution is a dense layer with most entries 0, and the others repeated along diagonals.',
    ),
  tries: [
    {
      text: () => t('**One weight.** On how many lines is weight 2? What changes if training changes it?'),
      state: 'point=line;at=1,0',
    },
    {
      text: () => t('**An image.** An output sees 3×3 pixels. Why are there gaps in the band of the matrix?'),
      state: EXAMPLES.image,
    },
    {
      text: () =>
        t('**The book’s digits.** 512 dense units have 401,920 parameters, 32 filters 320. Check both sums.'),
      state: EXAMPLES.digits,
    },
    {
      text: () =>
        t('**CIFAR-10.** 614,600 against 490. What does the dense layer get that the convolution doesn’t?'),
      state: EXAMPLES.photos,
    },
    {
      text: () => t('**As wide as the input.** A kernel of 8 over 8 numbers: what is the convolution now?'),
      state: 'kernel=8;filters=3',
    },
  ],
  source: () =>
    t(
      'Sparse connections and shared weights: Goodfellow, Bengio and Courville, *Deep Learning*, section 9.2. Chollet, *Deep Learning with Python*, sections 2.1, 5.1 and 6.4, for the counts of the examples. The counts of dense and convolution are those of `count_params()` in Keras. Keras 3 has no local layer; it is here to tell the two ideas apart.',
    ),
};
