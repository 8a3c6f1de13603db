import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'The *capacity* of a model is how many different curves it can make: the degree of a polynomial, the units of a network. With too little it *underfits*: both errors are high. With too much it *overfits*: it fits the noise of the training points, so their error falls while that of other points rises. Only the validation error shows the difference, and it has its lowest place in between. More training points allow more capacity. Where there are no more, *regularization* holds a large model back: a penalty on large weights (L2), one that sets weights to 0 (L1), dropout, or early stopping at the epoch with the lowest validation error.',
    ),
  tries: [
    {
      text: () =>
        t('**Through every point.** 15 coefficients for 15 points: no error at all. And between the points?'),
      state: 'degree=14',
    },
    {
      text: () => t('**Even more.** Degree 20 overfits less than degree 15. Why might that be?'),
      state: 'degree=20',
    },
    {
      text: () => t('**More points.** The same degree with 60 points: what has happened to the gap?'),
      state: 'size=60;degree=20',
    },
    {
      text: () =>
        t('**Held back.** Degree 20 with a little L2. Find the λ with the lowest validation error.'),
      state: 'degree=20;penalty=l2;strength=0.003',
    },
    {
      text: () => t('**Zeros.** L1 leaves only some of the coefficients of a line. Which ones?'),
      state: 'data=line;degree=12;penalty=l1;strength=0.1',
    },
    {
      text: () => t('**In time.** A large network on few points. When should it stop?'),
      state: 'model=network;units=32;size=10;stopping=1',
    },
  ],
  source: () =>
    t(
      'A book compares networks of 4, 16 and 512 units, L2 and dropout on film reviews by their validation loss. Here all is small enough to be trained in this page: polynomials are compared with NumPy and scikit-learn, the network with Keras (Adam, learning rate 0.02, all points in one batch).',
    ),
};
