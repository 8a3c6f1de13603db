import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A layer turns an image into *feature maps*: each says where in the image one feature is. The *Gram matrix* multiplies every two maps pixel by pixel and adds the products up. So it knows which features come together and how often, but not where: shuffle the positions, and not one number changes. That is why style transfer compares Gram matrices for the style, and the feature maps themselves for the content. The features have to see a neighborhood, or the texture itself would be lost: shuffle the image before the kernels see it, and the matrix does change.',
    ),
  tries: [
    {
      text: () => t('**It stays.** All pixels of all maps are elsewhere. Compare the two matrices.'),
      state: '',
    },
    {
      text: () => t('**It changes.** The same shuffle, but before the kernels. Which maps gain most?'),
      state: 'shuffle=image',
    },
    {
      text: () =>
        t(
          '**Tiles.** Pieces of 16×16 pixels change places. How much smaller is the style loss than with single pixels?',
        ),
      state: 'shuffle=image;tile=16',
    },
    {
      text: () => t('**Stripes.** Which kernels see them, and what is the entry of both directions?'),
      state: 'image=stripes;pair=3,4',
    },
    {
      text: () => t('**Another image.** How far apart are the styles of a digit and a photo?'),
      state: 'image=digit;compare=photo',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 8.3, listings 8-17 and 8-18. The book’s sums are means here, and its loss divides by 4·3²: 3 is the number of color channels, where this widget takes that of the feature maps. Compared with NumPy and SciPy.',
    ),
};
