import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A *pooling* layer keeps one value of each small window: the largest one, or the mean. It has no weights. The output is smaller, so the layers after it see more of the image with the same 3×3 kernels, and a Dense layer at the end needs far fewer weights. A feature that moves by a pixel often stays in its window, so the output changes less than the input: where exactly the feature was is forgotten. The maximum keeps a strong response that the mean would dilute, which is why it is usually preferred.',
    ),
  tries: [
    {
      text: () => t('**By hand.** What are the four maxima of these 16 numbers, and what are the means?'),
      state: 'image=exercise;shift=0,0;at=0,0',
    },
    {
      text: () => t('**Stride alone.** Keep the first pixel of each window. Does this notice the shift?'),
      state: 'kind=subsample',
    },
    {
      text: () =>
        t(
          '**Overlap.** With a window of 3 and stride 2 the windows overlap. What does the shift change now?',
        ),
      state: 'window=3',
    },
    {
      text: () => t('**Too much.** Windows of 6×6 hardly notice a shift by 2 pixels. What else is lost?'),
      state: 'window=6;stride=6;shift=2,0',
    },
    {
      text: () =>
        t('**A photo.** Compare the maximum with the mean. Which looks more like the photo, and why?'),
      state: 'image=photo;window=4;stride=4',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 5.1.2. The output is that of Keras’s `MaxPooling2D` and `AveragePooling2D`; the table is the book’s network, 15.8 million weights in its Dense layer without pooling.',
    ),
};
