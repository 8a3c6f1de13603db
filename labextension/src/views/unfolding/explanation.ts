import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';
import type { LessonStep } from '../../shared/concept/lesson';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'Two spirals can’t be separated by a line, but they can be *unrolled*, like a crumpled sheet of paper that is smoothed out. Each layer of this network moves every point a little, and neighbors stay neighbors. Training finds movements after which a straight line is enough: the curve in the input and the line in the last layer are the same boundary. So a deep network makes a problem easy step by step. Here each layer has two numbers per point, so you see all of it; real layers have hundreds, with more room to move. This is a toy network with residual connections.',
    ),
  tries: [
    {
      text: () =>
        t(
          '**Layer by layer.** Drag the slider from the input to the last layer. When does the curve become a line?',
        ),
      state: 'layer=0',
    },
    {
      text: () => t('**One layer.** It moves the plane only once. How much of the spirals does it unroll?'),
      state: 'layers=1',
    },
    {
      text: () =>
        t('**Rings.** The inner points are enclosed. Can the plane be unfolded without a tear or a fold?'),
      state: 'data=rings',
    },
    {
      text: () => t('**XOR.** Watch which corners move, and which stay.'),
      state: 'data=xor;layers=3;units=6',
    },
    {
      text: () => t('**Too fast.** With a large learning rate the plane is torn to and fro.'),
      state: 'learning_rate=0.2',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, section 2.3, which compares deep learning with uncrumpling a ball of paper. Training is that of a Keras model with the same weights and batches.',
    ),
};

/** The widget's own lesson. `Unfolding.steps` in Python names the same steps. */
export const LESSONS: Readonly<Record<string, LessonStep>> = {
  learn: {
    text: () =>
      t('Press **Reset** and **Play**. Watch the last picture of the row while the network learns.'),
    part: 'controls',
    done: 'reset;play',
  },
  layer: {
    text: () => t('Drag **Layer** from the first to the last position. Follow the boundary.'),
    part: 'layer',
    done: 'layer',
  },
  training: {
    text: () => t('Drag **Training** back to epoch 0. What does the untrained network do to the plane?'),
    part: 'training',
    done: 'training',
  },
  point: {
    text: () => t('Select a point in the middle of a spiral, and find it in the other pictures.'),
    part: 'plane',
    done: 'at',
  },
  rings: {
    text: () => t('Choose **Rings**. Why does the plane have to be folded here?'),
    part: 'data',
    done: 'data=rings',
  },
};
