import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A unit of a convolutional layer sees only a small window of the layer below. Those units see windows of their own, so from layer to layer a unit depends on more pixels: its *receptive field* grows. Each 3×3 kernel adds 2 steps, and a step is as many pixels as all strides before multiply to: that is why pooling lets the field grow fast. A large object can be recognized only where a unit sees it whole. Not all pixels count alike: many ways lead from the middle of the field to the unit, and only one from its edge.',
    ),
  tries: [
    {
      text: () =>
        t('**Without pooling.** What do the highest units see if there are only three convolutions?'),
      state: 'layers=c3,c3,c3',
    },
    {
      text: () => t('**Two small, one large.** Do two 3×3 kernels see as much as one of 5×5?'),
      state: 'layers=c3,c3',
    },
    {
      text: () =>
        t(
          '**Stride early or late.** Compare the fields: first here, then with the stride in the last layer.',
        ),
      state: 'layers=c3.2,c3,c3,c3',
    },
    {
      text: () => t('**Gaps.** Dilations 1, 2 and 4 see 15 pixels with 9 weights. Is a pixel left out?'),
      state: 'layers=c3,c3.1.2,c3.1.4',
    },
    {
      text: () => t('**VGG16.** Its 18 layers: after which layer does a unit see half of the image?'),
      state: 'layers=c3s,c3s,p2,c3s,c3s,p2,c3s,c3s,c3s,p2,c3s,c3s,c3s,p2,c3s,c3s,c3s,p2;size=224',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 5.1.2: without pooling the third layer sees 7×7 pixels. Formula: Araujo, Norris and Sim, *Computing Receptive Fields of Convolutional Neural Networks*, Distill 2019.',
    ),
};
