import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

const about = (): string =>
  t(
    'Before training, the weights of a network are random numbers, and their size decides whether it can learn. Each layer multiplies the size of what it gets by about √n · std(W), times what the activation leaves of it, and back-propagation multiplies the gradients by the same weights: in twenty layers, a factor of 0.7 leaves a thousandth, one of 2 makes a million. *Glorot* chooses the standard deviation so that both directions stay about the same for a symmetric activation; *He* doubles the variance, because ReLU sets half of the numbers to 0. With all weights zero every unit of a layer stays the same as the others. *Residual connections* add the input of a layer to its output, so that a gradient has a way around the layers. It still comes in through the output layer: where all weights are zero, those of the output layer are too, and no gradient comes back.',
  );

const source = () =>
  t(
    'Glorot and Bengio, AISTATS 2010; He et al., ICCV 2015 (initialization) and CVPR 2016 (residual connections). Activations and gradients are those of Keras layers with the same weights.',
  );

export const EXPLANATION: Explanation = {
  text: () =>
    `${about()} ${t('The network here is a toy: its inputs and labels are random, as are the weights.')}`,
  tries: [
    {
      text: () =>
        t(
          '**Keras’s default and ReLU.** What is left of the signal after 20 layers? Choose **He**: what does the 2 do?',
        ),
      state: '',
    },
    {
      text: () =>
        t('**A little too large.** Double the scale of He. How many powers of ten are that after 30 layers?'),
      state: 'method=he;scale=2;depth=30',
    },
    {
      text: () =>
        t(
          '**Saturated.** Large weights and tanh: the activations keep their size. What do the gradients do?',
        ),
      state: 'method=large;activation=tanh',
    },
    {
      text: () => t('**Sigmoid.** Its slope is at most 0.25. Can any scale save the gradients?'),
      state: 'activation=sigmoid',
    },
    {
      text: () => t('**All zero.** Look at the histograms: is there a way back for the gradient?'),
      state: 'method=zeros;activation=tanh',
    },
    {
      text: () =>
        t('**A way around.** Weights that are too small, with residual connections. Switch them off.'),
      state: 'method=small;residual=1',
    },
  ],
  source,
};

/** For a user's own model, whose layers are as they are. */
export const OWN_EXPLANATION: Explanation = {
  text: about,
  tries: [
    {
      text: () =>
        t('**Keras’s default.** What is left of the signal in your last layer? Choose **He**: what changes?'),
      state: '',
    },
    {
      text: () =>
        t(
          '**A little too large.** Double the scale of He. How many powers of ten are that in your last layer?',
        ),
      state: 'method=he;scale=2',
    },
    {
      text: () =>
        t('**Too small.** Which of your layers still get a gradient? Do some keep the signal’s size?'),
      state: 'method=small',
    },
    {
      text: () => t('**All zero.** Look at the histograms: is there a way back for the gradient?'),
      state: 'method=zeros',
    },
    {
      text: () => t('**Back to your model.** The weights that it has now: are they better than new ones?'),
      state: 'method=model',
    },
  ],
  source,
};
