import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A *tensor* is a table of numbers with any number of axes: a vector has one, a matrix two, a batch of gray images three. Its *shape* says how many numbers lie along each axis, and all of them lie one after the other in the memory. A slice takes a part of each axis; a shape can be changed as long as the count of numbers stays. *Broadcasting* stretches an axis of size 1 to fit another array, without copies. The dot product multiplies rows by columns, which is what a `Dense` layer does with a batch. All of these work on the whole array at once, and that is why they are so much faster than a loop.',
    ),
  tries: [
    {
      text: () => t('**The middle.** `x[:, 7:-7, 7:-7]` cuts 14×14 pixels out of each digit. Why −7?'),
      state: 'axis1=7,-7;axis2=7,-7',
    },
    {
      text: () => t('**One sample.** With one index an axis goes. What is the shape of `x[4:5]` instead?'),
      state: 'axis0=4',
    },
    {
      text: () =>
        t('**Not the same.** Both have the shape (2, 3). Where do reshape and transpose put the 1?'),
      state: 'show=reshape',
    },
    {
      text: () => t('**It doesn’t fit.** (3, 4) and (3,) look alike. How must b be shaped?'),
      state: 'show=broadcast;a=3,4;b=3',
    },
    {
      text: () => t('**The book’s example.** (64, 3, 32, 10) and (32, 10): which axes are stretched?'),
      state: 'show=broadcast;a=64,3,32,10;b=32,10',
    },
    {
      text: () => t('**Row by column.** Which numbers of x and y make the lower right entry?'),
      state: 'show=dot;at=1,1',
    },
    {
      text: () => t('**Four clips.** Why are a few minutes of video as large as this?'),
      state: 'show=shapes',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, sections 2.2 and 2.3. The book’s 405 MB for four clips are MiB: 424,673,280 bytes. Compared with NumPy.',
    ),
};
