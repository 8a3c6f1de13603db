import { t } from '../../core/i18n';
import type { Explanation } from '../../shared/concept/about';

export const EXPLANATION: Explanation = {
  text: () =>
    t(
      'A layer computes weighted sums, and an *activation function* bends each of them. Without it any number of layers is one linear function: their matrices multiply into a single one, and the output is a line. Training needs the derivative as well, because going back through a layer multiplies the gradient by it. Where a function is flat it *saturates*: hardly any gradient passes, and after ten such layers nothing is left. ReLU has the derivative 1 for positive inputs; for negative ones it is *dead*, and a unit that is always there learns nothing. In the last layer, *softmax* turns the logits of all classes into probabilities that add up to 1, and *sigmoid* turns each into a probability by itself.',
    ),
  tries: [
    {
      text: () => t('**Vanishing.** Even where the sigmoid is steepest, what do ten layers leave?'),
      state: 'functions=relu,sigmoid,tanh;x=0',
    },
    {
      text: () => t('**Dead.** A unit with this input gets no gradient. Which functions let one pass?'),
      state: 'functions=relu,leaky_relu,elu;focus=relu;x=-2',
    },
    {
      text: () =>
        t('**Smooth relatives of ReLU.** Where do they differ most? Which of them falls before it rises?'),
      state: 'functions=relu,gelu,silu,softplus;focus=gelu;x=-0.75',
    },
    {
      text: () =>
        t('**Sure or not.** Raise the largest logit by 1, and again. By which factor do the odds grow?'),
      state: 'show=softmax;logits=3,1,0.2',
    },
    {
      text: () => t('**Two classes.** With logits z and 0, softmax is the sigmoid of z. Compare the lines.'),
      state: 'show=softmax;logits=1.5,0',
    },
    {
      text: () => t('**Many layers, one line.** More weights, and still a line. Now choose an activation.'),
      state: 'show=stack;focus=linear;layers=8',
    },
  ],
  source: () =>
    t(
      'Chollet, *Deep Learning with Python*, sections 2.3 and 3.4, figures 3-4 and 3-5. The functions are those of `keras.activations`; the stack is a toy with random weights.',
    ),
};
