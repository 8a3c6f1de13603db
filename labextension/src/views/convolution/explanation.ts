import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A *kernel* is a small table of numbers that slides over an image. At each place its numbers are multiplied by the pixels under it, and the products are added up: the sum is one pixel of the output. So the output is large where the image looks like the kernel, wherever that is. The same few numbers are used everywhere, which is why a convolutional layer has so few weights. Here you set them by hand; a layer learns them, many kernels at once.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**Both signs.** Why is one side of a stroke orange and the other blue? Point at both sides and compare the products.',
        ),
      state: 'image=drawing',
    },
    {
      text: () =>
        t('**Count.** How many 3×3 windows fit into 5×5 pixels, if the window moves 2 pixels each time?'),
      state: 'image=diagonal;kernel=1,0,0/0,1,0/0,0,1;stride=2',
    },
    {
      text: () =>
        t(
          '**By hand.** Multiply and add the nine pairs of the first window, then of the second. Point at the outputs to check: 2.8 and 0.3.',
        ),
      state: 'image=sums;kernel=1,1,1/0,0,0/-1,-1,-1;at=0,0',
    },
    {
      text: () =>
        t(
          '**Borders.** With *same* padding zeros surround the image. Which edges appear that aren’t in the photo?',
        ),
      state: 'image=photo;padding=same',
    },
    {
      text: () => t('**All directions.** The magnitude combines Sobel x and Sobel y. What is lost?'),
      state: 'image=photo;mode=magnitude',
    },
    {
      text: () =>
        t('**Gaps.** With dilation 4 nine numbers reach over 9×9 pixels. What does the output still show?'),
      state: 'dilation=4',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 5.1.1. The output is that of Keras’s `Conv2D` with one filter, without bias and activation.',
    ),
};
