import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A network can learn to read a clock from its pixels, but it needs many clocks. From the angles, hardly anything is left to learn as long as angles are the answer, and rounding would do. From the coordinates of the two tips, hardly anything is left if the answer is their sine and cosine. To turn data into such numbers is *feature engineering*: good features let a small network learn from few samples. What is good depends on the answer. An angle *wraps*: 359° and 1° are neighbors, and as numbers they are far apart. From pixels or coordinates a network can’t follow this jump, so an angle to be predicted is better given as its sine and cosine, which move smoothly around the circle.',
    ),
  tries: [
    {
      text: () => t('**Four clocks.** Which network can read all others after only four samples?'),
      state: 'samples=4',
    },
    {
      text: () =>
        t(
          '**Almost 12.** It is 11:59. Which networks can’t read it even from 64 clocks? Look at the ends of the curves.',
        ),
      state: 'time=719;samples=64',
    },
    {
      text: () => t('**Sine and cosine.** Now coordinates are the best features. Why are angles worse?'),
      state: 'answer=circle',
    },
    {
      text: () =>
        t('**Pixels with many clocks.** With 256 samples the pixels become useful. Compare with 16.'),
      state: 'answer=circle;samples=256',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 4.3.2. Its first clock is this one, its coordinates and angles measured from 3 o’clock; its second one (90° and 140°) is no time of day, because with the minute hand at 12 the hour hand is at a full hour. The networks have one hidden layer with tanh, and learn as Keras does, with Adam.',
    ),
};
